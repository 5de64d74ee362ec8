// A file on its way and under check says so, and is not sent twice.
const form = document.getElementById("upload");
form.addEventListener("submit", () => {
  form.querySelector("button[type=submit]").disabled = true;
  document.getElementById("working").hidden = false;
});
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    form.querySelector("button[type=submit]").disabled = false;
    document.getElementById("working").hidden = true;
  }
});
