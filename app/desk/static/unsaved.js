// What somebody has typed is not thrown away unasked: by Escape, by another form, or by leaving the page.
const dialog = document.getElementById("leave");

export function markTyped(form) {
  form?.setAttribute("data-typed", "");
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => markTyped(event.target.closest("form.act")));
}

// Go on at once where nothing was typed; else ask, and go on if that is wanted.
export function leave(form, onward) {
  if (!form?.matches("[data-typed]")) {
    onward();
    return;
  }
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "leave" && onward(), { once: true });
  dialog.showModal();
}

document.addEventListener("htmx:confirm", (event) => {
  const form = document.querySelector("#act form.act[data-typed]");
  if (form && event.detail.elt.matches("[data-action]")) {
    event.preventDefault();
    leave(form, () => event.detail.issueRequest(true));
  }
});

// A form that goes out is no longer at risk; the others of the page that stop it have spoken by then.
document.addEventListener("submit", (event) => {
  queueMicrotask(() => {
    if (!event.defaultPrevented) {
      event.target.removeAttribute("data-typed");
    }
  });
});

addEventListener("beforeunload", (event) => {
  if (document.querySelector("form.act[data-typed]")) {
    event.preventDefault();
  }
});
