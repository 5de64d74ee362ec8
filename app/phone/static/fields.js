// Parts of forms: place, class. Each holds its value in the object it is given.

import { Questions } from "./questions.js";
import { findClasses } from "./search.js";
import { hasPlace, locate, whereAmI } from "./places.js";
import { settings } from "./settings.js";
import { cases, catalogue, grids, me } from "./state.js";
import { MapField } from "./map-field.js";
import { computed, html, nextTick, onMounted, ref, watch } from "./ui.js";
import { nameOf, t } from "./words.js";

const QUICK = 4; // classes that are one tap away

const numberName = (number) =>
  ({
    110: t("110 报警", "110 police"),
    119: t("119 消防救援", "119 fire and rescue"),
    120: t("120 急救", "120 ambulance"),
  })[number] || number;

// Why there is no position, where whoever holds the phone can do something about it, or cannot.
const noPosition = (why) =>
  ({
    address: t(
      "（网址不是 https，浏览器不给位置，请告诉管理员。）",
      " (The address is not https, so the browser gives no position: tell the administrator.)",
    ),
    denied: t(
      "（浏览器没有定位权限：可在手机设置里允许。）",
      " (The browser may not read it: allow it in the phone's settings.)",
    ),
    none: t("（这个浏览器没有定位功能。）", " (This browser cannot find positions.)"),
  })[why] || "";

export const PlaceField = {
  props: { form: Object },
  emits: ["change"],
  setup(props, { emit }) {
    const looking = ref(false);
    const text = ref("");
    const byHand = ref(false);
    const why = ref(undefined); // there is no position
    const onMap = ref(false);
    const here = computed(() => {
      if (props.form.grid) return grids.value?.features.find((one) => one.properties.code === props.form.grid) || null;
      return props.form.lon === null ? null : locate(grids.value, props.form.lon, props.form.lat);
    });
    const listed = computed(() => {
      const map = grids.value;
      if (!map) return [];
      const parents = new Set(map.features.map((one) => one.properties.parent));
      const mine = new Set(me.value?.grids || []);
      const fits = map.features.filter((one) => one.properties.name.includes(text.value.trim()));
      return fits
        .filter((one) => mine.has(one.properties.code) || !parents.has(one.properties.code))
        .sort((one, other) => mine.has(other.properties.code) - mine.has(one.properties.code))
        .slice(0, 60);
    });
    function put(place) {
      const { lon = null, lat = null, accuracy = null, grid = null } = place;
      Object.assign(props.form, { lon, lat, accuracy, grid });
      emit("change");
    }
    // What was said while the phone was looking stands.
    async function find() {
      const { lon, grid } = props.form;
      looking.value = true;
      const place = await whereAmI();
      looking.value = false;
      if (props.form.lon !== lon || props.form.grid !== grid) return;
      why.value = place.why;
      if (place.why) byHand.value = true;
      else put(place);
    }
    // Somewhere in a grid: nobody has said where, and so no point of it is made up.
    const choose = (code) => code && put({ grid: code });
    onMounted(() => !hasPlace(props.form) && find());
    return () => html`
      <fieldset class="part">
        <legend>${t("位置", "Place")}</legend>
        <p role="status" class=${here.value ? "good" : ""} data-part="place">
          ${
            looking.value
              ? t("正在定位…", "Finding the place…")
              : props.form.grid
                ? html`<strong>${here.value?.properties.name || props.form.grid}</strong>
                  ${t(" 内某处（手选网格，没有定位点）", ": somewhere in it (chosen by hand, no point)")}`
                : here.value
                  ? html`<strong>${here.value.properties.name}</strong> ${
                      props.form.accuracy
                        ? t(`（精度约 ${props.form.accuracy} 米）`, `(within about ${props.form.accuracy} m)`)
                        : ""
                    }`
                  : props.form.lon !== null
                    ? t("此处不在任何网格内，请在下面选择网格。", "This place lies in no grid: choose one below.")
                    : t("没有定位，请选择网格并写明地址。", "No position: choose a grid and write the address.") +
                      noPosition(why.value)
          }
        </p>
        <div class="row tight">
          <button type="button" onClick=${find}>${t("重新定位", "Find again")}</button>
          <button type="button" aria-expanded=${String(byHand.value)} onClick=${() => (byHand.value = !byHand.value)}>
            ${t("选网格", "Choose a grid")}
          </button>
          <button type="button" aria-expanded=${String(onMap.value)} onClick=${() => (onMap.value = !onMap.value)}>
            ${t("看地图", "Map")}
          </button>
        </div>
        ${
          byHand.value
            ? html`
              <label for="grid-words">${t("网格名称", "Name of the grid")}</label>
              <input id="grid-words" type="search" value=${text.value}
                  onInput=${(event) => (text.value = event.target.value)} />
              <label for="grid">${t("网格", "Grid")}</label>
              <select id="grid" value=${here.value?.properties.code || ""}
                  onChange=${(event) => choose(event.target.value)}>
                <option value="">${
                  listed.value.length ? t("请选择", "Choose") : t("没有这个名称的网格", "No grid of that name")
                }</option>
                ${listed.value.map(
                  (one) =>
                    html`<option key=${one.properties.code} value=${one.properties.code}>
                      ${one.properties.name}
                    </option>`,
                )}
              </select>`
            : ""
        }
        ${
          onMap.value
            ? html`<${MapField} lon=${props.form.lon} lat=${props.form.lat} grid=${props.form.grid} onPick=${put} />`
            : ""
        }
        ${
          "address" in props.form
            ? html`
              <label for="address">${t("地址或标志物（可不填）", "Address or landmark (may be left out)")}</label>
              <input id="address" maxlength="200" value=${props.form.address} autocomplete="off"
                  onInput=${(event) => {
                    props.form.address = event.target.value;
                    emit("change");
                  }} />`
            : ""
        }
      </fieldset>`;
  },
};

// Life and death first: the report goes to the grid's centre, which does not replace police, fire and ambulance.
const CallNow = {
  props: { numbers: Array },
  setup: (props) => () => html`
    <section class="notice" role="alert" aria-label=${t("请先打电话", "Call first")}>
      <p>
        <strong>${t("有生命危险时，先打电话，再上报：", "Where lives are in danger, call before you report:")}</strong>
      </p>
      <div class="row">${props.numbers.map(
        (number) => html`<a class="button strong" key=${number} href=${`tel:${number}`}>${numberName(number)}</a>`,
      )}</div>
    </section>`,
};

export const ClassField = {
  props: { form: Object },
  emits: ["change"],
  setup(props, { emit }) {
    const text = ref("");
    const open = ref(false);
    const classes = computed(() => catalogue.value?.classes || []);
    const chosen = computed(() => classes.value.find((one) => one.code === props.form.class));
    const matches = computed(() => findClasses(classes.value, text.value, settings.value.recent));
    const quick = computed(() =>
      findClasses(classes.value, "", likely(settings.value.recent || [], cases.value)).slice(0, QUICK),
    );
    watch(text, () => (open.value = true));
    async function begin(event) {
      open.value = true;
      const part = event.target.closest("fieldset");
      await nextTick();
      part.scrollIntoView({ block: "start" }); // what is found stands below, above the keyboard
    }
    function choose(code) {
      Object.assign(props.form, { class: code, answers: {} });
      open.value = false;
      emit("change");
    }
    const choice = (code, name, more) => html`
      <li key=${String(code)}>
        <button type="button" aria-pressed=${String(props.form.class === code)} onClick=${() => choose(code)}>
          <strong>${name}</strong> <span class="quiet">${more}</span></button>
      </li>`;
    return () => html`
      <fieldset class="part">
        <legend>${t("是什么问题", "What is it")}</legend>
        <p role="status" data-part="class">${t("已选：", "Chosen: ")}<strong>${
          chosen.value ? nameOf(chosen.value) : t("不清楚，由受理员判断", "Don't know, the centre decides")
        }</strong></p>
        ${chosen.value?.call_now?.length ? html`<${CallNow} numbers=${chosen.value.call_now} />` : ""}
        ${
          open.value
            ? ""
            : html`<div class="row quick" role="group" aria-label=${t("常用类别", "Classes often used")}>
                ${quick.value.map(
                  (
                    one,
                  ) => html`<button type="button" key=${one.code} aria-pressed=${String(props.form.class === one.code)}
                      onClick=${() => choose(props.form.class === one.code ? null : one.code)}>${nameOf(one)}</button>`,
                )}</div>`
        }
        <label for="class-words">
          ${t("用您平常的说法找，例如“垃圾”“井盖”", "Search in your own words, such as garbage or manhole")}
        </label>
        <input id="class-words" type="search" value=${text.value} autocomplete="off" onFocus=${begin}
            onInput=${(event) => (text.value = event.target.value)} />
        ${
          open.value
            ? html`<ul class="choices" aria-label=${t("找到的类别", "Classes found")}>
                ${choice(null, t("不清楚", "Don't know"), "")}
                ${matches.value.map((one) => choice(one.code, nameOf(one), one.major))}
                ${
                  matches.value.length
                    ? ""
                    : html`<li class="quiet">
                        ${t(
                          "没有找到：换个说法，或选“不清楚”。",
                          "Nothing found: try other words, or choose “don't know”.",
                        )}
                      </li>`
                }
              </ul>`
            : ""
        }
        ${
          chosen.value?.form.length
            ? html`<${Questions} form=${chosen.value.form} answers=${props.form.answers} report=${props.form}
                  originals=${Boolean(chosen.value.evidence.originals)} onChange=${() => emit("change")} />`
            : ""
        }
      </fieldset>`;
  },
};

// The classes that this person used lately, then those of which this phone knows the most cases.
function likely(recent, known) {
  const times = new Map();
  for (const one of known) if (one.class) times.set(one.class.code, (times.get(one.class.code) || 0) + 1);
  const often = [...times.keys()].sort((one, other) => times.get(other) - times.get(one));
  return [...new Set([...recent, ...often])];
}
