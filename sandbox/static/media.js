/** What a message carries besides text: pictures, files, places, polls. */

import { fileUrl } from "./api.js";
import { el, icon } from "./dom.js";
import { duration, fileSize } from "./format.js";
import { mediaKind, mediaName } from "./plain.js";

/** @param {string} shape @param {string} title @param {string} [detail] */
const card = (shape, title, detail) =>
  el("div", { class: "card" },
    el("span", { class: "card-icon" }, icon(/** @type {any} */ (shape))),
    el("span", { class: "card-words" },
      el("span", { class: "card-title" }, title),
      detail ? el("span", { class: "card-detail" }, detail) : null));

/** @param {any} message */
function photo(message) {
  const largest = message.photo.at(-1);
  return el("img", {
    class: "photo", src: fileUrl(largest.file_id),
    alt: message.caption ? "Photo" : "Photo without caption",
    width: largest.width, height: largest.height,
    onerror: (event) => event.target.replaceWith(card("file", "Photo", "cannot be shown")),
  });
}

/** @param {any} file @param {string} name */
function download(file, name) {
  const details = card("file", name, file.file_size === undefined ? "" : fileSize(file.file_size));
  return el("a", { class: "card-link", href: fileUrl(file.file_id), download: name }, details);
}

/** @param {{latitude: number, longitude: number}} place */
const coordinates = (place) => `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`;

/** @param {any} poll */
function pollList(poll) {
  const options = poll.options.map((option) =>
    el("li", {}, option.text, el("span", { class: "card-detail" }, ` ${option.voter_count} votes`)));
  return el("div", { class: "poll" },
    el("strong", {}, poll.question), el("ul", {}, ...options),
    poll.is_closed ? el("span", { class: "card-detail" }, "closed") : null);
}

/** @type {Record<string, (message: any) => HTMLElement>} */
const VIEWS = {
  photo,
  document: ({ document }) => download(document, document.file_name ?? "Document"),
  audio: ({ audio }) => download(audio, audio.title ?? audio.file_name ?? "Audio"),
  video: ({ video }) => download(video, video.file_name ?? "Video"),
  animation: ({ animation }) => download(animation, animation.file_name ?? "Animation"),
  venue: ({ venue }) => card("pin", venue.title, `${venue.address} (${coordinates(venue.location)})`),
  location: ({ location }) =>
    card("pin", location.live_period ? "Live location" : "Location", coordinates(location)),
  contact: ({ contact }) => card("reply", contact.first_name, contact.phone_number),
  voice: ({ voice }) => card("voice", "Voice note", duration(voice.duration)),
  sticker: ({ sticker: { emoji } }) =>
    emoji
      ? el("span", { class: "sticker", role: "img", "aria-label": `Sticker ${emoji}` }, emoji)
      : card("sticker", "Sticker"),
  dice: ({ dice }) => card("sticker", `${dice.emoji} ${dice.value}`),
  poll: ({ poll }) => pollList(poll),
};

/** @param {import("./types.js").Message} message @returns {HTMLElement | null} */
export function mediaView(message) {
  const kind = mediaKind(message);
  if (!kind) return null;
  return VIEWS[kind] ? VIEWS[kind](message) : card("file", mediaName(kind));
}
