// Make a photo small enough for a village's network, and remember the hash of what the camera made.

import { newId } from "./ids.js";

export const LONG_SIDE = 1600; // pixels
export const MOST_BYTES = 400 * 1024;
const QUALITIES = [0.82, 0.7, 0.6, 0.5];
const SMALLER = 0.75;

export async function takeIn(file) {
  const bytes = await file.arrayBuffer();
  const photo = {
    id: newId(),
    type: file.type || "image/jpeg",
    blob: file,
    original_sha256: await sha256(bytes),
    original_bytes: file.size,
    taken_at: new Date(Math.min(file.lastModified || Date.now(), Date.now())).toISOString(),
  };
  const small = await compressed(file);
  if (small && small.size < file.size) Object.assign(photo, { blob: small, type: small.type });
  else photo.blob = new Blob([bytes], { type: photo.type }); // a File of the album may be gone tomorrow
  return photo;
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A smaller JPEG; null for what this browser cannot decode, which is then sent as it is.
async function compressed(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  try {
    let side = Math.min(LONG_SIDE, Math.max(picture.width, picture.height));
    for (;;) {
      const canvas = drawn(picture, side);
      for (const quality of QUALITIES) {
        const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
        if (!blob || blob.size <= MOST_BYTES) return blob;
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
