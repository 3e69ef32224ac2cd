/** What the page knows, and who wants to be told when it changes. */

/** @typedef {import("./types.js").Message} Message */

export const state = {
  /** @type {{id: number, first_name: string, username: string} | null} */
  bot: null,
  /** @type {Map<number, import("./types.js").Person>} */
  people: new Map(),
  /** @type {Map<number, import("./types.js").Chat>} */
  chats: new Map(),
  /** @type {import("./types.js").Crowd | null} */
  crowd: null,
  limits: { on: false },
  /** @type {object[]} */
  faults: [],
  /** @type {{level: string, text: string, at: number}[]} */
  log: [],
  /** Seconds that the server's clock is ahead of the browser's. */
  clockAhead: 0,
  /** @type {number | null} the open chat */
  chatId: null,
  /** @type {number | null} the person who is being played */
  actorId: null,
  /** @type {number | null} the chosen topic of the open chat; null shows all */
  topicId: null,
  /** @type {Map<number, import("./types.js").Thread>} */
  threads: new Map(),
  /** @type {Map<number, number>} */
  unread: new Map(),
  /** Who chose which options: poll id to person id to places. @type {Map<string, Record<string, number[]>>} */
  votes: new Map(),
};

const bus = new EventTarget();

/**
 * @param {string} kind "people", "open", "thread", "message", "change", "markup",
 *   "answer", "settled", "crowd", "limits", "faults", "log", "connection", "mode", "jump", "chosen"
 * @param {(detail: any) => void} listener
 */
export const listen = (kind, listener) =>
  bus.addEventListener(kind, (event) => listener(/** @type {CustomEvent} */ (event).detail));

/** @param {string} kind @param {any} [detail] */
export const tell = (kind, detail) => bus.dispatchEvent(new CustomEvent(kind, { detail }));

export const actor = () => state.people.get(state.actorId ?? NaN);
export const openChat = () => state.chats.get(state.chatId ?? NaN);
export const openThread = () => state.threads.get(state.chatId ?? NaN);
export const isGroup = (chatId = state.chatId) => (chatId ?? 0) < 0;

/** Messages of the open chat and topic, oldest first. @returns {Message[]} */
export function shownMessages() {
  const messages = [...(openThread()?.messages.values() ?? [])].filter(isShown);
  return messages.sort((a, b) => a.message_id - b.message_id);
}

/** @param {Message} message */
export const isShown = (message) =>
  state.topicId === null || message.message_thread_id === state.topicId;

/** The name under which a chat of the open person is listed. @param {number} chatId */
export function chatName(chatId) {
  if (!isGroup(chatId)) return state.bot?.first_name ?? "the bot";
  return state.chats.get(chatId)?.title ?? "a group";
}
