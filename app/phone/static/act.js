// Take a step: the server said which are possible and what each needs; here stands only how a need is asked for.

import { drafting } from "./draft.js";
import { PlaceField } from "./fields.js";
import { PhotoField, warnWhenNarrow } from "./photo-field.js";
import { chosenIn, hasPlace, placeIn } from "./places.js";
import { saveAct } from "./saving.js";
import { catalogue } from "./state.js";
import { html, nextTick, onMounted, reactive, ref } from "./ui.js";
import { many, t } from "./words.js";

const TEXTS = {
  reason: ["理由", "Reason"],
  result: ["处置结果", "Result"],
  text: ["内容", "Text"],
  note: ["备注（可不填）", "Note (may be left out)"],
};
const DAYS = { review_on: ["date", "复查日期", "Day of review"], due_at: ["datetime-local", "新的期限", "New limit"] };
const PLACE = ["lon", "lat"];
const KNOWN = new Set([...Object.keys(TEXTS), ...Object.keys(DAYS), ...PLACE, "attachments", "tasks", "solved"]);
const ACCURACY_MOST = 100_000; // metres; what is worse says nothing
// Which of the class's demands for photos a step has to meet, and what its photos show.
const PHOTOS = {
  finish: { asked: "finish", purpose: "after" },
  pass_check: { asked: "check", purpose: "check" },
  fail_check: { purpose: "check" },
  confirm_true: { purpose: "check" },
  confirm_false: { purpose: "check" },
};

export const canAsk = (action) => action.needs.every((need) => KNOWN.has(need));

// What can have failed: what was done in this round since the lead in charge was given the case.
function doneNow(one) {
  const sent = one.tasks.filter((task) => task.round === one.round && ["lead", "assist"].includes(task.part));
  const begins = Math.max(0, ...sent.filter((task) => task.part === "lead").map((task) => task.task));
  return sent.filter((task) => task.task >= begins && task.state === "done");
}

export const Act = {
  props: { one: Object, action: Object },
  emits: ["done", "back"],
  setup(props, { emit }) {
    const needs = props.action.needs;
    const draft = drafting(`act ${props.one.case_id} ${props.action.action}`);
    const ready = ref(false);
    const form = reactive({
      photos: [],
      lon: null,
      lat: null,
      accuracy: null,
      grid: null,
      data: {},
      tasks: [],
      working: null,
    });
    const missing = ref("");
    const sending = ref(false);
    const rule = PHOTOS[props.action.action] || { purpose: "document" };
    const asked = Math.max(rule.asked ? props.one.photos_asked[rule.asked] : 0, needs.includes("attachments") ? 1 : 0);
    const atPlace = needs.includes("lon");
    const done = doneNow(props.one);
    const texts = Object.keys(TEXTS).filter((name) => needs.includes(name) || name === "note");
    const asksOriginals = Boolean(
      catalogue.value?.classes.find((one) => one.code === props.one.class?.code)?.evidence.originals,
    );
    const keepDraft = () => draft.keep(form);
    onMounted(async () => {
      const begun = await draft.read();
      if (begun) Object.assign(form, begun, chosenIn(begun));
      ready.value = true;
      await nextTick();
      document.getElementById("act-title")?.focus();
      warnWhenNarrow();
    });
    if (needs.includes("tasks") && done.length === 1) form.tasks = [done[0].task];
    function fault() {
      const empty = needs.find((name) => (TEXTS[name] || DAYS[name]) && !form.data[name]);
      if (empty)
        return t(
          `请填写：${(TEXTS[empty] || DAYS[empty].slice(1))[0]}`,
          `Please fill in: ${(TEXTS[empty] || DAYS[empty].slice(1))[1]}`,
        );
      if (needs.includes("solved") && form.data.solved === undefined)
        return t("请选择是否已解决。", "Say whether it is solved.");
      if (needs.includes("tasks") && !form.tasks.length)
        return t("请选择不合格的任务。", "Choose the tasks that failed.");
      if (atPlace && !hasPlace(form))
        return t(
          "还缺位置：请在现场重新定位，或选择网格。",
          "The place is missing: find it on the spot, or choose a grid.",
        );
      return form.photos.length < asked
        ? t(`这一步至少需要 ${asked} 张照片。`, `This step needs at least ${many(asked, "photo")}.`)
        : "";
    }
    function data() {
      const found = Object.fromEntries(Object.entries(form.data).filter(([, value]) => value !== ""));
      if (found.due_at) found.due_at = new Date(found.due_at).toISOString();
      if (atPlace) Object.assign(found, placeIn(form), placed());
      if (needs.includes("tasks")) found.tasks = form.tasks;
      return found;
    }
    // How the place was made: measured by the phone, or chosen as a grid or on the map.
    function placed() {
      if (form.accuracy === null) return { placed: "chosen" };
      return { placed: "measured", accuracy_m: Math.min(form.accuracy, ACCURACY_MOST) };
    }
    async function send(event) {
      event.preventDefault();
      if (sending.value) return;
      sending.value = true;
      try {
        await form.working;
        missing.value = fault();
        if (missing.value) return;
        if (
          !(await saveAct(props.one, props.action, data(), form, {
            purpose: rule.purpose,
            asksOriginals,
            draft: draft.name,
          }))
        )
          return;
        draft.end();
        emit("done");
      } finally {
        sending.value = false;
      }
    }
    function tick(task, on) {
      form.tasks = on ? [...form.tasks, task] : form.tasks.filter((one) => one !== task);
      keepDraft();
    }
    function put(name, value) {
      form.data[name] = value;
      keepDraft();
    }
    return () =>
      ready.value &&
      html`
        <form class="form" onSubmit=${send} novalidate aria-labelledby="act-title"><div class="fields">
            <h2 id="act-title" tabindex="-1">${t(props.action.label, props.action.label_en)}</h2>
            ${atPlace ? html`<${PlaceField} form=${form} />` : ""}
            <${PhotoField} form=${form} asked=${asked} originals=${asksOriginals} onChange=${keepDraft} />
            <fieldset class="part">
              <legend>${t("填写", "Fill in")}</legend>
              ${
                needs.includes("tasks")
                  ? html`<p>${t("哪些任务不合格：", "Which tasks failed:")}</p>
                    ${done.map(
                      (one) => html`<label class="check" key=${one.task}>
                        <input type="checkbox" checked=${form.tasks.includes(one.task)}
                            onChange=${(event) => tick(one.task, event.target.checked)} /> ${one.department.name}
                      </label>`,
                    )}`
                  : ""
              }
              ${
                needs.includes("solved")
                  ? [
                      [true, t("已解决", "Solved")],
                      [false, t("未解决", "Not solved")],
                    ].map(
                      ([value, label]) => html`
                        <label class="check" key=${label}>
                          <input type="radio" name="solved" checked=${form.data.solved === value}
                              onChange=${() => put("solved", value)} /> ${label}
                        </label>`,
                    )
                  : ""
              }
              ${Object.entries(DAYS)
                .filter(([name]) => needs.includes(name))
                .map(
                  ([name, [type, zh, en]]) => html`
                    <label for=${`act-${name}`}>${t(zh, en)}</label>
                    <input id=${`act-${name}`} type=${type} value=${form.data[name] || ""}
                        onInput=${(event) => put(name, event.target.value)} />`,
                )}
              ${texts.map(
                (name) => html`
                  <label for=${`act-${name}`}>${t(...TEXTS[name])}</label>
                  <textarea id=${`act-${name}`} rows="2" maxlength="500" value=${form.data[name] || ""}
                      onInput=${(event) => put(name, event.target.value)}></textarea>`,
              )}
            </fieldset></div>
          <div class="bottom">
            <p class="bad" role="alert">${missing.value}</p>
            <div class="row">
              <button type="button" onClick=${() => emit("back")}>${t("返回", "Back")}</button>
              <button class="strong" type="submit" disabled=${sending.value}>${t("提交", "Submit")}</button>
            </div>
          </div>
        </form>`;
  },
};
