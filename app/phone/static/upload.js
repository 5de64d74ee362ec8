// Photos go out: small ones whole, larger ones in pieces by tus, so that a broken connection goes on where it broke.

import { API, Problem, SignedOut, Unreachable, call, renew } from "./net.js";
import { kept } from "./db.js";

const SMALL_BYTES = 256 * 1024;
const PIECE_BYTES = 256 * 1024;
const LIMIT_MS = 180_000;

export function upload(photo, blob) {
  return blob.size > SMALL_BYTES && globalThis.document ? inPieces(photo, blob) : whole(photo, blob);
}

function said({ purpose, taken_at, lon, lat }) {
  const known = { purpose, taken_at, lon, lat };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null && value !== undefined));
}

function whole(photo, blob) {
  const path = `/cases/${photo.case_id}/attachments/${photo.id}?${new URLSearchParams(said(photo))}`;
  return call("PUT", path, { body: blob, headers: { "Content-Type": photo.type }, limit: LIMIT_MS });
}

async function inPieces(photo, blob) {
  const tus = await library();
  try {
    await attempt(tus, photo, blob);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    await renew(await kept("session"));
    await attempt(tus, photo, blob);
  }
}

async function attempt(tus, photo, blob) {
  const session = await kept("session");
  if (!session || session.ended) throw new SignedOut();
  const texts = Object.entries({ ...said(photo), attachment_id: photo.id, case_id: photo.case_id, filetype: photo.type });
  return new Promise((resolve, reject) => {
    new tus.Upload(blob, {
      endpoint: `${API}/uploads`,
      chunkSize: PIECE_BYTES,
      headers: { Authorization: `Bearer ${session.access_token}` },
      metadata: Object.fromEntries(texts.map(([name, value]) => [name, String(value)])),
      retryDelays: null, // the queue's own back-off tries again
      storeFingerprintForResuming: false, // the server finds the upload again by the attachment's id
      onSuccess: resolve,
      onError: (error) => reject(translated(error)),
    }).start();
  });
}

function translated(error) {
  const answer = error.originalResponse;
  if (!answer) return new Unreachable(error.message);
  let body = {};
  try {
    body = JSON.parse(answer.getBody());
  } catch {
    body = {};
  }
  return new Problem(answer.getStatus(), body);
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
