// Where it is that somebody tells of: a click on the map of the grids, degrees typed in, or township, village and grid
// from lists.
import "./form.js";
import { contains } from "/static/frame/geometry.js";
import { begin, pinOf } from "/static/frame/map.js";
import { GridKind, Level } from "/static/grids/grid-terms.js";
import { showObjects } from "./objects-near.js";

const LEVELS = Object.values(Level);
const LETTER_PX = 13;
const LINE_PX = 18;
const STYLES = {
  [Level.TOWNSHIP]: { color: "#14532d", weight: 2.5, fill: false },
  [Level.VILLAGE]: { color: "#475569", weight: 1.25, fill: false },
  [Level.GRID]: { color: "#94a3b8", weight: 1, fill: true, fillColor: "#14532d", fillOpacity: 0.05 },
};
const L = window.L;
const place = document.getElementById("map");
const words = place.dataset;
const selects = LEVELS.map((level) => document.querySelector(`select[name=${level}]`));
const [lon, lat] = [document.querySelector("[data-lon]"), document.querySelector("[data-lat]")];
const near = document.getElementById("near");
const known = new Map(); // code -> feature
const layers = new Map(); // code -> its outline

function below(code) {
  return [...known.values()].filter((one) => one.properties.parent === code).map((one) => one.properties);
}

function chain(code) {
  const properties = known.get(code)?.properties;
  return properties ? [...chain(properties.parent), properties] : [];
}

// Let the lists stand on a grid and on what it belongs to.
function stand(code) {
  const way = chain(code);
  let above = way[0]?.code ?? [...known.values()].find((one) => !one.properties.parent)?.properties.code;
  for (const [place, select] of selects.entries()) {
    const every = above ? below(above) : [];
    select.replaceChildren(select.options[0], ...every.map((one) => new Option(one.name, one.code)));
    select.disabled = !every.length;
    above = way[place + 1]?.code;
    select.value = above ?? "";
  }
}

// The grid that holds a point, of several the one on top.
function gridAt(x, y) {
  return leaves().findLast((one) => one.geometry && contains(one.geometry, x, y))?.properties;
}

function leaves() {
  const every = [...known.values()];
  const parents = new Set(every.map((one) => one.properties.parent));
  const innermost = every.filter((one) => !parents.has(one.id));
  const onTop = (one) => one.properties.kind === GridKind.DEDICATED;
  return innermost.sort((one, other) => onTop(one) - onTop(other));
}

// Say at once where a click or what was typed has fallen; the server says it again with what is known close by.
function tell(grid) {
  near.textContent = grid ? `${words.named}${grid.name}` : words.outside;
}

function fits(map, code) {
  const bounds = layers.get(code).getBounds();
  const size = map
    .latLngToContainerPoint(bounds.getSouthEast())
    .subtract(map.latLngToContainerPoint(bounds.getNorthWest()));
  return size.y >= LINE_PX && size.x >= LETTER_PX * known.get(code).properties.name.length;
}

// Names stand where they have room: the deepest level of which most fit, townships always if they do.
function label(map) {
  const view = map.getBounds();
  const seen = [...layers.keys()].filter((code) => view.intersects(layers.get(code).getBounds()));
  const of = (level) => seen.filter((code) => known.get(code).properties.level === level);
  const named =
    [...LEVELS]
      .reverse()
      .find((level) => of(level).filter((code) => fits(map, code)).length * 4 >= Math.max(1, 3 * of(level).length)) ??
    LEVELS[0];
  for (const [code, layer] of layers) {
    const wanted = known.get(code).properties.level === named && seen.includes(code) && fits(map, code);
    if (!wanted) {
      layer.unbindTooltip();
    } else if (!layer.getTooltip()) {
      const name = document.createElement("span");
      name.textContent = known.get(code).properties.name;
      layer.bindTooltip(name, { permanent: true, direction: "center", className: "place-name" });
    }
  }
}

function draw(map, collection, pin) {
  const lowest = leaves();
  const codes = new Set(lowest.map((one) => one.id));
  const add = (features, interactive) =>
    L.geoJSON(features, {
      interactive,
      style: (one) => ({ ...STYLES[one.properties.level], ...(interactive ? STYLES[Level.GRID] : {}) }),
      onEachFeature: (one, layer) => layers.set(one.id, layer),
    }).addTo(map);
  add(lowest, true);
  for (const level of [Level.VILLAGE, Level.TOWNSHIP]) {
    add(
      collection.features.filter((one) => one.properties.level === level && !codes.has(one.id)),
      false,
    );
  }
  map.on("click", (event) => pin(event.latlng)); // which changes the degrees
  map.on("moveend zoomend", () => label(map));
}

// What the degrees say now holds for the mark, the lists and the name of the grid, whoever wrote them.
function follow(map, pin) {
  const [x, y] = [lon, lat].map((field) => (field.value.trim() ? Number(field.value) : NaN));
  if (!Number.isFinite(x) || !Number.isFinite(y) || Math.abs(x) > 180 || Math.abs(y) > 90) {
    pin?.remove();
    return;
  }
  const grid = gridAt(x, y);
  tell(grid);
  stand(grid?.code);
  pin?.mark([y, x]);
  if (map && !map.getBounds().contains([y, x])) {
    map.panTo([y, x], { animate: false });
  }
}

function look(map, code) {
  const bounds = layers.get(code)?.getBounds();
  if (bounds?.isValid()) {
    map.fitBounds(bounds, { padding: [8, 8], animate: false });
  }
}

function show(collection) {
  for (const one of collection.features) {
    known.set(one.id, one);
  }
  stand(words.chosen);
  const map = L ? begin(place) : null;
  const pin = map ? pinOf(map) : null;
  if (map) {
    draw(map, collection, pin);
    map.fitBounds(L.latLngBounds([...layers.values()].map((one) => one.getBounds())), {
      padding: [8, 8],
      animate: false,
    });
    look(map, words.chosen);
  }
  showObjects(map);
  for (const field of [lon, lat]) {
    field.addEventListener("change", () => follow(map, pin));
  }
  if (lon.value && lat.value) {
    follow(map, pin); // a form that was refused comes back with what was typed
  }
  for (const [place, select] of selects.entries()) {
    select.addEventListener("change", () => {
      const code = select.value || selects[place - 1]?.value;
      stand(code);
      [lon.value, lat.value] = ["", ""]; // the place is now somewhere in what was chosen: no point of it
      pin?.remove();
      look(map, code);
    });
  }
}

const answer = await fetch(words.grids, { headers: { Accept: "application/geo+json" } }).catch(() => null);
if (answer?.ok) {
  show(await answer.json());
} else {
  near.textContent = words.failed;
}
place.dataset.ready = "yes";
