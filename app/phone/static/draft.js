// What is half done stays on the phone, photos and all, when the camera throws the page out of memory.

import { db, draftName, dropDraft, isFull } from "./db.js";
import { person, warn } from "./state.js";
import { t } from "./words.js";

// The draft of one form of the person signed in here: what it holds apart from photos, and the photos with their bytes.
export function useDraft(key) {
  const name = draftName(person.value.person_id, key);
  let over = false;
  return {
    name,
    read: () => read(name),
    async keep(form) {
      if (!over) await keepAll(name, form);
    },
    drop: () => dropDraft(name),
    end() {
      over = true; // what was saved is not half done any more, whatever a field says late
    },
  };
}

async function read(name) {
  const row = await db.kept.get(name);
  if (!row) return null;
  const bytes = await db.photos.bulkGet(row.value.photos.map((one) => one.id));
  const photos = row.value.photos.map((one, place) => ({ ...one, ...bytes[place] })).filter((one) => one.blob);
  return { ...row.value, photos };
}

async function keepAll(name, form) {
  if (await tryWrite(name, form)) return;
  form.photos.forEach((one) => delete one.original); // rather the small copies than nothing
  if (await tryWrite(name, form)) return;
  warn(
    t(
      "手机存储已满，这张照片可能保存不下。请先清理手机空间。",
      "This phone is full: this photo may not be kept. Free some space first.",
    ),
  );
}

async function tryWrite(name, form) {
  try {
    await write(name, form);
    return true;
  } catch (error) {
    if (!isFull(error)) throw error;
    return false;
  }
}

// Bytes are written once, however often the words change.
function write(name, form) {
  const photos = form.photos.map((one) => ({ ...one }));
  const words = photos.map(({ blob, original, ...rest }) => rest);
  const value = JSON.parse(JSON.stringify({ ...form, photos: words, working: null }));
  const ids = new Set(photos.map((one) => one.id));
  return db.transaction("rw", db.kept, db.photos, async () => {
    const before = ((await db.kept.get(name))?.value.photos || []).map((one) => one.id);
    await db.photos.bulkDelete(before.filter((id) => !ids.has(id)));
    const fresh = photos.filter((one) => !before.includes(one.id));
    await db.photos.bulkPut(fresh.map(({ id, blob, original }) => ({ id, blob, original })));
    await db.kept.put({ name, value });
  });
}

// The drafts about a case: which step each is for, and what it says.
export async function draftsOf(case_id) {
  const prefix = draftName(person.value.person_id, `act ${case_id} `);
  const rows = await db.kept.where("name").startsWith(prefix).toArray();
  return rows.map(({ name, value }) => ({ name, action: name.slice(prefix.length), ...value }));
}
