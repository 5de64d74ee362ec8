// The objects near the place of a report: a list and marks on the map, and either puts the one chosen into the form.
const L = window.L;
const COLOURS = { color: "#0b4f8a", weight: 2, fillColor: "#ffffff", fillOpacity: 0.9 };

const radios = () => [...document.querySelectorAll("#objects [data-object]")];

function choose(radio) {
  radio.checked = true;
  const field = document.getElementById("object");
  field.value = radio.dataset.object;
}

// Draw what the list holds now; what was redraw before goes.
function draw(map, before) {
  before?.remove();
  const marks = radios().map((radio) => {
    const point = L.circleMarker([radio.dataset.y, radio.dataset.x], {
      radius: 9,
      ...COLOURS,
      fillColor: radio.checked ? COLOURS.color : COLOURS.fillColor,
      bubblingMouseEvents: false,
      className: "object",
    });
    const name = document.createElement("span");
    name.textContent = radio.parentElement.querySelector("strong").textContent;
    return point.bindTooltip(name).on("click", () => {
      choose(radio);
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
  return L.featureGroup(marks).addTo(map);
}

export function showObjects(map) {
  const part = document.getElementById("objects");
  let layer = null;
  let lastIds = "";
  const redraw = () => {
    if (!map) return;
    layer = draw(map, layer);
    const ids = radios().map((radio) => radio.value);
    const other = ids.length && ids.join() !== lastIds;
    lastIds = ids.join();
    if (other) map.fitBounds(layer.getBounds(), { padding: [24, 24], maxZoom: 18, animate: false });
  };
  part.addEventListener("htmx:afterSwap", redraw);
  part.addEventListener("change", ({ target }) => {
    if (target.dataset.object) choose(target);
    redraw();
  });
  redraw();
}
