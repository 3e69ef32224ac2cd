/** What the person being played does: each a call to the server. */

import * as api from "./api.js";
import { ask, choice } from "./dialogs.js";
import { el } from "./dom.js";
import { deepLinkText, safeAddress } from "./links.js";
import { attempt, toast } from "./notices.js";
import { chatName, isGroup, listen, openThread, state, tell } from "./state.js";
import { open } from "./sync.js";

/** @typedef {import("./types.js").Message} Message */

const ANSWER_MS = 15000;

/** Buttons that wait for the bot's answer: "chat:message:row:column". @type {Set<string>} */
const waiting = new Set();
/** Which button a callback query belongs to. @type {Map<string, string>} */
const queries = new Map();

const me = () => /** @type {number} */ (state.actorId);
const here = () => /** @type {number} */ (state.chatId);

/** What it leads to comes as an event. Returns whether the server took it.
 * @param {string} deed @param {object} body */
const perform = async (deed, body) => Boolean(await attempt(api.act(me(), deed, body)));

/** Send to the open chat and topic. @param {object} body */
export function send(body) {
  const topic = state.topicId === null ? {} : { message_thread_id: state.topicId };
  return perform("messages", { chat_id: here(), ...topic, ...body });
}

/** @param {string} text */
export const sendText = (text) => send({ text });

/** @param {Message} message @param {string} text */
export const edit = (message, text) =>
  perform("edit", { chat_id: here(), message_id: message.message_id, text });

/** @param {Message} message @param {number[]} optionIds places of the chosen options */
export const vote = (message, optionIds) =>
  perform("vote", { chat_id: here(), message_id: message.message_id, option_ids: optionIds });

/** @param {Message} message @param {string | null} emoji null takes the reaction away */
export const react = (message, emoji) =>
  perform("react", { chat_id: here(), message_id: message.message_id, emoji });

/** For good, so ask first. */
export async function deleteAccount() {
  const words = el("p", {}, "The bot is not told, and cannot write to this person any more. "
    + "It cannot be undone.");
  if (await ask("Delete this account?", [words], { accept: "Delete" })) await perform("deactivate", {});
}

/** @param {boolean} isBlocked */
export const setBlocked = (isBlocked) => perform(isBlocked ? "block" : "unblock", {});

/** Ask where to, then forward. @param {Message} message */
export async function forward(message) {
  const groups = [...state.chats.values()].filter(
    (chat) => isGroup(chat.id) && chat.members.includes(me()));
  const targets = [me(), ...groups.map((chat) => chat.id)];
  const choices = targets.map((value) => ({ value, label: chatName(value) }));
  const form = await ask("Forward to", [choice("Chat", "chat", choices)], { accept: "Forward" });
  if (!form) return;
  const chatId = Number(form.get("chat"));
  const body = { from_chat_id: here(), message_id: message.message_id, chat_id: chatId };
  if (await perform("forward", body)) toast(`Forwarded to ${chatName(chatId)}.`);
}

/** @param {string} text */
export async function copy(text) {
  await attempt(navigator.clipboard.writeText(text));
  toast("Copied.");
}

/** A deep link talks to the bot; before another one opens, ask, as Telegram does.
 * @param {string} url */
export async function followLink(url) {
  const words = deepLinkText(url);
  if (words !== null) {
    if (here() !== me()) await open(me());
    await sendText(words);
    return;
  }
  const href = safeAddress(url);
  const address = el("p", { class: "address" }, url);
  const isWanted = await ask("Open this link?", [address], { accept: "Open" });
  if (isWanted && href) window.open(href, "_blank", "noopener");
}

/** @param {Message} message @param {number} row @param {number} column */
export const buttonKey = (message, row, column) =>
  `${message.chat.id}:${message.message_id}:${row}:${column}`;

/** @param {string} key */
export const isWaiting = (key) => waiting.has(key);

/** @param {string} key */
function settle(key) {
  if (waiting.delete(key)) tell("settled", key);
}

/** @param {Message} message @param {number} row @param {number} column */
export async function press(message, row, column) {
  const key = buttonKey(message, row, column);
  if (waiting.has(key)) return;
  waiting.add(key);
  tell("settled", key);
  const body = { chat_id: here(), message_id: message.message_id, row, column };
  const answer = await attempt(api.act(me(), "press", body));
  const query = answer?.callback_query_id;
  if (!query) {
    settle(key);
    if (answer?.url) await followLink(answer.url);
    else if (answer?.copy_text) await copy(answer.copy_text);
  } else if (queries.get(query) === "") {
    queries.delete(query);
    settle(key);
  } else {
    queries.set(query, key);
    window.setTimeout(() => {
      if (queries.delete(query)) toast("The bot has not answered the button.", "bad");
      settle(key);
    }, ANSWER_MS);
  }
}

/**
 * @param {{user_id: number, callback_query_id: string, text?: string, show_alert?: boolean,
 *   url?: string}} answer
 */
async function showAnswer(answer) {
  const key = queries.get(answer.callback_query_id);
  // The answer may come before the call that pressed returns: note it for then.
  if (key === undefined) queries.set(answer.callback_query_id, "");
  else {
    queries.delete(answer.callback_query_id);
    settle(key);
  }
  if (answer.user_id !== state.actorId) return;
  if (answer.url) await followLink(answer.url);
  else if (answer.text && answer.show_alert) {
    await ask(state.bot?.first_name ?? "Bot", [el("p", {}, answer.text)], { cancel: null });
  } else if (answer.text) toast(answer.text);
}

/** The newest message of the bot in the open chat, which a ForceReply asks to answer. */
export const newestOfBot = () =>
  [...(openThread()?.messages.values() ?? [])].findLast((each) => each.from?.id === state.bot?.id);

listen("answer", showAnswer);
