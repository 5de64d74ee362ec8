// The count of unread messages in the title and icon of the tab, and a tone for urgent ones where somebody wants it.
const WANTED = "gezhi-sound";
const RUNG = "gezhi-rung"; // the newest urgent message for which it has rung, in any tab
const bell = document.getElementById("bell");
const icon = document.querySelector('link[rel="icon"]');
const plain = { title: document.title, icon: icon.href };

function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // a browser that keeps nothing goes without
  }
}

function iconOf(count) {
  const size = count.length > 2 ? 13 : 18;
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#14532d"/>' +
    `<circle cx="16" cy="16" r="14" fill="#b91c1c"/><text x="16" y="22" font-size="${size}" font-weight="700"` +
    ` font-family="sans-serif" text-anchor="middle" fill="#fff">${count}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

// A browser sounds only after the page was touched once: until then the tones wait for that.
function soon(urgent) {
  if (navigator.userActivation?.hasBeenActive ?? true) {
    ring(urgent);
    return;
  }
  for (const touch of ["pointerdown", "keydown"]) {
    document.addEventListener(touch, () => bell.dataset.rung ?? ring(urgent), { once: true });
  }
}

// Two short tones.
function ring(urgent) {
  const context = new AudioContext();
  for (const [start, pitch] of [
    [0, 880],
    [0.25, 660],
  ]) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.value = 0.15;
    tone.connect(volume).connect(context.destination);
    tone.start(context.currentTime + start);
    tone.stop(context.currentTime + start + 0.2);
  }
  setTimeout(() => context.close(), 1000);
  bell.dataset.rung = urgent;
}

function show() {
  const count = bell.querySelector("[data-unread]");
  const unread = count?.dataset.unread ?? "";
  document.title = unread ? `(${unread}) ${plain.title}` : plain.title;
  icon.href = unread ? iconOf(unread) : plain.icon;
  const urgent = Number(count?.dataset.urgent ?? 0);
  if (urgent > Number(recall(RUNG) ?? 0)) {
    keep(RUNG, String(urgent));
    if (recall(WANTED) === "on") {
      soon(urgent);
    }
  }
}

const wanted = document.getElementById("sound-wanted");
if (wanted) {
  wanted.disabled = false;
  wanted.checked = recall(WANTED) === "on";
  wanted.addEventListener("change", () => {
    keep(WANTED, wanted.checked ? "on" : "off");
    if (wanted.checked) {
      ring(0);
    }
  });
}

// What comes in unchanged is not put into the page again: nobody is told twice of the same count.
let last = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (bell.contains(event.detail.target)) {
    event.detail.shouldSwap = event.detail.shouldSwap && event.detail.xhr.responseText !== last;
    last = event.detail.xhr.responseText;
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (bell.contains(event.detail.target)) {
    show();
  }
});
show();
