/** What a message carries besides text: pictures, films, sounds, files, places, people. */

import { fileUrl } from "./api.js";
import { el, icon } from "./dom.js";
import { duration, fileSize } from "./format.js";
import { mediaKind, mediaName } from "./plain.js";
import { pollView } from "./poll.js";

/** @param {string} shape @param {string} title @param {string} [detail] */
const card = (shape, title, detail) =>
  el("div", { class: "card" },
    el("span", { class: "card-icon" }, icon(/** @type {any} */ (shape))),
    el("span", { class: "card-words" },
      el("span", { class: "card-title" }, title),
      detail ? el("span", { class: "card-detail" }, detail) : null));

/** What takes the place of a picture or film that the browser cannot show.
 * @param {string} shape @param {string} title @param {string} [detail] */
const instead = (shape, title, detail) => (event) =>
  event.target.replaceWith(card(shape, title, detail));

/** @param {any} message */
function photo(message) {
  const largest = message.photo.at(-1);
  return el("img", {
    class: "photo", src: fileUrl(largest.file_id),
    alt: message.caption ? "Photo" : "Photo without caption",
    width: largest.width, height: largest.height,
    onerror: instead("file", "Photo", "cannot be shown"),
  });
}

/** @param {any} file */
const about = (file) =>
  [duration(file.duration ?? 0), file.file_size === undefined ? "" : fileSize(file.file_size)]
    .filter(Boolean).join(" · ");

/** @param {any} film @param {string} name @param {string} [shape] of the fallback's icon */
const video = (film, name, shape = "video") =>
  el("video", {
    class: "photo", src: fileUrl(film.file_id), controls: true, playsinline: true,
    preload: "metadata", "aria-label": `${name}, ${duration(film.duration)}`,
    width: film.width, height: film.height, onerror: instead(shape, name, about(film)),
  });

/** @param {any} film */
function animation(film) {
  if (film.mime_type === "image/gif") {
    return el("img", {
      class: "photo", src: fileUrl(film.file_id), alt: "Animation",
      onerror: instead("video", "Animation", about(film)),
    });
  }
  const view = video(film, "Animation");
  if (!window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
    for (const name of ["autoplay", "loop", "muted"]) view.setAttribute(name, "");
  }
  return view;
}

/** @param {any} sound @param {string} shape @param {string} name */
function sound(sound, shape, name) {
  const view = card(shape, name, about(sound));
  const player = el("audio", {
    src: fileUrl(sound.file_id), controls: true, preload: "metadata", "aria-label": name,
    onerror: () => player.remove(),
  });
  return el("div", { class: "sound" }, view, player);
}

/** @param {any} audio */
const song = (audio) =>
  [audio.performer, audio.title ?? audio.file_name].filter(Boolean).join(" – ") || "Audio";

/** @param {any} file @param {string} name */
function download(file, name) {
  const details = card("file", name, file.file_size === undefined ? "" : fileSize(file.file_size));
  return el("a", { class: "card-link", href: fileUrl(file.file_id), download: name }, details);
}

/** @param {any} sticker */
function sticker(sticker) {
  if (sticker.emoji) {
    const name = `Sticker ${sticker.emoji}`;
    return el("span", { class: "sticker", role: "img", "aria-label": name }, sticker.emoji);
  }
  return el("img", {
    class: "sticker", src: fileUrl(sticker.file_id), alt: "Sticker",
    onerror: instead("sticker", "Sticker"),
  });
}

/** @param {{latitude: number, longitude: number}} place */
const coordinates = (place) => `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`;

/** @type {Record<string, (message: any) => HTMLElement>} */
const VIEWS = {
  photo,
  document: ({ document }) => download(document, document.file_name ?? "Document"),
  audio: ({ audio }) => sound(audio, "audio", song(audio)),
  video: (message) => video(message.video, "Video"),
  animation: (message) => animation(message.animation),
  video_note: (message) => video({ ...message.video_note }, "Video message", "round"),
  venue: ({ venue }) => card("pin", venue.title, `${venue.address} (${coordinates(venue.location)})`),
  location: ({ location }) =>
    card("pin", location.live_period ? "Live location" : "Location", coordinates(location)),
  contact: ({ contact }) =>
    card("contact", [contact.first_name, contact.last_name].filter(Boolean).join(" "),
      contact.phone_number),
  voice: ({ voice }) => sound(voice, "voice", "Voice note"),
  sticker: (message) => sticker(message.sticker),
  dice: ({ dice }) => card("sticker", `${dice.emoji} ${dice.value}`),
  poll: pollView,
};

/** @param {import("./types.js").Message} message @returns {HTMLElement | null} */
export function mediaView(message) {
  const kind = mediaKind(message);
  if (!kind) return null;
  return VIEWS[kind] ? VIEWS[kind](message) : card("file", mediaName(kind));
}

/** The parts of an album: pictures and films side by side, files and sounds one under another.
 * @param {import("./types.js").Message[]} messages @returns {HTMLElement} */
export function albumView(messages) {
  const isPictures = messages.some((each) => ["photo", "video"].includes(mediaKind(each) ?? ""));
  const parts = messages.map((message, index) => {
    const what = mediaName(mediaKind(message) ?? "photo");
    return el("div", {
      class: message.deleted ? "part gone" : "part", "data-testid": "album-part",
      "data-part-id": message.message_id, role: "listitem", tabindex: "-1",
      "aria-label": `${what} ${index + 1} of ${messages.length}`,
    }, message.deleted ? el("s", {}, "deleted") : mediaView(message));
  });
  return el("div", { class: isPictures ? "album pictures" : "album", role: "list" }, ...parts);
}
