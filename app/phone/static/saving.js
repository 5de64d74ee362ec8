// Put what somebody has done into the queue; what is said afterwards is true.

import { enqueue, isFull } from "./db.js";
import { photosOf, sentOf } from "./form-rules.js";
import { newId } from "./ids.js";
import { MOST_BYTES } from "./photos.js";
import { placeIn } from "./places.js";
import { person, sayStored, signedIn, warn } from "./state.js";
import { Purpose, QueuedKind } from "./terms.js";
import { pageFault } from "./why.js";
import { t } from "./words.js";

// Photos as the queue keeps them. A plain copy: reactive wrappers do not go into IndexedDB. One that the camera has
// just taken was taken where the phone found itself. Where the photos are evidence, what the camera made goes out
// itself. Their ids are new: a form that is open twice sends its photos twice.
function photoRows(form, purposeOf, asksOriginals) {
  return form.photos.map((photo, number) => {
    const itself = Boolean(asksOriginals && photo.original);
    const { taken_at, original_sha256, original_bytes, lon, lat } = photo;
    return {
      id: newId(),
      taken_at,
      original_sha256,
      original_bytes,
      purpose: purposeOf(number),
      blob: itself ? photo.original : photo.blob,
      type: itself ? photo.original_type : photo.type,
      whole: itself || Boolean(photo.whole),
      large: (itself ? photo.original : photo.blob).size > MOST_BYTES, // goes out after the small ones of all reports
      ...(photo.here && form.accuracy !== null ? { lon: form.lon, lat: form.lat } : { lon, lat }),
    };
  });
}

const hashes = (rows) =>
  Object.fromEntries(rows.filter((one) => one.original_sha256).map((one) => [one.id, one.original_sha256]));

const outcome = () =>
  signedIn.value
    ? t("已保存在手机里，联网后自动发送。", "Saved on this phone; it is sent by itself when there is network.")
    : t(
        "已保存在手机里，重新登录后自动发送。",
        "Saved on this phone; it is sent by itself when you have signed in again.",
      );

async function save(operation, photos, place) {
  try {
    await enqueue(JSON.parse(JSON.stringify(operation)), photos, place);
  } catch (error) {
    warn(
      isFull(error)
        ? t(
            "没有保存：手机存储已满。内容还在屏幕上，请清理手机空间后再按一次。",
            "Not saved: this phone is full. All is still on the screen: free some space, then press again.",
          )
        : t("没有保存，内容还在屏幕上。", "Not saved; all is still on the screen. ") + pageFault(error),
    );
    console.error(error);
    return false;
  }
  sayStored(outcome());
  return true;
}

// A step of a round; with photos where it reports a finding, which are the case's.
export function saveRoundStep(one, action, data, { photos = [], photos_of, draft, of_resident } = {}) {
  const op_id = newId();
  const operation = {
    kind: QueuedKind.ROUND,
    id: op_id,
    op_id,
    case_id: one.round_id, // what waits for what in the queue
    round_id: one.round_id,
    photos_of,
    of_resident, // then it is personal, and no file takes it along
    person_id: person.value.person_id,
    made_at: new Date().toISOString(),
    action: action.action,
    label: action.label,
    label_en: action.label_en,
    seen: one.seq,
    drill: one.drill,
    data,
    title: `${one.round.name} · ${one.grid.name}`,
  };
  return save(operation, photos, { draft });
}

// `place`: the draft that ends with it, and the item of the queue that it corrects.
export function saveReport(form, chosenClass, { finding, ...place }) {
  const now = new Date().toISOString();
  const id = newId();
  const questions = chosenClass?.form || [];
  const answers = photosOf(questions, form.answers, form.photos);
  const last = form.photos.filter((one) => !(one.of in answers)).pop();
  const photos = photoRows(
    form,
    (number) => (form.fixed && form.photos[number] === last ? Purpose.AFTER : Purpose.BEFORE),
    chosenClass?.evidence.originals,
  );
  const sentAs = new Map(form.photos.map((one, number) => [one.id, photos[number].id]));
  for (const name of Object.keys(answers)) answers[name] = answers[name].map((one) => sentAs.get(one));
  const body = {
    class: form.class,
    description: form.description.trim() || (chosenClass ? chosenClass.name : t("见照片", "See the photo")),
    ...placeIn(form),
    address: form.address.trim(),
    found_at: now,
    attachments: photos.map((one) => one.id),
    originals: hashes(photos),
    fixed: form.fixed,
    ...(form.object ? { object: form.object.object_id } : {}),
    form: questions.length ? sentOf(questions, { ...form.answers, ...answers }) : form.answers,
  };
  if (finding) {
    const { round, action, stop } = finding;
    const data = { case_id: id, report: body, ...(stop ? { stop } : {}) };
    return saveRoundStep(round, action, data, { photos, photos_of: id, draft: place.draft });
  }
  const operation = {
    kind: QueuedKind.REPORT,
    id,
    case_id: id,
    person_id: person.value.person_id,
    made_at: now,
    title: body.description,
    body,
    about: form.object,
  };
  return save(operation, photos, place);
}

export function saveAct(one, action, data, form, { purpose, asksOriginals, draft }) {
  const op_id = newId();
  const rows = photoRows(form, () => purpose, asksOriginals);
  if (rows.length) Object.assign(data, { attachments: rows.map((each) => each.id), originals: hashes(rows) });
  const operation = {
    kind: QueuedKind.ACT,
    id: op_id,
    op_id,
    case_id: one.case_id,
    person_id: person.value.person_id,
    made_at: new Date().toISOString(),
    action: action.action,
    label: action.label,
    label_en: action.label_en,
    seen: one.seq,
    data,
    number: one.number,
    title: one.description,
  };
  return save(operation, rows, { draft });
}
