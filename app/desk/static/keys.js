// Keys of a page: only where nobody types, and only as long as somebody wants them.
const STORED = "gezhi-keys";
const dialog = document.getElementById("keys");
const wanted = document.getElementById("keys-wanted");

function on() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true;
  }
}

function isTyping(target) {
  return target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") !== null;
}

if (wanted) {
  wanted.checked = on();
  wanted.addEventListener("change", () => {
    localStorage.setItem(STORED, wanted.checked ? "on" : "off");
  });
}

for (const opener of document.querySelectorAll("[data-keys-open]")) {
  opener.addEventListener("click", () => dialog.showModal());
}

// The letter of a key as it was meant: by Shift, and not by what a locked key for capitals makes of it.
function letterOf(event) {
  if (!/^[a-z]$/i.test(event.key)) {
    return event.key;
  }
  return event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase();
}

// Call one of the functions by the key that was pressed, or for any other letter `step` with it.
export function listen(table, step) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) {
      return; // Escape closes the dialog, or takes back what a Chinese keyboard has begun
    }
    if (event.key === "Escape" && table.Escape) {
      table.Escape(event);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
      return;
    }
    if (event.key === "?") {
      event.preventDefault();
      dialog?.showModal();
      return;
    }
    const letter = letterOf(event);
    if (!on()) {
      return;
    }
    if (Object.hasOwn(table, letter)) {
      table[letter](event);
    } else if (/^[a-z]$/i.test(letter)) {
      step(letter);
    }
  });
}
