// Which questions of a form are asked, which are open, and what answers may be, without network as with it. The server
// judges by the same rules (class_forms.py); the vectors that both are held to are tests/catalogue/form_vectors.json.

import { Kind } from "./terms.js";

const TEXT_MOST = 500;
const NUMBER_MOST = 1_000_000_000;
const DECIMALS = 3;
const PERSON_MOST = 60;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DEGREES = { lon: 180, lat: 90 };

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isAmong = (answer, values) =>
  Array.isArray(answer) ? answer.some((one) => isAmong(one, values)) : values.includes(answer);
const hold = (conditions, visible, answers) =>
  Object.entries(conditions || {}).every(([name, values]) => visible.has(name) && isAmong(answers[name], values));
const isNothing = (answer) =>
  answer === undefined || answer === null || answer === "" || (Array.isArray(answer) && !answer.length);

// The questions that are asked beside these answers; no condition holds on one that is not.
export function shownOf(form, answers) {
  const visible = new Set();
  return form.filter((one) => hold(one.shown_if, visible, answers) && visible.add(one.field));
}

// The same, each with whether it must be answered now.
export function questionsOf(form, answers) {
  const questions = shownOf(form, answers);
  const visible = new Set(questions.map((one) => one.field));
  const must = (one) => one.required || Boolean(one.required_if && hold(one.required_if, visible, answers));
  return questions.map((one) => ({ ...one, required: must(one) }));
}

// Questions that must be answered and are not, a table whose rows leave out what must be in them among them.
export function openOf(form, answers) {
  const isOpen = (one) => {
    const answer = answers[one.field];
    if (isNothing(answer)) return one.required;
    const rows = one.type === Kind.TABLE && Array.isArray(answer) ? answer : [];
    const cells = (one.columns || []).filter((column) => column.required);
    return rows.some((row) => isObject(row) && cells.some(({ field }) => [undefined, null, ""].includes(row[field])));
  };
  return questionsOf(form, answers).filter(isOpen);
}

const isNumber = (answer) => typeof answer === "number" && Number.isFinite(answer);
const within = ({ minimum, maximum }, answer) =>
  (minimum ?? -NUMBER_MOST) <= answer && answer <= (maximum ?? NUMBER_MOST);

function isDay(answer) {
  if (typeof answer !== "string" || !/^[1-9]\d{3}-\d\d-\d\d$/.test(answer)) return false;
  const day = new Date(`${answer}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(answer);
}

const isSeveral = ({ choices }, answer) =>
  Array.isArray(answer) && new Set(answer).size === answer.length && answer.every((one) => choices.includes(one));

const isPlace = (answer) =>
  isObject(answer) &&
  Object.keys(answer).sort().join() === Object.keys(DEGREES).sort().join() &&
  Object.entries(DEGREES).every(([name, most]) => isNumber(answer[name]) && Math.abs(answer[name]) <= most);

const arePhotos = ({ least = 1, most }, answer) =>
  Array.isArray(answer) &&
  (!answer.length || (least <= answer.length && answer.length <= most)) &&
  new Set(answer).size === answer.length &&
  answer.every((one) => typeof one === "string" && ID.test(one));

const isPerson = (answer) =>
  isObject(answer) &&
  "name" in answer &&
  Object.entries(answer).every(
    ([name, one]) =>
      ["name", "phone"].includes(name) &&
      typeof one === "string" &&
      one.length &&
      [...one].length <= PERSON_MOST &&
      !one.includes("\n"),
  );

const isTable = ({ columns, most }, answer) =>
  Array.isArray(answer) &&
  answer.length <= most &&
  answer.every((row) => isObject(row) && !wrongOf(columns, row).length);

const FITS = {
  [Kind.CHOICE]: ({ choices }, answer) => choices.includes(answer),
  [Kind.DATE]: (_, answer) => isDay(answer),
  [Kind.INTEGER]: (one, answer) => Number.isInteger(answer) && within(one, answer),
  [Kind.MANY]: isSeveral,
  [Kind.NUMBER]: (one, answer) =>
    isNumber(answer) && within(one, answer) && Math.round(answer * 10 ** DECIMALS) / 10 ** DECIMALS === answer,
  [Kind.OBJECT]: (_, answer) => typeof answer === "string" && ID.test(answer),
  [Kind.PERSON]: (_, answer) => isPerson(answer),
  [Kind.PHOTO]: arePhotos,
  [Kind.PLACE]: (_, answer) => isPlace(answer),
  [Kind.TABLE]: isTable,
  [Kind.TEXT]: (_, answer) => typeof answer === "string" && [...answer].length <= TEXT_MOST,
  [Kind.YES_NO]: (_, answer) => typeof answer === "boolean",
};

// What a kind that this page does not know may be, the server judges.
const fits = (one, answer) => (FITS[one.type] || (() => true))(one, answer);

// The names under which something stands that cannot be; what is not asked any more is let be.
export function wrongOf(form, answers) {
  const known = new Map(form.map((one) => [one.field, one]));
  const visible = new Set(shownOf(form, answers).map((one) => one.field));
  const isWrong = ([name, answer]) => !known.has(name) || (visible.has(name) && !fits(known.get(name), answer));
  return Object.entries(answers)
    .filter(isWrong)
    .map(([name]) => name);
}

// Photos that answer questions lie with the others of a report, each with the question that it answers (`of`).
export function photosOf(form, answers, photos) {
  const questions = shownOf(form, answers).filter((one) => one.type === Kind.PHOTO);
  const ids = ({ field }) => photos.filter((one) => one.of === field).map((one) => one.id);
  return Object.fromEntries(questions.map((one) => [one.field, ids(one)]));
}

// What is sent: answers to what is asked, and nothing where nothing was said.
export function sentOf(form, answers) {
  const visible = new Set(shownOf(form, answers).map((one) => one.field));
  return Object.fromEntries(Object.entries(answers).filter(([name, one]) => visible.has(name) && !isNothing(one)));
}
