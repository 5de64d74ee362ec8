// A form that opens, photos that go up while somebody writes, and a form that is sent once.
import { send } from "./photo-sending.js";

function open(form) {
  const wrong = form.querySelector("[aria-invalid=true]");
  const first =
    wrong ?? form.querySelector("[required]:not([type=hidden])") ?? form.querySelector("button[type=submit]");
  first?.focus();
  form.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "act") {
    const form = event.detail.target.querySelector("form.act");
    if (form) {
      open(form);
    }
  }
});

const actForm = document.querySelector("#act form.act");
if (actForm) {
  open(actForm);
}

document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-photos]");
  if (box && event.target.type === "file") {
    send(box, event.target);
  }
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-remove-photo]")?.closest("li").remove();
});

// A form that has been sent is not sent twice; one whose photos are still on their way waits for them.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form.act");
  if (!form) {
    return;
  }
  if (form.querySelector("progress")) {
    event.preventDefault();
    form.querySelector("progress").scrollIntoView({ block: "nearest" });
    return;
  }
  for (const button of form.querySelectorAll("button[type=submit]")) {
    button.disabled = true;
  }
});
