// By what a case is judged: why it was filed, what has to be reached on the way, when it may be closed.

import { ClockResult } from "./terms.js";
import { html } from "./ui.js";
import { countdown, t, when } from "./words.js";

// What is known of a case that was kept here before these lines were told whole.
function keptBefore(condition) {
  const { text, closure } = condition || {};
  return [
    { code: "condition", label: "立案条件", label_en: "Filing condition", text, text_en: text },
    { code: "closure", label: "结案条件", label_en: "Closure condition", text: closure, text_en: closure },
  ].filter((line) => line.text);
}

// Milestones have a line, before the closure, also where the case was kept before these lines were told or its
// condition was corrected to one without.
function withMilestones(lines) {
  if (lines.some((line) => line.code === "milestones")) return lines;
  const isLast = (line) => line.code === "closure";
  const own = { code: "milestones", label: "阶段要求", label_en: "On the way" };
  return [...lines.filter((line) => !isLast(line)), own, ...lines.filter(isLast)];
}

// Lines of a list of facts; nothing of a case that is not filed.
export function standardOf(one) {
  const milestones = (one.clocks || []).filter(
    (each) => each.milestone && (each.reached || each.result !== ClockResult.NONE),
  );
  const timeLeft = (each) => (each.stopped_at ? "" : `${when(each.due_at)} ${countdown(each.due_at).text}`);
  const state = (each) => (each.state_label ? t(each.state_label, each.state_label_en) : timeLeft(each));
  const milestoneList = () =>
    milestones.map(
      (each) => html`<div key=${each.clock}>${[each.text, state(each)].filter(Boolean).join(" · ")}</div>`,
    );
  const lines = one.standard || keptBefore(one.condition);
  return (milestones.length ? withMilestones(lines) : lines).map((line) => [
    html`<dt>${t(line.label, line.label_en)}</dt>`,
    html`<dd>
      ${line.code === "milestones" && milestones.length ? milestoneList() : t(line.text, line.text_en)}
    </dd>`,
  ]);
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
