// Words in the language chosen, times as people here say them.

import { settings } from "./settings.js";

export const language = () => (settings.value.language === "en" ? "en" : "zh");

export function t(zh, en) {
  return language() === "en" ? en : zh;
}

const COUNTY = "Asia/Shanghai"; // the county's wall clock, whatever the phone is set to
const DAY = new Intl.DateTimeFormat("en-CA", { timeZone: COUNTY, month: "2-digit", day: "2-digit" });
const TIME = new Intl.DateTimeFormat("en-GB", { timeZone: COUNTY, hour: "2-digit", minute: "2-digit" });

export function when(text) {
  if (!text) return "";
  const at = new Date(text);
  const day = DAY.format(at);
  return `${day === DAY.format(new Date()) ? t("今天", "today") : day} ${TIME.format(at)}`;
}

// How long until a limit ends, in words; the words say what the colour says.
export function countdown(text) {
  if (!text) return null;
  const minutes = Math.round((new Date(text) - Date.now()) / 60_000);
  const late = minutes < 0;
  const size = Math.abs(minutes);
  const amount =
    size < 60
      ? t(`${size} 分钟`, `${size} min`)
      : size < 48 * 60
        ? t(`${Math.round(size / 60)} 小时`, `${Math.round(size / 60)} h`)
        : t(`${Math.round(size / 1440)} 天`, `${Math.round(size / 1440)} days`);
  return { late, text: late ? t(`已超时 ${amount}`, `${amount} late`) : t(`还剩 ${amount}`, `${amount} left`) };
}

export function metres(amount) {
  return amount < 950
    ? t(`${Math.round(amount / 10) * 10} 米`, `${Math.round(amount / 10) * 10} m`)
    : t(`${(amount / 1000).toFixed(1)} 公里`, `${(amount / 1000).toFixed(1)} km`);
}

// What the server calls something, in the language chosen; what it told long ago may lack the English.
const nameIn = (one, name) => t(one[name], one[`${name}_en`] || one[name]);

export const nameOf = (named) => nameIn(named, "name");
export const stateName = (one) => nameIn(one, "state_label");
export const purposeName = (file) => nameIn(file, "purpose_label") || t("案件", "Case"); // kept long ago it has none
export const labelOf = (one) => nameIn(one, "label"); // of a step, a field, a choice
export const roleName = (held) => nameIn(held, "role_name");
export const actorName = (step) => step.actor.on_behalf_of?.name || nameIn(step.actor, "name");

const textsIn = (fields) => (typeof fields === "string" ? [fields] : Object.values(fields || {}).flatMap(textsIn));

// Why the server refused something, and what it says beside fields.
export const faultOf = (problem) =>
  [nameIn(problem, "detail"), ...textsIn(nameIn(problem, "fields"))].filter(Boolean).join(" ");

// A number with the English noun it counts.
export const many = (count, one, several = `${one}s`) => `${count} ${count === 1 ? one : several}`;

export function className(one) {
  return one.class ? nameOf(one.class) : t("类别待定", "Class not known yet");
}
