// What the screens show: the rows of IndexedDB, alive in every tab.

import { alive } from "./alive.js";
import { WAITING, alikeName, db, insteadName, recall } from "./db.js";
import { computed, reactive, ref, watch } from "./ui.js";
import { t } from "./words.js";

const ASKS_AFTER_MS = 24 * 3_600_000;
const OWN_REPORTS = "my_reports"; // the queue of whoever may report; it has a screen of its own

export const closed = ref(null); // why this browser lets us keep nothing, if it does not: the error
db.open().catch((error) => (closed.value = error)); // whyClosed tells by its name

export const session = alive(() => recall("session"), undefined);
export const me = alive(() => recall("me"), null);
export const catalogue = alive(() => recall("catalogue"), null);
export const grids = alive(() => recall("grids"), null);
export const status = alive(() => recall("status"), null);
export const cases = alive(() => db.cases.orderBy("changed_at").reverse().toArray(), []);
export const notices = alive(() => db.notices.reverse().toArray(), []);
export const rounds = alive(() => db.rounds.orderBy("window_until").toArray(), []);
export const handed = alive(() => db.handed.toArray(), []);
export const queue = alive(() => db.queue.toArray(), []);
export const alikes = alive(() => db.kept.where("name").startsWith(alikeName("")).toArray(), []);
export const insteads = alive(() => db.kept.where("name").startsWith(insteadName("")).toArray(), []);

export const signedIn = computed(() => Boolean(session.value && !session.value.ended));
// The server has ended the sign-in, and nobody has left: reporting goes on under the same name, to be sent later.
export const lapsed = computed(() =>
  Boolean(session.value?.ended && !session.value.left && !person.value.must_change_password && mayReport.value),
);
export const person = computed(() => session.value?.person ?? null);
export const isOpen = (one) => one.ended_how === null;
export const queues = alive(async () => (await recall("queues")) || [], []);
export const tasks = computed(() => {
  const known = new Map(cases.value.map((one) => [one.case_id, one]));
  return queues.value
    .filter((one) => one.queue !== OWN_REPORTS)
    .map((one) => ({ ...one, cases: one.ids.map((id) => known.get(id)).filter(Boolean) }))
    .filter((one) => one.cases.length);
});
export const mayReport = computed(() => !queues.value.length || queues.value.some((one) => one.queue === OWN_REPORTS));
export const tasksCount = computed(() => new Set(tasks.value.flatMap((one) => one.ids)).size);
export const reports = computed(() => cases.value.filter((one) => one.reporter_id === person.value?.person_id));
// As the server counts them, older ones than this phone keeps among them.
const unreadThere = alive(() => recall("unread"), 0);
export const unread = computed(() => {
  const count = (fits) => notices.value.filter(fits).length;
  return Math.max(
    count((one) => !one.read_at),
    (unreadThere.value || 0) - count((one) => one.untold),
  );
});
// Whether an item of this person has waited so long that its owner is asked. A photo whose step waits does not ask,
// too.
export function asks(one) {
  const since = one.waits_from || one.made_at;
  const own = one.state === WAITING && one.person_id === person.value?.person_id;
  return own && Date.now() - new Date(since) > ASKS_AFTER_MS && !queue.value.some((each) => each.id === one.of);
}

export const trouble = computed(() => {
  status.value; // looked at anew with each try: time passes without a change of the queue
  return queue.value.filter((one) => one.state !== WAITING || asks(one)).length;
});

export const news = ref(""); // what was just done, for eyes and screen readers
export const alarm = ref(""); // what must not be missed
export const update = reactive({ waiting: null });

let newsAt = 0;
let keptNews = null; // what was said to be kept here, until it has gone out

export function say(text) {
  alarm.value = "";
  news.value = text;
  newsAt = Date.now();
}

// Say that something is kept on this phone; once nothing waits any more, what is said ends in that.
export function sayStored(text) {
  say(text);
  keptNews = text;
}

watch(queue, (rows) => {
  if (rows.length || keptNews === null) return;
  if (news.value === keptNews) say(`${keptNews} ${t("✓ 已发送。", "✓ Sent.")}`);
  keptNews = null;
});

// On another screen only what was said on the way there still stands.
export function moveOn() {
  alarm.value = "";
  if (Date.now() - newsAt > 1_000) news.value = "";
}

export function warn(text) {
  news.value = "";
  alarm.value = text;
}
