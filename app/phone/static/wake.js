// When the queue sends itself: on load, when the network or the person comes back, by a timer, and by the browser's
// Background Sync where there is one. After a failure it tries again for ever, at longer and longer intervals.

import { isAnswer } from "./answers.js";
import { db, isFull, keep, liveQuery } from "./db.js";
import { eraseOld } from "./handed.js";
import { BUSY } from "./lock.js";
import { line } from "./net.js";
import { readQueues, refresh } from "./refresh.js";
import { WHY, sendAll } from "./send.js";
import { tryShownAgain } from "./settle.js";

const FIRST_MS = 2_000;
const MOST_MS = 60_000;
const READ_EVERY_MS = 120_000;
const OTHER_TAB_MS = 5_000;
const BACK_MS = 1_000; // the server has answered something: what waits goes out soon
const SYNC_TAG = "gezhi-queue";

let timer = null;
let failures = 0;
let running = false;
let again = false;
let refreshedAt = -Infinity;
let waiting = false; // something failed, and its time has not come yet
let notBefore = 0; // so long the server has asked to be left alone, by a clock that nobody sets

// `now`: somebody asks for it.
export function wake(now = false) {
  if (!running && !now && performance.now() < notBefore) return later(notBefore - performance.now());
  again = true;
  if (running) return;
  clearTimeout(timer);
  running = true;
  waiting = false;
  turn().finally(() => {
    running = false;
    if (again) wake();
  });
}

function later(ms) {
  clearTimeout(timer);
  timer = setTimeout(wake, ms);
}

async function turn() {
  again = false;
  let outcome;
  try {
    await eraseOld();
    outcome = await sendAll();
    if (outcome.reached) await readNow();
  } catch (error) {
    // neither the network nor the server: this phone's storage, or a mistake in this page
    console.error(error);
    outcome = { why: isFull(error) ? WHY.FULL : WHY.PAGE };
    const status = { why: outcome.why, problem: null, at: Date.now() };
    await keep("status", status).catch(console.error); // nor may this be kept
  }
  later(pause(outcome));
  if (outcome.why) askBrowser();
}

function pause(outcome) {
  if (outcome === BUSY) return OTHER_TAB_MS;
  if (!outcome.why || outcome.why === WHY.SIGN_IN || outcome.why === WHY.PASSWORD) {
    failures = 0;
    return READ_EVERY_MS;
  }
  waiting = true;
  notBefore = performance.now() + (outcome.seconds || 0) * 1000;
  failures = outcome.sent ? 1 : failures + 1; // what goes forward is not slowed down
  const longer = Math.min(FIRST_MS * 2 ** (failures - 1), MOST_MS) * (0.75 + Math.random() / 2);
  return Math.max(longer, notBefore - performance.now());
}

async function readNow() {
  try {
    await readQueues();
    if (performance.now() - refreshedAt < READ_EVERY_MS / 2) return;
    await refresh();
    refreshedAt = performance.now();
  } catch (error) {
    if (!isAnswer(error)) throw error;
  }
}

// After a sign-in, at somebody's wish, or with a new network: everything is read anew.
export function wakeAnew() {
  refreshedAt = -Infinity;
  failures = 0;
  wake(true);
}

// Whatever the page asks for: once the server answers it, what waits does not wait for its timer.
function noteAnswer() {
  if (!waiting || running) return;
  waiting = false;
  later(Math.max(BACK_MS, notBefore - performance.now()));
}

async function askBrowser() {
  try {
    const registration = await navigator.serviceWorker?.ready;
    await registration?.sync?.register(SYNC_TAG);
  } catch {
    // whatever keeps the browser from it: the timer does it
  }
}

export async function keepAwake() {
  await tryShownAgain();
  line.addEventListener("answered", noteAnswer);
  window.addEventListener("online", wakeAnew); // a portal asks to wait, and the next network has none
  window.addEventListener("pageshow", () => wake());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  navigator.serviceWorker?.addEventListener("message", (event) => event.data === SYNC_TAG && wake());
  let before = 0;
  liveQuery(() => db.queue.toCollection().last()).subscribe((newest) => {
    if (newest && newest.n > before) wake();
    before = newest ? newest.n : before;
  });
  wake();
}
