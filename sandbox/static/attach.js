/** What can be sent besides text: files and albums, a place, a poll, a contact, a sticker, a voice. */

import { takeReply } from "./composer.js";
import { send as sendHere } from "./deeds.js";
import { ask, field } from "./dialogs.js";
import { byId, el } from "./dom.js";
import { fileSize } from "./format.js";
import { openMenu } from "./menu.js";
import { toast } from "./notices.js";

const MOST_IN_ALBUM = 10;

/** Places to choose from: corners of Chicago's West Side, and one outside it. */
const PLACES = [
  { name: "Madison & Pulaski", latitude: 41.88065, longitude: -87.7254 },
  { name: "Chicago & Homan", latitude: 41.89546, longitude: -87.71112 },
  { name: "Roosevelt & Kedzie", latitude: 41.8664, longitude: -87.70566 },
  { name: "Madison & Cicero", latitude: 41.88018, longitude: -87.74502 },
  { name: "Loop (not West Side)", latitude: 41.87892, longitude: -87.63591 },
];

/** A message of any kind, as a reply if one is begun. @param {object} body */
const send = (body) => sendHere({ ...body, ...takeReply() });

/** @param {string} name @param {number} limit */
const coordinate = (name, limit) =>
  /** @type {HTMLInputElement} */ (el("input", {
    name, type: "number", step: "any", min: -limit, max: limit, required: true, "data-testid": name,
  }));

/** @param {string} label @param {string} name @param {number} most @param {object} [more] */
const line = (label, name, most, more = {}) =>
  field(label, el("input", {
    name, required: true, maxlength: most, autocomplete: "off", "data-testid": name, ...more,
  }));

/** Known corners to choose from, and fields for any other place. */
function placeFields() {
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
  return [presets, fields];
}

/** @param {FormData} form */
const placeOf = (form) =>
  ({ latitude: Number(form.get("latitude")), longitude: Number(form.get("longitude")) });

export async function shareLocation() {
  const form = await ask("Share a location", placeFields(), { accept: "Share" });
  if (form) await send({ location: placeOf(form) });
}

async function sendVenue() {
  const fields = [line("Name", "title", 128), line("Address", "address", 256), ...placeFields()];
  const form = await ask("Send a venue", fields, { accept: "Send" });
  if (!form) return;
  const named = { title: String(form.get("title")), address: String(form.get("address")) };
  await send({ venue: { ...named, ...placeOf(form) } });
}

/** The own number, as a button of the bot may ask for it. */
export const shareContact = async () => {
  const words = el("p", {}, "The bot will see your name and your phone number.");
  if (await ask("Share your contact?", [words], { accept: "Share" })) await send({ contact: {} });
};

async function sendContact() {
  const fields = [line("First name", "first_name", 64),
    line("Phone number", "phone_number", 32, { type: "tel" })];
  const form = await ask("Send a contact", fields, { accept: "Send" });
  if (form) await send({ contact: Object.fromEntries(form) });
}

/** @param {string} label @param {string} name @param {boolean} checked */
const check = (label, name, checked) =>
  el("label", { class: "check" },
    el("input", { type: "checkbox", name, checked, "data-testid": name }), label);

async function sendPoll() {
  const options = field("Options, one a line", el("textarea", {
    name: "options", rows: 4, required: true, "data-testid": "options",
  }));
  const form = await ask("Send a poll", [
    line("Question", "question", 300), options,
    check("Anonymous votes", "anonymous", true), check("Several answers", "multiple", false),
  ], { accept: "Send" });
  if (!form) return;
  const lines = String(form.get("options")).split("\n").map((each) => each.trim());
  await send({
    poll: {
      question: String(form.get("question")),
      options: lines.filter(Boolean),
      is_anonymous: form.has("anonymous"),
      allows_multiple_answers: form.has("multiple"),
    },
  });
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
const asParcel = async (file) =>
  ({ name: file.name, mime_type: file.type, base64: await base64(file) });

/** Small pictures of what is about to be sent, and the names of the rest.
 * @param {File[]} files @param {string[]} addresses */
function preview(files, addresses) {
  const pictures = files.map((file, index) => (file.type.startsWith("image/")
    ? el("img", { src: addresses[index], alt: file.name })
    : null));
  const about = files.map((file) =>
    el("li", { class: "muted" }, `${file.name} (${fileSize(file.size)})`));
  return [el("div", { class: "previews" }, ...pictures), el("ul", {}, ...about)];
}

/** @param {File[]} files */
async function sendFiles(files) {
  if (files.length > MOST_IN_ALBUM) {
    toast(`An album has at most ${MOST_IN_ALBUM} parts.`, "bad");
    return;
  }
  const addresses = files.map((file) => URL.createObjectURL(file));
  const caption = field("Caption", el("textarea", {
    name: "caption", rows: 2, maxlength: 1024, "data-testid": "caption",
  }));
  const title = files.length > 1 ? `Send an album of ${files.length}` : "Send a file";
  const form = await ask(title, [...preview(files, addresses), caption], { accept: "Send" });
  addresses.forEach((address) => URL.revokeObjectURL(address));
  if (!form) return;
  const parcels = await Promise.all(files.map(asParcel));
  const words = form.get("caption") ? { caption: String(form.get("caption")) } : {};
  await send({ ...(parcels.length > 1 ? { album: parcels } : { file: parcels[0] }), ...words });
}

/** @param {string} label @param {string} icon @param {string} name @param {() => void} run */
const item = (label, icon, name, run) => ({ label, icon, testid: `attach-${name}`, run });

export function startAttach() {
  const button = byId("attach");
  const chooser = /** @type {HTMLInputElement} */ (byId("file"));
  chooser.addEventListener("change", async () => {
    const files = [...(chooser.files ?? [])];
    if (files.length) await sendFiles(files);
    chooser.value = "";
  });
  button.addEventListener("click", () =>
    openMenu(button, "What to send", [
      item("Photos, videos, files", "file", "file", () => chooser.click()),
      item("Poll", "poll", "poll", sendPoll),
      item("Location", "pin", "location", shareLocation),
      item("Venue", "pin", "venue", sendVenue),
      item("Contact", "contact", "contact", sendContact),
      item("Sticker", "sticker", "sticker", () => send({ kind: "sticker" })),
      item("Voice note", "voice", "voice", () => send({ kind: "voice" })),
      item("Video message", "round", "video-note", () => send({ kind: "video_note" })),
    ]));
}
