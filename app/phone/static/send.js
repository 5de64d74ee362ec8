// Send what waits, in order. Nothing leaves the queue before the server has said 2xx for it.

import { CONFLICT, REFUSED, REPORT, WAITING, alikeName, db, draftName, dropDraft, keep, keepCases, kept } from "./db.js";
import { exclusively } from "./lock.js";
import { Problem, SignedOut, Unreachable, call } from "./net.js";
import { upload } from "./upload.js";

const AT_ONCE = 20; // operations in one exchange
const FAULTS_MOST = 3; // photos that the server fails at, one after the other, until it is left alone for a while
const FOR_ALL = [401, 429, 503]; // answers that mean whoever asks, and not what was sent
const MUST_CHANGE = "password_change_required";
export const WHY = { // why nothing goes out just now; the words stand in why.js
  OFFLINE: "offline", SERVER: "server", SIGN_IN: "sign_in", PASSWORD: "password", BUSY: "busy",
};

// Send all there is and read what changed; return {why, seconds, reached}: `why` is null when nothing is left to try,
// `reached` tells that the server has answered.
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
    const busy = await sendOperations(person);
    const failed = await sendPhotos(person); // those of cases that are there, whatever became of other operations
    return { why: busy || failed || null, reached: true };
  } catch (error) {
    return excuse(error);
  }
}

function excuse(error) {
  if (error instanceof Unreachable) return { why: WHY.OFFLINE };
  if (error instanceof SignedOut) return { why: WHY.SIGN_IN };
  if (!(error instanceof Problem)) throw error;
  if (error.body.code === MUST_CHANGE) return { why: WHY.PASSWORD };
  if (error.status === 429 || error.status === 503) return { why: WHY.BUSY, seconds: error.seconds };
  return { why: WHY.SERVER };
}

// Operations whose case has one before them that waits for a decision wait, too, and those of cases at which the
// server has just failed.
async function sendable(person, failed) {
  const mine = await db.queue.where("[person_id+kind]").anyOf([[person, "report"], [person, "act"]]).sortBy("n");
  const held = new Set(failed);
  return mine.filter((one) => {
    if (one.state !== WAITING) held.add(one.case_id);
    return one.state === WAITING && !held.has(one.case_id);
  });
}

async function sendOperations(person) {
  const failed = new Set();
  for (let more = true; more; ) {
    const operations = (await sendable(person, failed)).slice(0, AT_ONCE);
    const answer = await call("POST", "/sync", {
      json: {
        cursor: await kept("cursor"),
        operations: operations.map(written),
        phone_now: new Date().toISOString(),
      },
    });
    const told = await answer.json();
    (await settle(operations, told)).forEach((case_id) => failed.add(case_id));
    more = told.more || operations.length > 0;
  }
  return failed.size ? WHY.BUSY : null;
}

function written(one) {
  if (one.kind === "report") return { type: "report", case_id: one.case_id, body: one.body, phone_at: one.made_at };
  const { case_id, action, seen, data } = one;
  return { type: "act", case_id, op_id: one.op_id, action, seen, data, phone_at: one.made_at };
}

// Take what came of the operations, and what changed, in one transaction; return the cases whose have to be sent again.
function settle(operations, told) {
  return db.transaction("rw", db.queue, db.cases, db.kept, db.photos, async () => {
    if (told.reset) await db.cases.clear();
    const unfinished = [];
    for (const [place, one] of operations.entries()) {
      const { status, body } = told.results[place];
      if (status < 300) {
        await arrived(one, body);
      } else if (status >= 500 || status === 429) {
        unfinished.push(one.case_id);
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

async function arrived(one, body) {
  await db.queue.delete(one.n);
  await keepCases([body]);
  if (one.kind !== "report") return;
  await dropDraft(draftName(one.person_id, `${REPORT} ${one.id}`)); // a correction that is not needed any more
  if (body.possible_duplicates?.length) await keep(alikeName(one.case_id), body.possible_duplicates);
}

// Send the photos of what has arrived: those at which the server failed before come last, and large ones after small
// ones. One at which it fails keeps no other waiting. Return why some are left, if any are.
async function sendPhotos(person) {
  const photos = await db.queue.where("[person_id+kind]").equals([person, "photo"]).sortBy("n");
  const rank = (one) => (one.faults || 0) * 2 + (one.large ? 1 : 0);
  let left = null;
  let faults = 0;
  for (const one of photos.sort((a, b) => rank(a) - rank(b))) {
    if (one.state !== WAITING || (await db.queue.where("id").equals(one.of).count())) continue;
    const bytes = await db.photos.get(one.id);
    if (!bytes) continue; // given up meanwhile
    try {
      await upload(one, bytes.blob);
      await db.transaction("rw", db.queue, db.photos, () => Promise.all([db.queue.delete(one.n), db.photos.delete(one.id)]));
      faults = 0;
    } catch (error) {
      if (!(await takeFault(one, error))) continue;
      left = WHY.SERVER;
      faults += 1;
      if (faults >= FAULTS_MOST) return left;
    }
  }
  return left;
}

// Keep what went wrong with one photo; tell whether it has to be tried again. Raise what concerns all of them.
async function takeFault(one, error) {
  if (!(error instanceof Problem) || FOR_ALL.includes(error.status) || error.body.code === MUST_CHANGE) throw error;
  if (error.status >= 500) await db.queue.update(one.n, { faults: (one.faults || 0) + 1 });
  else await db.queue.update(one.n, { state: REFUSED, problem: error.body });
  return error.status >= 500;
}
