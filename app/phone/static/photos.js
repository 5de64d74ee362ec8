// Make a photo small enough for a village's network, and remember the hash of what the camera made; and that itself,
// for the classes that ask for it.

import { BytesLost, isAnswer } from "./answers.js";
import { sha256 } from "./hash.js";
import { newId } from "./ids.js";

export const LONG_SIDE = 1600; // pixels
export const MOST_BYTES = 400 * 1024;
const ORIGINAL_BYTES = 64 * 1024 * 1024; // what the server takes, if it has not said
const ORIGINAL_PIXELS = 52_000_000; // what the server decodes whole
const ORIGINAL_TYPES = ["image/jpeg", "image/png", "image/webp", "image/heic"];
const QUALITIES = [0.82, 0.7, 0.6, 0.5];
const SMALLER = 0.75;

// A photo that this browser cannot make small enough for the server.
export class TooLarge extends Error {}

// Raises BytesLost when the phone does not give the file, and nothing because a browser can do less than others: then
// the photo goes out as the camera made it, or raises TooLarge where the server would not take that. How much it takes
// (`most`) is known from its catalogue.
export async function takeIn(file, most = ORIGINAL_BYTES) {
  const type = file.type || "image/jpeg";
  const whole = await copy(file, type);
  const photo = {
    id: newId(),
    type,
    original_sha256: await hash(whole),
    original_bytes: file.size,
    taken_at: new Date(Math.min(file.lastModified || Date.now(), Date.now())).toISOString(),
  };
  const smaller = await compress(file, Math.min(MOST_BYTES, most));
  const isSmaller = smaller?.blob && smaller.blob.size < file.size;
  if ((isSmaller ? smaller.blob : whole).size > most) throw new TooLarge();
  if (!isSmaller) return { ...photo, blob: whole, whole: true };
  const fits = smaller.pixels <= ORIGINAL_PIXELS && file.size <= most && ORIGINAL_TYPES.includes(photo.type);
  return {
    ...photo,
    blob: smaller.blob,
    type: smaller.blob.type,
    original_type: photo.type,
    ...(fits ? { original: whole } : {}),
  };
}

// A File of the album may be gone tomorrow.
async function copy(file, type) {
  try {
    return new Blob([await file.arrayBuffer()], { type });
  } catch (error) {
    if (error instanceof DOMException) throw new BytesLost(error.message);
    throw error;
  }
}

// The hash of what the camera made; null where the library for it has not come: better a photo without than none.
async function hash(blob) {
  try {
    return await sha256(blob);
  } catch (error) {
    if (!isAnswer(error)) throw error;
    return null;
  }
}

async function decode(file) {
  if (!globalThis.createImageBitmap) return null;
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return null; // no picture, or one that this browser does not know
  }
}

// A smaller JPEG, and how many pixels there were; null for what this browser cannot decode, which is then sent as
// it is.
async function compress(file, most) {
  const picture = await decode(file);
  if (!picture) return null;
  const pixels = picture.width * picture.height;
  try {
    let side = Math.min(LONG_SIDE, Math.max(picture.width, picture.height));
    for (;;) {
      const canvas = paint(picture, side);
      if (!canvas) return null; // no memory for it
      for (const quality of QUALITIES) {
        const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
        if (!blob || blob.size <= most || side <= 1) return { blob, pixels };
      }
      side = Math.max(1, Math.floor(side * SMALLER)); // one less at least, or it would never end
    }
  } finally {
    picture.close();
  }
}

function paint(picture, side) {
  const share = side / Math.max(picture.width, picture.height);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * share));
  canvas.height = Math.max(1, Math.round(picture.height * share));
  const paper = canvas.getContext("2d");
  if (!paper) return null;
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}
