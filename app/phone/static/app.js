// The page: which screen is shown, and what stands above all of them.

import { Password, Settings, SignIn } from "./account.js";
import { CasePage } from "./case.js";
import { Insteads, MyReports, Nearby, Notices, Tasks } from "./lists.js";
import { Objects } from "./object-list.js";
import { Queue } from "./queue.js";
import { Report } from "./report.js";
import { Leave } from "./leave.js";
import { install } from "./install.js";
import { NOTICES } from "./refresh.js";
import { Finding } from "./round-finding.js";
import { RoundPage, Rounds, toDo } from "./rounds.js";
import { settings } from "./settings.js";
import {
  alarm,
  closed,
  lapsed,
  mayReport,
  moveOn,
  news,
  person,
  queue,
  rounds,
  session,
  signedIn,
  tasksCount,
  trouble,
  unread,
  update,
  warn,
} from "./state.js";
import { QueuedKind } from "./terms.js";
import { computed, createApp, html, nextTick, ref, watch } from "./ui.js";
import { keepAwake } from "./wake.js";
import { headline, pageFault, whyClosed } from "./why.js";
import { labelOf, language, many, t } from "./words.js";

const screen = (page, label, label_en) => ({ page, label, label_en });
const SCREENS = {
  report: screen(Report, "上报", "Report"),
  tasks: screen(Tasks, "我的任务", "My tasks"),
  mine: screen(MyReports, "我的上报", "My reports"),
  rounds: screen(Rounds, "我的巡查", "My rounds"),
  round: screen(RoundPage, "巡查", "Round"),
  finding: screen(Finding, "上报发现的问题", "Report a finding"),
  near: screen(Nearby, "附近案件", "Cases nearby"),
  objects: screen(Objects, "对象", "Objects"),
  notices: screen(Notices, "消息", "Messages"),
  queue: screen(Queue, "等待发送", "Waiting to be sent"),
  settings: screen(Settings, "设置", "Settings"),
  leave: screen(Leave, "请假", "Leave"),
  password: screen(Password, "修改密码", "Change the password"),
  case: screen(CasePage, "案件", "Case"),
};

const ENTRANCE = screen(SignIn, "登录", "Sign in");
const WHEN_LAPSED = ["report", "queue"];

// What a screen asks for of the address.
const propsOf = ({ props = {} }, { id, more }) => ({
  ...("id" in props ? { id } : {}),
  ...("more" in props ? { more } : {}),
});

const Home = () => {
  const tile = (name, count) =>
    html`<li><a class="tile" href=${`#/${name}`}>${labelOf(SCREENS[name])}${
      count ? html` <strong class="count">${count}</strong>` : ""
    }</a></li>`;
  const roundsTile = () => (rounds.value.length ? tile("rounds", toDo(rounds.value).length) : "");
  const waiting = queue.value.filter((one) => one.kind !== QueuedKind.PHOTO).length || queue.value.length;
  return html`
    ${Insteads()}
    ${mayReport.value ? html`<p><a class="button strong huge" href="#/report">${t("上报", "Report")}</a></p>` : ""}
    <nav aria-label=${t("主要功能", "Main")}><ul class="tiles">
        ${tile("tasks", tasksCount.value)}${roundsTile()}${mayReport.value ? tile("mine") : ""}${tile("near")}
        ${tile("objects")}${tile(
          "notices",
          unread.value > NOTICES ? `${NOTICES}+` : unread.value,
        )}${tile("queue", waiting)}${tile("settings")}
      </ul></nav>`;
};

const App = {
  setup() {
    const path = ref(location.hash);
    const go = (hash) => (location.hash = hash);
    window.addEventListener("hashchange", () => (path.value = location.hash));
    const place = computed(() => {
      const [, name = "", id = "", more = ""] = path.value.split("/");
      return { name: SCREENS[name] ? name : "", id, more };
    });
    const current = computed(() => {
      if (!signedIn.value)
        return lapsed.value && WHEN_LAPSED.includes(place.value.name) ? SCREENS[place.value.name] : ENTRANCE;
      if (person.value.must_change_password) return SCREENS.password;
      return SCREENS[place.value.name] || screen(Home, "格治", "Gezhi");
    });
    const title = () => labelOf(current.value);
    watch([current, () => place.value.id], async () => {
      moveOn();
      window.scrollTo(0, 0);
      await nextTick();
      document.getElementById("title")?.focus({ preventScroll: true });
    });
    watch(
      [settings, current],
      () => {
        const root = document.documentElement;
        root.lang = language() === "en" ? "en" : "zh-CN";
        root.classList.toggle("large", Boolean(settings.value.large));
        root.classList.toggle("contrast", Boolean(settings.value.contrast));
        document.title = `${title()} · ${t("格治", "Gezhi")}`;
      },
      { immediate: true },
    );
    const isHome = () => current.value.page === Home || current.value === ENTRANCE;
    const bar = () =>
      queue.value.length || trouble.value
        ? html`<p class=${trouble.value ? "strip bad" : "strip"} role="status" data-part="strip">
            <a href="#/queue">${
              trouble.value
                ? t(
                    `有 ${trouble.value} 条需要您处理`,
                    many(trouble.value, "needs your decision", "need your decision"),
                  )
                : t(`${queue.value.length} 条等待发送`, many(queue.value.length, "waits to be sent", "wait to be sent"))
            }</a> ${headline()}</p>`
        : "";
    const wait = () =>
      closed.value
        ? html`<main>
            <h1>${t("打不开", "It cannot be opened")}</h1><p role="alert">${whyClosed(closed.value)}</p>
          </main>`
        : "";
    return () =>
      session.value === undefined
        ? wait()
        : html`
          <header>
            ${
              isHome() ? "" : html`<a class="back" href="#/"><span aria-hidden="true">‹</span> ${t("首页", "Home")}</a>`
            }
            <h1 id="title" tabindex="-1">${title()}</h1>
          </header>
          <div class="news good" role="status" aria-live="polite">${news.value}</div>
          <div class="news bad" role="alert">${alarm.value}</div>
          ${
            update.waiting
              ? html`<p class="strip">
                  <button type="button" onClick=${() => update.waiting()}>
                    ${t("有新版本，点此更新", "There is a new version: update")}
                  </button>
                </p>`
              : ""
          }
          ${signedIn.value || lapsed.value ? bar() : ""}
          <main>
            ${html`<${current.value.page} key=${`${current.value.label}${place.value.id}`}
                ...${propsOf(current.value.page, place.value)} onGo=${go} />`}
          </main>`;
  },
};

// What nobody expected is said, and never left to look like nothing or like somebody's mistake.
function broke(error) {
  console.error(error);
  warn(pageFault(error));
}

window.addEventListener("unhandledrejection", (event) => broke(event.reason));
const page = createApp(App);
page.config.errorHandler = broke;
page.mount("#app");
keepAwake();
install();
