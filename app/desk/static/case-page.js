// One case: its map, places chosen on it, and who else is acting on it.
import { begin, pinOf } from "/static/frame/map.js";
import "./form.js";

const L = window.L;
const place = document.getElementById("map");

if (place && window.L) {
  const here = [Number(place.dataset.lat), Number(place.dataset.lon)];
  const { somewhere } = place.dataset; // no point is known: a mark would say more than anybody has said
  const map = begin(place).setView(here, 15);
  if (place.dataset.outline) {
    const outline = L.geoJSON(JSON.parse(place.dataset.outline), {
      style: { color: "#14532d", weight: 2, fillOpacity: 0.06, dashArray: somewhere ? "6" : null },
    });
    outline.addTo(map);
    map.fitBounds(outline.getBounds().extend(here), { padding: [8, 8] });
  }
  if (somewhere) {
    const text = document.createElement("span");
    text.textContent = somewhere;
    L.tooltip(here, { content: text, permanent: true, direction: "center", className: "place-name" }).addTo(map);
  } else {
    L.circleMarker(here, { radius: 8, color: "#fff", weight: 2, fillColor: "#b91c1c", fillOpacity: 1 }).addTo(map);
  }
  const pin = pinOf(map);
  map.on("click", (event) => pin(event.latlng));
}

// Whoever has a form open is acting on the case, and others are told so.
document.addEventListener("htmx:configRequest", (event) => {
  if ("presence" in event.detail.elt.dataset && document.querySelector("#act form.act")) {
    event.detail.parameters.acting = "1";
  }
});

// Say so at once when a form is opened or put away, and not at the next look.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "act") window.htmx.trigger("[data-presence]", "pulse");
});
