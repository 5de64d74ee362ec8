// What an answer makes of an item of the queue: the same for operations and photos.

import { BytesLost, DECIDE, Problem, SHOWN, VERDICT, groupOf } from "./answers.js";
import { CONFLICT, REFUSED, WAITING, db } from "./db.js";

// Said by the phone itself, in the shape of an answer.
const LOST = {
  code: "bytes_lost",
  detail: "手机里已读不出这张照片的内容（可能被系统清理），请补拍后用“补充附件”加到案件里。",
  detail_en:
    "The phone's storage does not give this photo any more (the system may have cleared it): please take " +
    "another and attach it to the case.",
};

// Keep what was answered beside an item; tell whether it has to be tried again by itself.
export async function keepAnswer(one, error) {
  const row = rowOf(error);
  await db.queue.update(one.n, row.state === WAITING ? { ...row, faults: (one.faults || 0) + 1 } : row);
  return row.state === WAITING;
}

function rowOf(error) {
  if (error instanceof BytesLost) return { state: REFUSED, problem: LOST, again: false };
  if (!(error instanceof Problem)) return { state: WAITING, problem: undefined, again: false };
  const group = groupOf(error.body);
  return { state: stateIn(group, error.body), problem: error.body, again: group === SHOWN };
}

function stateIn(group, problem) {
  if (group === DECIDE) return CONFLICT;
  if (group === VERDICT) return REFUSED;
  if (group !== SHOWN) return WAITING;
  return problem.case ? CONFLICT : REFUSED; // with the case as it is now both sides can be shown
}

// At each start of the page what was not possible then is tried again: it may have become so.
export const tryShownAgain = () =>
  db.queue.filter((one) => one.again && one.state !== WAITING).modify({ state: WAITING });
