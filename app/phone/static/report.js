// Report: photo, place, what it is, send. What is half done stays when the camera throws the page out of memory.

import { isFull, keep, kept } from "./db.js";
import { ClassField, PhotoField, PlaceField, warnWhenNarrow } from "./fields.js";
import { distance } from "./places.js";
import { RADIUS_M, cases, catalogue, isOpen, me, usedClass, warn } from "./state.js";
import { saveReport } from "./saving.js";
import { computed, html, onMounted, reactive, ref } from "./ui.js";
import { className, metres, t, when } from "./words.js";

const OWN_SOURCES = ["worker", "auxiliary"]; // sources that bear the name of who reports by himself

const blank = () => ({
  photos: [], lon: null, lat: null, accuracy: null, address: "", class: null, answers: {}, description: "", fixed: false, working: null,
});

export const Report = {
  emits: ["go"],
  setup(_, { emit }) {
    const form = reactive(blank());
    const ready = ref(false);
    const missing = ref("");
    const sending = ref(false);
    onMounted(async () => {
      const draft = await kept("draft");
      if (draft) Object.assign(form, draft, { lon: null, lat: null, accuracy: null });
      ready.value = true;
      warnWhenNarrow();
    });
    const found = computed(() => catalogue.value?.classes.find((one) => one.code === form.class));
    const asked = computed(() => Math.max(found.value?.evidence.report || 0, form.fixed ? 2 : 0));
    const alike = computed(() => {
      if (!form.class || form.lon === null || found.value?.confidential) return [];
      return cases.value
        .filter((one) => isOpen(one) && !one.confidential && one.class?.code === form.class)
        .map((one) => ({ one, away: distance(form, one) }))
        .filter((each) => each.away <= RADIUS_M)
        .sort((a, b) => a.away - b.away);
    });
    async function keepDraft() {
      try {
        await keep("draft", { ...JSON.parse(JSON.stringify({ ...form, photos: [], working: null })), photos: form.photos.map((one) => ({ ...one })) });
      } catch (error) {
        if (!isFull(error)) throw error;
        warn(t("手机存储已满，这张照片可能保存不下。请先清理手机空间。", "This phone is full: this photo may not be kept. Free some space first."));
      }
    }
    function fault() {
      if (form.lon === null) return t("还缺位置：请重新定位，或选择网格。", "The place is missing: find it again, or choose a grid.");
      if (form.photos.length < asked.value && form.fixed)
        return t("自行处置需要处置前、处置后各一张照片。", "What you fixed yourself needs a photo before and one after.");
      if (!form.photos.length && !form.description.trim()) return t("请拍一张照片，或写一句看到了什么。", "Take a photo, or write a line about what you saw.");
      const open = (found.value?.form || []).find((one) => one.required && form.answers[one.field] === undefined);
      return open ? t(`请填写：${open.label}`, `Please fill in: ${open.label}`) : "";
    }
    async function send(event) {
      event.preventDefault();
      if (sending.value) return;
      sending.value = true;
      try {
        await form.working;
        missing.value = fault();
        if (missing.value) return;
        const roles = (me.value?.assignments || []).map((one) => one.role);
        const source = OWN_SOURCES.find((one) => roles.includes(one)) || OWN_SOURCES[0];
        if (!(await saveReport(form, found.value, source))) return;
        if (form.class) await usedClass(form.class);
        emit("go", "#/");
      } finally {
        sending.value = false;
      }
    }
    return () => ready.value && html`
      <form class="form" onSubmit=${send} novalidate>
        <${PhotoField} form=${form} asked=${asked.value} onChange=${keepDraft}
          hint=${form.fixed ? t("第一张为处置前，最后一张为处置后。", "The first photo is before, the last one after.") : ""} />
        <${PlaceField} form=${form} onChange=${keepDraft} />
        <${ClassField} form=${form} onChange=${keepDraft} />
        ${alike.value.length ? html`<section class="notice" aria-label=${t("可能重复", "Possible duplicates")}>
          <p><strong>${t("附近已有同类案件，可能是同一件事：", "Close by there are open cases of this kind; it may be the same:")}</strong></p>
          <ul>${alike.value.map(({ one, away }) => html`<li key=${one.case_id}><a href=${`#/case/${one.case_id}`}>${one.description || className(one)}</a>
            <span class="quiet">${metres(away)} · ${one.state_label} · ${when(one.reported_at)}</span></li>`)}</ul>
          <p>${t("不是同一件事就继续发送。", "If it is another matter, go on and send.")}</p>
        </section>` : ""}
        <fieldset class="part">
          <legend>${t("说明", "Description")}</legend>
          <label for="description">${t("看到了什么（可用输入法的语音输入；有照片可不写）", "What you saw (dictation works; with a photo it may be left out)")}</label>
          <textarea id="description" rows="3" maxlength="2000" value=${form.description}
            onInput=${(event) => { form.description = event.target.value; keepDraft(); }}></textarea>
          ${found.value?.self_fix ? html`<label class="check"><input type="checkbox" checked=${form.fixed}
            onChange=${(event) => { form.fixed = event.target.checked; keepDraft(); }} /> ${t("我已当场处理好（需处置前、处置后照片）", "I fixed it on the spot (photos before and after)")}</label>` : ""}
        </fieldset>
        <div class="bottom">
          <p class="bad" role="alert">${missing.value}</p>
          <button class="strong wide" type="submit" disabled=${sending.value}>${t("发送", "Send")}</button>
        </div>
      </form>`;
  },
};
