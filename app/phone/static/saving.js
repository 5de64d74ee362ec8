// Put what somebody has done into the queue; what is said afterwards is true.

import { enqueue, isFull } from "./db.js";
import { newId } from "./ids.js";
import { person, say, warn } from "./state.js";
import { t } from "./words.js";

// Photos as the queue keeps them. A plain copy: reactive wrappers do not go into IndexedDB. One that the camera has
// just taken was taken where the phone found itself.
function photoRows({ photos, lon, lat, accuracy }, purposeOf) {
  return photos.map(({ id, blob, type, taken_at, original_sha256, original_bytes, here }, number) => ({
    id, blob, type, taken_at, original_sha256, original_bytes, purpose: purposeOf(number),
    ...(here && accuracy !== null ? { lon, lat } : {}),
  }));
}

async function save(operation, photos, words) {
  try {
    await enqueue(JSON.parse(JSON.stringify(operation)), photos);
  } catch (error) {
    if (!isFull(error)) throw error;
    warn(t("没有保存：手机存储已满。内容还在屏幕上，请清理手机空间后再按一次。",
      "Not saved: this phone is full. All is still on the screen: free some space, then press again."));
    return false;
  }
  say(words);
  return true;
}

export function saveReport(form, found, source) {
  const now = new Date().toISOString();
  const id = newId();
  const last = form.photos.length - 1;
  const photos = photoRows(form, (number) => (form.fixed && number === last ? "after" : "before"));
  const body = {
    class: form.class,
    description: form.description.trim() || (found ? found.name : t("见照片", "See the photo")),
    lon: form.lon,
    lat: form.lat,
    address: form.address.trim(),
    found_at: now,
    attachments: photos.map((one) => one.id),
    originals: Object.fromEntries(photos.map((one) => [one.id, one.original_sha256])),
    source,
    fixed: form.fixed,
    form: form.answers,
  };
  const operation = { kind: "report", id, case_id: id, person_id: person.value.person_id, made_at: now, title: body.description, body };
  return save(operation, photos, t("已保存在手机里，联网后自动发送。", "Saved on this phone; it is sent by itself when there is network."));
}

export function saveAct(one, action, data, form, purpose) {
  const op_id = newId();
  const rows = photoRows(form, () => purpose);
  if (rows.length) data.attachments = rows.map((each) => each.id);
  const operation = {
    kind: "act", id: op_id, op_id, case_id: one.case_id, person_id: person.value.person_id, made_at: new Date().toISOString(),
    action: action.action, label: action.label, label_en: action.label_en, seen: one.seq, data, number: one.number,
    title: one.description,
  };
  return save(operation, rows, t("已保存在手机里，联网后自动发送。", "Saved on this phone; it is sent by itself when there is network."));
}
