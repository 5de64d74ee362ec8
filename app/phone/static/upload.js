// Photos go out: small ones whole, larger ones in pieces by tus. A broken upload goes on where the server stands. Each
// is done when the server names its id and the hash of the very bytes that were sent.

import { ANEW, Between, BytesLost, Problem, Unreachable, groupOf, namesPhoto, pauseOf, refusal } from "./answers.js";
import { recall } from "./db.js";
import { sha256 } from "./hash.js";
import { API, bodyOf, call, line, renew } from "./net.js";

const SMALL_BYTES = 256 * 1024;
const PIECE_BYTES = 256 * 1024;
const LIMIT_MS = 180_000; // for a piece: 256 kB at 2 kB/s
// A short break is not worth the queue's own back-off; whatever has come counts anew.
const AGAIN_MS = [0, 1_000, 3_000];
const TUS = "1.0.0";
const OFFSET_DIFFERS = "offset_differs";
const TIMES = 2; // an upload is begun, and once anew

const hashes = new Map(); // of what this page has read to send: {photo id: SHA-256}

export async function upload(photo, blob) {
  const hash = await hashOf(photo, blob);
  const named = blob.size > SMALL_BYTES && globalThis.document ? await inPieces(photo, blob) : await whole(photo, blob);
  if (!namesPhoto(photo, hash, named)) throw new Between(named.status);
  hashes.delete(photo.id);
}

async function hashOf({ id }, blob) {
  try {
    if (!hashes.has(id)) hashes.set(id, await sha256(blob));
  } catch (error) {
    if (error instanceof DOMException) throw new BytesLost(error.message);
    throw error;
  }
  return hashes.get(id);
}

function about({ purpose, taken_at, lon, lat }) {
  const known = { purpose, taken_at, lon, lat };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null && value !== undefined));
}

async function whole(photo, blob) {
  const path = `/cases/${photo.case_id}/attachments/${photo.id}?${new URLSearchParams(about(photo))}`;
  const answer = await call("PUT", path, { body: blob, headers: { "Content-Type": photo.type }, limit: LIMIT_MS });
  const stored = await bodyOf(answer, "attachment_id", "sha256");
  return { id: stored.attachment_id, sha256: stored.sha256, status: answer.status };
}

async function inPieces(photo, blob) {
  const tus = await library();
  for (let time = 1; ; time += 1) {
    try {
      return await resume(tus, await begin(photo, blob), blob);
    } catch (error) {
      if (time === TIMES || !(error instanceof Problem)) throw error;
      if (error.status === 401) await renew(await recall("session"));
      else if (error.status !== 404 && groupOf(error.body) !== ANEW) throw error;
    }
  }
}

// Begin the upload, or find the one of this attachment again; return its address.
async function begin(photo, blob) {
  const texts = Object.entries({
    ...about(photo),
    attachment_id: photo.id,
    case_id: photo.case_id,
    filetype: photo.type,
  });
  const headers = {
    "Tus-Resumable": TUS,
    "Upload-Length": String(blob.size),
    "Upload-Metadata": texts.map(([name, value]) => `${name} ${btoa(value)}`).join(","),
  };
  const answer = await call("POST", "/uploads", { headers });
  const where = answer.headers.get("Location");
  const { pathname } = new URL(where || "/", location.origin);
  if (!pathname.startsWith(`${API}/uploads/`)) throw new Between(answer.status);
  return pathname;
}

// Ask how much has come, and send the rest; the same after each break, and after a 409.
async function resume(tus, address, blob) {
  const { access_token } = await recall("session");
  return new Promise((resolve, reject) => {
    let patience = null;
    const ender = (end) => (outcome) => {
      clearTimeout(patience);
      end(outcome);
    };
    const fail = ender((error) => reject(error));
    const alive = () => {
      clearTimeout(patience);
      patience = setTimeout(() => {
        sending.abort();
        fail(new Unreachable("silent"));
      }, LIMIT_MS);
    };
    const sending = new tus.Upload(blob, {
      uploadUrl: address,
      chunkSize: PIECE_BYTES,
      headers: { Authorization: `Bearer ${access_token}` },
      retryDelays: AGAIN_MS,
      onShouldRetry: (error) => isShort(reasonOf(error)),
      storeFingerprintForResuming: false, // the server finds the upload again by the attachment's id
      onBeforeRequest: alive,
      onProgress: alive,
      onAfterResponse: (_, response) => response.getStatus() < 300 && line.dispatchEvent(new Event("answered")),
      onSuccess: ender(({ lastResponse }) => resolve(namesIn(lastResponse))),
      onError: (error) => fail(reasonOf(error)),
    });
    sending.start();
  });
}

const namesIn = (response) => ({
  id: response.getHeader("Attachment-Id"),
  sha256: response.getHeader("Attachment-Sha256"),
  status: response.getStatus(),
});

// A break of the line, or a piece that was meant for another place than the one where the server stands.
const isShort = (error) => (error instanceof Unreachable && navigator.onLine) || error.body?.code === OFFSET_DIFFERS;

// What an error of the library means; one without a request is a mistake of ours and stays what it is.
function reasonOf(error) {
  if (!error.originalRequest) return error;
  const response = error.originalResponse;
  if (!response) return new Unreachable(error.message);
  const status = response.getStatus();
  if (isElsewhere(response, error.originalRequest)) return new Between(status);
  const bare = { status, code: "" }; // an answer to HEAD has no body: its type must do
  const body = error.originalRequest.getMethod() === "HEAD" ? bare : objectIn(response.getBody());
  return refusal(status, response.getHeader("Content-Type") || "", body, pauseOf(response.getHeader("Retry-After")));
}

// We never redirect: whoever does stands in between.
function isElsewhere(response, request) {
  const { responseURL } = response.getUnderlyingObject();
  return Boolean(responseURL) && new URL(responseURL).pathname !== request.getURL();
}

function objectIn(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null; // a page of something in between, or nothing
  }
}

let loading = null;

// The library is no module: a script element brings it when it is wanted first.
function library() {
  loading ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/lib/tus.js";
    script.onload = () => resolve(globalThis.tus);
    script.onerror = () => {
      loading = null;
      reject(new Unreachable("tus"));
    };
    document.head.append(script);
  });
  return loading;
}
