// What is found on a round, reported from it. It works without network.

import { db } from "./db.js";
import { Report } from "./report.js";
import { can } from "./round-steps.js";
import { catalogue, rounds } from "./state.js";
import { RoundAction } from "./terms.js";
import { computed, html, ref, watch } from "./ui.js";
import { t } from "./words.js";

// A finding is a report that begins on its round: class, place and object of the stop are filled in, to be changed.
export const Finding = {
  props: { id: String, more: String },
  emits: ["go"],
  setup(props, { emit }) {
    const one = computed(() => rounds.value.find((each) => each.round_id === props.id));
    const about = ref(); // the object that the stop is, as this phone keeps it; null for none
    const stopOf = () => one.value?.stop_list.find((each) => String(each.stop) === props.more);
    async function look() {
      const id = stopOf()?.object_id;
      about.value = (id && (await db.objects.get(id))) || null;
    }
    watch(one, look, { immediate: true });
    function findingData() {
      const stop = stopOf();
      const isKnown = (code) => catalogue.value?.classes.some((each) => each.code === code);
      const answersTo = (code) => about.value?.classes.includes(code);
      const codes = one.value.finding_classes.filter(isKnown);
      const code = codes.find(answersTo) ?? codes[0] ?? null;
      const place = stop?.lon ? { lon: stop.lon, lat: stop.lat } : {};
      const object = answersTo(code) ? { ...about.value, classes: [...about.value.classes] } : null;
      const prefilled = { photos: [], class: code, object, ...place };
      return { round: one.value, action: can(one.value, RoundAction.FIND), stop: stop?.stop, prefilled };
    }
    return () =>
      one.value && about.value !== undefined && can(one.value, RoundAction.FIND)
        ? html`<${Report} finding=${findingData()} onGo=${(hash) => emit("go", hash)} />`
        : html`<p class="empty">${t("这次巡查现在不能上报问题。", "Nothing can be reported on this round now.")}</p>`;
  },
};
