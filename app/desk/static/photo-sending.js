// Send photos one by one while the form is still being filled in, and say how far each has come.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const text = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function put(address, file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", address);
    request.setRequestHeader("Content-Type", file.type);
    request.setRequestHeader("X-CSRF-Token", document.querySelector('meta[name="csrf-token"]').content);
    request.upload.addEventListener("progress", (event) => {
      progress.value = event.lengthComputable ? event.loaded / event.total : 0;
    });
    request.addEventListener("load", () => {
      if (request.status === 200 || request.status === 201) {
        resolve();
      } else {
        reject(new Error(reason(request)));
      }
    });
    request.addEventListener("error", () => reject(new Error("")));
    request.send(file);
  });
}

function reason(request) {
  try {
    return JSON.parse(request.responseText).detail ?? "";
  } catch {
    return "";
  }
}

async function one(box, file) {
  const words = box.dataset;
  const item = document.createElement("li");
  const text = document.createElement("span");
  const progress = document.createElement("progress");
  progress.max = 1;
  progress.setAttribute("aria-label", words.sending);
  text.textContent = `${words.sending} ${file.name} `;
  item.append(text, progress);
  box.querySelector(".sent").append(item);
  const id = newId();
  try {
    await put(`${words.photos}${id}?purpose=${words.purpose}`, file, progress);
    const named = document.createElement("input");
    named.type = "hidden";
    named.name = "attachments";
    named.value = id;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "btn btn-sm";
    remove.dataset.removePhoto = "";
    remove.textContent = words.remove;
    text.textContent = `✓ ${words.sent} ${file.name} `;
    item.append(named, remove);
  } catch (error) {
    text.textContent = `✗ ${words.failed} ${file.name} ${error.message}`;
  } finally {
    progress.remove();
  }
}

export async function send(box, input) {
  const files = [...input.files];
  input.value = "";
  for (const file of files) {
    await one(box, file);
  }
}
