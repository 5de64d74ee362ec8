// What the steps on a case and of a round ask, as the catalogue says; how a kind of field looks is in questions.js.

import { catalogue, me } from "./state.js";
import { Asked, Kind, Pool, TaskPart, TaskState } from "./terms.js";
import { labelOf } from "./words.js";

const OWN_KINDS = [
  ...[Kind.TEXT, Kind.LONG, Kind.INTEGER, Kind.DATE],
  ...[Kind.MOMENT, Kind.YES_NO, Kind.CHOICE, Kind.MANY],
];
// What a case that is kept here offers to choose.
const OWN_POOLS = [Pool.TASK, Pool.DONE_TASK, Pool.MILESTONE, Pool.SUB_TASK];
const WRITTEN = ["reason", "result", "note", "text"]; // what people write in their own words
const AT_A_PLACE = "lon"; // by this a step says that it needs a place

// Whether the catalogue on this phone says what steps ask; one that was kept long ago does not.
export const knowsForms = () => Boolean(catalogue.value?.acts);

// The form of a step: by the name that the case gives it; a case kept long ago gives none.
export function formOf({ form, action }) {
  const forms = catalogue.value?.acts?.forms || [];
  return forms.find((one) => one.form === form) || forms.find((one) => one.actions.includes(action));
}

// What a step of a round asks beside what is known of it; nothing to ask where the catalogue was kept long ago.
export function roundFieldsOf(action, known = []) {
  const form = catalogue.value?.acts?.round_forms?.find((one) => one.actions.includes(action.action));
  return (form?.fields || [])
    .filter((field) => !known.includes(field.field))
    .map((field) => ({ ...field, required: isNeeded(field, action), choices: field.choices || [] }));
}

// Whether this phone can ask all that a step of a round needs.
export const canAskRound = (action) =>
  action.needs.every((need) => roundFieldsOf(action).some((field) => needOf(field) === need));

const needOf = (field) => (field.type === Kind.PLACE ? AT_A_PLACE : field.field);
const isNeeded = (field, action) => field.asked === Asked.OFFERED || action.needs.includes(needOf(field));
const isOurs = ({ type, of }) => type === Kind.PLACE || (OWN_KINDS.includes(type) && (!of || OWN_POOLS.includes(of)));

// What a fact of a case is called: as the forms call the field; a catalogue that was kept long ago cannot say it.
export function factName(name) {
  const fields = (catalogue.value?.acts?.forms || []).flatMap((form) => form.fields);
  const field = fields.find((one) => one.field === name);
  return field ? labelOf(field) : "";
}

// Whether this phone can ask all that a step needs.
export const canAsk = (action) =>
  Boolean(formOf(action)?.fields.every((field) => isOurs(field) || !isNeeded(field, action)));

// What can have failed: what was done in this round since the lead in charge was given the case.
function doneNow(one) {
  const sent = one.tasks.filter(
    (task) => task.round === one.round && [TaskPart.LEAD, TaskPart.ASSIST].includes(task.part),
  );
  const begins = Math.max(0, ...sent.filter((task) => task.part === TaskPart.LEAD).map((task) => task.task));
  return sent.filter((task) => task.task >= begins && task.state === TaskState.DONE);
}

function tasksIn(pool, one, action) {
  if (pool === Pool.DONE_TASK) return doneNow(one);
  return action.tasks.length > 1 ? one.tasks.filter((task) => action.tasks.includes(task.task)) : [];
}

// What its task has to reach on the way, and has not reached yet.
const milestonesIn = (one, action) =>
  one.clocks
    .filter((each) => each.milestone && !each.stopped_at && action.tasks.includes(each.task))
    .map((each) => ({ value: each.milestone, label: each.text }));

// The parts that are still to be done within this person's department or firm.
function partsIn(one) {
  const own = (me.value?.assignments || []).map(({ scope }) => scope.code);
  const isOwn = ({ part, state, department, contractor }) =>
    part === TaskPart.SUB &&
    state === TaskState.SIGNED &&
    [department, contractor].some((each) => own.includes(each?.code));
  return one.tasks
    .filter(isOwn)
    .map(({ task, unit, contractor }) => ({ value: task, label: `${task} ${unit || contractor?.name || ""}`.trim() }));
}

function choicesIn(field, one, action) {
  if (field.type === Kind.PLACE || !field.of) return field.choices || [];
  if (field.of === Pool.SUB_TASK) return partsIn(one);
  if (field.of === Pool.MILESTONE) return milestonesIn(one, action);
  const nameOfTask = (task) => {
    const part = catalogue.value.acts.parts?.find(({ value }) => value === task.part);
    const name = task.department.name;
    return part ? { label: `${name}（${part.label}）`, label_en: `${name} (${part.label_en})` } : { label: name };
  };
  return tasksIn(field.of, one, action).map((task) => ({ value: task.task, ...nameOfTask(task) }));
}

// What to ask for a step on a case. A place is asked for where it is needed: where the phone is says nothing else.
export function fieldsOf(one, action) {
  const isOptional = ({ asked, type, of, choices }) =>
    asked === Asked.ALWAYS && type !== Kind.PLACE && (!of || choices.length > 0);
  return formOf(action)
    .fields.filter(isOurs)
    .map((field) => ({ ...field, required: isNeeded(field, action), choices: choicesIn(field, one, action) }))
    .filter((field) => (field.asked === Asked.OFFERED ? field.choices.length : field.required || isOptional(field)));
}

// What is asked besides where somebody is far from the case.
export const whenFar = (action) =>
  formOf(action)
    .fields.filter((field) => field.asked === Asked.FAR)
    .map((field) => ({ ...field, required: true, choices: [] }));

// What somebody wrote with a step; a catalogue that was kept long ago cannot say what was chosen.
export function remarksIn({ action, data }) {
  const form = formOf({ action });
  if (!form)
    return WRITTEN.map((name) => data?.[name])
      .filter(Boolean)
      .join(" ");
  const wordsOf = (field) => {
    const value = data?.[field.field];
    const choice = (field.choices || []).find((one) => one.value === String(value));
    if (choice) return labelOf(choice);
    return [Kind.TEXT, Kind.LONG].includes(field.type) ? value : "";
  };
  return form.fields.map(wordsOf).filter(Boolean).join(" ");
}
