// By what a case is judged: why it was filed, what has to be reached on the way, when it may be closed.

import { html } from "./ui.js";
import { remaining, t, when } from "./words.js";

// Lines of a list of facts; nothing of a case that is not filed, or was kept before these were told.
export function standardOf(one) {
  const { text, closure } = one.condition || {};
  const milestones = (one.clocks || []).filter((each) => each.milestone && (each.reached || each.result !== "none"));
  const state = (each) => {
    if (each.stopped_at && each.reached === false) return t("超时未完成", "not reached in time");
    if (each.stopped_at) return each.result === "late" ? t("超时完成", "reached late") : t("已完成", "reached");
    return `${when(each.due_at)} ${remaining(each.due_at).text}`;
  };
  return [
    text ? [html`<dt>${t("立案条件", "Filing condition")}</dt>`, html`<dd>${text}</dd>`] : "",
    milestones.length
      ? [
          html`<dt>${t("节点", "Milestones")}</dt>`,
          html`<dd>${milestones.map((each) => html`<div key=${each.clock}>${each.text} · ${state(each)}</div>`)}</dd>`,
        ]
      : "",
    closure ? [html`<dt>${t("结案条件", "Closure condition")}</dt>`, html`<dd>${closure}</dd>`] : "",
  ];
}

// A line of facts that names the holidays which a running limit goes through and whose days are not known yet.
export function unknownHolidaysOf(one) {
  const running = (one.clocks || []).filter((each) => !each.stopped_at);
  const each = (holiday) =>
    t(
      `${holiday.year} 年${holiday.name}（${holiday.since} 至 ${holiday.until} 之间）`,
      `${holiday.year} ${holiday.name_en} (between ${holiday.since} and ${holiday.until})`,
    );
  const texts = [...new Set(running.flatMap((clock) => clock.unknown_holidays || []).map(each))];
  if (!texts.length) return "";
  return [
    html`<dt>${t("放假未定", "Holidays unknown")}</dt>`,
    html`<dd>${t("⚠ 到期时间可能变动：", "⚠ Limits may move: ")}${texts.join(t("；", "; "))}</dd>`,
  ];
}
