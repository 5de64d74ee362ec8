// What an answer means for what was sent. Only an answer of ours says something about it: what a portal, a firewall or
// a gateway in between says is waited out, and nothing leaves the phone by it.

import { QueuedKind } from "./terms.js";

export const VERDICT = "verdict"; // on the content: the same again would be answered the same
export const DECIDE = "decide"; // the case has changed since: its owner decides
export const SHOWN = "shown"; // not now: it is shown, and tried again at each start of the page
export const ANEW = "anew"; // the server has forgotten the upload: it begins anew
export const WAITS = "waits"; // it is tried again by itself, at longer and longer intervals

// By code, else by status, else it waits. Plain JSON: the test that walks every error of the house reads it here.
// prettier-ignore
const GROUPS = {
  "codes": {
    "attachment_differs": "verdict",
    "case_differs": "verdict",
    "operation_differs": "verdict",
    "round_operation_differs": "verdict",
    "too_large": "verdict",
    "stale": "decide",
    "round_stale": "decide",
    "citizen_key_missing": "shown",
    "conflict": "shown",
    "malformed": "shown",
    "move_not_allowed": "shown",
    "no_centre": "shown",
    "no_enforcement": "shown",
    "round_conflict": "shown",
    "round_move_not_allowed": "shown",
    "password_change_required": "waits",
    "second_factor_enrolment_required": "waits"
  },
  "statuses": { "403": "shown", "404": "shown", "410": "anew", "422": "verdict" }
};

export const groupOf = ({ code, status }) => GROUPS.codes[code] || GROUPS.statuses[status] || WAITS;

export class Unreachable extends Error {} // no answer: no network, or no server
export class SignedOut extends Error {} // nobody is signed in any more
export class BytesLost extends Error {} // the phone's own storage does not give the bytes any more
// An answer that is not ours; `seconds` is how long it asks to wait.
export class Between extends Error {
  constructor(status, seconds = 0) {
    super(`not ours: ${status}`);
    Object.assign(this, { status, seconds });
  }
}
// A refusal of ours.
export class Problem extends Error {
  constructor(body, seconds = 0) {
    super(body.detail);
    Object.assign(this, { status: body.status, body, seconds });
  }
}

// Whether something failed because there was no answer, or one that says no: whoever only reads goes on with what is
// kept.
export const isAnswer = (error) => [Unreachable, SignedOut, Between, Problem].some((kind) => error instanceof kind);

export const MUST_CHANGE = "password_change_required";
const OF_THE_PERSON = [MUST_CHANGE, "second_factor_enrolment_required"];

// Whether an answer means whoever asks, and not what was sent.
export const concernsAll = (error) =>
  error instanceof Unreachable ||
  error instanceof SignedOut ||
  (error instanceof Problem && ([401, 429].includes(error.status) || OF_THE_PERSON.includes(error.body.code)));

// Whether an answer may be about something in what was sent: sent alone, that keeps nothing else.
export const isVerdict = (error) =>
  error instanceof Problem && (groupOf(error.body) === VERDICT || error.body.code === "malformed");

// A refusal by what it says: ours has the media type of problems, and its body repeats the status. Anything else is
// from between.
export function refusal(status, type, body, seconds) {
  const ours = /^application\/problem\+json\b/.test(type) && body?.status === status && typeof body.code === "string";
  return ours ? new Problem(body, seconds) : new Between(status, seconds);
}

const MOST_SECONDS = 3_600; // our figure: whoever asks to wait longer is asked again

// How long an answer asks to wait: seconds, or a date.
export function pauseOf(retryAfter, now = Date.now()) {
  if (!retryAfter) return 0;
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - now) / 1000;
  return Math.min(Math.max(seconds || 0, 0), MOST_SECONDS);
}

const same = (one, other) => String(one).toLowerCase() === String(other).toLowerCase();

// Whether a success names what was sent; only then does it leave the phone.
export const namesPhoto = (photo, sha256, named) => same(named.id, photo.id) && same(named.sha256, sha256);

export function namesOperation(one, body) {
  if (!body) return false;
  if (one.kind === QueuedKind.ROUND) return same(body.round_id, one.round_id) && same(body.step?.op_id, one.op_id);
  if (!same(body.case_id, one.case_id)) return false;
  return one.kind === QueuedKind.REPORT || same(body.step?.op_id, one.op_id);
}
