// A text used again goes where one was writing, or into the first long field of the form.
import { markTyped } from "./unsaved.js";

const FORMS = "form.act, form.step";
let written = null;

document.addEventListener("focusin", (event) => {
  written = event.target.matches("textarea") && event.target.closest(FORMS) ? event.target : written;
});
document.addEventListener("click", (event) => {
  const phrase = event.target.closest("[data-phrase]");
  const form = phrase?.closest(FORMS);
  if (form) {
    const field = form.contains(written) ? written : form.querySelector("textarea");
    field.closest("details")?.setAttribute("open", "");
    field.value = [field.value.trim(), phrase.dataset.phrase].filter(Boolean).join(" ");
    field.focus();
    markTyped(form);
  }
});
