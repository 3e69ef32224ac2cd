/** The list of messages: keeps to the bottom while the reader is there, else says what is new. */

import { arrowKeys, byId, el } from "./dom.js";
import { day } from "./format.js";
import { messageItem, messageMenu } from "./message.js";
import { isShown, listen, openThread, shownMessages } from "./state.js";

/** @typedef {import("./types.js").Message} Message */

const NEAR_PX = 80;
const scroller = byId("log");
const list = byId("messages");
const pill = byId("new-messages");

let isAtBottom = true;
let lastTop = 0;
let unseen = 0;
let lastDay = "";

function showPill() {
  pill.hidden = unseen === 0;
  byId("new-count").textContent = `${unseen} new ${unseen === 1 ? "message" : "messages"}`;
}

/** Go to the end; a last message taller than the view is shown from its first line. */
function toBottom() {
  const last = /** @type {HTMLElement | null} */ (list.lastElementChild);
  const isTall = last !== null && last.offsetHeight > scroller.clientHeight;
  if (!isTall) scroller.scrollTop = scroller.scrollHeight;
  else scroller.scrollTop += last.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  isAtBottom = true;
  unseen = 0;
  showPill();
}

/** Add a message at the end, or to its album. @param {Message} message */
function append(message) {
  if (albumOf(message)) {
    showChange(message);
    return;
  }
  const date = day(message.date);
  if (date !== lastDay) {
    list.append(el("li", { class: "message service day" }, el("p", {}, date)));
    lastDay = date;
  }
  list.append(messageItem([message]));
}

/** The item of an album that is shown already. @param {Message} message @returns {HTMLElement | null} */
const albumOf = (message) =>
  message.media_group_id
    ? list.querySelector(`[data-album="${CSS.escape(message.media_group_id)}"]`)
    : null;

/** A message alone, or all that are in its album. @param {Message} message */
const together = (message) =>
  message.media_group_id
    ? shownMessages().filter((each) => each.media_group_id === message.media_group_id)
    : [message];

/** The last message is where the Tab key enters the list. */
function markEntry() {
  const items = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[data-message-id]")]);
  for (const item of items) item.tabIndex = -1;
  const last = items.at(-1);
  if (last) last.tabIndex = 0;
}

function showAll() {
  lastDay = "";
  list.replaceChildren();
  shownMessages().forEach(append);
  markEntry();
  toBottom();
}

/** @param {number} id @returns {HTMLElement | null} */
const itemOf = (id) => list.querySelector(`[data-message-id="${id}"], [data-part-id="${id}"]`);

/** @param {Message} message */
function showNew(message) {
  if (!isShown(message)) return;
  append(message);
  markEntry();
  if (isAtBottom) toBottom();
  else {
    unseen += 1;
    showPill();
  }
}

/** Replace an item and leave the keyboard's focus where it was.
 * @param {HTMLElement} old @param {Message} message */
function renew(old, message) {
  const fresh = messageItem(together(message));
  fresh.tabIndex = old.tabIndex;
  const controls = [...old.querySelectorAll("button, a")];
  const focused = controls.indexOf(/** @type {Element} */ (document.activeElement));
  const hadFocus = old.contains(document.activeElement);
  old.replaceWith(fresh);
  if (hadFocus) {
    const control = [...fresh.querySelectorAll("button, a")][focused];
    /** @type {HTMLElement} */ (control ?? fresh).focus();
  }
}

/** Show a new version of a message, and in the replies to it what it says now.
 * @param {Message} message */
function showChange(message) {
  const old = albumOf(message) ?? itemOf(message.message_id);
  if (!old) return;
  renew(old, message);
  for (const item of list.querySelectorAll(`[data-answers="${message.message_id}"]`)) {
    const id = Number(/** @type {HTMLElement} */ (item).dataset.messageId);
    const reply = openThread()?.messages.get(id);
    if (reply) renew(/** @type {HTMLElement} */ (item), reply);
  }
  if (isAtBottom) toBottom();
}

/** @param {number} id */
function jump(id) {
  const item = itemOf(id);
  item?.scrollIntoView({ block: "center" });
  item?.focus();
}

/** Only scrolling up leaves the bottom; a window or keyboard that changes its size does not. */
function onScroll() {
  const { scrollTop, scrollHeight, clientHeight } = scroller;
  const isNear = scrollHeight - scrollTop - clientHeight < NEAR_PX;
  isAtBottom = isNear || (isAtBottom && scrollTop >= lastTop);
  lastTop = scrollTop;
  if (isNear && unseen) toBottom();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const item = /** @type {HTMLElement} */ (event.target);
  const opens = ["Enter", "ContextMenu"].includes(event.key)
    || (event.shiftKey && event.key === "F10");
  const message = openThread()?.messages.get(Number(item.dataset.messageId));
  if (!opens || !message || message.deleted || item.classList.contains("service")) return;
  event.preventDefault();
  messageMenu(message, item);
}

export function startLog() {
  arrowKeys(list, "[data-message-id]");
  list.addEventListener("keydown", onKey);
  scroller.addEventListener("scroll", onScroll);
  new ResizeObserver(() => {
    if (isAtBottom) toBottom();
  }).observe(scroller);
  pill.addEventListener("click", toBottom);
  listen("open", () => list.replaceChildren());
  listen("thread", showAll);
  listen("message", showNew);
  listen("change", showChange);
  listen("jump", jump);
}
