// When the queue sends itself: on load, when the network or the person comes back, by a timer, and by the browser's
// Background Sync where there is one. After a failure it tries again for ever, at longer and longer intervals.

import { db, liveQuery } from "./db.js";
import { BUSY } from "./lock.js";
import { offline } from "./net.js";
import { readQueues, refresh } from "./refresh.js";
import { WHY, sendAll } from "./send.js";

const FIRST_MS = 2_000;
const MOST_MS = 60_000;
const READ_EVERY_MS = 120_000;
const OTHER_TAB_MS = 5_000;
const SYNC_TAG = "gezhi-queue";

let timer = null;
let failures = 0;
let running = false;
let again = false;
let refreshedAt = 0;

export function wake() {
  again = true;
  if (running) return;
  clearTimeout(timer);
  running = true;
  turn().finally(() => {
    running = false;
    if (again) wake();
  });
}

async function turn() {
  again = false;
  let outcome;
  try {
    outcome = await sendAll();
    if (outcome.reached) await readNow();
  } catch (error) {
    console.error(error);
    outcome = { why: WHY.SERVER };
  }
  timer = setTimeout(wake, pause(outcome));
  if (outcome.why) askBrowser();
}

function pause(outcome) {
  if (outcome === BUSY) return OTHER_TAB_MS;
  if (!outcome.why || outcome.why === WHY.SIGN_IN || outcome.why === WHY.PASSWORD) {
    failures = 0;
    return READ_EVERY_MS;
  }
  failures += 1;
  const longer = Math.min(FIRST_MS * 2 ** (failures - 1), MOST_MS) * (0.75 + Math.random() / 2);
  return Math.max(longer, (outcome.seconds || 0) * 1000);
}

async function readNow() {
  try {
    await readQueues();
    if (Date.now() - refreshedAt < READ_EVERY_MS / 2) return;
    await refresh();
    refreshedAt = Date.now();
  } catch (error) {
    if (!offline(error)) throw error;
  }
}

// After a sign-in: everything is read anew.
export function wakeAnew() {
  refreshedAt = 0;
  failures = 0;
  wake();
}

async function askBrowser() {
  try {
    const registration = await navigator.serviceWorker?.ready;
    await registration?.sync?.register(SYNC_TAG);
  } catch {
    // not allowed here: the timer does it
  }
}

export function keepAwake() {
  window.addEventListener("online", wakeAnew);
  window.addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  navigator.serviceWorker?.addEventListener("message", (event) => event.data === SYNC_TAG && wake());
  let before = 0;
  liveQuery(() => db.queue.toCollection().last()).subscribe((newest) => {
    if (newest && newest.n > before) wake();
    before = newest ? newest.n : before;
  });
  wake();
}
