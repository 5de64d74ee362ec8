// Make a photo small enough for a village's network, and remember the hash of what the camera made; and that itself,
// for the classes that ask for it.

import { newId } from "./ids.js";

export const LONG_SIDE = 1600; // pixels
export const MOST_BYTES = 400 * 1024;
const ORIGINAL_BYTES = 64 * 1024 * 1024; // what the server takes
const ORIGINAL_PIXELS = 50_000_000;
const ORIGINAL_TYPES = ["image/jpeg", "image/png", "image/webp", "image/heic"];
const QUALITIES = [0.82, 0.7, 0.6, 0.5];
const SMALLER = 0.75;

export async function takeIn(file) {
  const bytes = await file.arrayBuffer();
  const photo = {
    id: newId(),
    type: file.type || "image/jpeg",
    original_sha256: await sha256(bytes),
    original_bytes: file.size,
    taken_at: new Date(Math.min(file.lastModified || Date.now(), Date.now())).toISOString(),
  };
  const whole = new Blob([bytes], { type: photo.type }); // a File of the album may be gone tomorrow
  const made = await compressed(file);
  if (!made?.blob || made.blob.size >= file.size) return { ...photo, blob: whole, whole: true };
  const fits = made.pixels <= ORIGINAL_PIXELS && file.size <= ORIGINAL_BYTES && ORIGINAL_TYPES.includes(photo.type);
  return { ...photo, blob: made.blob, type: made.blob.type, original_type: photo.type, ...(fits ? { original: whole } : {}) };
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A smaller JPEG, and how many pixels there were; null for what this browser cannot decode, which is then sent as it is.
async function compressed(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  const pixels = picture.width * picture.height;
  try {
    let side = Math.min(LONG_SIDE, Math.max(picture.width, picture.height));
    for (;;) {
      const canvas = drawn(picture, side);
      for (const quality of QUALITIES) {
        const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
        if (!blob || blob.size <= MOST_BYTES) return { blob, pixels };
      }
      side = Math.round(side * SMALLER);
    }
  } finally {
    picture.close();
  }
}

function drawn(picture, side) {
  const share = side / Math.max(picture.width, picture.height);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * share));
  canvas.height = Math.max(1, Math.round(picture.height * share));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}
