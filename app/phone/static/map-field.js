// The outlines and names of the grids, and the place, over tiles where the county has set an address of some.
// Everything the map does can be done without it.

import { grids, me } from "./state.js";
import { html, onBeforeUnmount, onMounted, ref, watch } from "./ui.js";
import { t } from "./words.js";

const LETTER_PIXELS = 12; // a grid narrower than its name has no room for it
const MOST_ZOOM = 18;
let loading = null;

function library() {
  loading ||= new Promise((resolve, reject) => {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/lib/leaflet.css" });
    const script = Object.assign(document.createElement("script"), { src: "/lib/leaflet.js" });
    script.onload = () => resolve(globalThis.L);
    script.onerror = () => {
      loading = null;
      reject(new Error("leaflet"));
    };
    document.head.append(sheet, script);
  });
  return loading;
}

// Names as elements: Leaflet would take a text for HTML.
function nameLayer(L, layer, feature) {
  const text = Object.assign(document.createElement("span"), { textContent: feature.properties.name });
  layer.bindTooltip(text, { permanent: true, direction: "center", className: "grid-name", interactive: false });
}

// Show the names of the grids that have room for them.
function label(map, layers) {
  for (const layer of layers) {
    const bounds = layer.getBounds();
    const wide = map.latLngToLayerPoint(bounds.getNorthEast()).x - map.latLngToLayerPoint(bounds.getSouthWest()).x;
    if (wide >= LETTER_PIXELS * layer.feature.properties.name.length && map.getBounds().intersects(bounds))
      layer.openTooltip();
    else layer.closeTooltip();
  }
}

// The grids below which there are no others: those in which people work.
function smallest(map) {
  const parents = new Set(map.features.map((one) => one.properties.parent));
  return (one) => !parents.has(one.properties.code);
}

// The grids as the ground of a map: their outlines, those of one's own, and their names where there is room.
function ground(L, element) {
  const map = L.map(element, { attributionControl: false, keyboard: true, zoomAnimation: false });
  const { tiles } = document.body.dataset;
  if (tiles) L.tileLayer(tiles, { maxZoom: MOST_ZOOM }).addTo(map);
  const outlines = L.geoJSON(grids.value, { style: { className: "outline", weight: 1 }, interactive: false }).addTo(
    map,
  );
  const mine = L.geoJSON(grids.value, {
    filter: (one) => me.value?.grids.includes(one.properties.code),
    style: { className: "outline mine", weight: 3 },
    interactive: false,
  }).addTo(map);
  const around = mine.getLayers().length ? mine : outlines;
  if (around.getLayers().length) map.fitBounds(around.getBounds());
  const leaves = [];
  L.geoJSON(grids.value, {
    filter: smallest(grids.value),
    style: { className: "outline", weight: 0 },
    interactive: false,
    onEachFeature: (feature, layer) => {
      nameLayer(L, layer, feature);
      leaves.push(layer);
    },
  }).addTo(map);
  map.on("zoomend moveend", () => label(map, leaves));
  label(map, leaves);
  return map;
}

// A map in an element once the library is there; nothing where it does not come, or nobody waits any more.
export async function groundMap(place, missing) {
  const L = await library().catch(() => null); // its only error: the file does not come
  missing.value = L === null;
  return L === null || !place.value ? null : ground(L, place.value);
}

// What the map is drawn in, and what is said where it cannot be.
export const mapElement = (place, missing, caption) => html`
  <div class="map" role="application" aria-label=${caption} ref=${(element) => (place.value = element)}></div>
  ${
    missing.value
      ? html`<p role="status">
          ${t(
            "地图还没有下载到手机，联网后再打开。",
            "The map is not on the phone yet: open it when there is network.",
          )}
        </p>`
      : ""
  }`;

// An object on a map: its line or area where it has one, else its point; its name as an element.
export function objectLayer(L, one, className, onClick) {
  const shape = one.geometry
    ? L.geoJSON(one.geometry, { style: { className, weight: 4 }, bubblingMouseEvents: false })
    : L.circleMarker([one.lat, one.lon], { radius: 10, className, bubblingMouseEvents: false });
  const text = Object.assign(document.createElement("span"), { textContent: one.name });
  return shape.bindTooltip(text).on("click", onClick);
}

export const MapField = {
  props: { lon: Number, lat: Number, grid: String, marks: Array, marked: String, label: String },
  emits: ["pick", "mark"],
  setup(props, { emit }) {
    const place = ref(null);
    const missing = ref(false);
    let map = null;
    let mark = null;
    let chosen = null;
    let layer = null; // of what can be picked
    onMounted(async () => {
      map = await groundMap(place, missing);
      if (map === null) return;
      mark = globalThis.L.circleMarker([0, 0], { radius: 9, className: "here" });
      show();
      showMarks();
      map.on("click", ({ latlng }) => emit("pick", { lon: latlng.lng, lat: latlng.lat }));
    });
    // A grid that was chosen is shown as a whole: a mark would say more than anybody has said.
    function showGrid() {
      const feature = grids.value.features.find((one) => one.properties.code === props.grid);
      if (!feature) return;
      chosen = globalThis.L.geoJSON(feature, {
        style: { className: "outline mine somewhere", weight: 4 },
        interactive: false,
      }).addTo(map);
      map.fitBounds(chosen.getBounds());
    }
    function show() {
      if (!map) return;
      chosen?.remove();
      mark.remove();
      if (props.grid) showGrid();
      if (props.lon === null) return;
      mark.setLatLng([props.lat, props.lon]).addTo(map);
      if (!map.getBounds().contains(mark.getLatLng())) map.panTo(mark.getLatLng());
    }
    // What can be picked, in view together with the place.
    function showMarks() {
      if (!map || !props.marks) return;
      layer?.remove();
      const L = globalThis.L;
      layer = L.featureGroup(props.marks.map((one) => markOf(L, one))).addTo(map);
      const bounds = props.marks.length ? layer.getBounds() : null;
      if (bounds && props.lon !== null) bounds.extend([props.lat, props.lon]);
      if (bounds && !map.getBounds().contains(bounds)) map.fitBounds(bounds, { maxZoom: MOST_ZOOM, animate: false });
    }
    function markOf(L, one) {
      const className = one.object_id === props.marked ? "object chosen" : "object";
      return objectLayer(L, one, className, () => emit("mark", one));
    }
    watch(() => [props.lon, props.lat, props.grid], show);
    watch(() => [props.marks, props.marked], showMarks);
    onBeforeUnmount(() => map?.remove());
    return () =>
      mapElement(
        place,
        missing,
        props.label || t("网格地图，点按选择位置", "Map of the grids; tap to choose the place"),
      );
  },
};
