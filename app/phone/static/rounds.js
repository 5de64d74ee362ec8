// Rounds: mine by their time, and one with its stops. All of it works without network.

import { canAskRound, roundFieldsOf } from "./acts.js";
import { isAnswer } from "./answers.js";
import { openOf, sentOf, wrongOf } from "./form-rules.js";
import { Question, Questions, answersTo, formsNotice, isOpen } from "./questions.js";
import { useResidents } from "./residents.js";
import { actionsOf, can, isUnderWayHere, leftOpenAt, stepsOf, stopsOf } from "./round-steps.js";
import { saveRoundStep } from "./saving.js";
import { rounds } from "./state.js";
import { RoundAction, RoundKind } from "./terms.js";
import { beginTrack, canTrack, dropTrack, endWatch, pointsOf, trackOf } from "./track.js";
import { computed, html, onBeforeUnmount, reactive, ref, watch } from "./ui.js";
import { whyFailed } from "./why.js";
import { labelOf, many, nameOf, stateName, t, when } from "./words.js";

const LEAVING = [RoundAction.FINISH, RoundAction.BREAK_OFF]; // with which the track goes along
const KNOWN = ["stop"]; // what a step is about is chosen before it is asked anything
const DAY_MS = 86_400_000;
const RECENT_MS = 7 * DAY_MS;

const isOver = (one) => Boolean(one.ended_at);
const hasBegun = (one) => Boolean(one.actions.length) && new Date(`${one.first_day}T00:00:00+08:00`) <= new Date();
export const toDo = (all) => all.filter((one) => !isOver(one) && hasBegun(one));

function Row({ one }) {
  return html`<li key=${one.round_id}><a class="item" href=${`#/round/${one.round_id}`}>
      <strong>${nameOf(one.round)}${one.drill ? t("（演练）", " (drill)") : ""}</strong>
      <span>${one.grid.name} · ${stopCount(one)}</span>
      <span class="quiet">${stateName(one)} · ${until(one)}</span>
      ${
        stepsOf(one).length ? html`<span class="quiet">${t("有内容等待发送", "Something waits to be sent")}</span>` : ""
      }
    </a></li>`;
}

// By when: a day, of the receipt of a warning the minute.
function until(one) {
  const end = one.kind.code === RoundKind.WARNING ? when(one.window_until) : one.last_day;
  return t(`${end} 前`, `by ${end}`);
}

const stopCount = ({ stops }) => t(`${stops} 个点`, many(stops, "stop"));

// Those that are not over, by where they stand: what can be done now before what cannot.
function sections() {
  const open = rounds.value.filter((one) => !isOver(one));
  const sorted = [...toDo(open), ...open.filter((one) => !hasBegun(one))];
  return [...new Set(sorted.map(stateName))].map((name) => [name, sorted.filter((one) => stateName(one) === name)]);
}

export const Rounds = () => {
  const over = rounds.value.filter((one) => isOver(one) && Date.now() - new Date(one.ended_at) < RECENT_MS);
  const parts = [...sections(), [t("最近完成", "Done lately"), over]].filter(([, some]) => some.length);
  if (!parts.length)
    return html`<p class="empty">${t("现在没有安排给您的巡查。", "No rounds are planned for you.")}</p>`;
  return parts.map(
    ([title, some]) => html`<section key=${title}>
      <h2>${title}${t(`（${some.length}）`, ` (${some.length})`)}</h2>
      <ul class="list">${some.map((one) => Row({ one }))}</ul>
    </section>`,
  );
};

// The track of a round that is shown: gone on with while the round is under way, and dropped when it is so no more.
function useTrack(props, one, fault) {
  const tracks = ref(false);
  const isUnderWay = computed(() => (one.value ? Boolean(can(one.value, RoundAction.VISIT)) : null));
  let isOnScreen = true;
  async function set(on) {
    tracks.value = on;
    try {
      if (on) await beginTrack(props.id);
      else await dropTrack(props.id);
    } catch (error) {
      if (!isAnswer(error)) throw error;
      fault.value = whyFailed(error);
    }
    if (!isOnScreen) endWatch();
  }
  // What waits to be sent may be read after the round: only what was under way before, or is over, has left its track.
  async function follow(under, before) {
    const isLeft = under === false && (before === true || isOver(one.value)) && !(await isUnderWayHere(props.id));
    if ((under || isLeft) && canTrack() && (await trackOf(props.id))) await set(under);
  }
  watch(isUnderWay, follow, { immediate: true });
  onBeforeUnmount(() => {
    isOnScreen = false;
    endWatch();
  });
  const track = () =>
    isUnderWay.value && canTrack()
      ? html`<label class="check"><input type="checkbox" checked=${tracks.value}
              onChange=${(event) => set(event.target.checked)} />
            ${t(
              "记录本次巡查的轨迹：只用于核对路程，到期自动删除。锁屏或切换应用时浏览器记录不到，不会补造。",
              "Record the way of this round: to tell its length alone, deleted by its date. While the screen " +
                "sleeps or another app is open the browser records nothing, and nothing is made up.",
            )}
          </label>`
      : "";
  return { track, leave: () => set(false) };
}

export const RoundPage = {
  props: { id: String },
  setup(props) {
    const one = computed(() => rounds.value.find((each) => each.round_id === props.id));
    const opened = ref(null); // the stop that is being filled in
    const form = reactive({ answers: {}, data: {} }); // of the stop: to the round's questions, and to those of a visit
    const data = reactive({}); // what the other steps ask
    const fault = ref("");
    const missing = ref(""); // what must be answered at the opened stop and is not, once somebody has saved it
    const { track, leave } = useTrack(props, one, fault);
    const residents = useResidents(props);
    const formOf = (stop) => (stop.resident ? one.value.person_form : one.value.form);
    function visitFields() {
      const visit = can(one.value, RoundAction.VISIT);
      return visit ? roundFieldsOf(visit, KNOWN) : [];
    }
    const openedStop = () => one.value.stop_list.find((each) => each.stop === opened.value);
    function open(stop) {
      opened.value = stop.stop;
      const known = Object.fromEntries(visitFields().map(({ field }) => [field, stop[field]]));
      Object.assign(form, { answers: JSON.parse(JSON.stringify(stop.answers || {})), data: known });
      fault.value = missing.value = "";
    }
    async function fillIn({ anyway = false }) {
      const questions = formOf(openedStop());
      const fields = visitFields();
      const left = openOf(questions, form.answers).map((each) => each.label);
      const answers = sentOf(questions, form.answers);
      const isWrong = (each) => each.field === wrongOf(questions, answers)[0];
      const wrong = fields.find((field) => isOpen(field, form.data)) || questions.find(isWrong);
      fault.value = wrong ? t(`请检查：${labelOf(wrong)}`, `Please look at: ${labelOf(wrong)}`) : "";
      missing.value = anyway ? "" : left.join(t("、", ", "));
      if (wrong || missing.value) return;
      const visited = { stop: opened.value, answers, ...answersTo(fields, form.data) };
      const of_resident = openedStop().resident;
      const visit = can(one.value, RoundAction.VISIT);
      if (await saveRoundStep(one.value, visit, visited, { of_resident })) opened.value = null;
    }
    async function take(action) {
      const fields = roundFieldsOf(action);
      const open = fields.find((field) => isOpen(field, data));
      fault.value = open ? t(`请先填写：${labelOf(open)}`, `Please fill in first: ${labelOf(open)}`) : "";
      if (open) return;
      const points = LEAVING.includes(action.action) ? await pointsOf(props.id) : null;
      const stepData = { ...answersTo(fields, data), ...(points ? { track: points } : {}) };
      if (!(await saveRoundStep(one.value, action, stepData))) return;
      for (const { field } of fields) delete data[field];
      if (!LEAVING.includes(action.action)) return;
      await residents.erase();
      await leave();
    }
    const least = () => {
      const { min_minutes: minutes, min_metres: way } = one.value;
      const parts = [
        minutes ? t(`时长不少于 ${minutes} 分钟`, `at least ${many(minutes, "minute")}`) : "",
        way ? t(`路程不少于 ${way} 米`, `at least ${many(way, "metre")}`) : "",
      ].filter(Boolean);
      return parts.length
        ? html`<p class="quiet">${parts.join(t("，", ", "))}${t(
            "；不足只作标注，不影响提交。",
            "; what falls short is marked, and holds nothing up.",
          )}</p>`
        : "";
    };
    const ask = (fields, answers, within) =>
      fields.map(
        (field) => html`<${Question} key=${field.field} field=${field} answers=${answers} within=${within} />`,
      );
    const questions = () => html`
      ${formOf(openedStop()).length ? html`<${Questions} form=${formOf(openedStop())} answers=${form.answers} />` : ""}
      ${ask(visitFields(), form.data, "visit-")}
      ${
        missing.value
          ? html`<p class="bad" role="alert">
              ${t(
                `还没有填：${missing.value}。填不了的可以照样保存，会标注漏填。`,
                `Not answered: ${missing.value}. What cannot be answered can be left open; the round is marked.`,
              )}
              ${" "}<button type="button" onClick=${() => fillIn({ anyway: true })}>${t(
                "照样保存",
                "Save all the same",
              )}</button>
            </p>`
          : ""
      }
      <div class="row">
        <button type="button" class="strong" onClick=${() => fillIn({})}>${t("保存", "Save")}</button>
        <button type="button" onClick=${() => (opened.value = null)}>${t("不填了", "Not now")}</button>
      </div>`;
    const lackNotice = (each) => {
      const labels = leftOpenAt(one.value, each).join(t("、", ", "));
      return labels ? html`<span class="bad">${t(`漏填：${labels}`, `Left open: ${labels}`)}</span>` : "";
    };
    const lackingStops = () => {
      const number = stopsOf(one.value).filter((each) => leftOpenAt(one.value, each).length).length;
      return number && can(one.value, RoundAction.FINISH)
        ? html`<p class="notice" data-lacking>${t(
            `${number} 个点有必填项漏填：可以现在补填；照样完成的会标注漏填。`,
            `Something is left open at ${many(number, "stop")}: fill it in now, or the round is marked.`,
          )}</p>`
        : "";
    };
    const stop = (each) => html`<li key=${each.stop} class="item" data-stop=${each.stop}>
      <strong>${each.stop}. ${each.name}</strong>
      <span class=${each.visited_at ? "good" : "quiet"}>${
        each.visited_at ? t(`✓ 已填报 ${when(each.visited_at)}`, `✓ filled in ${when(each.visited_at)}`) : ""
      }</span>
      ${residents.about(each)}${lackNotice(each)}
      ${
        opened.value === each.stop
          ? questions()
          : html`<div class="row">${
              can(one.value, RoundAction.VISIT)
                ? html`<button type="button" onClick=${() => open(each)}>${t("填报", "Fill in")}</button>`
                : ""
            }${
              can(one.value, RoundAction.FIND)
                ? html`<a class="button" href=${`#/finding/${props.id}/${each.stop}`}>${t("上报问题", "Report")}</a>`
                : ""
            }</div>`
      }
    </li>`;
    const steps = () =>
      actionsOf(one.value).filter((each) => ![RoundAction.VISIT, RoundAction.FIND].includes(each.action));
    // A step with what it asks.
    function step(each) {
      const fields = roundFieldsOf(each);
      const button = html`<button type="button" data-action=${each.action}
          class=${each.needs.length ? "" : "strong"} onClick=${() => take(each)}>${labelOf(each)}</button>`;
      if (!fields.length) return html`<div class="row" key=${each.action}>${button}</div>`;
      return html`<fieldset class="part" key=${each.action}>
        <legend>${labelOf(each)}</legend>
        ${ask(fields, data, `${each.action}-`)}
        <div class="row">${button}</div>
      </fieldset>`;
    }
    return () =>
      one.value
        ? html`
          <h2>${nameOf(one.value.round)}</h2>
          ${one.value.origin ? html`<p class="notice">${labelOf(one.value.origin)}：${one.value.origin.text}</p>` : ""}
          <p class="state"><strong>${stateName(one.value)}</strong> ${one.value.grid.name} · ${until(one.value)}</p>
          ${
            stepsOf(one.value).length
              ? html`<p class="notice">
                  ${t("已办、等待发送：", "Done, waiting to be sent: ")}
                  ${stepsOf(one.value).map(labelOf).join(t("、", ", "))}
                  ${" "}<a href="#/queue">${t("查看", "Look")}</a>
                </p>`
              : ""
          }
          ${least()}${residents.notice()}${track()}
          <ul class="list">${stopsOf(one.value).map(stop)}</ul>
          ${lackingStops()}
          <p class="bad" role="alert">${fault.value}</p>
          ${steps().filter(canAskRound).map(step)}
          ${steps().every(canAskRound) ? "" : formsNotice()}`
        : html`<p class="empty">${t("手机里没有这次巡查。", "This round is not on this phone.")}</p>`;
  },
};
