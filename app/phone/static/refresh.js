// Read what the phone keeps for the time without network: who I am, catalogue, grids, messages.

import { db, keep, recall } from "./db.js";
import { bodyOf, call, read } from "./net.js";

export const NOTICES = 50; // messages on this phone
const CASES = 200; // the largest page

export async function refresh() {
  await keep("me", await read("/me", "person", "assignments", "grids"));
  await whole("catalogue", "classes");
  await whole("grids", "features");
  await tellRead();
  const answer = await read(`/notices?limit=${NOTICES}`, "items", "unread");
  await db.transaction("rw", db.notices, db.kept, async () => {
    const untold = new Map((await readHere()).map((one) => [one.id, one.read_at]));
    await db.notices.clear();
    await db.notices.bulkPut(
      answer.items.map((one) => (untold.has(one.id) ? { ...one, read_at: untold.get(one.id), untold: true } : one)),
    );
    await keep("unread", answer.unread);
  });
}

// What waits for this person, as the server counts it: each queue with the cases in it.
export async function readQueues() {
  const { items } = await read("/queues", "items");
  const idsOf = async ({ queue, count }) =>
    count ? (await read(`/cases?limit=${CASES}&queue=${queue}`, "items")).items.map((each) => each.case_id) : [];
  const ids = await Promise.all(items.map(idsOf));
  await keep(
    "queues",
    items.map((one, place) => ({ ...one, ids: ids[place] })),
  );
}

// Read one of the documents that are answered whole, if it has changed.
async function whole(name, holds) {
  const tags = (await recall("tags")) || {};
  const answer = await call("GET", `/${name}`, { headers: tags[name] ? { "If-None-Match": tags[name] } : {} });
  if (answer.status === 304) return;
  await keep(name, await bodyOf(answer, holds));
  await keep("tags", { ...((await recall("tags")) || {}), [name]: answer.headers.get("ETag") });
}

// What became of a case, step by step; kept for the time without network.
export async function readSteps(case_id) {
  const { items } = await read(`/cases/${case_id}/steps`, "items");
  await keep(`steps ${case_id}`, items);
  return items;
}

// Who is on duty at the centre of a case now, by name.
export async function readDuty(case_id) {
  const { items } = await read(`/duty?case=${case_id}`, "items");
  return items.flatMap((one) => (one.now ? one.now.people.map((each) => each.name) : []));
}

const readHere = () => db.notices.filter((one) => one.untold).toArray(); // and not yet told to the server

// A message that was opened is read here at once; the server is told now, or when it can be reached.
export async function markRead(id) {
  await db.notices.update(id, { read_at: new Date().toISOString(), untold: true });
  await tellRead();
}

async function tellRead() {
  const ids = (await readHere()).map((one) => one.id);
  if (ids.length) await sendRead({ ids }, db.notices.where("id").anyOf(ids));
}

// Mark all up to the newest here, those too old for this phone among them.
export async function markAllRead(notices) {
  const until = notices
    .map((one) => one.created_at)
    .sort()
    .at(-1);
  await sendRead(
    { until },
    db.notices.filter((one) => one.created_at <= until),
  );
}

async function sendRead(which, rows) {
  const { unread } = await bodyOf(await call("POST", "/notices/read", { json: which }), "unread");
  const now = new Date().toISOString();
  await db.transaction("rw", db.notices, db.kept, async () => {
    await rows.modify((one) => {
      one.read_at ||= now;
      delete one.untold;
    });
    await keep("unread", unread);
  });
}
