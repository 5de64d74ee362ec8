// One's own leave, and who stands in meanwhile. It is entered with a connection: it concerns others at once.

import { call, bodyOf, read } from "./net.js";
import { say } from "./state.js";
import { html, reactive, ref } from "./ui.js";
import { whyFailed } from "./why.js";
import { t } from "./words.js";

const DAY_MS = 86_400_000;
const day = (moment) => new Date(moment).toLocaleDateString("sv"); // as a field of a date writes it
const lastDay = (until) => day(new Date(until).getTime() - 1);

export const Leave = {
  setup() {
    const leaves = ref(null);
    const fault = ref("");
    const busy = ref(false);
    const leaveForm = reactive({ since: day(Date.now()), until: day(Date.now() + DAY_MS), substitute: "" });

    // Show what the server says of one's leave after something was asked of it.
    async function update(asking, done) {
      busy.value = true;
      fault.value = "";
      try {
        leaves.value = await asking();
        keepSubstitute();
        if (done) say(done);
      } catch (error) {
        fault.value = whyFailed(error);
        console.error(error);
      } finally {
        busy.value = false;
      }
    }
    // Whoever stands in on the days that are shown stays chosen: entering them again would end that.
    function keepSubstitute() {
      const { since, until } = leaveForm;
      const runs = (one) => day(one.valid_from) <= until && lastDay(one.valid_to) >= since;
      const chosen = leaves.value.substitutes.find(runs);
      if (chosen) leaveForm.substitute = chosen.username;
    }
    function setDay(name, text) {
      leaveForm[name] = text;
      keepSubstitute();
    }
    const send = async (path, json) => bodyOf(await call("POST", path, { json }), "items", "substitutes", "candidates");
    const load = () => update(() => read("/roster/leaves", "items", "substitutes", "candidates"));
    const enter = (event) => {
      event.preventDefault();
      return update(
        () => send("/roster/leaves", { ...leaveForm, substitute: leaveForm.substitute || null }),
        t("请假已登记。", "Your leave is entered."),
      );
    };
    const end = (since) => update(() => send("/roster/leaves/end", { since }), t("已销假。", "You are back."));
    load();

    const field = (name, label) => html`
      <label for=${name}>${label}</label>
      <input id=${name} type="date" required value=${leaveForm[name]}
          onInput=${(event) => setDay(name, event.target.value)} />`;
    const one = ({ since, until }) => html`
      <li>${day(since)} – ${lastDay(until)}
        <button type="button" disabled=${busy.value} onClick=${() => end(since)}>
          ${t("销假", "I am back")}
        </button></li>`;
    const standIn = ({ name, valid_from, valid_to }) => html`
      <p>${t("顶岗：", "Stands in: ")}${name} ${day(valid_from)} – ${lastDay(valid_to)}</p>`;
    const option = ({ username, name }) => html`<option value=${username}>${name}</option>`;
    const form = () => html`
      <form class="form" onSubmit=${enter}>
        ${field("since", t("第一天", "First day"))}
        ${field("until", t("最后一天（含）", "Last day (inclusive)"))}
        <label for="substitute">${t("由谁顶岗", "Who stands in")}</label>
        <select id="substitute" value=${leaveForm.substitute}
            onChange=${(event) => (leaveForm.substitute = event.target.value)}>
          <option value="">${t("不安排", "Nobody")}</option>
          ${leaves.value.candidates.map(option)}
        </select>
        <p class="quiet">${t(
          "请假期间，核实、核查和巡查由顶岗的人办理；没有人顶岗时由下一个合适的人办理。",
          "Meanwhile whoever stands in is asked to verify, check and go round; without anybody, the next who fits.",
        )}</p>
        <button class="strong wide" type="submit" disabled=${busy.value}>
          ${t("登记请假", "Enter the leave")}
        </button>
      </form>`;
    const waitText = () => html`
      <p class="quiet">
        ${fault.value ? t("连上网络后再试。", "Try again with a connection.") : t("正在读取…", "Reading…")}
      </p>`;
    return () => html`
      <p class="bad" role="alert">${fault.value}</p>
      ${
        leaves.value
          ? html`<ul class="plain">${leaves.value.items.map(one)}</ul>
              ${leaves.value.substitutes.map(standIn)}
              ${form()}`
          : waitText()
      }`;
  },
};
