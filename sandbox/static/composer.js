/** Writing a message: drafts, replying, editing, and what stands here when one cannot write. */

import { suggestFor, suggestionKey } from "./commands.js";
import { edit, newestOfBot, send, sendText, setBlocked } from "./deeds.js";
import { byId } from "./dom.js";
import { plainText } from "./plain.js";
import { actor, isGroup, listen, openChat, openThread, state } from "./state.js";

/** @typedef {{kind: "reply" | "edit", message: import("./types.js").Message}} Mode */

const box = /** @type {HTMLTextAreaElement} */ (byId("composer-text"));

/** @type {Mode | null} */
let mode = null;
/** @type {Map<number, string>} */
const drafts = new Map();
/** @type {number | null} */
let draftOf = null;
let answeredForce = 0;

function grow() {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
}

/** @param {string} text */
function write(text) {
  box.value = text;
  grow();
  suggestFor();
}

/** @param {Mode | null} wanted */
function setMode(wanted) {
  if (mode?.kind === "edit" && wanted?.kind !== "edit") write("");
  mode = wanted;
  byId("mode").hidden = !mode;
  if (!mode) return;
  const isEdit = mode.kind === "edit";
  const name = mode.message.from?.first_name ?? "message";
  byId("mode-title").textContent = isEdit ? "Edit message" : `Reply to ${name}`;
  byId("mode-text").textContent = plainText(mode.message);
  if (isEdit) write(mode.message.text ?? mode.message.caption ?? "");
  box.focus();
}

async function submit() {
  const text = box.value.trim();
  if (!text) return;
  const current = mode;
  write("");
  setMode(null);
  const isDone = current?.kind === "edit"
    ? await edit(current.message, text)
    : await send({ text, ...(current ? replyFields(current) : {}) });
  if (isDone || box.value) return;
  if (current) setMode(current);
  write(text);
}

/** A reply goes to the topic of the message it answers. @param {Mode} reply */
const replyFields = ({ message }) => ({
  reply_to_message_id: message.message_id,
  ...(message.message_thread_id ? { message_thread_id: message.message_thread_id } : {}),
});

/** What says that the next message is a reply, as fields of it; the reply mode ends with that. */
export function takeReply() {
  if (mode?.kind !== "reply") return {};
  const fields = replyFields(mode);
  setMode(null);
  return fields;
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.isComposing) return;
  if (suggestionKey(event)) event.preventDefault();
  else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit();
  } else if (event.key === "Escape") setMode(null);
}

function placeholder() {
  const chat = openChat();
  if (!chat?.is_forum) return openThread()?.keyboard?.input_field_placeholder ?? "Message";
  const topic = chat.topics.find((each) => each.message_thread_id === state.topicId);
  return `Message in ${topic?.name ?? "General"}`;
}

/** Writing, starting or unblocking: whichever the person can do now. */
function showWays() {
  const person = actor();
  const isBlocked = !isGroup() && Boolean(person?.blocked);
  const isGone = Boolean(person?.deactivated);
  const thread = openThread();
  const hasWritten = [...(thread?.messages.values() ?? [])].some(
    (each) => each.from?.id === state.actorId);
  const isNew = !isGroup() && Boolean(thread?.isLoaded) && !hasWritten;
  const hadFocus = [byId("start"), byId("unblock")].includes(
    /** @type {HTMLElement} */ (document.activeElement));
  byId("composer").hidden = isBlocked || isGone || isNew;
  byId("start").hidden = isBlocked || isGone || !isNew;
  byId("unblock").hidden = !isBlocked || isGone;
  byId("gone").hidden = !isGone;
  if (hadFocus && !byId("composer").hidden) box.focus();
  box.placeholder = placeholder();
}

/** A ForceReply opens a reply to the message that asks for it, once. */
function obeyForceReply() {
  const asking = openThread()?.keyboard?.force_reply && newestOfBot();
  if (!asking || answeredForce >= asking.message_id) return;
  answeredForce = asking.message_id;
  setMode({ kind: "reply", message: asking });
}

function changeChat() {
  if (draftOf === state.chatId) return;
  if (draftOf !== null) drafts.set(draftOf, mode?.kind === "edit" ? "" : box.value);
  setMode(null);
  draftOf = state.chatId;
  write(drafts.get(draftOf ?? NaN) ?? "");
}

export function startComposer() {
  box.addEventListener("keydown", onKey);
  box.addEventListener("input", () => {
    grow();
    suggestFor();
  });
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  byId("mode-cancel").addEventListener("click", () => {
    setMode(null);
    box.focus();
  });
  byId("start").addEventListener("click", () => sendText("/start"));
  byId("unblock").addEventListener("click", () => setBlocked(false));
  listen("mode", setMode);
  listen("open", changeChat);
  for (const kind of ["open", "people", "thread", "message", "markup"]) listen(kind, showWays);
  listen("markup", obeyForceReply);
}
