// One tick for all documents of the page; without scripts each is ticked by itself.
const every = document.getElementById("pick-all");
const boxes = [...document.querySelectorAll('input[name="pick"]')];
if (every && boxes.length) {
  every.closest("[hidden]")?.removeAttribute("hidden");
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    every.checked = ticked === boxes.length;
    every.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  every.addEventListener("change", () =>
    boxes.forEach((box) => {
      box.checked = every.checked;
    }),
  );
  boxes.forEach((box) => box.addEventListener("change", show));
  show();
}
