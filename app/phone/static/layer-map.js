// A map of the objects that this phone keeps, in colours by layer: those within what it shows are drawn.

import { groundMap, mapElement, objectLayer } from "./map-field.js";
import { onBeforeUnmount, onMounted, ref, watch } from "./ui.js";
import { t } from "./words.js";

export const SHOWN_MOST = 300; // on the map at once: more is not told apart on a small screen; our figure

export const LayerMap = {
  props: { rows: Array, chosen: String, layers: Array },
  emits: ["pick", "view"],
  setup(props, { emit }) {
    const place = ref(null);
    const missing = ref(false);
    let map = null;
    let shapes = null;
    // A line or an area counts as where its point lies, as on the server.
    const within = () => {
      const bounds = map.getBounds();
      return props.rows.filter((one) => bounds.contains([one.lat, one.lon]));
    };
    function show() {
      if (!map) return;
      const seen = within();
      const rows = seen.slice(0, SHOWN_MOST);
      shapes?.remove();
      const L = globalThis.L;
      shapes = L.featureGroup(rows.map((one) => layerOf(L, one))).addTo(map);
      emit("view", { rows, more: seen.length > rows.length });
    }
    function layerOf(L, one) {
      const chosen = one.object_id === props.chosen ? " chosen" : "";
      const at = props.layers.findIndex((each) => each.layer === one.layer);
      return objectLayer(L, one, `object layer-${at % 6}${chosen}`, () => emit("pick", one));
    }
    onMounted(async () => {
      map = await groundMap(place, missing);
      map?.on("moveend", show);
      show();
    });
    watch(() => [props.rows, props.chosen], show);
    onBeforeUnmount(() => map?.remove());
    return () => mapElement(place, missing, t("对象地图，点按查看", "Map of objects; tap one to look at it"));
  },
};
