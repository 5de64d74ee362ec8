// Take a step: the server said which are possible and what each needs, the catalogue what its form asks.

import { fieldsOf, formOf, whenFar } from "./acts.js";
import { useDraft } from "./draft.js";
import { PlaceField } from "./fields.js";
import { PhotoField, warnWhenNarrow } from "./photo-field.js";
import { chosenIn, hasPlace, placeIn } from "./places.js";
import { Question, answersTo, isOpen } from "./questions.js";
import { saveAct } from "./saving.js";
import { isFar, metresTo } from "./spot.js";
import { standardOf } from "./standard.js";
import { catalogue, grids } from "./state.js";
import { Kind, Placement } from "./terms.js";
import { computed, html, nextTick, onMounted, reactive, ref } from "./ui.js";
import { labelOf, many, metres, t } from "./words.js";

const ACCURACY_MOST = 100_000; // metres; what is worse says nothing

export const Act = {
  props: { one: Object, action: Object },
  emits: ["done", "back"],
  setup(props, { emit }) {
    const draft = useDraft(`act ${props.one.case_id} ${props.action.action}`);
    const ready = ref(false);
    const form = reactive({
      photos: [],
      lon: null,
      lat: null,
      accuracy: null,
      grid: null,
      data: {},
      working: null,
    });
    const missing = ref("");
    const sending = ref(false);
    const { photos } = formOf(props.action);
    const fields = fieldsOf(props.one, props.action);
    const atPlace = fields.some((field) => field.type === Kind.PLACE);
    const most = catalogue.value?.figures?.on_spot_metres;
    const far = computed(() => atPlace && isFar(props.one, form, most, grids.value));
    const everyTime = fields.filter((field) => field.type !== Kind.PLACE);
    const questions = computed(() => (far.value ? [...everyTime, ...whenFar(props.action)] : everyTime));
    const needsPhoto = props.action.needs.includes("attachments") ? 1 : 0;
    const photoCount = Math.max(photos.count ? props.one.photos_asked[photos.count] : 0, needsPhoto);
    const asksOriginals = Boolean(
      catalogue.value?.classes.find((one) => one.code === props.one.class?.code)?.evidence.originals,
    );
    const keepDraft = () => draft.keep(form);
    onMounted(async () => {
      const begun = await draft.read();
      if (begun) Object.assign(form, begun, chosenIn(begun));
      for (const field of questions.value)
        // what is the only thing to tick is ticked
        if (field.type === Kind.MANY && field.required && field.choices.length === 1)
          form.data[field.field] ??= [field.choices[0].value];
      ready.value = true;
      await nextTick();
      document.getElementById("act-title")?.focus();
      warnWhenNarrow();
    });
    function fault() {
      const open = questions.value.find((field) => isOpen(field, form.data));
      if (open) return t(`请填写：${labelOf(open)}`, `Please fill in: ${labelOf(open)}`);
      if (atPlace && !hasPlace(form))
        return t(
          "还缺位置：请在现场重新定位，或选择网格。",
          "The place is missing: find it on the spot, or choose a grid.",
        );
      return form.photos.length < photoCount
        ? t(`这一步至少需要 ${photoCount} 张照片。`, `This step needs at least ${many(photoCount, "photo")}.`)
        : "";
    }
    const data = () => ({
      ...answersTo(questions.value, form.data),
      ...(atPlace ? { ...placeIn(form), ...placement() } : {}),
    });
    const away = () => {
      const so = metresTo(props.one, form, grids.value);
      return so === null
        ? t("所选网格不是案件所在的网格，请说明理由。", "The case lies in another grid: please say why.")
        : t(
            `您离案件约 ${metres(so)}，超过 ${most} 米：请说明理由，或走近后再办。`,
            `You are about ${metres(so)} from the case, and ${most} m is the most: say why, or go nearer.`,
          );
    };
    // How the place was made: measured by the phone, or chosen as a grid or on the map.
    function placement() {
      if (form.accuracy === null) return { placed: Placement.CHOSEN };
      return { placed: Placement.MEASURED, accuracy_m: Math.min(form.accuracy, ACCURACY_MOST) };
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
            purpose: photos.purpose,
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
    return () =>
      ready.value &&
      html`
        <form class="form" onSubmit=${send} novalidate aria-labelledby="act-title"><div class="fields">
            <h2 id="act-title" tabindex="-1">${labelOf(props.action)}</h2>
            ${standardOf(props.one).length ? html`<dl data-part="standard">${standardOf(props.one)}</dl>` : ""}
            ${atPlace ? html`<${PlaceField} form=${form} />` : ""}
            ${far.value ? html`<p class="notice" role="status" data-part="far">${away()}</p>` : ""}
            <${PhotoField} form=${form} asked=${photoCount} originals=${asksOriginals} onChange=${keepDraft} />
            <fieldset class="part">
              <legend>${t("填写", "Fill in")}</legend>
              ${questions.value.map(
                (field) =>
                  html`<${Question} key=${field.field} field=${field} answers=${form.data} onChange=${keepDraft} />`,
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
