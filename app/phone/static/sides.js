// Two sides of a case, one beside the other: what somebody here did, and the case as it is now.

import { factName, remarksIn } from "./acts.js";
import { db } from "./db.js";
import { readSteps } from "./refresh.js";
import { isAnswer } from "./answers.js";
import { html, onBeforeUnmount, onMounted, shallowRef, watch } from "./ui.js";
import { actorName, className, labelOf, stateName, t, when } from "./words.js";

const SMALL = 3; // pictures; the number says how many there are

// The photos of an item that waits: how many, and the first of them small.
const Mine = {
  props: { photos: Array },
  setup(props) {
    const pictures = shallowRef([]);
    onMounted(async () => {
      const stored = await db.photos.bulkGet(props.photos.slice(0, SMALL).map((one) => one.id));
      pictures.value = stored.filter(Boolean).map(({ blob }) => URL.createObjectURL(blob));
    });
    onBeforeUnmount(() => pictures.value.forEach(URL.revokeObjectURL));
    return () => html`<p>${t(`照片 ${props.photos.length} 张`, `Photos: ${props.photos.length}`)}</p>
    <ul class="photos">${pictures.value.map(
      (url, place) =>
        html`<li key=${url}><img src=${url} alt=${t(`您拍的第 ${place + 1} 张`, `Your photo ${place + 1}`)} /></li>`,
    )}</ul>`;
  },
};

// `fresh` is the case as it is now; null when it is not this person's to see any more.
export const Sides = {
  props: { one: Object, fresh: Object, photos: Array },
  setup(props) {
    const last = shallowRef(null);
    watch(() => props.fresh?.seq, look, { immediate: true });
    async function look(seq) {
      if (seq === undefined) return;
      try {
        const step = (await readSteps(props.one.case_id)).at(-1);
        if (step.seq >= seq) last.value = step;
      } catch (error) {
        if (!isAnswer(error)) throw error;
      }
    }
    const line = (label, text) => (text ? html`<p><span class="quiet">${label}</span> ${text}</p>` : "");
    const now = ({ fresh }) => html`<p><strong>${stateName(fresh)}</strong> · ${when(fresh.changed_at)}</p>
    <p>${fresh.description}</p>
    ${line(factName("class"), className(fresh))}
    ${line(factName("address"), fresh.address)}
    ${line(t("承办", "Department"), fresh.lead?.name)}
    ${
      last.value
        ? line(
            t("最后一步", "Last step"),
            `${labelOf(last.value)} · ${actorName(last.value)} · ${when(last.value.at)} ${remarksIn(last.value)}`,
          )
        : ""
    }`;
    return () => html`<div class="sides">
      <section>
        <h3>${t("您办的", "What you did")}</h3><p>
          <strong>${labelOf(props.one)}</strong> · ${when(props.one.made_at)}
        </p>
        <p>${remarksIn(props.one)}</p>${props.photos.length ? html`<${Mine} photos=${props.photos} />` : ""}
      </section>
      <section><h3>${t("案件现在", "The case now")}</h3>${
        props.fresh
          ? now(props)
          : html`<p>
              ${t("您已看不到这个案件，可能已经转给别人。", "It is not yours to see any more: others may have it now.")}
            </p>`
      }</section>
    </div>`;
  },
};
