// Grids by their cases: what is open now, or what was reported on a day; numbers beside the colours, a table beside
// the map.
import { begin } from "/static/frame/map.js";
import { fill, link, read } from "./table.js";

const STEPS = ["#f1f5f9", "#dbeafe", "#93c5fd", "#3b82f6", "#1e40af"]; // none, few … many
const ROOM_PX = 18;
const place = document.getElementById("grids");
const words = place.dataset;
const ground = document.getElementById("map");
const slider = document.getElementById("day");
const output = document.getElementById("day-shown");
const status = document.getElementById("map-status");
const L = window.L;

function address(grid, more) {
  return `${words.cases}?${new URLSearchParams({ grid: grid.code, ...more })}`;
}

// What the slider points at: its name, the figure of a grid, and the address of the cases behind it.
function moment(figures, position) {
  if (position >= figures.days.length) {
    return {
      name: words.now,
      count: (grid) => grid.open,
      overdue: (grid) => grid.overdue,
      cases: (grid) => address(grid, { show: "open" }),
      late: (grid) => address(grid, { show: "overdue" }),
    };
  }
  const day = figures.days[position];
  return {
    name: words.on.replace("{day}", day),
    count: (grid) => grid.reported[position],
    overdue: () => null,
    cases: (grid) => address(grid, { reported_from: day, reported_to: day }),
    late: () => "",
  };
}

function colour(count, most) {
  return count ? STEPS[Math.min(4, 1 + Math.floor((4 * (count - 1)) / Math.max(most, 1)))] : STEPS[0];
}

function label(count) {
  const node = document.createElement("span");
  node.textContent = String(count);
  return node;
}

function popup(grid, now) {
  const node = document.createElement("div");
  const title = document.createElement("strong");
  title.textContent = grid.name;
  const line = document.createElement("p");
  line.append(`${now.name}：`, link(now.count(grid), now.cases(grid)));
  node.append(title, line);
  if (now.overdue(grid)) {
    const late = document.createElement("p");
    late.append(`${words.overdue}：`, link(now.overdue(grid), now.late(grid)));
    node.append(late);
  }
  if (now.count(grid)) {
    const anchor = document.createElement("a");
    anchor.href = now.cases(grid);
    anchor.textContent = words.see;
    node.append(anchor);
  }
  return node;
}

// A number stands where its grid has room for it; nearer (by the map's own buttons) more of them do.
function hasRoom(map, layer) {
  const bounds = layer.getBounds();
  const size = map
    .latLngToContainerPoint(bounds.getSouthEast())
    .subtract(map.latLngToContainerPoint(bounds.getNorthWest()));
  return Math.min(size.x, size.y) >= ROOM_PX;
}

function paint(map, figures, layers) {
  const now = moment(figures, Number(slider.value));
  const most = Math.max(0, ...figures.grids.map(now.count));
  output.textContent = now.name;
  slider.setAttribute("aria-valuetext", now.name);
  for (const grid of figures.grids) {
    const layer = layers.get(grid.code);
    if (!layer) continue;
    const count = now.count(grid);
    layer.setStyle({
      fillColor: colour(count, most),
      fillOpacity: ground.dataset.tiles ? 0.5 : 0.75,
      color: "#475569",
      weight: 1,
    });
    layer.unbindTooltip();
    if (count && hasRoom(map, layer))
      layer.bindTooltip(label(count), { permanent: true, direction: "center", className: "grid-count" });
    layer.bindPopup(() => popup(grid, now));
  }
  const ranked = figures.grids
    .filter((grid) => now.count(grid))
    .sort((one, other) => now.count(other) - now.count(one));
  fill(
    document.getElementById("grids-table"),
    ranked.map((grid) => [
      grid.name,
      link(now.count(grid), now.cases(grid)),
      now.overdue(grid) === null ? document.createTextNode("—") : link(now.overdue(grid), now.late(grid)),
    ]),
  );
  status.textContent = ranked.length ? "" : words.none;
}

try {
  const [figures, outlines] = await Promise.all([read(words.grids), read(words.outlines)]);
  const map = begin(ground, { fadeAnimation: false, zoomSnap: 0.25, scrollWheelZoom: false });
  const layers = new Map();
  const outlineLayer = L.geoJSON(outlines, {
    onEachFeature: (feature, layer) => layers.set(feature.properties.code, layer),
  });
  outlineLayer.addTo(map);
  if (layers.size) map.fitBounds(outlineLayer.getBounds(), { padding: [8, 8] });
  slider.max = slider.value = String(figures.days.length);
  slider.addEventListener("input", () => paint(map, figures, layers));
  map.on("zoomend", () => paint(map, figures, layers));
  paint(map, figures, layers);
} catch {
  status.textContent = words.failed;
}
place.dataset.ready = "yes";
