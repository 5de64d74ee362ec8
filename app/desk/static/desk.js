// Lists and cases by keyboard: g goes to the queues, j and k up and down, Enter opens, x chooses, / searches, b acts
// on all that are chosen, u goes back; other letters open the form of the step to which they belong.
import { listen } from "./keys.js";
import { leave } from "./unsaved.js";
import "./phrases.js";

const rows = () => [...document.querySelectorAll("tr[data-row]")];
let at = -1;

function go(step) {
  if (document.activeElement.closest(".side")) {
    beside(step);
    return;
  }
  const every = rows();
  if (!every.length) {
    return;
  }
  at = Math.min(Math.max(at + step, 0), every.length - 1);
  every.forEach((row, place) => row.classList.toggle("at", place === at));
  const link = every[at].querySelector("th a");
  link.focus({ preventScroll: true });
  every[at].scrollIntoView({ block: "nearest" });
}

// Among the queues at the side, j and k move the focus there.
function beside(step) {
  const every = [...document.querySelectorAll(".side a")];
  const here = every.indexOf(document.activeElement);
  every[Math.min(Math.max(here + step, 0), every.length - 1)].focus();
}

function choose() {
  const box = rows()[at]?.querySelector("input[type=checkbox]");
  if (box) {
    box.click();
  }
}

function search(event) {
  const field = document.getElementById("search");
  if (field) {
    event.preventDefault();
    field.focus();
    field.select();
  } else {
    window.location.assign(document.body.querySelector("[data-search]")?.href ?? "/desk/cases");
  }
}

const table = {
  g: () => (document.querySelector(".side a[aria-current]") ?? document.querySelector(".side a"))?.focus(),
  j: () => go(1),
  k: () => go(-1),
  x: choose,
  b: () => document.getElementById("bulk-go")?.click(), // a button that is switched off does nothing
  "/": search,
  u: () => document.getElementById("back")?.click(),
  Escape: (event) => {
    const cancel = document.querySelector("form.act [data-cancel]");
    if (cancel) {
      event.preventDefault();
      close();
    }
  },
};
listen(table, (letter) => document.querySelector(`[data-action][data-key="${letter}"]`)?.click());

// A row is found again where the pointer was last.
for (const [place, row] of rows().entries()) {
  row.addEventListener("focusin", () => {
    at = place;
  });
}

function close() {
  const act = document.getElementById("act");
  leave(act.querySelector("form.act"), () => {
    act.replaceChildren();
    document.querySelector("[data-action]")?.focus();
  });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("form.act [data-cancel]")) {
    event.preventDefault();
    close();
  }
});

// Ctrl and Enter send the form one is in.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form.act");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
});

// What comes in unchanged is not put into the page again, so that nothing moves under the reader.
let last = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id === "counts") {
    event.detail.shouldSwap = event.detail.shouldSwap && event.detail.xhr.responseText !== last;
    last = event.detail.xhr.responseText;
  }
});

// A list of many narrows to what is typed; what is chosen stays.
document.addEventListener("input", (event) => {
  const field = event.target.closest("[data-narrow]");
  if (field) {
    const words = field.value.trim().toLowerCase();
    for (const label of document.getElementById(field.dataset.narrow).children) {
      const chosen = label.querySelector("input").checked;
      label.hidden = !chosen && !label.textContent.toLowerCase().includes(words);
    }
  }
});

// How many are chosen stands on the button, which does nothing while none is.
const boxes = () => [...document.querySelectorAll('input[name="case"][form="bulk"]')];
const all = document.getElementById("pick-all");
const button = document.getElementById("bulk-go");

function count() {
  const chosen = boxes().filter((box) => box.checked).length;
  document.getElementById("bulk-count").textContent = chosen ? String(chosen) : "";
  button.disabled = !chosen;
  button.title = chosen ? "" : button.dataset.none;
}

if (button) {
  all.addEventListener("change", () => {
    boxes().forEach((box) => {
      box.checked = all.checked;
    });
    count();
  });
  document.addEventListener("change", (event) => {
    if (event.target.form === button.form) {
      count();
    }
  });
  count();
}
