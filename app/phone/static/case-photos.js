// The photos of a case: by what they show, in the order of the timeline. They come when they are scrolled to, small; a
// tap opens the larger copy.

import { Between, isAnswer } from "./answers.js";
import { call, contentOf } from "./net.js";
import { AttachmentState, Purpose } from "./terms.js";
import { computed, html, nextTick, onBeforeUnmount, onMounted, ref } from "./ui.js";
import { whyFailed } from "./why.js";
import { purposeName, t, when } from "./words.js";

const PURPOSES = Object.values(Purpose);
const PDF = "application/pdf";
const nameOfGroup = (file) => t(`${purposeName(file)}照片`, `Photos: ${purposeName(file)}`);
const nameOfPhoto = (file, place) => t(`${purposeName(file)} 第 ${place} 张`, `${purposeName(file)}, photo ${place}`);
const AHEAD = "200px"; // so far below the screen they are asked for

// The address of a picture, once it is here; `failed` says why it cannot be had now.
function picture(case_id, id, size) {
  const url = ref("");
  const failed = ref("");
  let gone = false;
  async function load() {
    try {
      const answer = await call("GET", `/cases/${case_id}/attachments/${id}?size=${size}`);
      const blob = await contentOf(answer);
      if (!blob.type.startsWith("image/")) throw new Between(answer.status);
      if (!gone) url.value = URL.createObjectURL(blob);
    } catch (error) {
      if (!isAnswer(error)) throw error;
      failed.value = whyFailed(error);
    }
  }
  onBeforeUnmount(() => {
    gone = true;
    if (url.value) URL.revokeObjectURL(url.value);
  });
  return { url, failed, load };
}

const Small = {
  props: { case_id: String, file: Object, name: String },
  emits: ["open"],
  setup(props, { emit }) {
    const { url, failed, load } = picture(props.case_id, props.file.attachment_id, "thumb");
    const place = ref(null);
    let seen = null;
    onMounted(() => {
      seen = new IntersectionObserver(
        (entries) => {
          if (!entries.some((entry) => entry.isIntersecting)) return;
          seen.disconnect();
          load();
        },
        { rootMargin: AHEAD },
      );
      seen.observe(place.value);
    });
    onBeforeUnmount(() => seen.disconnect());
    return () => html`<button type="button" class="picture" ref=${(element) => (place.value = element)}
        aria-label=${t(`${props.name}，放大`, `${props.name}: enlarge`)} onClick=${() => emit("open")}>
      ${url.value ? html`<img src=${url.value} alt="" />` : failed.value || "…"}</button>`;
  },
};

const Large = {
  props: { case_id: String, file: Object, name: String },
  emits: ["close"],
  setup(props, { emit }) {
    const { url, failed, load } = picture(props.case_id, props.file.attachment_id, "public");
    const dialog = ref(null);
    onMounted(async () => {
      await nextTick();
      dialog.value.showModal();
      load();
    });
    return () => html`<dialog class="large" ref=${(element) => (dialog.value = element)} aria-label=${props.name}
        onClose=${() => emit("close")}>
      <div class="row"><strong>${props.name}</strong> <span class="quiet">${
        props.file.taken_at ? t(`拍摄于 ${when(props.file.taken_at)}`, `Taken ${when(props.file.taken_at)}`) : ""
      }</span>
        <button type="button" onClick=${() => dialog.value.close()}>${t("关闭", "Close")}</button></div>
      ${
        url.value
          ? html`<img src=${url.value} alt=${props.name} />`
          : html`<p role="status">${failed.value || t("正在打开…", "Opening…")}</p>`
      }</dialog>`;
  },
};

export const CasePhotos = {
  props: { case_id: String, steps: Array },
  setup(props) {
    const open = ref(null);
    const groups = computed(() => {
      const files = props.steps.flatMap((step) => step.files || []);
      return PURPOSES.map((purpose) => files.filter((file) => file.purpose === purpose)).filter(
        (group) => group.length,
      );
    });
    const one = (file, name) => {
      if (file.state === AttachmentState.REFUSED)
        return html`<p class="quiet">${t("照片无法使用。", "The photo could not be used.")}</p>`;
      if (file.state === AttachmentState.UNJUDGED)
        return html`<p class="quiet">
          ${name}
          ${t(
            "：原件已收到并封存，暂时不能显示。",
            ": the original has come and is sealed; it cannot be shown for now.",
          )}
        </p>`;
      if (file.state !== AttachmentState.STORED)
        return html`<p class="quiet">${t("照片还没有传到。", "The photo has not come yet.")}</p>`;
      if (file.type === PDF)
        return html`<p class="quiet">${t("PDF 材料，请在电脑端查看。", "A PDF: please read it at a desk.")}</p>`;
      return html`<${Small} case_id=${props.case_id} file=${file} name=${name}
          onOpen=${() => (open.value = { file, name })} />`;
    };
    return () => html`
      ${groups.value.map(
        (files) => html`<section key=${files[0].purpose} aria-label=${nameOfGroup(files[0])}>
          <h3>${purposeName(files[0])}</h3>
          <ul class="photos">${files.map(
            (file, place) => html`<li key=${file.attachment_id}>${one(file, nameOfPhoto(file, place + 1))}</li>`,
          )}</ul></section>`,
      )}
      ${
        open.value
          ? html`<${Large} case_id=${props.case_id} file=${open.value.file} name=${open.value.name}
                onClose=${() => (open.value = null)} />`
          : ""
      }`;
  },
};
