// What the phone keeps, in IndexedDB. A promise that is fulfilled here means that the transaction has completed.

import { Dexie, liveQuery } from "/lib/dexie.js";

export { liveQuery };

export const db = new Dexie("gezhi");
db.version(1).stores({
  kept: "name", // session, me, catalogue, grids, settings, draft, status …: one row each
  cases: "case_id, changed_at",
  notices: "id",
  queue: "++n, id, case_id, [person_id+kind]", // what has to leave the phone, in order
  photos: "id", // bytes of what is queued
});

const ROOM_BYTES = 3 * 1024 * 1024; // for a report with some photos

const OF_THE_PHONE = ["session", "devices", "settings", "status"]; // and not of the person

export const WAITING = "waiting";
export const REFUSED = "refused";
export const CONFLICT = "conflict";

export async function kept(name) {
  const row = await db.kept.get(name);
  return row === undefined ? null : row.value;
}

export function keep(name, value) {
  return db.kept.put({ name, value });
}

// Put operations and their photos into the queue, all or nothing. Photos: {id, blob, purpose, type, taken_at, …}.
export function enqueue(operation, photos = []) {
  return db.transaction("rw", db.queue, db.photos, db.kept, async () => {
    await db.queue.add({ ...operation, state: WAITING });
    for (const { blob, ...photo } of photos) {
      await db.photos.put({ id: photo.id, blob });
      await db.queue.add({
        ...photo,
        kind: "photo",
        state: WAITING,
        of: operation.id,
        case_id: operation.case_id,
        person_id: operation.person_id,
        made_at: operation.made_at,
      });
    }
    if (operation.kind === "report") await db.kept.delete("draft");
  });
}

// Take an operation and its photos out of the queue because its owner says so.
export function giveUp(item) {
  return db.transaction("rw", db.queue, db.photos, async () => {
    const photos = await db.queue.filter((one) => one.of === item.id || one.n === item.n).toArray();
    await db.photos.bulkDelete(photos.map((one) => one.id));
    await db.queue.bulkDelete(photos.map((one) => one.n));
  });
}

// Forget what the person before has read; what waits in the queue stays.
export function forgetPerson() {
  return db.transaction("rw", db.cases, db.notices, db.kept, async () => {
    await Promise.all([db.cases.clear(), db.notices.clear(), db.kept.where("name").noneOf(OF_THE_PHONE).delete()]);
  });
}

export async function keepCases(cases, gone = []) {
  await db.transaction("rw", db.cases, db.kept, async () => {
    const before = await db.cases.bulkGet(cases.map((one) => one.case_id));
    await db.cases.bulkPut(cases.filter((one, place) => !before[place] || before[place].seq <= one.seq));
    await db.cases.bulkDelete(gone);
    await db.kept.bulkDelete(gone.map((id) => `steps ${id}`));
  });
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
