// Send what waits, in order. Nothing leaves the queue before the server has named it.

import { Between, MUST_CHANGE, Problem, SignedOut, Unreachable } from "./answers.js";
import { keep, recall } from "./db.js";
import { exclusively } from "./lock.js";
import { sendOperations } from "./send-operations.js";
import { sendPhotos } from "./send-photos.js";

const BUSY = [429, 503, 507];
// Why nothing goes out just now; the words stand in why.js.
export const WHY = {
  OFFLINE: "offline",
  SERVER: "server",
  SIGN_IN: "sign_in",
  PASSWORD: "password",
  BUSY: "busy",
  BETWEEN: "between",
  REFUSED: "refused",
  FULL: "full",
  PAGE: "page",
};

// Send all there is and read what changed; return {why, seconds, reached, sent}: `why` is null when nothing is left to
// try, `reached` tells that the server has answered, `sent` how much has left the phone.
export function sendAll() {
  return exclusively("queue", async () => {
    const outcome = await run();
    const { why, problem = null } = outcome;
    await keep("status", { why, problem, at: Date.now() });
    return outcome;
  });
}

async function run() {
  const progress = { sent: 0 };
  try {
    const session = await recall("session");
    if (!session || session.ended) return { why: WHY.SIGN_IN };
    const person = session.person.person_id;
    const failed = await sendOperations(person, progress);
    // the photos of cases that are there, whatever became of other operations
    const left = (await sendPhotos(person, progress)) || failed;
    return { ...(left ? excuse(left) : { why: null }), reached: true, ...progress };
  } catch (error) {
    return { ...excuse(error), ...progress };
  }
}

function excuse(error) {
  if (error instanceof Unreachable) return { why: WHY.OFFLINE };
  if (error instanceof SignedOut) return { why: WHY.SIGN_IN };
  const { status, seconds } = error;
  if (error instanceof Between) return { why: status >= 500 ? WHY.SERVER : WHY.BETWEEN, seconds };
  if (!(error instanceof Problem)) throw error;
  if (error.body.code === MUST_CHANGE) return { why: WHY.PASSWORD };
  if (BUSY.includes(status)) return { why: WHY.BUSY, seconds, problem: error.body };
  return { why: status >= 500 ? WHY.SERVER : WHY.REFUSED, seconds, problem: error.body };
}
