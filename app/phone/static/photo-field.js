// The part of a form that takes photos: how many, how small, which can be given back.

import { BytesLost } from "./answers.js";
import { hasRoom } from "./db.js";
import { LONG_SIDE, MOST_BYTES, TooLarge, takeIn } from "./photos.js";
import { catalogue, warn } from "./state.js";
import { html, nextTick, onBeforeUnmount, ref } from "./ui.js";
import { pageFault } from "./why.js";
import { labelOf, many, t } from "./words.js";

const MOST_PHOTOS = 9;

export async function warnWhenNarrow() {
  if (await hasRoom()) return;
  warn(
    t(
      "手机存储空间快满了：请先联网发送已保存的内容，或清理手机后再拍照。",
      "This phone is nearly full: send what is saved, or free some space, before taking more photos.",
    ),
  );
}

// How large a photo the server takes; nothing where a catalogue kept from before does not say.
const mostBytes = () => catalogue.value?.figures?.attachment_bytes;

// What becomes of the photos: made small, or sent as they are where they are evidence.
function sizeText(photos, asksOriginals) {
  const kilobytes = Math.floor(Math.min(MOST_BYTES, mostBytes() ?? MOST_BYTES) / 1024);
  if (!asksOriginals)
    return t(
      `照片压缩到长边 ${LONG_SIDE} 像素、${kilobytes} KB 以内，保存在手机里。`,
      `Photos are made at most ${LONG_SIDE} pixels long and ${kilobytes} kB large, and kept on the phone.`,
    );
  const small = photos.filter((one) => !one.original && !one.whole).length;
  const wording = t(
    "这类问题的照片要作证据，发送原图，较费流量。",
    "For this class photos are evidence: they are sent as the camera made them, which takes more data.",
  );
  return small
    ? wording +
        t(`其中 ${small} 张没有留下原图，发送压缩后的。`, ` Of ${small} the small copy is sent: no more was kept.`)
    : wording;
}

// Why a photo was not taken in: the phone did not give it, its memory was too small, or this page is at fault.
function refusalOf(error) {
  if (error instanceof BytesLost)
    return t(
      "手机没有把这张照片交给浏览器（可能已移动、删除或还在云端），请再选一次，或直接拍照。",
      "The phone did not give this photo to the browser (it may be moved, deleted or still in a cloud): choose " +
        "it again, or take one.",
    );
  if (error instanceof RangeError)
    return t(
      "手机内存不够，这张照片没有放进来：请关掉别的应用再试，或把相机分辨率调低。",
      "The phone has not enough memory for this photo: close other applications and try again, or let the " +
        "camera make smaller ones.",
    );
  if (error instanceof TooLarge)
    return t(
      "这张照片太大，服务器不收，手机也没能压缩，没有放进来：请把相机分辨率调低再拍。",
      "The server takes no photo this large, and this phone could not make it smaller: let the camera make " +
        "smaller ones.",
    );
  return pageFault(error);
}

// With a question: those of the form's photos that answer it. Else the others, apart from what answers some question.
export const PhotoField = {
  props: { form: Object, asked: Number, hint: String, originals: Boolean, question: Object, apart: Array },
  emits: ["change"],
  setup(props, { emit }) {
    const coming = ref(0); // photos chosen and not yet made small
    const removed = ref([]); // the last one first to come back
    const back = ref(null);
    const pictures = new Map();
    const of = props.question?.field;
    const most = props.question?.most || MOST_PHOTOS;
    const own = () => props.form.photos.filter((one) => (of ? one.of === of : !props.apart?.includes(one.of)));
    const room = () => most - own().length - coming.value;
    const preview = (photo) => {
      if (!pictures.has(photo.id)) pictures.set(photo.id, URL.createObjectURL(photo.blob));
      return pictures.get(photo.id);
    };
    onBeforeUnmount(() => pictures.forEach((url) => URL.revokeObjectURL(url)));
    async function takeAll(files, here) {
      for (const file of files) {
        try {
          props.form.photos.push({ ...(await takeIn(file, mostBytes())), here, of });
        } catch (error) {
          warn(refusalOf(error));
          console.error(error);
        }
        coming.value -= 1;
      }
      emit("change");
    }
    function take(event) {
      const chosen = [...event.target.files];
      const files = chosen.slice(0, room());
      event.target.value = "";
      const over = chosen.length - files.length;
      if (over)
        warn(
          t(
            `最多 ${most} 张：后面的 ${over} 张没有放进来。`,
            `At most ${most} photos: ${many(over, "photo was", "photos were")} not taken in.`,
          ),
        );
      coming.value += files.length;
      // whoever sends waits for it
      props.form.working = Promise.all([props.form.working, takeAll(files, event.target.id.startsWith("camera"))]);
    }
    async function drop(photo) {
      const place = props.form.photos.indexOf(photo);
      props.form.photos = props.form.photos.filter((one) => one !== photo);
      removed.value = [{ photo, place }, ...removed.value];
      emit("change");
      await nextTick();
      back.value?.focus(); // the button that was pressed is gone
    }
    function giveBack() {
      const [{ photo, place }, ...others] = removed.value;
      removed.value = others;
      props.form.photos.splice(place, 0, photo);
      emit("change");
    }
    const within = of ? `-${of}` : "";
    const input = (id, label, more) => html`
      <label class="button ${more.multiple ? "" : "strong"}" for=${id + within}>${label}</label>
      <input class="hidden" type="file" accept="image/*" id=${id + within} onChange=${take} ...${more} />`;
    const takers = () => html`<div class="row">
      ${input("camera", t("拍照", "Take a photo"), { capture: "environment" })}
      ${input("album", t("从相册选", "From the album"), { multiple: true })}
    </div>`;
    return () => html`
      <fieldset class="part">
        <legend>${of ? labelOf(props.question) : t("照片", "Photos")} <span class="quiet">${
          props.asked ? t(`至少 ${props.asked} 张，`, `at least ${props.asked}, `) : ""
        }${t(`最多 ${most} 张`, `at most ${most}`)}</span></legend>
        ${
          room() > 0 || coming.value
            ? takers()
            : html`<p>
                ${t(`已有 ${most} 张。要换照片，先删除一张。`, `There are ${most}: remove one to take another.`)}
              </p>`
        }
        <p class="quiet" role="status" data-part="photos">${
          coming.value
            ? t("正在处理照片…", "Working on the photo…")
            : `${props.hint || ""}${sizeText(own(), props.originals)}`
        }</p>
        ${
          removed.value.length && room() > 0
            ? html`<div class="row"><span>${t("照片已删除。", "The photo is removed.")}</span>
                <button type="button" ref=${(element) => (back.value = element)} onClick=${giveBack}>
                  ${t("放回来", "Put it back")}
                </button></div>`
            : ""
        }
        ${
          own().length
            ? html`<ul class="photos">
                ${own().map(
                  (photo, place) => html`
                    <li key=${photo.id}>
                      <img src=${preview(photo)} alt=${t(`第 ${place + 1} 张照片`, `Photo ${place + 1}`)} />
                      <button type="button" onClick=${() => drop(photo)}>
                        ${t(`删除第 ${place + 1} 张`, `Remove photo ${place + 1}`)}
                      </button>
                    </li>`,
                )}
              </ul>`
            : ""
        }
      </fieldset>`;
  },
};
