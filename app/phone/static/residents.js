// Who stands behind the stops of a started round, as this phone may know it for a while.

import { eraseHanded, openHanded } from "./handed.js";
import { handed } from "./state.js";
import { computed, html, ref, watch } from "./ui.js";
import { nameOf, t } from "./words.js";

export function useResidents(props) {
  const residents = ref(new Map());
  const row = computed(() => handed.value.find((each) => each.round_id === props.id));
  const open = async (kept) => {
    const opened = await openHanded(kept);
    if (row.value === kept) residents.value = opened; // erased or brought anew meanwhile
  };
  watch(row, open, { immediate: true });
  const about = (stop) => {
    const one = residents.value.get(stop.stop);
    if (!one) return "";
    return html`<dl class="facts" data-resident>${one.fields.map(
      (each) =>
        html`<dt>${nameOf(each)}</dt>
          <dd>${t(each.text, each.text_en)}</dd>`,
    )}</dl>`;
  };
  const notice = () =>
    residents.value.size
      ? html`<p class="notice">${t(
          "居民信息加密保存在手机里，只用于本次走访：完成、中断、退出登录或满 24 小时即删除。",
          "What is known of residents is encrypted on this phone, for this round alone: it is erased when the round " +
            "ends, at sign-out and after 24 hours.",
        )}</p>`
      : "";
  return { about, notice, erase: () => eraseHanded([props.id]) };
}
