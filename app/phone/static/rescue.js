// Write the queue into a file, photos included: it rescues a phone that can no longer send. What was put down of
// residents stays on the phone: a file lies open to whoever has it.

import { db, recall } from "./db.js";
import { jsonOf } from "./json.js";
import { QueuedKind } from "./terms.js";

export const FORMAT = "gezhi-queue";

async function base64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

function operation(one) {
  const { kind, case_id, person_id, made_at } = one;
  const plain = { kind, case_id, person_id, made_at };
  if (kind === QueuedKind.REPORT) return { ...plain, body: one.body };
  if (kind === QueuedKind.ROUND) Object.assign(plain, { round_id: one.round_id });
  return { ...plain, op_id: one.op_id, action: one.action, seen: one.seen, data: one.data };
}

async function photo(one) {
  const { id, case_id, person_id, purpose, type, taken_at, lon, lat, original_sha256 } = one;
  const row = await db.photos.get(id);
  if (!row) return null; // given up meanwhile, or cleared by the system
  return { id, case_id, person_id, purpose, type, taken_at, lon, lat, original_sha256, base64: await base64(row.blob) };
}

// A photo that the phone's storage does not give keeps no other out of the file.
async function readable(one) {
  try {
    return await photo(one);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return null;
  }
}

export async function queueFile() {
  const all = await db.queue.orderBy("n").toArray();
  const session = await recall("session");
  const parts = [
    `{"format":"${FORMAT}","version":1,"made_at":"${new Date().toISOString()}",`,
    `"username":${jsonOf(session?.username || "")},"operations":`,
    jsonOf(all.filter((one) => one.kind !== QueuedKind.PHOTO && !one.of_resident).map(operation)),
    ',"photos":[',
  ];
  let before = "";
  for (const one of all.filter((each) => each.kind === QueuedKind.PHOTO)) {
    const row = await readable(one);
    if (!row) continue;
    parts.push(before, jsonOf(row));
    before = ",";
  }
  return new Blob([...parts, "]}"], { type: "application/json" });
}

export async function saveQueueFile() {
  const url = URL.createObjectURL(await queueFile());
  const day = new Date().toISOString().slice(0, 10);
  Object.assign(document.createElement("a"), { href: url, download: `gezhi-queue-${day}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
