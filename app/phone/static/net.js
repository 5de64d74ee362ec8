// Speak to the interface as the person signed in here. An expired token is renewed once; the queue outlives all of it.

import { forgetPerson, keep, kept } from "./db.js";
import { exclusively } from "./lock.js";

export const API = "/api/v1";
const LIMIT_MS = 40_000;

export class Unreachable extends Error {} // no answer: no network, or no server
export class SignedOut extends Error {} // nobody is signed in any more
export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail || "");
    this.status = status;
    this.body = body || {};
  }
}

// Whether something failed because there was no answer, or one that says no: whoever only reads goes on with what is kept.
export const offline = (error) => error instanceof Unreachable || error instanceof SignedOut || error instanceof Problem;

// Call the interface; return the Response of a success or a 304, raise one of the above else.
export async function call(method, path, { json, body, headers, limit = LIMIT_MS } = {}) {
  const session = await kept("session");
  if (!session || session.ended) throw new SignedOut();
  const request = { method, body: json === undefined ? body : JSON.stringify(json), headers: { ...headers } };
  if (json !== undefined) request.headers["Content-Type"] = "application/json";
  let answer = await attempt(path, request, session, limit);
  if (answer.status === 401) answer = await attempt(path, request, await renew(session), limit);
  if (answer.status === 401) await end(await kept("session"));
  return judged(answer);
}

export async function read(path) {
  return (await call("GET", path)).json();
}

async function judged(answer) {
  if (answer.ok || answer.status === 304) return answer;
  const body = await answer.json().catch(() => ({}));
  const problem = new Problem(answer.status, body);
  problem.seconds = Number(answer.headers.get("Retry-After")) || 0;
  throw problem;
}

function attempt(path, request, session, limit) {
  const headers = { ...request.headers, Authorization: `Bearer ${session.access_token}` };
  return plain(path, { ...request, headers }, limit);
}

async function plain(path, request, limit = LIMIT_MS) {
  try {
    return await fetch(API + path, {
      ...request,
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(limit),
    });
  } catch (error) {
    throw new Unreachable(error.message);
  }
}

function post(path, json) {
  return plain(path, { method: "POST", body: JSON.stringify(json), headers: { "Content-Type": "application/json" } });
}

// Return a token that holds now: two tabs that find it expired ask for one new pair together.
export function renew(stale) {
  return exclusively("token", async () => {
    const session = await kept("session");
    if (!session || session.ended) throw new SignedOut();
    if (session.access_token !== stale.access_token) return session;
    const answer = await post("/auth/refresh", { refresh_token: session.refresh_token });
    if (answer.status === 401) await end(session);
    const fresh = { ...session, ...(await (await judged(answer)).json()) };
    await keep("session", fresh);
    return fresh;
  }, { wait: true });
}

async function end(session) {
  await keep("session", { ...session, ended: true });
  throw new SignedOut();
}

export async function signIn(username, password, code) {
  const before = await kept("session");
  const known = (await kept("devices")) || {};
  const given = { username, password, device: deviceName() };
  if (known[username]) given.device_token = known[username];
  if (code) given.code = code.trim();
  const told = await (await judged(await post("/auth/login", given))).json();
  await keep("devices", { ...known, [username]: told.device_token });
  if (before?.person.person_id !== told.person.person_id) await forgetPerson();
  await keep("session", { ...told, username, ended: false });
}

export async function changePassword(old_password, new_password) {
  await call("PUT", "/me/password", { json: { old_password, new_password } });
  const session = await kept("session");
  await keep("session", { ...session, person: { ...session.person, must_change_password: false } });
}

export async function signOut() {
  try {
    await call("POST", "/auth/logout");
  } catch (error) {
    if (!(error instanceof Unreachable || error instanceof SignedOut || error instanceof Problem)) throw error;
  }
  await keep("session", { ...(await kept("session")), ended: true, left: true });
}

function deviceName() {
  const found = /\(([^)]*)\)/.exec(navigator.userAgent);
  return (found ? found[1] : navigator.userAgent).slice(0, 80);
}
