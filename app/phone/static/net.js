// Speak to the interface as the person signed in here. An expired token is renewed once; the queue outlives all of it.

import { Between, SignedOut, Unreachable, isAnswer, pauseOf, refusal } from "./answers.js";
import { forgetPerson, keep, recall } from "./db.js";
import { eraseAllHanded } from "./handed.js";
import { jsonOf } from "./json.js";
import { exclusively } from "./lock.js";

export const API = "/api/v1";
const LIMIT_MS = 40_000; // without anything coming
const JSON_TYPE = /^application\/([\w.-]+\+)?json\b/;

export const line = new EventTarget(); // says "answered" whenever the server has taken a request

// Call the interface; return the Response of a success or a 304, raise one of the answers that are none.
export async function call(method, path, { json, body, headers, limit = LIMIT_MS } = {}) {
  const session = await recall("session");
  if (!session || session.ended) throw new SignedOut();
  const request = { method, body: json === undefined ? body : jsonOf(json), headers: { ...headers } };
  if (json !== undefined) request.headers["Content-Type"] = "application/json";
  let answer = await attempt(path, request, session, limit);
  if (isExpired(answer)) answer = await attempt(path, request, await renew(session), limit);
  if (isExpired(answer)) await end(await recall("session"));
  return judge(answer);
}

// Read what a success says, which must hold these names; one that does not is not ours.
export async function bodyOf(answer, ...names) {
  const body = await parse(answer);
  if (!body || names.some((name) => !(name in body))) throw new Between(answer.status);
  return body;
}

export async function read(path, ...names) {
  return bodyOf(await call("GET", path), ...names);
}

const typeOf = (answer) => answer.headers.get("Content-Type") || "";

// A token that is not taken; a portal's own 401 says nothing about it.
const isExpired = (answer) => answer.status === 401 && refusalType(answer);
const refusalType = (answer) => typeOf(answer).startsWith("application/problem+json");

const limits = new WeakMap(); // answer -> begins its limit anew

// What an answer holds. Every block that comes begins its limit anew: a slow line is no broken one.
export async function contentOf(answer) {
  const blocks = [];
  const reader = answer.body?.getReader();
  try {
    for (let block = await reader?.read(); block && !block.done; block = await reader.read()) {
      limits.get(answer)();
      blocks.push(block.value);
    }
  } catch (error) {
    // the line broke in the middle
    throw new Unreachable(error.message);
  }
  return new Blob(blocks, { type: typeOf(answer) });
}

// The object in an answer; null where there is none.
async function parse(answer) {
  if (!JSON_TYPE.test(typeOf(answer))) return null;
  const text = await new Response(await contentOf(answer)).text();
  try {
    const body = JSON.parse(text);
    return typeof body === "object" ? body : null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

async function judge(answer) {
  if (answer.ok || answer.status === 304) {
    if (!typeOf(answer).startsWith("text/html")) line.dispatchEvent(new Event("answered"));
    return answer;
  }
  throw refusal(answer.status, typeOf(answer), await parse(answer), pauseOf(answer.headers.get("Retry-After")));
}

function attempt(path, request, session, limit) {
  const headers = { ...request.headers, Authorization: `Bearer ${session.access_token}` };
  return plain(path, { ...request, headers }, limit);
}

// We never redirect: whoever does stands in between.
async function plain(path, options, limit = LIMIT_MS) {
  const giveUp = new AbortController();
  let timer = null;
  const begin = () => {
    // also while the body is read; older browsers lack AbortSignal.timeout
    clearTimeout(timer);
    timer = setTimeout(() => giveUp.abort(), limit);
  };
  begin();
  const ours = { cache: "no-store", credentials: "omit", redirect: "manual", signal: giveUp.signal };
  const request = new Request(API + path, { ...options, ...ours }); // a mistake of ours is raised as what it is
  try {
    const answer = await fetch(request);
    limits.set(answer, begin);
    return answer;
  } catch (error) {
    // the request is sound, so that it is the line, or its time is over
    throw new Unreachable(error.message);
  }
}

function post(path, json) {
  return plain(path, { method: "POST", body: jsonOf(json), headers: { "Content-Type": "application/json" } });
}

// Return a token that holds now: two tabs that find it expired ask for one new pair together.
export function renew(stale) {
  return exclusively(
    "token",
    async () => {
      const session = await recall("session");
      if (!session || session.ended) throw new SignedOut();
      if (session.access_token !== stale.access_token) return session;
      const answer = await post("/auth/refresh", { refresh_token: session.refresh_token });
      if (isExpired(answer)) await end(session);
      const fresh = { ...session, ...(await bodyOf(await judge(answer), "access_token", "refresh_token")) };
      await keep("session", fresh);
      return fresh;
    },
    { wait: true },
  );
}

async function end(session) {
  await keep("session", { ...session, ended: true });
  await eraseAllHanded();
  throw new SignedOut();
}

export async function signIn(username, password, code) {
  const before = await recall("session");
  const known = (await recall("devices")) || {};
  const credentials = { username, password, device: deviceName() };
  if (known[username]) credentials.device_token = known[username];
  if (code) credentials.code = code.trim();
  const fresh = await bodyOf(
    await judge(await post("/auth/login", credentials)),
    "access_token",
    "refresh_token",
    "person",
  );
  await keep("devices", { ...known, [username]: fresh.device_token });
  if (before?.person.person_id !== fresh.person.person_id) await forgetPerson();
  await keep("session", { ...fresh, username, ended: false });
}

export async function changePassword(old_password, new_password) {
  const answer = await call("PUT", "/me/password", { json: { old_password, new_password } });
  if (answer.status !== 204) throw new Between(answer.status);
  const session = await recall("session");
  await keep("session", { ...session, person: { ...session.person, must_change_password: false } });
}

export async function signOut() {
  await eraseAllHanded();
  try {
    await call("POST", "/auth/logout");
  } catch (error) {
    if (!isAnswer(error)) throw error;
  }
  await keep("session", { ...(await recall("session")), ended: true, left: true });
  await eraseAllHanded(); // what came meanwhile
}

function deviceName() {
  const match = /\(([^)]*)\)/.exec(navigator.userAgent);
  return (match ? match[1] : navigator.userAgent).slice(0, 80);
}
