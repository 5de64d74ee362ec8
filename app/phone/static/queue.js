// What has not left the phone yet: each item, why it waits, and what its owner can do about it.

import { AskOnce } from "./ask.js";
import { CONFLICT, REFUSED, WAITING, db, giveUp, sendAsReport } from "./db.js";
import { saveQueueFile } from "./rescue.js";
import { Sides } from "./sides.js";
import { asks, cases, person, queue, rounds, say, signedIn } from "./state.js";
import { QueuedKind, RoundAction } from "./terms.js";
import { wakeAnew } from "./wake.js";
import { whyWaits } from "./why.js";
import { html } from "./ui.js";
import { faultOf, many, t, when } from "./words.js";

export const Queue = {
  emits: ["go"],
  setup(_, { emit }) {
    const title = (one) => `${t(one.label || "上报", one.label_en || "Report")}${t("：", ": ")}${one.title}`;
    const photosOf = (one) => queue.value.filter((each) => each.of === one.id);
    async function again(one) {
      await db.queue
        .where("case_id")
        .equals(one.case_id)
        .and((each) => each.n === one.n || each.of === one.id)
        .modify((each) => {
          each.state = WAITING;
          each.waits_from = new Date().toISOString();
          delete each.problem;
        });
      wakeAnew();
    }
    async function onFresh(one) {
      await db.queue.update(one.n, {
        state: WAITING,
        seen: freshOf(one).seq,
        problem: undefined,
        waits_from: new Date().toISOString(),
      });
      say(t("按最新情况再次提交。", "Submitted again for the case as it is now."));
      wakeAnew();
    }
    async function drop(one) {
      await giveUp(one);
      say(t("已放弃。", "Given up."));
      wakeAnew();
    }
    const details = (one) => (one.problem?.detail ? html`<p class="bad">${faultOf(one.problem)}</p>` : "");
    // The case as the server told it with its answer, or as it has come since; null when it is gone from this phone.
    function freshOf(one) {
      const inAnswer = one.problem?.case;
      const known = cases.value.find((each) => each.case_id === one.case_id);
      return (known && !(inAnswer?.seq > known.seq) ? known : inAnswer) || null;
    }
    // Only to whom it belongs, and who may read the case: others may hold this phone.
    const mine = (one) => signedIn.value && one.person_id === person.value.person_id;
    const own = (one) => mine(one) && one.kind === QueuedKind.ACT;
    const sides = (one) => html`<${Sides} one=${one} fresh=${freshOf(one)} photos=${photosOf(one)} />`;
    const open = (one) => html`<a class="button" href=${`#/case/${one.case_id}`}>${t("打开案件", "Open the case")}</a>`;
    const conflict = (one) => {
      const possible = freshOf(one).actions.some((each) => each.action === one.action);
      return html`
        ${sides(one)}
        <div class="row">
          ${
            possible
              ? html`<button type="button" class="strong" onClick=${() => onFresh(one)}>
                  ${t("看过了，仍按我办的提交", "I have seen it: submit mine")}
                </button>`
              : html`<p>${t("案件现在不能再这样办。", "This can no longer be done to the case.")}</p>`
          }
          ${open(one)}
        </div>`;
    };
    // Nothing was decided about it; it only could not be sent for so long that its owner should know.
    async function waitOn(one) {
      await db.queue.update(one.n, { waits_from: new Date().toISOString() });
      wakeAnew();
    }
    const waitQuestion = (one) => html`<p>${t(
      "请换个有网络的地方再试，或告诉管理员；也可以导出到文件交给管理员。要继续等吗？",
      "Try where there is another network, or tell the administrator; it can be exported to a file for them, " +
        "too. Go on waiting?",
    )}</p>
    <div class="row"><button type="button" onClick=${() => waitOn(one)}>${t("继续等", "Go on waiting")}</button>
      <button type="button" onClick=${saveQueueFile}>${t("导出到文件", "Export to a file")}</button></div>`;
    const question = (one) =>
      one.kind === QueuedKind.PHOTO
        ? t(
            "放弃后案件里会缺这张照片，不能恢复。确定吗？",
            "The case will lack this photo, and this cannot be taken back. Are you sure?",
          )
        : t(
            "放弃后不能恢复。可以先导出到文件。确定吗？",
            "This cannot be taken back; it can be exported to a file first. Are you sure?",
          );
    const end = (one) => html`<${AskOnce} label=${t("放弃这一条", "Give this up")} question=${question(one)}
        yes=${t("确定放弃", "Give it up")}
        no=${t("不放弃", "Keep it")}
        beside=${{ label: t("先导出到文件", "Export to a file first"), act: saveQueueFile }}
        onYes=${() => drop(one)} />`;
    const refusal = (one) => html`${own(one) ? sides(one) : ""}
    <div class="row">
      ${own(one) && freshOf(one) ? open(one) : ""}
      <button type="button" onClick=${() => again(one)}>${t("再试一次", "Try again")}</button>
      ${
        one.kind === QueuedKind.REPORT
          ? html`<button type="button" onClick=${() => emit("go", `#/report/${one.id}`)}>
              ${t("改好再发", "Correct it and send")}
            </button>`
          : ""
      }
    </div>`;
    // A step of a round that was not taken: its owner looks at the round as it is now, then sends it again or not.
    async function onFreshRound(one) {
      const fresh = rounds.value.find((each) => each.round_id === one.round_id);
      if (fresh) await db.queue.update(one.n, { seen: fresh.seq });
      await again(one);
    }
    async function onAsReport(one) {
      await sendAsReport(one);
      say(t("已改为普通上报。", "It is sent as a report now."));
      wakeAnew();
    }
    // What is found in a drill stays one: as a report of its own it would be dealt with, and counted.
    const isDrill = (one) => one.drill || rounds.value.find((each) => each.round_id === one.round_id)?.drill;
    const asReport = (one) =>
      isDrill(one)
        ? html`<p data-drill>${t(
            "这是演练中发现的，不能作为普通上报发送；确有问题的请另行上报。",
            "It was found in a drill and cannot be sent as a report: report anew what has to be dealt with.",
          )}</p>`
        : html`<button type="button" onClick=${() => onAsReport(one)}>
            ${t("作为普通上报发送", "Send as a report")}
          </button>`;
    const ofRound = (one) => html`<div class="row">
      <a class="button" href=${`#/round/${one.round_id}`}>${t("打开巡查", "Open the round")}</a>
      <button type="button" onClick=${() => onFreshRound(one)}>${t("再试一次", "Try again")}</button>
      ${one.action === RoundAction.FIND && mine(one) ? asReport(one) : ""}
    </div>`;
    const decision = (one) => {
      if (one.kind === QueuedKind.ROUND) return one.state === WAITING ? "" : ofRound(one);
      return one.state === CONFLICT && own(one) ? conflict(one) : one.state === REFUSED ? refusal(one) : "";
    };
    const calm = (one) => one.state === WAITING && !asks(one);
    const entry = (one) => {
      const photos = one.kind === QueuedKind.PHOTO ? 0 : photosOf(one).length;
      return html`<li key=${one.n} class="item" data-state=${one.state}>
        <strong>${one.kind === QueuedKind.PHOTO ? t("照片", "Photo") : title(one)}</strong>
        <span class="quiet">${when(one.made_at)}${
          photos ? t(` · ${photos} 张照片`, ` · ${many(photos, "photo")}`) : ""
        }${one.number ? ` · ${one.number}` : ""}</span>
        <span class=${calm(one) ? "" : "bad"}>${calm(one) ? "" : "⚠ "}${whyWaits(one, queue.value)}</span>
        ${details(one)}
        ${decision(one)}
        ${
          one.again && one.state !== WAITING
            ? html`<p class="quiet">
                ${t(
                  "下次打开手机端时会自动再试。",
                  "It is tried again by itself when this page is opened the next time.",
                )}
              </p>`
            : ""
        }
        ${asks(one) ? waitQuestion(one) : ""}
        ${one.person_id === person.value?.person_id ? end(one) : ""}
      </li>`;
    };
    return () => {
      const visible = queue.value.filter(
        (one) => one.kind !== QueuedKind.PHOTO || !queue.value.some((each) => each.id === one.of),
      );
      if (!visible.length)
        return html`<p class="empty">
          ${t("全部已发送，手机里没有等待的内容。", "Everything is sent; nothing waits on this phone.")}
        </p>`;
      return html`
        <div class="row">
          <button type="button" class="strong" onClick=${wakeAnew}>${t("现在就发", "Send now")}</button>
          <button type="button" onClick=${saveQueueFile}>${t("导出到文件", "Export to a file")}</button>
        </div>
        <ul class="list">${visible.map(entry)}</ul>`;
    };
  },
};
