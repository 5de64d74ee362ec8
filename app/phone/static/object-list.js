// What this phone keeps, to be found without network: by layers, by name or identifier, in a list and on the map.

import { db } from "./db.js";
import { LayerMap, SHOWN_MOST } from "./layer-map.js";
import { captionOf, choiceOf, findObjects, fits } from "./objects.js";
import { whereAmI } from "./places.js";
import { grids } from "./state.js";
import { computed, html, onMounted, ref, shallowRef } from "./ui.js";
import { many, t } from "./words.js";

const AGE_MS = 60_000; // a place this old is good enough for a list

// The layers of some objects, each once; objects kept long ago have none yet.
function layersOf(rows) {
  const byLayer = new Map(rows.map((one) => [one.layer, { layer: one.layer, layer_en: one.layer_en }]));
  byLayer.delete(undefined);
  return [...byLayer.values()].sort((one, other) => one.layer.localeCompare(other.layer, "zh"));
}

const gridName = (code) => grids.value?.features.find((one) => one.properties.code === code)?.properties.name;

const fact = (label, value) => (value ? [html`<dt>${label}</dt>`, html`<dd>${value}</dd>`] : "");

// One object, as the phone knows it.
const Card = ({ one }) => html`<div role="status"><dl>
  ${fact(t(one.kind_name, one.kind_name_en), one.name)}${fact(t("编号", "Identifier"), one.identifier)}
  ${fact(t("等级", "Grade"), t(one.grade_name, one.grade_name_en))}
  ${fact(t("网格", "Grid"), gridName(one.grid))}
</dl></div>`;

const empty = () => html`<p class="empty">
  ${t(
    "手机里没有对象。您负责的网格有登记的，联网后会自动取来。",
    "No objects on this phone. Those of the grids you serve come by themselves when there is network.",
  )}
</p>`;

function Layers({ layers, off, onToggle }) {
  return html`<fieldset class="part">
    <legend>${t("图层", "Layers")}</legend>
    ${layers.map(
      (one) => html`<label key=${one.layer}>
        <input type="checkbox" checked=${!off.includes(one.layer)} onChange=${() => onToggle(one.layer)} />
        ${" "}${t(one.layer, one.layer_en)}
      </label>`,
    )}
  </fieldset>`;
}

// What the map shows where it is open, else what fits, the nearest first.
function List({ matches, chosen, onPut, caption }) {
  return html`<ul class="choices" aria-label=${caption}>
    ${matches.map((each) => choiceOf(each, chosen, onPut))}
    ${matches.length ? "" : html`<li class="quiet">${t("没有找到对象。", "No object found.")}</li>`}
  </ul>`;
}

const howMany = ({ rows, more }) =>
  more
    ? t(
        `地图范围内的对象多于 ${SHOWN_MOST} 个，只列出 ${SHOWN_MOST} 个；请放大地图或少选几个图层。`,
        `There are more than ${SHOWN_MOST} objects within the map, and ${SHOWN_MOST} are shown: ` +
          "look nearer, or choose fewer layers.",
      )
    : t(`地图范围内有 ${rows.length} 个对象。`, `${many(rows.length, "object")} within the map.`);

export const Objects = {
  setup() {
    const rows = shallowRef(null);
    const here = ref({ lon: null, lat: null });
    const chosen = shallowRef(null);
    const text = ref("");
    const off = ref([]); // the layers that are not wanted
    const onMap = ref(false);
    const view = shallowRef({ rows: [], more: false });
    const layers = computed(() => layersOf(rows.value));
    const wanted = computed(() => rows.value.filter((one) => !off.value.includes(one.layer)));
    const fitting = computed(() => wanted.value.filter((one) => fits(one, text.value)));
    onMounted(async () => {
      rows.value = await db.objects.toArray();
      const place = await whereAmI(AGE_MS);
      if (!place.why) here.value = { lon: place.lon, lat: place.lat };
    });
    const put = (one) => (chosen.value = one);
    const toggle = (layer) =>
      (off.value = off.value.includes(layer) ? off.value.filter((one) => one !== layer) : [...off.value, layer]);
    const search = () => html`<label for="all-words">${t("名称或编号", "Name or identifier")}</label>
      <input id="all-words" type="search" value=${text.value} autocomplete="off"
          onInput=${(event) => (text.value = event.target.value)} />`;
    const map = () => html`<${LayerMap} rows=${fitting.value} chosen=${chosen.value?.object_id ?? ""}
        layers=${layers.value} onPick=${put} onView=${(seen) => (view.value = seen)} />
      <p role="status">${howMany(view.value)}</p>`;
    const list = () =>
      onMap.value
        ? view.value.rows
            .map((one) => ({ one, away: null }))
            .sort((a, b) => captionOf(a.one).localeCompare(captionOf(b.one)))
        : findObjects(wanted.value, text.value, here.value);
    return () => {
      if (!rows.value) return "";
      if (!rows.value.length) return empty();
      return html`
        <p class="quiet">${t(`手机里有 ${rows.value.length} 个`, `${many(rows.value.length, "object")} here`)}</p>
        ${Layers({ layers: layers.value, off: off.value, onToggle: toggle })}${search()}
        <button type="button" aria-expanded=${String(onMap.value)} onClick=${() => (onMap.value = !onMap.value)}>
          ${t("在地图上看", "On the map")}
        </button>
        ${onMap.value ? map() : ""}${chosen.value ? Card({ one: chosen.value }) : ""}
        ${List({
          matches: list(),
          chosen: chosen.value?.object_id,
          onPut: put,
          caption: onMap.value ? t("地图范围内的对象", "Objects within the map") : t("对象名单", "List of objects"),
        })}
      `;
    };
  },
};
