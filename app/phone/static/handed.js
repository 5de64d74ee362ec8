// What a started round brings of residents: encrypted on this phone by a key that cannot leave it, and soon erased:
// at the end of the round, at the end of the sign-in, and after a day in any case.

import { db, recall } from "./db.js";

const KEY = "handed";
const KIND = "AES-GCM";
const KEPT_MS = 24 * 3_600_000;
const SET_BACK_MS = 5 * 60_000; // phones set their clocks right by so little; our figure

// Without a secure context there is no encryption, and then nothing is kept.
const { subtle } = globalThis.crypto;

async function keyOf() {
  const known = await db.keys.get(KEY);
  if (known) return known.key;
  const key = await subtle.generateKey({ name: KIND, length: 256 }, false, ["encrypt", "decrypt"]);
  return db.transaction("rw", db.keys, async () => {
    const meanwhile = await db.keys.get(KEY); // made for another round, or in another tab
    if (!meanwhile) await db.keys.put({ name: KEY, key });
    return meanwhile ? meanwhile.key : key;
  });
}

// What can be kept of it, to be put away with the round itself; nothing where nobody is signed in any more.
export async function sealHanded(round_id, residents) {
  const session = await recall("session");
  if (!subtle || !session || session.ended) return null;
  const iv = globalThis.crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(residents));
  const content = await subtle.encrypt({ name: KIND, iv }, await keyOf(), text);
  const from = Date.now();
  return { round_id, iv, content, from, until: from + KEPT_MS };
}

// A clock that was put back does not make the day longer: what was brought after now is erased, too.
const isOfToday = ({ from, until }, now = Date.now()) => from <= now + SET_BACK_MS && now < until;

// The residents at the stops of a round, by stop; nobody where they are erased, their day is over, or no key opens it.
export async function openHanded(row) {
  const known = row && isOfToday(row) ? await db.keys.get(KEY) : null;
  if (!known) return new Map();
  try {
    const text = await subtle.decrypt({ name: KIND, iv: row.iv }, known.key, row.content);
    return new Map(JSON.parse(new TextDecoder().decode(text)).map((one) => [one.stop, one]));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    await eraseHanded([row.round_id]); // of a key that is gone
    return new Map();
  }
}

export const eraseHanded = (round_ids) => db.handed.bulkDelete(round_ids);

export const eraseOld = () => db.handed.filter((row) => !isOfToday(row)).delete();

// Erase all, and the key: what a copy of this phone's storage might still hold cannot be read any more.
export const eraseAllHanded = () => Promise.all([db.handed.clear(), db.keys.clear()]);
