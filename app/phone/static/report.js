// Report: photo, what it is, send; the place is found meanwhile. With an id it is an item of the queue that is
// corrected: that one waits on until the correction is saved, and the report half written beside it stays as it is.

import { distance } from "/static/frame/geometry.js";
import { REPORT, db } from "./db.js";
import { useDraft } from "./draft.js";
import { ClassField, PlaceField } from "./fields.js";
import { openOf, photosOf, sentOf, wrongOf } from "./form-rules.js";
import { newId } from "./ids.js";
import { ObjectField } from "./objects.js";
import { PhotoField, warnWhenNarrow } from "./photo-field.js";
import { chosenIn, hasPlace, locate } from "./places.js";
import { cases, catalogue, grids, isOpen, person, signedIn } from "./state.js";
import { usedClass } from "./settings.js";
import { saveReport } from "./saving.js";
import { computed, html, onMounted, reactive, ref } from "./ui.js";
import { className, metres, stateName, t, when } from "./words.js";

const MOST_ALIKE = 5;
const DAY_MS = 86_400_000;

const blank = () => ({
  photos: [],
  lon: null,
  lat: null,
  accuracy: null,
  grid: null,
  address: "",
  class: null,
  object: null,
  answers: {},
  description: "",
  fixed: false,
  working: null,
});

// Where it was stands, wherever the phone is when somebody corrects it; only what lies in no grid is found anew.
function placeOf({ lon = null, lat = null, grid = null }) {
  if (grid || (lon !== null && locate(grids.value, lon, lat))) return { lon, lat, grid, accuracy: null };
  return { lon: null, lat: null, grid: null, accuracy: null };
}

// What an item of the queue says, as a form to be corrected.
async function formOf({ id, body, about = null }) {
  const rows = await db.queue.filter((one) => one.of === id).toArray();
  const answers = Object.entries(body.form || {});
  const questionOf = (photo) => answers.find(([, answer]) => Array.isArray(answer) && answer.includes(photo))?.[0];
  const photos = await Promise.all(
    rows.map(async ({ type, taken_at, lon, lat, original_sha256, original_bytes, whole, ...row }) => ({
      type,
      taken_at,
      lon,
      lat,
      original_sha256,
      original_bytes,
      whole,
      blob: (await db.photos.get(row.id))?.blob,
      id: newId(),
      of: questionOf(row.id),
    })),
  );
  const { address, description, fixed } = body;
  const withBytes = photos.filter((one) => one.blob);
  const words = { address, class: body.class, object: about, answers: body.form, description, fixed };
  return { photos: withBytes, ...placeOf(body), ...words };
}

export const Report = {
  // `finding`: the round on which it was found, with the step that reports it, the stop and the classes to expect
  props: { id: String, finding: Object },
  emits: ["go"],
  setup(props, { emit }) {
    const form = reactive(blank());
    const key = props.finding ? `round ${props.finding.round.round_id} ${props.finding.stop || ""}` : props.id;
    const draft = useDraft(key ? `${REPORT} ${key}` : REPORT);
    let instead = null;
    const ready = ref(false);
    const missing = ref("");
    const sending = ref(false);
    onMounted(async () => {
      instead = props.id ? (await db.queue.where("id").equals(props.id).first()) || null : null;
      const begun = (await draft.read()) || (instead && (await formOf(instead))) || props.finding?.prefilled;
      if (begun) Object.assign(form, begun, chosenIn(begun));
      ready.value = true;
      warnWhenNarrow();
    });
    const chosen = computed(() => catalogue.value?.classes.find((one) => one.code === form.class));
    const questions = computed(() => chosen.value?.form || []);
    const ofQuestions = computed(() => photosOf(questions.value, form.answers, form.photos));
    const apart = computed(() => Object.keys(ofQuestions.value));
    const photoCount = computed(() => Math.max(chosen.value?.evidence.report || 0, form.fixed ? 2 : 0));
    const alike = computed(() => {
      const figures = catalogue.value?.figures; // one that was kept long ago has none
      if (!figures || !signedIn.value || form.lon === null || chosen.value?.confidential) return [];
      const since = Date.now() - figures.duplicate_days * DAY_MS;
      return cases.value
        .filter((one) => isOpen(one) && one.lon !== null && !one.confidential && new Date(one.reported_at) >= since)
        .filter((one) => !form.class || one.class?.code === form.class)
        .map((one) => ({ one, away: distance(form, one) }))
        .filter((each) => each.away <= figures.duplicate_metres)
        .sort((a, b) => a.away - b.away)
        .slice(0, MOST_ALIKE);
    });
    const keepDraft = () => draft.keep(form);
    let askedFor = ""; // once: a report that lacks a detail is worth more than none
    function askFor(left) {
      askedFor = left.join();
      const labels = left.join(t("、", ", "));
      return t(
        `请填写：${labels}。填不了的，再点一次发送，会标注漏填。`,
        `Please fill in: ${labels}. What you cannot answer is left open, and marked, if you send once more.`,
      );
    }
    function fault() {
      if (!hasPlace(form))
        return t("还缺位置：请重新定位，或选择网格。", "The place is missing: find it again, or choose a grid.");
      const others = form.photos.filter((one) => !apart.value.includes(one.of));
      if (others.length < photoCount.value && form.fixed)
        return t(
          "自行处置需要处置前、处置后各一张照片。",
          "What you fixed yourself needs a photo before and one after.",
        );
      if (!form.photos.length && !form.description.trim())
        return t("请拍一张照片，或写一句看到了什么。", "Take a photo, or write a line about what you saw.");
      const answers = { ...form.answers, ...ofQuestions.value };
      const left = openOf(questions.value, answers).map((one) => one.label);
      if (left.length && askedFor !== left.join()) return askFor(left);
      const [name] = chosen.value ? wrongOf(questions.value, sentOf(questions.value, answers)) : [];
      const wrong = questions.value.find((one) => one.field === name);
      return wrong ? t(`填写有误：${wrong.label}`, `This cannot be right: ${wrong.label}`) : "";
    }
    async function send(event) {
      event.preventDefault();
      if (sending.value) return;
      sending.value = true;
      try {
        await form.working;
        missing.value = fault();
        if (missing.value) return;
        if (!(await saveReport(form, chosen.value, { draft: draft.name, instead, finding: props.finding }))) return;
        draft.end();
        if (form.class) await usedClass(form.class);
        emit("go", props.finding ? `#/round/${props.finding.round.round_id}` : "#/");
      } finally {
        sending.value = false;
      }
    }
    return () =>
      ready.value &&
      html`
        <form class="form" onSubmit=${send} novalidate><div class="fields">
            ${
              signedIn.value
                ? ""
                : html`<p class="notice" role="note">${t(
                    `登录已失效。先以“${person.value.name}”的名义保存在手机里，重新登录后自动发送。` +
                      `您不是${person.value.name}？请先返回登录自己的账号。`,
                    `Your sign-in has ended. This is saved on the phone as of ${person.value.name} and sent ` +
                      "after signing in again. If that is not you, go back and sign in first.",
                  )}</p>`
            }
            <${PhotoField} form=${form} asked=${photoCount.value} originals=${Boolean(chosen.value?.evidence.originals)}
                apart=${apart.value} onChange=${keepDraft}
                hint=${
                  form.fixed
                    ? t("第一张为处置前，最后一张为处置后。", "The first photo is before, the last one after.")
                    : ""
                } />
            <${ClassField} form=${form} onChange=${keepDraft} />
            <${PlaceField} form=${form} onChange=${keepDraft} />
            <${ObjectField} form=${form} onChange=${keepDraft} />
            ${
              alike.value.length
                ? html`<section class="notice" aria-label=${t("可能重复", "Possible duplicates")}>
                    <p><strong>${
                      form.class
                        ? t(
                            "附近已有同类案件，可能是同一件事：",
                            "Close by there are open cases of this kind; it may be the same:",
                          )
                        : t(
                            "附近有在办案件，看看是不是同一件事：",
                            "Close by there are open cases; it may be one of these:",
                          )
                    }</strong></p>
                    <ul>${alike.value.map(
                      ({ one, away }) => html`<li key=${one.case_id}>
                        <a href=${`#/case/${one.case_id}`}>${one.description || className(one)}</a>${" "}
                        <span class="quiet">
                          ${form.class ? "" : `${className(one)} · `}
                          ${metres(away)} · ${stateName(one)} · ${when(one.reported_at)}
                        </span>
                      </li>`,
                    )}</ul>
                    <p>${t("不是同一件事就继续发送。", "If it is another matter, go on and send.")}</p>
                  </section>`
                : ""
            }
            <fieldset class="part">
              <legend>${t("说明", "Description")}</legend>
              <label for="description">
                ${t(
                  "看到了什么（可用输入法的语音输入；有照片可不写）",
                  "What you saw (dictation works; with a photo it may be left out)",
                )}
              </label>
              <textarea id="description" rows="3" maxlength="2000" value=${form.description}
                  onInput=${(event) => {
                    form.description = event.target.value;
                    keepDraft();
                  }}></textarea>
              ${
                chosen.value?.self_fix
                  ? html`<label class="check"><input type="checkbox" checked=${form.fixed}
                          onChange=${(event) => {
                            form.fixed = event.target.checked;
                            keepDraft();
                          }} /> ${t(
                            "我已当场处理好（需处置前、处置后照片）",
                            "I fixed it on the spot (photos before and after)",
                          )}</label>`
                  : ""
              }
            </fieldset></div>
          <div class="bottom">
            <p class="bad" role="alert">${missing.value}</p>
            <button class="strong wide" type="submit" disabled=${sending.value}>${t("发送", "Send")}</button>
          </div>
        </form>`;
  },
};
