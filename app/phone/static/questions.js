// A question of a form, of a step or of a class: each kind of field as a phone asks for it.

import { questionsOf } from "./form-rules.js";
import { ObjectQuestion } from "./objects.js";
import { PhotoField } from "./photo-field.js";
import { whereAmI } from "./places.js";
import { Kind } from "./terms.js";
import { html, ref } from "./ui.js";
import { labelOf, t } from "./words.js";

// What is shown where what steps ask is not known, because the catalogue was kept long ago.
export const formsNotice = () => html`<p class="notice">
  ${t(
    "办理这一步的表单还没有取来：联网后自动更新，更新后即可办理。",
    "What the steps ask has not come yet: it comes by itself with the network, then you can take them.",
  )}
</p>`;

const INPUTS = {
  [Kind.INTEGER]: "number",
  [Kind.NUMBER]: "number",
  [Kind.DATE]: "date",
  [Kind.MOMENT]: "datetime-local",
};
const NUMBERS = [Kind.INTEGER, Kind.NUMBER];
const STEPS = { [Kind.NUMBER]: 0.001 }; // as finely as a form takes a number: form-rules.js
const YES_NO = [
  { value: "true", label: "是", label_en: "Yes" },
  { value: "false", label: "否", label_en: "No" },
];

// Classes list what can be chosen as it is written.
const optionsOf = (field) =>
  field.choices.length || field.type !== Kind.YES_NO
    ? field.choices.map((one, number) =>
        typeof one === "object" ? one : { value: one, label: one, label_en: field.choices_en?.[number] || one },
      )
    : YES_NO;

// What nobody can read is no answer.
const isNothing = (answer) => !String(answer ?? "").trim().length;

// Whether something that must be answered is not.
export const isOpen = (field, answers) => field.required && isNothing(answers[field.field]);

// What was answered, as it is sent: times with their zone, and nothing where nothing was said.
export function answersTo(fields, answers) {
  const entries = fields.map((field) => [field, answers[field.field]]);
  const entry = ([field, value]) => [field.field, field.type === Kind.MOMENT ? new Date(value).toISOString() : value];
  return Object.fromEntries(entries.filter(([, value]) => !isNothing(value)).map(entry));
}

const Many = {
  props: { field: Object, given: Array },
  emits: ["put"],
  setup(props, { emit }) {
    const tick = (value, on) => emit("put", on ? [...props.given, value] : props.given.filter((one) => one !== value));
    return () => html`<fieldset class="part">
      <legend>${labelOf(props.field)}</legend>
      ${optionsOf(props.field).map(
        (one) => html`<label class="check" key=${one.value}>
          <input type="checkbox" checked=${props.given.includes(one.value)}
              onChange=${(event) => tick(one.value, event.target.checked)} /> ${labelOf(one)}
        </label>`,
      )}
    </fieldset>`;
  },
};

// A place that a question asks for beside that of the case: where the phone is when somebody says so.
const Spot = {
  props: { label: String, given: Object },
  emits: ["put"],
  setup(props, { emit }) {
    const why = ref("");
    async function find() {
      why.value = t("正在定位…", "Finding the place…");
      const place = await whereAmI();
      why.value = place.why ? t("没有定位，请到开阔处再试。", "No position: try again under the open sky.") : "";
      if (!place.why) emit("put", { lon: place.lon, lat: place.lat });
    }
    return () => html`<fieldset class="part">
      <legend>${props.label}</legend>
      <p role="status">
        ${why.value || (props.given ? `${props.given.lon}, ${props.given.lat}` : t("未定位", "None yet"))}
      </p>
      <div class="row tight">
        <button type="button" onClick=${find}>${t("取当前位置", "Take where I am")}</button>
        ${
          props.given
            ? html`<button type="button" onClick=${() => emit("put", null)}>${t("清除", "Clear")}</button>`
            : ""
        }
      </div>
    </fieldset>`;
  },
};

// Somebody whom an answer names; only those who may reveal them read it again, not on this phone.
const Person = {
  props: { label: String, given: Object, within: String },
  emits: ["put"],
  setup(props, { emit }) {
    const type = (name, value) => {
      const { [name]: _, ...rest } = props.given || {};
      const person = value ? { ...rest, [name]: value } : rest;
      emit("put", Object.keys(person).length ? person : null);
    };
    const input = (name, label, kind) => html`<label for=${props.within + name}>${label}</label>
      <input id=${props.within + name} type=${kind} maxlength="60" autocomplete="off" value=${props.given?.[name] || ""}
          onInput=${({ target }) => type(name, target.value)} />`;
    return () => html`<fieldset class="part">
      <legend>${props.label}</legend>
      ${input("name", t("姓名", "Name"), "text")}
      ${input("phone", t("电话（可不填）", "Telephone (may be left out)"), "tel")}
      <p class="quiet">
        ${t("加密保存，只有有权查看的人能看到。", "It is kept sealed, for those alone who may see it.")}
      </p>
    </fieldset>`;
  },
};

const Table = {
  props: { field: Object, label: String, given: Array },
  emits: ["put"],
  setup(props, { emit }) {
    const without = (row) => props.given.filter((_, number) => number !== row);
    return () => html`<fieldset class="part">
      <legend>${props.label}</legend>
      ${props.given.map(
        (row, number) => html`<fieldset class="part" key=${number}>
          <legend>${t(`第 ${number + 1} 行`, `Row ${number + 1}`)}</legend>
          ${props.field.columns.map(
            (column) => html`<${Question} key=${column.field} field=${column} answers=${row}
                within=${`${props.field.field}-${number}-`} onChange=${() => emit("put", [...props.given])} />`,
          )}
          <button type="button" onClick=${() => emit("put", without(number))}>${t("删除此行", "Remove")}</button>
        </fieldset>`,
      )}
      <button type="button" disabled=${props.given.length >= props.field.most}
          onClick=${() => emit("put", [...props.given, {}])}>${t("加一行", "Add a row")}</button>
    </fieldset>`;
  },
};

// The questions of a form that are asked beside what was answered; one that is asked no more takes its answer along.
// `report` is that with whose photos some are answered.
export const Questions = {
  props: { form: Array, answers: Object, report: Object, originals: Boolean },
  emits: ["change"],
  setup:
    (props, { emit }) =>
    () =>
      questionsOf(props.form, props.answers).map((question) =>
        question.type === Kind.PHOTO
          ? html`<${PhotoField} key=${question.field} form=${props.report} question=${question}
                asked=${question.required ? question.least || 1 : 0} originals=${props.originals}
                onChange=${() => emit("change")} />`
          : html`<${Question} key=${question.field} field=${question} answers=${props.answers}
                onChange=${() => emit("change")} />`,
      ),
};

export const Question = {
  props: { field: Object, answers: Object, within: { type: String, default: "" } },
  emits: ["change"],
  setup(props, { emit }) {
    const put = (value) => {
      if (value === "" || value === null || (Array.isArray(value) && !value.length))
        delete props.answers[props.field.field];
      else props.answers[props.field.field] = value;
      emit("change");
    };
    return () => {
      const { field, type, required, minimum, maximum, most, unit, unit_en = unit } = props.field;
      const id = `form-${props.within}${field}`;
      const answer = props.answers[field] ?? props.field.default ?? "";
      const must = required ? t("（必填）", " (required)") : t("（可不填）", " (may be left out)");
      const label = `${labelOf(props.field)}${unit ? t(`（${unit}）`, ` (${unit_en})`) : ""}${must}`;
      if (type === Kind.PERSON)
        return html`<${Person} label=${label} given=${answer || null} within=${`${id}-`} onPut=${put} />`;
      if (type === Kind.PLACE) return html`<${Spot} label=${label} given=${answer || null} onPut=${put} />`;
      if (type === Kind.OBJECT)
        return html`<${ObjectQuestion} field=${props.field} label=${label} given=${answer || null} within=${`${id}-`}
            onPut=${put} />`;
      if (type === Kind.TABLE)
        return html`<${Table} field=${props.field} label=${label} given=${answer || []} onPut=${put} />`;
      if (type === Kind.MANY) return html`<${Many} field=${props.field} given=${answer || []} onPut=${put} />`;
      const options = optionsOf(props.field);
      const valueOf = (text) => options.find(({ value }) => String(value) === text)?.value ?? text;
      const pick = (text) => put(type === Kind.YES_NO && text ? text === "true" : valueOf(text));
      const write = ({ target }) => put(NUMBERS.includes(type) && target.value ? Number(target.value) : target.value);
      if (type === Kind.YES_NO && props.field.choices.length)
        return html`<fieldset class="part"><legend>${label}</legend>
          ${options.map(
            (one) => html`<label class="check" key=${one.value}>
              <input type="radio" name=${id} checked=${String(answer) === one.value}
                  onChange=${() => pick(one.value)} /> ${labelOf(one)}
            </label>`,
          )}</fieldset>`;
      return html`
        <label for=${id}>${label}</label>
        ${
          options.length
            ? html`<select id=${id} required=${required} value=${String(answer)}
                  onChange=${(event) => pick(event.target.value)}>
                <option value="">${t("请选择", "Choose")}</option>
                ${options.map(
                  (one) => html`<option key=${one.value} value=${String(one.value)}>${labelOf(one)}</option>`,
                )}
              </select>`
            : type === Kind.LONG
              ? html`<textarea id=${id} rows="2" maxlength=${most || null} value=${answer} onInput=${write}></textarea>`
              : html`<input id=${id} required=${required} type=${INPUTS[type] || "text"} min=${minimum} max=${maximum}
                    step=${STEPS[type]} maxlength=${most || null} value=${answer} onInput=${write} />`
        }`;
    };
  },
};
