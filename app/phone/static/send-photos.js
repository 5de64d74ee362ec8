// The photos of what has arrived go out, small ones first. One that fails keeps no other waiting.

import { BytesLost, concernsAll, isAnswer } from "./answers.js";
import { WAITING, db } from "./db.js";
import { keepAnswer } from "./settle.js";
import { QueuedKind } from "./terms.js";
import { upload } from "./upload.js";

const FAULTS_MOST = 3; // photos that fail, one after the other, until all are left alone for a while

// Send a person's photos: those that failed before come last, and large ones after small ones. Return why some
// are left.
export async function sendPhotos(person, progress) {
  const photos = await db.queue.where("[person_id+kind]").equals([person, QueuedKind.PHOTO]).sortBy("n");
  const rank = (one) => (one.faults || 0) * 2 + (one.large ? 1 : 0);
  let left = null;
  let faults = 0;
  for (const one of photos.sort((a, b) => rank(a) - rank(b))) {
    if (one.state !== WAITING || (await db.queue.where("id").equals(one.of).count())) continue;
    const error = await attempt(one, progress);
    if (!error) {
      faults = 0;
      continue;
    }
    left = error;
    faults += 1;
    if (faults >= FAULTS_MOST) return left;
  }
  return left;
}

// Send one photo. Return why it has to be tried again, if it has; raise what concerns all of them, and what is no
// answer at all: whichever it is, others come before this one the next time.
async function attempt(one, progress) {
  try {
    await upload(one, await bytesOf(one));
    await db.transaction("rw", db.queue, db.photos, () =>
      Promise.all([db.queue.delete(one.n), db.photos.delete(one.id)]),
    );
    progress.sent += 1;
    return null;
  } catch (error) {
    const waits = await keepAnswer(one, error);
    if (concernsAll(error) || !(isAnswer(error) || error instanceof BytesLost)) throw error;
    return waits ? error : null;
  }
}

async function bytesOf({ id }) {
  const row = await db.photos.get(id);
  if (!row?.blob) throw new BytesLost(id);
  return row.blob;
}
