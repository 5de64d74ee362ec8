// The lists: my tasks, my reports, cases close by, messages.

import { distance } from "/static/frame/geometry.js";
import { alikeName, db } from "./db.js";
import { whereAmI } from "./places.js";
import { alikes, cases, insteads, isOpen, notices, person, queue, reports, tasks, unread } from "./state.js";
import { remarksIn } from "./acts.js";
import { markAllRead, markRead } from "./refresh.js";
import { isAnswer } from "./answers.js";
import { NoticeSubject, QueuedKind } from "./terms.js";
import { computed, html, onMounted, ref } from "./ui.js";
import { whyFailed } from "./why.js";
import { className, many, metres, countdown, stateName, t, when } from "./words.js";

const SHOWN = 100;
const AGE_MS = 60_000; // a place this old is good enough for a list

// What whoever sent a case wants, under which number, by when; nothing for what nobody sent.
const ticket = ({ ticket_kind_label: kind, ticket_kind_label_en: en, external_no: number, external_due: date }) =>
  [kind ? t(kind, en) : "", number || "", date ? t(`${when(date)} 前`, `by ${when(date)}`) : ""]
    .filter(Boolean)
    .join(" · ");

// Its service is admitted no more: it is carried to its end all the same.
const runsOn = ({ admission_ended: ended }) => (ended ? t("准入已到期，照常办完", "Admitted no more: it runs on") : "");

const drillMark = ({ drill }) => (drill ? t("（演练）", " (drill)") : "");

function Row({ one, away, more = "" }) {
  const left = countdown(one.ended_how ? null : one.due_at);
  const waiting = queue.value.some((each) => each.case_id === one.case_id);
  return html`<li key=${one.case_id}><a class="item" href=${`#/case/${one.case_id}`}>
      <strong>${one.urgent ? t("【急】", "[urgent] ") : ""}${className(one)}${drillMark(one)}</strong>
      <span>${one.description}</span>
      <span class="quiet">
        ${stateName(one)} · ${one.grid.name}${away === undefined ? "" : ` · ${metres(away)}`} · ${when(one.reported_at)}
      </span>
      ${ticket(one) ? html`<span class="quiet">${ticket(one)}</span>` : ""}
      ${left ? html`<span class=${left.late ? "bad" : "good"}>${left.late ? "⚠ " : ""}${left.text}</span>` : ""}
      ${runsOn(one) ? html`<span class="quiet">${runsOn(one)}</span>` : ""}
      ${waiting ? html`<span class="quiet">${t("有内容等待发送", "Something waits to be sent")}</span>` : ""}
    </a>${more}</li>`;
}

const row = (one, away) => Row({ one, away });

// Open cases like a report that the server knew when it came: it may be the same trouble.
function Alike({ case_id }) {
  const alikeCases = alikes.value.find((each) => each.name === alikeName(case_id))?.value || [];
  const isKnown = (each) => cases.value.some((one) => one.case_id === each.case_id);
  const caption = (each) => `${each.number} ${each.address}`;
  return alikeCases.length
    ? html`<section class="notice" aria-label=${t("可能重复", "Possible duplicates")}>
        <p>
          <strong>
            ${t(
              "附近已有同类案件，可能是同一件事：",
              "Close by there are open cases of this kind; it may be the same:",
            )}
          </strong>
        </p>
        <ul>${alikeCases.map(
          (each) => html`<li key=${each.case_id}>${
            isKnown(each) ? html`<a href=${`#/case/${each.case_id}`}>${caption(each)}</a>` : caption(each)
          }
            <span class="quiet">${metres(each.distance_m)} · ${when(each.reported_at)}</span></li>`,
        )}</ul>
        <p>
          ${t(
            "是同一件事，可打开您报的这件“撤回”；不是就不用管。",
            "If it is the same, open your report and withdraw it; if not, leave it.",
          )}
        </p>
        <button type="button" onClick=${() => db.kept.delete(alikeName(case_id))}>
          ${t("知道了", "I have seen it")}
        </button>
      </section>`
    : "";
}

// What somebody wrote is not with the case, and leaves the phone with this notice.
function unkept(value) {
  const words = remarksIn(value);
  return words
    ? html`<p>${t(`您写的“${words}”没有存入案件。`, `What you wrote, “${words}”, is not kept with the case.`)}</p>`
    : "";
}

// Whoever did it after they were called back, or another was named, is told that it does not count, and what is kept.
export const Insteads = () =>
  insteads.value
    .filter(({ value }) => value.person_id === person.value?.person_id)
    .map(
      ({ name, value }) => html`<section class="notice" role="status" key=${name} data-part="instead">
        <p>
          ${t(
            `${value.number || ""}：您 ${when(value.made_at)} 办的“${value.label}”发到时已收回或改派他人，` +
              "结论没有采用；照片已存入案件，您无需再办。",
            `${value.number || ""}: your “${value.label_en}” of ${when(value.made_at)} came after it had been called ` +
              "back or given to another, and does not count. Its photos are kept with the case; " +
              "you need do nothing more.",
          )}
        </p>
        ${unkept(value)}
        <button type="button" onClick=${() => db.kept.delete(name)}>${t("知道了", "I have seen it")}</button>
      </section>`,
    );

export const Tasks = () => [Insteads(), Mine()];

const Mine = () =>
  tasks.value.length
    ? tasks.value.map(
        (each) => html`<section key=${each.queue}>
          <h2>
            ${t(each.label, each.label_en || each.label)}
            ${t(`（${each.cases.length}）`, ` (${each.cases.length})`)}
          </h2>
          <ul class="list">${each.cases.map((one) => row(one))}</ul>
        </section>`,
      )
    : html`<p class="empty">
        ${t(
          "现在没有要您办的事。有新任务时会出现在这里和消息里。",
          "Nothing waits for you. New tasks appear here and among the messages.",
        )}
      </p>`;

export const MyReports = () => {
  const waiting = queue.value.filter((one) => one.kind === QueuedKind.REPORT);
  return [
    waiting.length
      ? html`<p class="notice">
          ${t(
            `还有 ${waiting.length} 件等待发送。`,
            `${many(waiting.length, "waits", "wait")} to be sent.`,
          )} <a href="#/queue">${t("查看", "Look")}</a>
        </p>`
      : null,
    reports.value.length
      ? html`<ul class="list">${reports.value
          .slice(0, SHOWN)
          .map((one) => Row({ one, more: isOpen(one) ? Alike(one) : "" }))}</ul>`
      : html`<p class="empty">
          ${t(
            "您还没有上报过。看到问题，回首页按“上报”。",
            "You have not reported anything yet. Press “Report” on the first page.",
          )}
        </p>`,
  ];
};

export const Nearby = {
  setup() {
    const here = ref(null);
    const hasAnswer = ref(false);
    onMounted(async () => {
      const place = await whereAmI(AGE_MS);
      here.value = place.why ? null : place;
      hasAnswer.value = true;
    });
    const open = computed(() => {
      const openCases = cases.value.filter((one) => isOpen(one) && !one.confidential);
      if (!here.value) return openCases.map((one) => ({ one }));
      const placed = openCases
        .filter((one) => one.lon !== null)
        .map((one) => ({ one, away: distance(here.value, one) }));
      const somewhere = openCases.filter((one) => one.lon === null).map((one) => ({ one })); // how far, nobody knows
      return [...placed.sort((a, b) => a.away - b.away), ...somewhere];
    });
    return () => [
      html`<p class="quiet" role="status">${
        here.value
          ? t("按距离排列。", "The nearest first.")
          : hasAnswer.value
            ? t("没有定位，按最近变化排列。", "No position: the latest changed first.")
            : t("正在定位…", "Finding the place…")
      }</p>`,
      open.value.length
        ? html`<ul class="list">${open.value.slice(0, SHOWN).map(({ one, away }) => row(one, away))}</ul>`
        : html`<p class="empty">
            ${t(
              "手机里没有在办案件。联网后会自动更新。",
              "No open cases on this phone. It is brought up to date when there is network.",
            )}
          </p>`,
    ];
  },
};

// What a message leads to: of warnings and campaigns what is mine to do; files lie at a desk.
const ADDRESSES = {
  [NoticeSubject.CAMPAIGN]: "#/rounds",
  [NoticeSubject.EXPORT]: "/exports/",
  [NoticeSubject.WARNING]: "#/rounds",
};
const addressOf = (notice) => (notice.case_id ? `#/case/${notice.case_id}` : ADDRESSES[notice.subject] || "#/notices");

export const Notices = {
  setup() {
    const failed = ref("");
    async function readAll() {
      try {
        await markAllRead(notices.value);
        failed.value = "";
      } catch (error) {
        if (!isAnswer(error)) throw error;
        failed.value = whyFailed(error);
      }
    }
    async function open(one) {
      try {
        if (!one.read_at) await markRead(one.id);
      } catch (error) {
        if (!isAnswer(error)) throw error; // it is told later
      }
    }
    return () => html`
      ${
        unread.value && notices.value.length
          ? html`<p><button type="button" onClick=${readAll}>${t("全部标为已读", "Mark all as read")}</button></p>`
          : ""
      }
      ${
        failed.value
          ? html`<p class="bad" role="alert">${t("没有标上：", "They are not marked: ")}${failed.value}</p>`
          : ""
      }
      ${
        notices.value.length
          ? html`<ul class="list">${notices.value.map(
              (one) => html`<li key=${one.id}><a class="item" href=${addressOf(one)} onClick=${() => open(one)}>
                  <span>${
                    one.read_at ? "" : html`<strong>${t("【新】", "[new] ")}</strong>`
                  }${t(one.text, one.text_en)}</span>
                  <span class="quiet">${when(one.created_at)}</span></a></li>`,
            )}</ul>`
          : html`<p class="empty">
              ${t("没有消息。案件有变化时会告诉您。", "No messages. You are told when your cases change.")}
            </p>`
      }`;
  },
};
