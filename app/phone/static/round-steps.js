// What of a round was done on this phone and waits to be sent, and what can be done after it.

import { roundFieldsOf } from "./acts.js";
import { WAITING, db } from "./db.js";
import { openOf } from "./form-rules.js";
import { queue } from "./state.js";
import { QueuedKind, RoundAction } from "./terms.js";
import { t } from "./words.js";

// What was done here and is on its way; a step that was refused is not taken.
const stepsAmong = (items, one) =>
  items.filter((each) => each.kind === QueuedKind.ROUND && each.round_id === one.round_id && each.state === WAITING);
export const stepsOf = (one) => stepsAmong(queue.value, one);

// What can be done now: as the server said, or after the steps that wait on this phone.
function actionsAfter(one, steps) {
  const turned = steps.filter((each) => one.then[each.action]);
  return turned.length ? one.then[turned.at(-1).action] : one.actions;
}

export const actionsOf = (one) => actionsAfter(one, stepsOf(one));
export const can = (one, action) => actionsOf(one).find((each) => each.action === action);

// Whether a round is under way, by what is kept: the screen may have heard of a step that was sent before it hears of
// the round as the step has left it.
export const isUnderWayHere = (round_id) =>
  db.transaction("r", [db.rounds, db.queue], async () => {
    const one = await db.rounds.get(round_id);
    const actions = one ? actionsAfter(one, stepsAmong(await db.queue.toArray(), one)) : [];
    return actions.some((each) => each.action === RoundAction.VISIT);
  });

// The stops with what waits on this phone, and what was filled in there.
export function stopsOf(one) {
  const waiting = new Map(
    stepsOf(one)
      .filter((each) => each.action === RoundAction.VISIT)
      .map((each) => [each.data.stop, each]),
  );
  // what is filled in again takes the place of all that was there
  const fields = roundFieldsOf({ action: RoundAction.VISIT, needs: [] });
  const blank = Object.fromEntries(fields.map(({ field }) => [field, null]));
  return one.stop_list.map((stop) => {
    const step = waiting.get(stop.stop);
    return step ? { ...stop, ...blank, ...step.data, visited_at: step.made_at } : stop;
  });
}

// What must be answered at a stop and is not; of a resident only that something is, once it has been sent.
export function leftOpenAt(one, stop) {
  if (!stop.visited_at) return [];
  const form = stop.resident ? one.person_form : one.form;
  if (stop.answers) return openOf(form, stop.answers).map((each) => each.label);
  return stop.answers_open ? [t("必填项", "what must be answered")] : [];
}
