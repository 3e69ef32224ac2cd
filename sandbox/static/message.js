/** One message as an item of the list. */

import { copy, followLink, forward, sendText } from "./deeds.js";
import { avatar, el, icon } from "./dom.js";
import { formatted } from "./entities.js";
import { clock } from "./format.js";
import { inlineKeyboard } from "./inline.js";
import { mediaView } from "./media.js";
import { openMenu } from "./menu.js";
import { plainText, serviceText } from "./plain.js";
import { actor, isGroup, openChat, state, tell } from "./state.js";

/** @typedef {import("./types.js").Message} Message */

/** @param {Message} message */
const isOwn = (message) => message.from?.id === state.actorId;

/** @param {Message} message @param {HTMLElement} anchor */
export function messageMenu(message, anchor) {
  const text = message.text ?? message.caption;
  const isOwnText = isOwn(message) && message.text !== undefined;
  openMenu(anchor, "What to do with this message", [
    { label: "Reply", icon: "reply", run: () => tell("mode", { kind: "reply", message }) },
    ...(isOwnText
      ? [{ label: "Edit", icon: "edit", run: () => tell("mode", { kind: "edit", message }) }]
      : []),
    { label: "Forward to…", icon: "forward", run: () => forward(message) },
    ...(text ? [{ label: "Copy text", icon: "copy", run: () => copy(text) }] : []),
  ]);
}

/** @param {Message} message */
function sender(message) {
  const name = isOwn(message) ? "You" : message.from?.first_name ?? "Unknown";
  const isShownName = isGroup() && !isOwn(message);
  return el("p", { class: isShownName ? `sender ink-${Math.abs(message.from?.id ?? 0) % 6}` : "hidden" },
    isShownName ? name : `${name}:`);
}

/** @param {any} message */
function forwardedFrom(message) {
  const origin = message.forward_origin;
  if (!origin) return null;
  const name = origin.sender_user?.first_name ?? origin.sender_user_name
    ?? origin.sender_chat?.title ?? origin.chat?.title ?? "someone";
  return el("p", { class: "forwarded" }, icon("forward"), `Forwarded from ${name}`);
}

/** @param {any} message */
function quoted(message) {
  const original = message.reply_to_message;
  if (!original || original.forum_topic_created) return null;
  return el("button", {
    type: "button", class: "quote", onclick: () => tell("jump", original.message_id),
  },
  el("span", { class: "hidden" }, "Reply to "),
  el("strong", {}, original.from?.first_name ?? "Message"),
  el("span", { class: "cut" }, message.quote?.text ?? plainText(original)));
}

/** @param {Message} message */
function words(message) {
  const text = message.text ?? message.caption;
  if (text === undefined) return null;
  const entities = message.entities ?? message.caption_entities ?? [];
  const language = actor()?.language_code ?? "en";
  const reader = { language, send: sendText, follow: followLink };
  return el("div", { class: "words", dir: "auto" }, formatted(text, entities, reader));
}

/** @param {Message} message */
function footer(message) {
  const topic = state.topicId === null
    && openChat()?.topics.find((each) => each.message_thread_id === message.message_thread_id);
  return el("p", { class: "footer" },
    topic ? el("span", { class: "topic-tag" }, topic.name) : null,
    message.edit_date ? el("span", {}, "edited") : null,
    el("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date)));
}

/** @param {Message} message */
function bubble(message) {
  if (message.deleted) {
    return el("div", { class: "bubble" }, sender(message),
      el("s", { class: "gone" }, "deleted"), footer(message));
  }
  return el("div", { class: "bubble" },
    sender(message), forwardedFrom(message), quoted(message), mediaView(message), words(message),
    footer(message));
}

/** @param {Message} message */
function menuButton(message) {
  const button = el("button", {
    type: "button", class: "more", "data-testid": "message-menu", "aria-haspopup": "menu",
    "aria-label": `Actions for: ${plainText(message).slice(0, 40)}`,
    onclick: () => messageMenu(message, button),
  }, icon("dots"));
  return button;
}

/** @param {Message} message @returns {HTMLElement} */
export function messageItem(message) {
  const hooks = {
    "data-testid": "message", "data-message-id": message.message_id, tabindex: "-1",
  };
  const service = serviceText(message);
  if (service && !message.deleted) {
    return el("li", { class: "message service", ...hooks }, el("p", {}, service));
  }
  const own = isOwn(message);
  const face = isGroup() && !own && message.from;
  return el("li", { class: `message ${own ? "own" : "theirs"}`, ...hooks },
    face ? avatar(face.id, face.first_name) : null,
    el("div", { class: "column" },
      bubble(message), message.deleted ? null : inlineKeyboard(message)),
    message.deleted ? null : menuButton(message));
}
