// The browser's own print, by a button.
document.getElementById("print").addEventListener("click", () => print());
