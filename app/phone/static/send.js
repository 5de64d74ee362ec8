// Send what waits, in order. Nothing leaves the queue before the server has said 2xx for it.

import { CONFLICT, REFUSED, WAITING, db, keep, keepCases, kept } from "./db.js";
import { exclusively } from "./lock.js";
import { Problem, SignedOut, Unreachable, call } from "./net.js";
import { upload } from "./upload.js";

const AT_ONCE = 20; // operations in one exchange
export const WHY = { // why nothing goes out just now; the words stand in why.js
  OFFLINE: "offline", SERVER: "server", SIGN_IN: "sign_in", PASSWORD: "password", BUSY: "busy",
};

// Send all there is and read what changed; return {why, seconds} with `why` null when nothing is left to try.
export function sendAll() {
  return exclusively("queue", async () => {
    const outcome = await run();
    await keep("status", { why: outcome.why, at: Date.now() });
    return outcome;
  });
}

async function run() {
  try {
    const session = await kept("session");
    if (!session || session.ended) return { why: WHY.SIGN_IN };
    const person = session.person.person_id;
    const stuck = (await sendOperations(person)) || (await sendPhotos(person));
    return stuck || { why: null };
  } catch (error) {
    return excuse(error);
  }
}

function excuse(error) {
  if (error instanceof Unreachable) return { why: WHY.OFFLINE };
  if (error instanceof SignedOut) return { why: WHY.SIGN_IN };
  if (!(error instanceof Problem)) throw error;
  if (error.body.code === "password_change_required") return { why: WHY.PASSWORD };
  if (error.status === 429 || error.status === 503) return { why: WHY.BUSY, seconds: error.seconds };
  return { why: WHY.SERVER };
}

// Operations whose case has one before them that waits for a decision wait, too.
async function sendable(person) {
  const mine = await db.queue.where("[person_id+kind]").anyOf([[person, "report"], [person, "act"]]).sortBy("n");
  const held = new Set();
  return mine.filter((one) => {
    if (one.state !== WAITING) held.add(one.case_id);
    return one.state === WAITING && !held.has(one.case_id);
  });
}

async function sendOperations(person) {
  for (let more = true; more; ) {
    const operations = (await sendable(person)).slice(0, AT_ONCE);
    const answer = await call("POST", "/sync", {
      json: {
        cursor: await kept("cursor"),
        operations: operations.map(written),
        phone_now: new Date().toISOString(),
      },
    });
    const told = await answer.json();
    const unfinished = await settle(operations, told);
    if (unfinished) return { why: WHY.BUSY };
    more = told.more || operations.length > 0;
  }
  return null;
}

function written(one) {
  if (one.kind === "report") return { type: "report", case_id: one.case_id, body: one.body, phone_at: one.made_at };
  const { case_id, action, seen, data } = one;
  return { type: "act", case_id, op_id: one.op_id, action, seen, data, phone_at: one.made_at };
}

// Take what came of the operations, and what changed, in one transaction; tell whether any has to be sent again.
function settle(operations, told) {
  return db.transaction("rw", db.queue, db.cases, db.kept, async () => {
    if (told.reset) await db.cases.clear();
    let unfinished = false;
    for (const [place, one] of operations.entries()) {
      const { status, body } = told.results[place];
      if (status < 300) {
        await db.queue.delete(one.n);
        await keepCases([body]);
      } else if (status >= 500 || status === 429) {
        unfinished = true;
        await db.queue.update(one.n, { problem: body });
      } else {
        await db.queue.update(one.n, { state: body.case ? CONFLICT : REFUSED, problem: body });
      }
    }
    await keepCases(told.changes, told.gone);
    await keep("cursor", told.cursor);
    return unfinished;
  });
}

async function sendPhotos(person) {
  const photos = await db.queue.where("[person_id+kind]").equals([person, "photo"]).sortBy("n");
  for (const one of photos) {
    if (one.state !== WAITING || (await db.queue.where("id").equals(one.of).count())) continue;
    const bytes = await db.photos.get(one.id);
    try {
      await upload(one, bytes.blob);
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500 || error.status === 429) throw error;
      await db.queue.update(one.n, { state: REFUSED, problem: error.body });
      continue;
    }
    await db.transaction("rw", db.queue, db.photos, () =>
      Promise.all([db.queue.delete(one.n), db.photos.delete(one.id)]),
    );
  }
  return null;
}
