// Grids on a map, each drawn by its part in what the page tells; a fault's button leads to its place.
import { OutlineRole } from "./grid-terms.js";

const STYLES = {
  [OutlineRole.BESIDE]: { color: "#94a3b8", weight: 1, fillColor: "#f1f5f9", fillOpacity: 0.6 },
  [OutlineRole.SOUND]: { color: "#94a3b8", weight: 1, fillColor: "#f1f5f9", fillOpacity: 0.3 },
  [OutlineRole.OWN]: { color: "#14532d", weight: 3, fillColor: "#bbf7d0", fillOpacity: 0.4 },
  [OutlineRole.BELOW]: { color: "#14532d", weight: 1, dashArray: "4 3", fillOpacity: 0 },
  [OutlineRole.FAULTY]: { color: "#b91c1c", weight: 2, fillColor: "#fee2e2", fillOpacity: 0.4 },
  [OutlineRole.PLACE]: { color: "#7f1d1d", weight: 3, fillColor: "#ef4444", fillOpacity: 0.8 },
  [OutlineRole.NEW]: { color: "#1e40af", weight: 2, fillColor: "#bfdbfe", fillOpacity: 0.5 },
  [OutlineRole.CHANGED]: { color: "#854d0e", weight: 2, fillColor: "#fde68a", fillOpacity: 0.5 },
  [OutlineRole.BEFORE]: { color: "#111827", weight: 1, dashArray: "3 4", fill: false, interactive: false },
  [OutlineRole.ENDED]: { color: "#7f1d1d", weight: 2, dashArray: "6 4", fillColor: "#e2e8f0", fillOpacity: 0.6 },
};
// Drawn above the others, in this order.
const LAST = [
  ...[OutlineRole.FAULTY, OutlineRole.CHANGED, OutlineRole.ENDED, OutlineRole.NEW],
  ...[OutlineRole.BEFORE, OutlineRole.OWN, OutlineRole.BELOW, OutlineRole.PLACE],
];
const NEAREST = 17;
const MANY = 1000; // shapes that are drawn on a canvas and not each as an element
const place = document.getElementById("ground");
const status = document.getElementById("map-status");
const L = window.L;

function caption(feature) {
  const node = document.createElement("div");
  const title = document.createElement("strong");
  title.textContent = feature.properties.name;
  const code = document.createElement("div");
  code.textContent = feature.properties.code;
  node.append(title, code);
  return node;
}

// A fault may be a sliver that nobody would see from afar: its place is drawn with a ring around it too.
function ring(layer) {
  const middle = layer.getBounds ? layer.getBounds().getCenter() : layer.getLatLng();
  return L.circleMarker(middle, { radius: 11, color: "#7f1d1d", weight: 3, fill: false, interactive: false });
}

function show(map, layer) {
  if (layer.getBounds) map.fitBounds(layer.getBounds(), { maxZoom: NEAREST, padding: [60, 60] });
  else map.setView(layer.getLatLng(), NEAREST);
  document.getElementById("map").scrollIntoView({ block: "nearest" });
}

async function read(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

try {
  const outlines = await read(place.dataset.outlines);
  const map = L.map("map", {
    preferCanvas: outlines.features.length > MANY,
    attributionControl: false,
    fadeAnimation: false,
    zoomSnap: 0.25,
    scrollWheelZoom: false,
  });
  if (place.dataset.tiles) L.tileLayer(place.dataset.tiles, { maxZoom: 18 }).addTo(map);
  const faults = new Map();
  const rank = (feature) => LAST.indexOf(feature.properties.role);
  outlines.features.sort((one, other) => rank(one) - rank(other));
  const ground = L.geoJSON(outlines, {
    style: (feature) => STYLES[feature.properties.role],
    pointToLayer: (feature, where) => L.circleMarker(where, { radius: 5 }),
    onEachFeature: (feature, layer) => {
      if (feature.properties.role === OutlineRole.PLACE) faults.set(String(feature.properties.fault), layer);
      else layer.bindPopup(() => caption(feature));
    },
  }).addTo(map);
  const own = outlines.features.filter((feature) => feature.properties.role === OutlineRole.OWN);
  const bounds = (own.length ? L.geoJSON(own) : ground).getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [16, 16] });
  else map.setView([36, 112], 5);
  for (const layer of faults.values()) ring(layer).addTo(map);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fault]");
    const layer = button && faults.get(button.dataset.fault);
    if (!layer) return;
    for (const other of document.querySelectorAll("[data-fault][aria-pressed]")) other.removeAttribute("aria-pressed");
    button.setAttribute("aria-pressed", "true");
    show(map, layer);
  });
  status.textContent = "";
} catch {
  status.textContent = place.dataset.failed;
}
place.dataset.ready = "yes";
