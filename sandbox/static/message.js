/** One message as an item of the list. */

import { copy, followLink, forward, react, sendText } from "./deeds.js";
import { avatar, el, icon } from "./dom.js";
import { formatted } from "./entities.js";
import { clock } from "./format.js";
import { inlineKeyboard } from "./inline.js";
import { albumView, mediaView } from "./media.js";
import { openMenu } from "./menu.js";
import { plainText, serviceText } from "./plain.js";
import { actor, isGroup, openChat, openThread, state, tell } from "./state.js";

/** @typedef {import("./types.js").Message} Message */

const REACTIONS = ["👍", "❤", "🙏"];

/** @param {Message} message */
const isOwn = (message) => message.from?.id === state.actorId;

/** @param {Message} message @param {HTMLElement} anchor */
export function messageMenu(message, anchor) {
  const text = message.text ?? message.caption;
  const isOwnText = isOwn(message) && text !== undefined;
  openMenu(anchor, "What to do with this message", [
    { label: "Reply", icon: "reply", run: () => tell("mode", { kind: "reply", message }) },
    ...(isOwnText
      ? [{ label: "Edit", icon: "edit", run: () => tell("mode", { kind: "edit", message }) }]
      : []),
    ...reactionItems(message),
    { label: "Forward to…", icon: "forward", run: () => forward(message) },
    ...(text ? [{ label: "Copy text", icon: "copy", run: () => copy(text) }] : []),
  ]);
}

/** One reaction a person, as without Premium. @param {Message} message */
function reactionItems(message) {
  const mine = message.sandbox_reactions_of?.[String(state.actorId)];
  return mine
    ? [{ label: `Take ${mine} back`, run: () => react(message, null) }]
    : REACTIONS.map((emoji) => ({ label: `React ${emoji}`, run: () => react(message, emoji) }));
}

/** @param {Message} message */
function reactions(message) {
  const all = [...message.sandbox_reactions ?? [], ...Object.values(message.sandbox_reactions_of ?? {})];
  return all.length ? el("span", { "data-testid": "reactions" }, all.join(" ")) : null;
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
  const replied = message.reply_to_message;
  if (!replied || replied.forum_topic_created) return null;
  const original = openThread()?.messages.get(replied.message_id) ?? replied;
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

/** @param {Message} message @param {boolean} [isEdited] */
function footer(message, isEdited = Boolean(message.edit_date)) {
  const topic = state.topicId === null
    && openChat()?.topics.find((each) => each.message_thread_id === message.message_thread_id);
  return el("p", { class: "footer" },
    topic ? el("span", { class: "topic-tag" }, topic.name) : null,
    reactions(message),
    isEdited ? el("span", {}, "edited") : null,
    el("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date)));
}

/** What one message or a whole album shows. @param {Message[]} messages */
function bubble(messages) {
  const [message] = messages;
  const there = messages.filter((each) => !each.deleted);
  if (!there.length) {
    return el("div", { class: "bubble" }, sender(message),
      el("s", { class: "gone" }, "deleted"), footer(message, false));
  }
  return el("div", { class: "bubble" },
    sender(message), forwardedFrom(message), quoted(message),
    messages.length > 1 ? albumView(messages) : mediaView(message),
    ...there.map(words), footer(message, there.some((each) => each.edit_date)));
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

/**
 * @param {Message[]} messages one, or the parts of an album
 * @returns {HTMLElement}
 */
export function messageItem(messages) {
  const [message] = messages;
  const there = messages.find((each) => !each.deleted);
  const hooks = {
    "data-testid": "message", "data-message-id": (there ?? message).message_id, tabindex: "-1",
    "data-album": message.media_group_id,
    "data-answers": message.reply_to_message?.message_id,
  };
  const service = serviceText(message);
  if (service && there) {
    return el("li", { class: "message service", ...hooks }, el("p", {}, service));
  }
  const own = isOwn(message);
  const face = isGroup() && !own && message.from;
  return el("li", { class: `message ${own ? "own" : "theirs"}`, ...hooks },
    face ? avatar(face.id, face.first_name) : null,
    el("div", { class: "column" },
      bubble(messages), there ? inlineKeyboard(message) : null),
    there ? menuButton(there) : null);
}
