// Reports and acts go out in one exchange, and what changed comes back with their answers.

import { Between, Problem, isVerdict, namesOperation } from "./answers.js";
import {
  REPORT,
  UNDER_WAY,
  WAITING,
  alikeName,
  cursorName,
  db,
  draftName,
  dropDraft,
  followObjects,
  followRounds,
  insteadName,
  keep,
  keepCases,
  keepRounds,
  recall,
} from "./db.js";
import { sealHanded } from "./handed.js";
import { bodyOf, call } from "./net.js";
import { keepAnswer } from "./settle.js";
import { QueuedKind } from "./terms.js";

const AT_ONCE = 20; // operations in one exchange
const STREAMS = { objects: followObjects, rounds: followRounds }; // what is followed beside the cases
const SAYS = ["results", "changes", "gone", "cursor"];

// Send a person's operations, and read until nothing is left; return why some could not be carried out, if any.
export async function sendOperations(person, progress) {
  const failed = new Map(); // case -> why
  let most = AT_ONCE;
  for (let more = true; more;) {
    const operations = (await sendable(person, failed)).slice(0, most);
    let response;
    try {
      response = await askServer(operations);
    } catch (error) {
      if (!isVerdict(error) || operations.length < 2) throw error;
      most = 1; // one of them spoils it for all: each shows itself alone
      continue;
    }
    const [sent, unfinished] = await settle(operations, response);
    progress.sent += sent;
    unfinished.forEach(([case_id, why]) => failed.set(case_id, why));
    const followed = Object.values(response.streams || {});
    more = response.more || followed.some((one) => one.more) || operations.length > 0;
  }
  return [...failed.values()].at(-1) || null;
}

// Operations whose case has one before them that waits for a decision wait, too, and those of cases at which the
// server has just failed.
async function sendable(person, failed) {
  const mine = await db.queue
    .where("[person_id+kind]")
    .anyOf([
      [person, QueuedKind.REPORT],
      [person, QueuedKind.ACT],
      [person, QueuedKind.ROUND],
    ])
    .sortBy("n");
  const held = new Set(failed.keys());
  return mine.filter((one) => {
    if (one.state !== WAITING) held.add(one.case_id);
    return one.state === WAITING && !held.has(one.case_id);
  });
}

// Exchange operations. What is refused as a whole is tried without the streams, then without the cursor: hints are not
// worth the work. An operation that is refused alone has its answer.
async function askServer(operations) {
  const cursor = await recall("cursor");
  try {
    return await exchange(operations, cursor, follows ? await cursors() : null);
  } catch (error) {
    if (!isVerdict(error) || operations.length > 1) throw error;
    return follows ? withoutStreams(operations, cursor) : withoutCursor(operations);
  }
}

let follows = true; // streams beside the cases, until a server of an older version says that it has none

async function withoutStreams(operations, cursor) {
  try {
    const response = await exchange(operations, cursor);
    follows = false;
    return response;
  } catch (error) {
    if (!isVerdict(error)) throw error;
    return withoutCursor(operations);
  }
}

const asRefusal = ({ status, body }) => ({ results: [{ status, body }], changes: [], gone: [] });

async function withoutCursor(operations) {
  try {
    return { ...(await exchange(operations, null)), reset: true };
  } catch (error) {
    if (!isVerdict(error) || !operations.length) throw error;
    return { ...asRefusal(error), cursor: await recall("cursor") };
  }
}

async function exchange(operations, cursor, streams = null) {
  const json = { cursor, operations: operations.map(jsonOf), phone_now: new Date().toISOString() };
  if (streams) json.streams = streams;
  const answer = await call("POST", "/sync", { json });
  const body = await bodyOf(answer, ...SAYS);
  const whole = [body.results, body.changes, body.gone].every(Array.isArray);
  if (!whole || body.results.length !== operations.length) throw new Between(answer.status);
  return body;
}

async function cursors() {
  const names = Object.keys(STREAMS);
  const entries = names.map(async (name) => [name, { cursor: await recall(cursorName(name)) }]);
  return Object.fromEntries(await Promise.all(entries));
}

function jsonOf(one) {
  if (one.kind === QueuedKind.REPORT)
    return { type: one.kind, case_id: one.case_id, body: one.body, phone_at: one.made_at };
  if (one.kind === QueuedKind.ROUND) return roundStep(one);
  const { kind, case_id, action, seen, data } = one;
  return { type: kind, case_id, op_id: one.op_id, action, seen, data, phone_at: one.made_at };
}

const roundStep = ({ kind, round_id, op_id, action, seen, data, made_at }) => ({
  ...{ type: kind, round_id, op_id, action, seen, data },
  phone_at: made_at,
});

// Take what came of the operations, and what changed, in one transaction; return how many are done, and the cases whose
// have to be sent again, each with why.
async function settle(operations, { results, changes, gone, cursor, reset, streams = {} }) {
  const residents = await sealedOf(results); // before: a transaction of IndexedDB does not wait for it
  const tables = [db.queue, db.cases, db.objects, db.rounds, db.handed, db.kept, db.photos];
  return db.transaction("rw", tables, async () => {
    if (reset) await db.cases.clear();
    const unfinished = [];
    const handed = [];
    for (const [place, one] of operations.entries()) {
      const { status, body } = results[place];
      if (status < 300 && namesOperation(one, body)) {
        await finish(one, body);
        if (residents.has(one.op_id) && body.state === UNDER_WAY) handed.push(residents.get(one.op_id));
        continue;
      }
      const isOurs = status >= 300 && body?.code;
      const error = isOurs ? new Problem({ ...body, status }, body.retry_after_seconds) : new Between(status);
      if (await keepAnswer(one, error)) unfinished.push([one.case_id, error]);
    }
    await keepCases(changes, gone);
    await keep("cursor", cursor);
    for (const [name, follow] of Object.entries(STREAMS)) if (streams[name]) await follow(streams[name]);
    const left = streams.rounds?.gone || [];
    await db.handed.bulkPut(handed.filter((row) => !left.includes(row.round_id)));
    return [operations.length - unfinished.length, unfinished];
  });
}

// What starts of rounds have brought of residents, encrypted, by the operation.
async function sealedOf(results) {
  const brought = results.filter(({ body }) => body?.residents);
  const rows = await Promise.all(
    brought.map(async ({ body }) => [body.step.op_id, await sealHanded(body.round_id, body.residents)]),
  );
  return new Map(rows.filter(([, row]) => row));
}

// A repeat of what was done before is answered without the case when it is not this person's to see any more.
async function finish(one, body) {
  await db.queue.delete(one.n);
  if (one.kind === QueuedKind.ROUND) {
    if ("state" in body) await keepRounds([body]);
    else await db.rounds.delete(one.round_id);
    return;
  }
  if ("state" in body) await keepCases([body]);
  else await keepCases([], [one.case_id]);
  const { op_id, person_id, action, data, label, label_en, number, made_at } = one;
  if (body.instead) await keep(insteadName(op_id), { person_id, action, data, label, label_en, number, made_at });
  if (one.kind !== QueuedKind.REPORT) return;
  await dropDraft(draftName(one.person_id, `${REPORT} ${one.id}`)); // a correction that is not needed any more
  if (body.possible_duplicates?.length) await keep(alikeName(one.case_id), body.possible_duplicates);
}
