// Do something in one tab (or service worker) at a time: by the Web Locks API, else by a lease in IndexedDB.

import { db } from "./db.js";
import { newId } from "./ids.js";

export const BUSY = Symbol("another tab does it");
const LEASE_MS = 15_000;
const RENEW_MS = 5_000;
const LOOK_MS = 300;
const me = newId();

export function exclusively(name, work, { wait = false } = {}) {
  if (navigator.locks) {
    return navigator.locks.request(`gezhi-${name}`, wait ? {} : { ifAvailable: true }, (lock) =>
      lock ? work() : BUSY,
    );
  }
  return byLease(`lease ${name}`, work, wait);
}

async function byLease(name, work, wait) {
  while (!(await take(name))) {
    if (!wait) return BUSY;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const renewing = setInterval(() => take(name), RENEW_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    await db.kept.delete(name);
  }
}

function take(name) {
  return db.transaction("rw", db.kept, async () => {
    const held = await db.kept.get(name);
    const left = held ? held.value.until - Date.now() : 0; // longer than a lease: the phone's clock was set back
    if (left > 0 && left <= LEASE_MS && held.value.owner !== me) return false;
    await db.kept.put({ name, value: { owner: me, until: Date.now() + LEASE_MS } });
    return true;
  });
}
