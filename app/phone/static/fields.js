// Parts of forms: photos, place, class. Each holds its value in the object it is given.

import { findClasses } from "./search.js";
import { hasRoom } from "./db.js";
import { locate, placeInside, whereAmI } from "./places.js";
import { catalogue, grids, me, settings, warn } from "./state.js";
import { LONG_SIDE, takeIn } from "./photos.js";
import { MapField } from "./map.js";
import { computed, html, onBeforeUnmount, onMounted, ref, watch } from "./ui.js";
import { t } from "./words.js";

const MOST_PHOTOS = 9;

export async function warnWhenNarrow() {
  if (await hasRoom()) return;
  warn(t("手机存储空间快满了：请先联网发送已保存的内容，或清理手机后再拍照。",
    "This phone is nearly full: send what is saved, or free some space, before taking more photos."));
}

export const PhotoField = {
  props: { form: Object, asked: Number, hint: String },
  emits: ["change"],
  setup(props, { emit }) {
    const busy = ref(false);
    const pictures = new Map();
    const shown = (photo) => {
      if (!pictures.has(photo.id)) pictures.set(photo.id, URL.createObjectURL(photo.blob));
      return pictures.get(photo.id);
    };
    onBeforeUnmount(() => pictures.forEach((url) => URL.revokeObjectURL(url)));
    async function takeAll(files, here) {
      busy.value = true;
      try {
        for (const file of files) props.form.photos.push({ ...(await takeIn(file)), here });
      } catch (error) {
        warn(t("这张照片读不出来，请重新拍。", "This photo cannot be read: please take it again."));
        console.error(error);
      }
      busy.value = false;
      emit("change");
    }
    function take(event) {
      const files = [...event.target.files].slice(0, MOST_PHOTOS - props.form.photos.length);
      event.target.value = "";
      props.form.working = Promise.all([props.form.working, takeAll(files, event.target.id === "camera")]); // whoever sends waits for it
    }
    const drop = (photo) => {
      props.form.photos = props.form.photos.filter((one) => one.id !== photo.id);
      emit("change");
    };
    const input = (id, label, more) => html`
      <label class="button ${more.multiple ? "" : "strong"}" for=${id}>${label}</label>
      <input class="hidden" type="file" accept="image/*" id=${id} onChange=${take} ...${more} />`;
    return () => html`
      <fieldset class="part">
        <legend>${t("照片", "Photos")} ${props.asked ? html`<span class="quiet">${t(`至少 ${props.asked} 张`, `at least ${props.asked}`)}</span>` : ""}</legend>
        <div class="row">
          ${input("camera", t("拍照", "Take a photo"), { capture: "environment" })}
          ${input("album", t("从相册选", "From the album"), { multiple: true })}
        </div>
        <p class="quiet" role="status">${busy.value ? t("正在处理照片…", "Working on the photo…")
          : props.hint || t(`照片压缩到长边 ${LONG_SIDE} 像素后保存在手机里。`, `Photos are made ${LONG_SIDE} pixels long and kept on the phone.`)}</p>
        ${props.form.photos.length ? html`<ul class="photos">
          ${props.form.photos.map((photo, place) => html`
            <li key=${photo.id}>
              <img src=${shown(photo)} alt=${t(`第 ${place + 1} 张照片`, `Photo ${place + 1}`)} />
              <button type="button" onClick=${() => drop(photo)}>${t(`删除第 ${place + 1} 张`, `Remove photo ${place + 1}`)}</button>
            </li>`)}
        </ul>` : ""}
      </fieldset>`;
  },
};

export const PlaceField = {
  props: { form: Object },
  emits: ["change"],
  setup(props, { emit }) {
    const looking = ref(false);
    const text = ref("");
    const byHand = ref(false);
    const onMap = ref(false);
    const here = computed(() => (props.form.lon === null ? null : locate(grids.value, props.form.lon, props.form.lat)));
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
      Object.assign(props.form, { lon: place.lon, lat: place.lat, accuracy: place.accuracy ?? null });
      emit("change");
    }
    async function find() {
      looking.value = true;
      const place = await whereAmI();
      looking.value = false;
      if (place) put(place);
      else byHand.value = true;
    }
    function choose(code) {
      const grid = grids.value.features.find((one) => one.properties.code === code);
      if (grid) put(placeInside(grid.geometry));
    }
    onMounted(() => props.form.lon === null && find());
    return () => html`
      <fieldset class="part">
        <legend>${t("位置", "Place")}</legend>
        <p role="status" class=${here.value ? "good" : ""} data-part="place">
          ${looking.value ? t("正在定位…", "Finding the place…")
            : here.value ? html`<strong>${here.value.properties.name}</strong> ${props.form.accuracy ? t(`（精度约 ${props.form.accuracy} 米）`, `(within about ${props.form.accuracy} m)`) : ""}`
            : props.form.lon !== null ? t("此处不在任何网格内，请在下面选择网格。", "This place lies in no grid: choose one below.")
            : t("没有定位，请选择网格并写明地址。", "No position: choose a grid and write the address.")}
        </p>
        <div class="row">
          <button type="button" onClick=${find}>${t("重新定位", "Find again")}</button>
          <button type="button" aria-expanded=${String(byHand.value)} onClick=${() => (byHand.value = !byHand.value)}>${t("选网格", "Choose a grid")}</button>
          <button type="button" aria-expanded=${String(onMap.value)} onClick=${() => (onMap.value = !onMap.value)}>${t("看地图", "Map")}</button>
        </div>
        ${byHand.value ? html`
          <label for="grid-words">${t("网格名称", "Name of the grid")}</label>
          <input id="grid-words" type="search" value=${text.value} onInput=${(event) => (text.value = event.target.value)} />
          <label for="grid">${t("网格", "Grid")}</label>
          <select id="grid" value=${here.value?.properties.code || ""} onChange=${(event) => choose(event.target.value)}>
            <option value="">${listed.value.length ? t("请选择", "Choose") : t("没有这个名称的网格", "No grid of that name")}</option>
            ${listed.value.map((one) => html`<option key=${one.properties.code} value=${one.properties.code}>${one.properties.name}</option>`)}
          </select>` : ""}
        ${onMap.value ? html`<${MapField} lon=${props.form.lon} lat=${props.form.lat} onPick=${put} />` : ""}
        ${"address" in props.form ? html`
          <label for="address">${t("地址或标志物（可不填）", "Address or landmark (may be left out)")}</label>
          <input id="address" maxlength="200" value=${props.form.address} autocomplete="off"
            onInput=${(event) => { props.form.address = event.target.value; emit("change"); }} />` : ""}
      </fieldset>`;
  },
};

export const ClassField = {
  props: { form: Object },
  emits: ["change"],
  setup(props, { emit }) {
    const text = ref("");
    const open = ref(false);
    const classes = computed(() => catalogue.value?.classes || []);
    const chosen = computed(() => classes.value.find((one) => one.code === props.form.class));
    const found = computed(() => findClasses(classes.value, text.value, settings.value.recent));
    watch(text, () => (open.value = true));
    function choose(code) {
      Object.assign(props.form, { class: code, answers: {} });
      open.value = false;
      emit("change");
    }
    const choice = (code, name, more) => html`
      <li key=${String(code)}><button type="button" aria-pressed=${String(props.form.class === code)} onClick=${() => choose(code)}>
        <strong>${name}</strong> <span class="quiet">${more}</span></button></li>`;
    return () => html`
      <fieldset class="part">
        <legend>${t("是什么问题", "What is it")}</legend>
        <p role="status" data-part="class">${t("已选：", "Chosen: ")}<strong>${chosen.value ? chosen.value.name : t("不清楚，由受理员判断", "Don't know, the centre decides")}</strong></p>
        <label for="class-words">${t("用您平常的说法找，例如“垃圾”“井盖”", "Search in your own words, such as 垃圾, 井盖")}</label>
        <input id="class-words" type="search" value=${text.value} autocomplete="off" onFocus=${() => (open.value = true)}
          onInput=${(event) => (text.value = event.target.value)} />
        ${open.value ? html`<ul class="choices" aria-label=${t("找到的类别", "Classes found")}>
          ${choice(null, t("不清楚", "Don't know"), "")}
          ${found.value.map((one) => choice(one.code, one.name, one.major))}
          ${found.value.length ? "" : html`<li class="quiet">${t("没有找到：换个说法，或选“不清楚”。", "Nothing found: try other words, or choose “don't know”.")}</li>`}
        </ul>` : ""}
        ${chosen.value?.form.length ? chosen.value.form.map((question) => html`<${Question} key=${question.field} question=${question} answers=${props.form.answers} onChange=${() => emit("change")} />`) : ""}
      </fieldset>`;
  },
};

const Question = {
  props: { question: Object, answers: Object },
  emits: ["change"],
  setup(props, { emit }) {
    const put = (value) => {
      if (value === "" || value === null) delete props.answers[props.question.field];
      else props.answers[props.question.field] = value;
      emit("change");
    };
    return () => {
      const { field, label, type, required, choices, minimum, maximum } = props.question;
      const id = `form-${field}`;
      const given = props.answers[field];
      const options = type === "yes_no" ? [["true", t("是", "Yes")], ["false", t("否", "No")]] : choices.map((one) => [one, one]);
      const picked = (text) => put(type === "yes_no" && text ? text === "true" : text);
      return html`
        <label for=${id}>${label}${required ? t("（必填）", " (required)") : ""}</label>
        ${options.length ? html`<select id=${id} required=${required} value=${given === undefined ? "" : String(given)} onChange=${(event) => picked(event.target.value)}>
            <option value="">${t("请选择", "Choose")}</option>
            ${options.map(([value, name]) => html`<option key=${value} value=${value}>${name}</option>`)}
          </select>`
          : html`<input id=${id} required=${required} type=${{ integer: "number", date: "date" }[type] || "text"} min=${minimum} max=${maximum}
            value=${given ?? ""} onInput=${(event) => put(type === "integer" && event.target.value ? Number(event.target.value) : event.target.value)} />`}`;
    };
  },
};
