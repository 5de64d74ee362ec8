// Read what the phone keeps for the time without network: who I am, catalogue, grids, messages.

import { db, keep, kept } from "./db.js";
import { call, read } from "./net.js";

const NOTICES = 50;
const CASES = 200; // the largest page

export async function refresh() {
  await keep("me", await read("/me"));
  for (const name of ["catalogue", "grids"]) await whole(name);
  const told = await read(`/notices?limit=${NOTICES}`);
  await db.transaction("rw", db.notices, async () => {
    await db.notices.clear();
    await db.notices.bulkPut(told.items);
  });
}

// What waits for this person, as the server counts it: each queue with the cases in it.
export async function readQueues() {
  const { items } = await read("/queues");
  const idsOf = async ({ queue, count }) =>
    count ? (await read(`/cases?limit=${CASES}&queue=${queue}`)).items.map((each) => each.case_id) : [];
  const ids = await Promise.all(items.map(idsOf));
  await keep("queues", items.map((one, place) => ({ ...one, ids: ids[place] })));
}

// Read one of the documents that are answered whole, if it has changed.
async function whole(name) {
  const tags = (await kept("tags")) || {};
  const answer = await call("GET", `/${name}`, { headers: tags[name] ? { "If-None-Match": tags[name] } : {} });
  if (answer.status === 304) return;
  await keep(name, await answer.json());
  await keep("tags", { ...((await kept("tags")) || {}), [name]: answer.headers.get("ETag") });
}

// What became of a case, step by step; kept for the time without network.
export async function readSteps(case_id) {
  const { items } = await read(`/cases/${case_id}/steps`);
  await keep(`steps ${case_id}`, items);
  return items;
}

export async function markRead(notices) {
  const ids = notices.filter((one) => !one.read_at).map((one) => one.id);
  if (!ids.length) return;
  await call("POST", "/notices/read", { json: { ids } });
  const now = new Date().toISOString();
  await db.notices.where("id").anyOf(ids).modify({ read_at: now });
}
