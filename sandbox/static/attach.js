/** What can be sent besides text: a photo or document, a place, a sticker, a voice note. */

import { send } from "./deeds.js";
import { ask, field } from "./dialogs.js";
import { byId, el } from "./dom.js";
import { fileSize } from "./format.js";
import { openMenu } from "./menu.js";

/** Places to choose from: corners of Chicago's West Side, and one outside it. */
const PLACES = [
  { name: "Madison & Pulaski", latitude: 41.88065, longitude: -87.7254 },
  { name: "Chicago & Homan", latitude: 41.89546, longitude: -87.71112 },
  { name: "Roosevelt & Kedzie", latitude: 41.8664, longitude: -87.70566 },
  { name: "Madison & Cicero", latitude: 41.88018, longitude: -87.74502 },
  { name: "Loop (not West Side)", latitude: 41.87892, longitude: -87.63591 },
];

/** @param {string} name @param {number} limit */
const coordinate = (name, limit) =>
  /** @type {HTMLInputElement} */ (el("input", {
    name, type: "number", step: "any", min: -limit, max: limit, required: true, "data-testid": name,
  }));

export async function shareLocation() {
  const latitude = coordinate("latitude", 90);
  const longitude = coordinate("longitude", 180);
  const choose = (place) => {
    latitude.value = String(place.latitude);
    longitude.value = String(place.longitude);
  };
  choose(PLACES[0]);
  const presets = el("div", { class: "presets", role: "group", "aria-label": "Known places" },
    ...PLACES.map((place) =>
      el("button", { type: "button", class: "quiet", onclick: () => choose(place) }, place.name)));
  const fields = el("div", { class: "pair" },
    field("Latitude", latitude), field("Longitude", longitude));
  const form = await ask("Share a location", [presets, fields], { accept: "Share" });
  if (!form) return;
  const location = { latitude: Number(form.get("latitude")), longitude: Number(form.get("longitude")) };
  await send({ location });
}

/** @param {File} file @returns {Promise<string>} */
const base64 = (file) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });

/** @param {File} file */
async function sendFile(file) {
  const address = URL.createObjectURL(file);
  const preview = file.type.startsWith("image/")
    ? el("img", { class: "preview", src: address, alt: "The picture to send" })
    : null;
  const about = el("p", {}, `${file.name} (${fileSize(file.size)})`);
  const caption = field("Caption", el("textarea", {
    name: "caption", rows: 2, maxlength: 1024, "data-testid": "caption",
  }));
  const content = preview ? [preview, about, caption] : [about, caption];
  const form = await ask("Send a file", content, { accept: "Send" });
  URL.revokeObjectURL(address);
  if (!form) return;
  const mime = file.type || "application/octet-stream";
  await send({
    file: { name: file.name, mime_type: mime, base64: await base64(file) },
    ...(form.get("caption") ? { caption: String(form.get("caption")) } : {}),
  });
}

export function startAttach() {
  const button = byId("attach");
  const chooser = /** @type {HTMLInputElement} */ (byId("file"));
  chooser.addEventListener("change", async () => {
    const file = chooser.files?.[0];
    if (file) await sendFile(file);
    chooser.value = "";
  });
  button.addEventListener("click", () =>
    openMenu(button, "What to send", [
      { label: "Photo or document", icon: "file", testid: "attach-file", run: () => chooser.click() },
      { label: "Location", icon: "pin", testid: "attach-location", run: shareLocation },
      {
        label: "Sticker", icon: "sticker", testid: "attach-sticker",
        run: () => send({ kind: "sticker" }),
      },
      {
        label: "Voice note", icon: "voice", testid: "attach-voice",
        run: () => send({ kind: "voice" }),
      },
    ]));
}
