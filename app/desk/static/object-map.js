// Objects by layers: what lies within the map is drawn, and listed below it for whoever does not use a map.
import { begin } from "/static/frame/map.js";

// One colour a layer, dark enough on white; which layer it is the list and the words on the mark say, too.
const COLOURS = ["#0b4f8a", "#9a3412", "#166534", "#6b21a8", "#854d0e", "#9d174d", "#155e75", "#3f6212", "#1e3a8a"];
const GROUND = { color: "#94a3b8", weight: 1, fill: false, interactive: false };
const NEAREST = 18;
const place = document.getElementById("map");
const words = place.dataset;
const form = document.getElementById("layers");
const summary = document.getElementById("shown");
const body = document.getElementById("listed").tBodies[0];
const boxes = [...form.querySelectorAll("[name=layer]")];
const L = window.L;
const english = document.documentElement.lang === "en";
const inWords = (one, name) => (english ? one[`${name}_en`] : one[name]);
const fill = (text, ...figures) => figures.reduce((before, figure) => before.replace("{}", figure), text);

const colourAt = (at) => COLOURS[at % COLOURS.length];
const colourOf = (kind) => colourAt(boxes.findIndex((box) => box.value.split(",").includes(kind)));

async function read(address, signal) {
  const answer = await fetch(address, { headers: { Accept: "application/geo+json, application/json" }, signal });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function link(one) {
  const anchor = document.createElement("a");
  anchor.href = `${words.page}${one.object_id}`;
  anchor.textContent = one.name;
  return anchor;
}

const factsOf = (one) => [inWords(one, "kind_name"), one.identifier, inWords(one, "grade_name"), one.grid_name];

function popup(one) {
  const node = document.createElement("div");
  const facts = document.createElement("p");
  facts.textContent = factsOf(one).filter(Boolean).join(" · ");
  node.append(link(one), facts);
  return node;
}

function rowOf(one) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.append(link(one));
  const cells = factsOf(one).map((text) => Object.assign(document.createElement("td"), { textContent: text ?? "—" }));
  row.append(head, ...cells);
  return row;
}

function draw(map, features) {
  return L.geoJSON(features, {
    style: ({ properties }) => ({ color: colourOf(properties.kind), weight: 4, fillOpacity: 0.2, className: "object" }),
    pointToLayer: ({ properties }, where) =>
      L.circleMarker(where, { radius: 7, weight: 2, color: colourOf(properties.kind), className: "object" }),
    onEachFeature: ({ properties }, layer) =>
      layer.on("click", ({ latlng }) => {
        L.popup().setLatLng(latlng).setContent(popup(properties)).openOn(map); // it outlives what is drawn anew
      }),
  }).addTo(map);
}

// The four sides of what the map shows, kept to what degrees can be.
function boxOf(map) {
  const [south, north] = [map.getBounds().getSouth(), map.getBounds().getNorth()];
  const [west, east] = [map.getBounds().getWest(), map.getBounds().getEast()];
  return [Math.max(west, -180), Math.max(south, -90), Math.min(east, 180), Math.min(north, 90)].join(",");
}

// How many there are, or why there is nothing.
function say({ features, next_cursor: more }) {
  if (more) summary.textContent = fill(words.more, words.most, features.length);
  else summary.textContent = features.length ? fill(words.counted, features.length) : words.none;
}

function follow(map) {
  let shapes = null;
  let request = null;
  return async () => {
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    const kinds = boxes.filter((box) => box.checked).map((box) => box.value);
    const query = new URLSearchParams({ box: boxOf(map), limit: words.most, kinds: kinds.join(",") });
    if (form.q.value.trim()) query.set("q", form.q.value.trim());
    place.dataset.busy = "yes";
    try {
      const answer = kinds.length ? await read(`${words.features}?${query}`, signal) : { features: [] };
      if (signal.aborted) return;
      shapes?.remove();
      shapes = draw(map, answer.features);
      body.replaceChildren(...answer.features.map((feature) => rowOf(feature.properties)));
      say(answer);
    } catch {
      if (signal.aborted) return;
      summary.textContent = words.failed;
    }
    delete place.dataset.busy;
  };
}

function prepareMap(outlines) {
  const map = begin(place, { preferCanvas: false, maxZoom: NEAREST });
  const ground = L.geoJSON(outlines, { style: GROUND, interactive: false }).addTo(map);
  const codes = words.ground.split(",");
  const own = L.geoJSON(outlines, { filter: (one) => codes.includes(one.properties.code) });
  const bounds = (own.getLayers().length ? own : ground).getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [8, 8], animate: false });
  else map.setView([36, 112], 5);
  return map;
}

for (const key of form.querySelectorAll(".layer-key")) key.style.background = colourAt(Number(key.dataset.layer));
try {
  const map = prepareMap(await read(words.grids));
  const renew = follow(map);
  map.on("moveend", renew);
  form.addEventListener("change", renew);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    renew();
  });
  await renew();
} catch {
  summary.textContent = words.failed;
}
place.dataset.ready = "yes";
