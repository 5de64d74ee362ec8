// What the phone keeps, in IndexedDB. A promise that is fulfilled here means that the transaction has completed.

import { Dexie, liveQuery } from "/lib/dexie.js";
import { QueuedKind, RoundKind } from "./terms.js";

export { liveQuery };

export const db = new Dexie("gezhi");
db.version(1).stores({
  kept: "name", // session, me, catalogue, grids, settings, status, drafts …: one row each
  cases: "case_id, changed_at",
  notices: "id",
  queue: "++n, id, case_id, [person_id+kind]", // what has to leave the phone, in order
  photos: "id", // bytes of what is queued or half written
});
// of the rounds and objects of the grids that the person serves
db.version(2).stores({ rounds: "round_id, window_until", objects: "object_id, kind, *classes" });
// of the residents of a started round, encrypted, and the key to it
db.version(3).stores({ handed: "round_id, until", keys: "name" });

const ROUNDS_MS = 45 * 86_400_000; // so long after its time a round stays on this phone; our figure
const ROOM_BYTES = 3 * 1024 * 1024; // for a report with some photos

const DRAFT = "draft ";
const OF_THE_PHONE = ["session", "devices", "settings", "status"]; // and not of the person

export const WAITING = "waiting";
export const REFUSED = "refused";
export const CONFLICT = "conflict";

export async function recall(name) {
  const row = await db.kept.get(name);
  return row === undefined ? null : row.value;
}

export function keep(name, value) {
  return db.kept.put({ name, value });
}

// The name of what somebody has half written: nobody else's page reads it, whoever signs in meanwhile.
export const draftName = (person_id, key) => `${DRAFT}${person_id} ${key}`;
export const REPORT = "report"; // the key of a report's draft; with an id that of its correction

export function dropDraft(name) {
  return db.transaction("rw", db.kept, db.photos, async () => {
    const row = await db.kept.get(name);
    if (row) await db.photos.bulkDelete(row.value.photos.map((one) => one.id));
    await db.kept.delete(name);
  });
}

// Put an operation and its photos into the queue, all or nothing: in place of its draft, and of an item that it
// corrects. Photos: {id, blob, purpose, type, taken_at, …}.
export function enqueue(operation, photos, { draft, instead } = {}) {
  return db.transaction("rw", db.queue, db.photos, db.kept, async () => {
    await db.queue.add({ ...operation, state: WAITING });
    for (const { blob, ...photo } of photos) {
      await db.photos.put({ id: photo.id, blob });
      await db.queue.add({
        ...photo,
        kind: QueuedKind.PHOTO,
        state: WAITING,
        of: operation.id,
        case_id: operation.photos_of || operation.case_id,
        person_id: operation.person_id,
        made_at: operation.made_at,
      });
    }
    if (draft) await dropDraft(draft);
    if (instead) await giveUp(instead);
  });
}

// Take an operation and its photos out of the queue because its owner says so.
export function giveUp(item) {
  return db.transaction("rw", db.queue, db.photos, db.kept, async () => {
    const photos = await db.queue.filter((one) => one.of === item.id || one.n === item.n).toArray();
    await db.photos.bulkDelete(photos.map((one) => one.id));
    await db.queue.bulkDelete(photos.map((one) => one.n));
    await dropDraft(draftName(item.person_id, `${REPORT} ${item.id}`));
  });
}

// Let what was found on a round that takes it no more go out as a report of its own: the case is the same.
export function sendAsReport(item) {
  return db.transaction("rw", db.queue, async () => {
    const { case_id, report } = item.data;
    const { n, person_id, made_at } = item;
    await db.queue.filter((one) => one.of === item.id).modify({ of: case_id, state: WAITING, problem: undefined });
    await db.queue.put({
      ...{ n, person_id, made_at, case_id, id: case_id, kind: QueuedKind.REPORT, state: WAITING },
      ...{ title: report.description, body: report, waits_from: new Date().toISOString() },
    });
  });
}

// Forget what the person before has read; what waits in the queue or is half written stays until they come back.
export function forgetPerson() {
  const tables = [db.cases, db.objects, db.notices, db.rounds, db.handed, db.keys];
  return db.transaction("rw", [...tables, db.kept], async () => {
    const names = await db.kept.toCollection().primaryKeys();
    const read = names.filter((name) => !OF_THE_PHONE.includes(name) && !name.startsWith(DRAFT));
    await Promise.all([...tables.map((table) => table.clear()), db.kept.bulkDelete(read)]);
  });
}

// Under which name it is kept that the server knows open cases like one just reported.
export const alikeName = (case_id) => `alike ${case_id}`;

// And that of a step which came too late its photos alone were taken, since it is not theirs to do now.
export const insteadName = (op_id) => `instead ${op_id}`;

export async function keepCases(cases, gone = []) {
  await db.transaction("rw", db.cases, db.kept, async () => {
    const before = await db.cases.bulkGet(cases.map((one) => one.case_id));
    await db.cases.bulkPut(cases.filter((one, place) => !before[place] || before[place].seq <= one.seq));
    await db.cases.bulkDelete(gone);
    await db.kept.bulkDelete(gone.flatMap((id) => [`steps ${id}`, alikeName(id)]));
  });
}

// Under which name it is kept how far a stream was read that the phone follows beside the cases.
export const cursorName = (stream) => `cursor ${stream}`;

export const UNDER_WAY = "started"; // of a round

// What the server says of rounds is kept, unless the phone has read a newer state of one. Of residents nothing is kept
// with it, and nothing beside it once the round is not under way, or not theirs to do.
export async function keepRounds(rounds) {
  const before = await db.rounds.bulkGet(rounds.map((one) => one.round_id));
  const newer = rounds.filter((one, place) => !before[place] || before[place].seq <= one.seq);
  await db.rounds.bulkPut(newer.map(({ residents, ...one }) => one));
  const over = newer.filter((one) => one.state !== UNDER_WAY || !one.mine);
  await db.handed.bulkDelete(over.map((one) => one.round_id));
}

export async function followRounds({ changes, gone, cursor, reset }) {
  if (reset) await Promise.all([db.rounds.clear(), db.handed.clear()]); // whose they are now nobody has said yet
  await keepRounds(changes);
  await db.rounds.bulkDelete(gone);
  await db.handed.bulkDelete(gone);
  await db.rounds
    .where("window_until")
    .below(new Date(Date.now() - ROUNDS_MS).toISOString())
    .filter((one) => one.kind.code !== RoundKind.WARNING || one.ended_at) // people may still be away from home
    .delete();
  await keep(cursorName("rounds"), cursor);
}

export async function followObjects({ changes, gone, cursor, reset }) {
  if (reset) await db.objects.clear();
  await db.objects.bulkPut(changes);
  await db.objects.bulkDelete(gone);
  await keep(cursorName("objects"), cursor);
}

export function isFull(error) {
  for (let one = error; one; one = one.inner) if (one.name === "QuotaExceededError") return true;
  return false;
}

// Tell whether some photos more find room. Browsers need not say how much is left (Chromium's answer is the same
// for all), so it is tried.
export async function hasRoom() {
  const { quota, usage } = (await navigator.storage?.estimate?.()) || {};
  if (quota !== undefined && quota - usage < ROOM_BYTES) return false;
  try {
    await keep("trial", new Blob([new Uint8Array(ROOM_BYTES)])); // a blob, as photos are: rows are compressed
    await db.kept.delete("trial");
    return true;
  } catch (error) {
    if (!isFull(error)) throw error;
    return false;
  }
}
