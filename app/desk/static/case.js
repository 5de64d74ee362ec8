// One case: its map, places chosen on it, the form that opens, and photos that go up while somebody writes.
import { send } from "./photos.js";

const place = document.getElementById("map");
const L = window.L;
let map = null;
let chosen = null;

if (place && L) {
  const here = [Number(place.dataset.lat), Number(place.dataset.lon)];
  map = L.map(place, { attributionControl: false }).setView(here, 15);
  if (place.dataset.tiles) {
    L.tileLayer(place.dataset.tiles, { maxZoom: 18 }).addTo(map);
  }
  if (place.dataset.outline) {
    const outline = L.geoJSON(JSON.parse(place.dataset.outline), { style: { color: "#14532d", weight: 2, fillOpacity: 0.06 } });
    outline.addTo(map);
    map.fitBounds(outline.getBounds().extend(here), { padding: [8, 8] });
  }
  if (!("blank" in place.dataset)) {
    L.circleMarker(here, { radius: 8, color: "#fff", weight: 2, fillColor: "#b91c1c", fillOpacity: 1 }).addTo(map);
  }
  map.on("click", (event) => choose(event.latlng));
}

function choose(where) {
  const [lon, lat] = [document.querySelector("[data-lon][name=lon]"), document.querySelector("[data-lat][name=lat]")];
  if (!lon || !lat) {
    return;
  }
  lon.value = where.lng.toFixed(6);
  lat.value = where.lat.toFixed(6);
  chosen ??= L.circleMarker(where, { radius: 8, color: "#1d4ed8", weight: 3, fillOpacity: 0.2 }).addTo(map);
  chosen.setLatLng(where);
  lon.dispatchEvent(new Event("change", { bubbles: true }));
}

function open(form) {
  const wrong = form.querySelector("[aria-invalid=true]");
  const first = wrong ?? form.querySelector("[required]:not([type=hidden])") ?? form.querySelector("button[type=submit]");
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

const given = document.querySelector("#act form.act");
if (given) {
  open(given);
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

// Whoever has a form open is acting on the case, and others are told so.
document.addEventListener("htmx:configRequest", (event) => {
  if ("presence" in event.detail.elt.dataset && document.querySelector("#act form.act")) {
    event.detail.parameters.acting = "1";
  }
});
