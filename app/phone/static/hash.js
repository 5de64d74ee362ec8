// The SHA-256 of bytes, as 64 hexadecimal digits. Over plain http browsers hold back theirs: a library does it there,
// piece by piece, so that the page goes on answering.

import { Unreachable } from "./answers.js";

const PIECE_BYTES = 256 * 1024;
let loading = null;

function library() {
  loading ||= import("/lib/noble/sha2.js").catch((error) => {
    // a module fails by not being there
    loading = null;
    throw new Unreachable(error.message);
  });
  return loading;
}

const own = () => globalThis.crypto?.subtle;

if (!own()) library().catch(() => null); // fetched while there is network; whoever wants it asks again

export async function sha256(blob) {
  const digest = own() ? new Uint8Array(await own().digest("SHA-256", await blob.arrayBuffer())) : await inPieces(blob);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function inPieces(blob) {
  const hash = (await library()).sha256.create();
  for (let at = 0; at < blob.size; at += PIECE_BYTES)
    hash.update(new Uint8Array(await blob.slice(at, at + PIECE_BYTES).arrayBuffer()));
  return hash.digest();
}
