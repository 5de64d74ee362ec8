// Which object it is: what this phone keeps of the grids of its owner, and, while the server can be reached, what lies
// near. Found by name or identifier, in a list or on the map.

import { distance } from "/static/frame/geometry.js";
import { isAnswer } from "./answers.js";
import { db } from "./db.js";
import { MapField } from "./map-field.js";
import { read } from "./net.js";
import { html, ref, shallowRef, watch } from "./ui.js";
import { metres, t } from "./words.js";

const MOST = 10; // more is not read on a small screen: the name or the identifier finds faster
const IN_USE = "in_use";

const ofClass = (code) => db.objects.where("classes").equals(code).toArray();
const ofKinds = (kinds) => db.objects.where("kind").anyOf(kinds).toArray();

// What lies near a place, as the server knows it: beyond one's own grids, too. Nothing where there is no network.
async function near(code, { lon, lat }) {
  if (lon === null) return [];
  try {
    const query = new URLSearchParams({ class: code, lon, lat, limit: MOST });
    const { items } = await read(`/objects/nearest?${query}`, "items");
    return items.map(({ kind, state, grid, ...one }) => ({
      ...one,
      kind: kind.code,
      kind_name: kind.name,
      kind_name_en: kind.name_en,
      state: state.code,
      grid: grid.code,
    }));
  } catch (error) {
    if (!isAnswer(error)) throw error;
    return [];
  }
}

export const captionOf = (one) => [one.name, one.identifier].filter(Boolean).join(" · ");

// Whether an object in use bears all the words that were typed.
export function fits(one, text) {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return one.state === IN_USE && words.every((word) => captionOf(one).toLowerCase().includes(word));
}

// Those that fit what was typed, the nearest first where there is a place.
export function findObjects(rows, text, { lon = null, lat = null } = {}) {
  const away = (one) => (lon === null ? null : distance({ lon, lat }, one));
  return rows
    .filter((one) => fits(one, text))
    .map((one) => ({ one, away: away(one) }))
    .sort((a, b) => a.away - b.away || captionOf(a.one).localeCompare(captionOf(b.one)))
    .slice(0, MOST);
}

// The one that was chosen stands first, whatever was typed since: it can be seen, and left again.
function withChosen(matches, { rows, chosen }) {
  const one = rows.find((each) => each.object_id === chosen);
  if (!one || matches.some((each) => each.one === one)) return matches;
  return [{ one, away: null }, ...matches];
}

// One of a list of objects, to be chosen.
export const choiceOf = ({ one, away }, chosen, put) => html`<li key=${one.object_id}>
  <button type="button" aria-pressed=${String(one.object_id === chosen)} onClick=${() => put(one)}>
    <strong>${one.name}</strong>${" "}
    <span class="quiet">${[one.identifier, away === null ? "" : metres(away)].filter(Boolean).join(" · ")}</span>
  </button>
</li>`;

const leaveOut = () => t("没有找到，可以不选。", "None found: leave it out.");

// One of some objects: `chosen` is its id, `place` from where they are looked for.
const Choice = {
  props: { rows: Array, chosen: String, place: Object, label: String, within: String, optional: Boolean },
  emits: ["put"],
  setup(props, { emit }) {
    const text = ref("");
    const onMap = ref(false);
    const put = (one) => emit("put", one.object_id === props.chosen ? null : one);
    return () => {
      const matches = withChosen(findObjects(props.rows, text.value, props.place), props);
      const marks = matches.map((each) => each.one);
      return html`<fieldset class="part" data-part="object">
        <legend>${props.label}</legend>
        <label for=${`${props.within}words`}>${t("名称或编号", "Name or identifier")}</label>
        <input id=${`${props.within}words`} type="search" value=${text.value} autocomplete="off"
            onInput=${(event) => (text.value = event.target.value)} />
        <ul class="choices" aria-label=${t("附近的对象", "Objects near by")}>
          ${matches.map((each) => choiceOf(each, props.chosen, put))}
          ${
            matches.length
              ? ""
              : html`<li class="quiet">${props.optional ? leaveOut() : t("没有找到对象。", "No object found.")}</li>`
          }
        </ul>
        <button type="button" aria-expanded=${String(onMap.value)} onClick=${() => (onMap.value = !onMap.value)}>
          ${t("在地图上选", "Choose on the map")}
        </button>
        ${
          onMap.value
            ? html`<${MapField} lon=${props.place.lon} lat=${props.place.lat} grid=${null} marks=${marks}
                  marked=${props.chosen} label=${t("对象地图，点按选择", "Map of objects; tap to choose one")}
                  onMark=${put} />`
            : ""
        }
      </fieldset>`;
    };
  },
};

// What a report is about. Once it was picked, a place that nobody has found is that of the object.
export const ObjectField = {
  props: { form: Object },
  emits: ["change"],
  setup(props, { emit }) {
    const rows = shallowRef([]);
    let turn = 0;
    async function load() {
      const { class: code, object } = props.form;
      if (object && !object.classes.includes(code)) put(null);
      const mine = (turn += 1);
      const own = code ? await ofClass(code) : [];
      if (mine === turn) rows.value = own;
      const beside = code ? await near(code, props.form) : [];
      if (mine !== turn) return;
      const ids = new Set(own.map((one) => one.object_id));
      rows.value = [...own, ...beside.filter((one) => !ids.has(one.object_id))];
    }
    function put(one) {
      props.form.object = one && { ...one, classes: [...one.classes] };
      if (one && props.form.lon === null && !props.form.grid)
        Object.assign(props.form, { lon: one.lon, lat: one.lat, accuracy: null });
      emit("change");
    }
    watch(() => [props.form.class, props.form.lon, props.form.lat], load, { immediate: true });
    return () => {
      const { object, lon, lat } = props.form;
      if (!rows.value.length && !object) return "";
      const every = object && !rows.value.some((one) => one.object_id === object.object_id) ? [object] : [];
      return html`<${Choice} rows=${[...every, ...rows.value]} chosen=${object?.object_id ?? null}
          place=${{ lon, lat }} within="object-" optional=${true}
          label=${t("是哪一个（可不选）", "Which one (may be left out)")}
          onPut=${put} />`;
    };
  },
};

// A question of a form that is answered with an object of some kinds.
export const ObjectQuestion = {
  props: { field: Object, label: String, given: String, within: String },
  emits: ["put"],
  setup(props, { emit }) {
    const rows = shallowRef([]);
    ofKinds(props.field.objects).then((own) => (rows.value = own));
    return () => html`<${Choice} rows=${rows.value} chosen=${props.given} place=${{ lon: null, lat: null }}
        within=${props.within} label=${props.label} onPut=${(one) => emit("put", one && one.object_id)} />`;
  },
};
