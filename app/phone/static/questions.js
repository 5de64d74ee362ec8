// A question of a form, of a step or of a class: each kind of field as a phone asks for it.

import { html } from "./ui.js";
import { labelOf, t } from "./words.js";

const INPUTS = { integer: "number", date: "date", moment: "datetime-local" };
const YES_NO = [
  { value: "true", label: "是", label_en: "Yes" },
  { value: "false", label: "否", label_en: "No" },
];

// Classes list what can be chosen as it is written.
const optionsOf = (field) =>
  field.choices.length || field.type !== "yes_no"
    ? field.choices.map((one) => (typeof one === "object" ? one : { value: one, label: one }))
    : YES_NO;

// Whether something that must be answered is not.
export const isOpen = (field, answers) => field.required && !String(answers[field.field] ?? "").length;

// What was answered, as it is sent: times with their zone, and nothing where nothing was said.
export function answersTo(fields, answers) {
  const entries = fields.map((field) => [field, answers[field.field]]);
  const sent = ([field, value]) => [field.field, field.type === "moment" ? new Date(value).toISOString() : value];
  return Object.fromEntries(entries.filter(([, value]) => String(value ?? "").length).map(sent));
}

const Many = {
  props: { field: Object, given: Array },
  emits: ["put"],
  setup(props, { emit }) {
    const tick = (value, on) => emit("put", on ? [...props.given, value] : props.given.filter((one) => one !== value));
    return () => html`<fieldset class="part">
      <legend>${labelOf(props.field)}</legend>
      ${props.field.choices.map(
        (one) => html`<label class="check" key=${one.value}>
          <input type="checkbox" checked=${props.given.includes(one.value)}
              onChange=${(event) => tick(one.value, event.target.checked)} /> ${labelOf(one)}
        </label>`,
      )}
    </fieldset>`;
  },
};

export const Question = {
  props: { field: Object, answers: Object },
  emits: ["change"],
  setup(props, { emit }) {
    const put = (value) => {
      if (value === "" || value === null) delete props.answers[props.field.field];
      else props.answers[props.field.field] = value;
      emit("change");
    };
    return () => {
      const { field, type, required, minimum, maximum, most } = props.field;
      const id = `form-${field}`;
      const answer = props.answers[field] ?? props.field.default ?? "";
      if (type === "many") return html`<${Many} field=${props.field} given=${answer || []} onPut=${put} />`;
      const options = optionsOf(props.field);
      const valueOf = (text) => options.find(({ value }) => String(value) === text)?.value ?? text;
      const picked = (text) => put(type === "yes_no" && text ? text === "true" : valueOf(text));
      const typed = ({ target }) => put(type === "integer" && target.value ? Number(target.value) : target.value);
      const must = required ? t("（必填）", " (required)") : t("（可不填）", " (may be left out)");
      const label = `${labelOf(props.field)}${must}`;
      if (type === "yes_no" && props.field.choices.length)
        return html`<fieldset class="part"><legend>${label}</legend>
          ${options.map(
            (one) => html`<label class="check" key=${one.value}>
              <input type="radio" name=${id} checked=${String(answer) === one.value}
                  onChange=${() => picked(one.value)} /> ${labelOf(one)}
            </label>`,
          )}</fieldset>`;
      return html`
        <label for=${id}>${label}</label>
        ${
          options.length
            ? html`<select id=${id} required=${required} value=${String(answer)}
                  onChange=${(event) => picked(event.target.value)}>
                <option value="">${t("请选择", "Choose")}</option>
                ${options.map(
                  (one) => html`<option key=${one.value} value=${String(one.value)}>${labelOf(one)}</option>`,
                )}
              </select>`
            : type === "long"
              ? html`<textarea id=${id} rows="2" maxlength=${most || null} value=${answer} onInput=${typed}></textarea>`
              : html`<input id=${id} required=${required} type=${INPUTS[type] || "text"} min=${minimum} max=${maximum}
                    maxlength=${most || null} value=${answer} onInput=${typed} />`
        }`;
    };
  },
};
