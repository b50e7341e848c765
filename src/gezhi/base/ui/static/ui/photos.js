// Photos chosen in a form: shown, made smaller before they travel, parts of them marked to be
// pixelated. The inputs stay ordinary ones: what is chosen lies in their files, so the form sends
// it as it would without this script.
import { said } from "./exif.js";
import { mark } from "./blurring.js";

const LONGEST = 2048;
const QUALITY = 0.85;

export function draw(root) {
  for (const box of root.querySelectorAll("[data-photos]:not([data-ready])")) {
    box.dataset.ready = "";
    field(box);
  }
}

async function smaller(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file; // no picture this browser knows: the server says what to do about it
  }
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  if (scale === 1 && file.type === "image/jpeg" && file.size < 600_000) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

function field(box) {
  const most = Number(box.dataset.most);
  const camera = box.querySelector("[data-camera]");
  const album = box.querySelector("[data-album]");
  const told = box.querySelector("[data-told]");
  const list = box.querySelector("[data-shown]");
  const note = box.querySelector("[data-note]");
  const place = box.querySelector("[data-place]");
  const asked = place?.querySelector("input");
  let chosen = [];
  let working = Promise.resolve();
  let waiting = 0;

  if (place) {
    place.querySelector("span").textContent = place.dataset.asks;
    place.hidden = !asked.checked;
    asked.addEventListener("change", tell);
  }

  function tell() {
    told.value = JSON.stringify(
      chosen.map((one) => ({
        blurred: one.blurred,
        taken: one.said.taken,
        // where it was taken leaves this device only if its holder says so
        place: asked?.checked ? one.said.place : undefined,
      })),
    );
  }

  function keep() {
    const files = new DataTransfer();
    for (const one of chosen) files.items.add(one.file);
    album.files = files.files;
    camera.value = "";
    if (place) place.hidden = !chosen.some((one) => one.said.place);
    list.hidden = !chosen.length;
    tell();
  }

  function show(one) {
    const item = box.querySelector("[data-one]").content.cloneNode(true).querySelector("li");
    const picture = item.querySelector("img");
    one.address = URL.createObjectURL(one.file);
    picture.src = one.address;
    picture.alt = one.file.name;
    picture.addEventListener("error", () => item.classList.add("unseen"));
    item.querySelector("[data-drop]").addEventListener("click", () => {
      chosen = chosen.filter((other) => other !== one);
      URL.revokeObjectURL(one.address);
      item.remove();
      keep();
      album.focus();
    });
    item.querySelector("[data-blur]").addEventListener("click", async () => {
      one.blurred = await mark(box, one.address, one.blurred);
      item.classList.toggle("blurred", one.blurred.length > 0);
      tell();
    });
    list.append(item);
  }

  async function take(files) {
    let over = false;
    for (const file of files) {
      if (chosen.length + box.querySelectorAll("[type=checkbox][name$=_kept]:checked").length >= most) {
        over = true;
        break;
      }
      const one = { said: await said(file), file: await smaller(file), blurred: [] };
      chosen.push(one);
      show(one);
    }
    note.hidden = !over;
    note.textContent = over ? box.dataset.tooMany : "";
    keep();
  }

  for (const input of [camera, album]) {
    input.addEventListener("change", () => {
      const files = [...input.files];
      waiting += 1;
      working = working.then(() => take(files)).finally(() => (waiting -= 1));
    });
  }

  // sent while a photo is still being made smaller, the form waits for it
  box.closest("form")?.addEventListener("submit", (event) => {
    if (!waiting) return;
    event.preventDefault();
    const { target, submitter } = event;
    working.then(() => setTimeout(() => target.requestSubmit(submitter)));
  });
}
