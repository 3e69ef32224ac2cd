/** Keeps the state level with the server: first load, live events, reconnecting. */

import * as api from "./api.js";
import { announce, attempt, toast } from "./notices.js";
import { plainText } from "./plain.js";
import { isGroup, openChat, state, tell } from "./state.js";

/** @typedef {import("./types.js").Message} Message */

const LOG_LENGTH = 100;
let refreshing = 0;

async function loadWorld() {
  const world = await api.world();
  state.bot = world.bot;
  state.people = new Map(world.people.map((person) => [person.id, person]));
  state.chats = new Map(world.chats.map((chat) => [chat.id, chat]));
  state.crowd = world.crowd;
  state.limits = world.limits;
  state.faults = world.faults;
  state.clockAhead = world.now - Date.now() / 1000;
  for (const kind of ["people", "crowd", "limits", "faults"]) tell(kind);
}

/** @param {number} chatId */
async function loadThread(chatId) {
  const answer = await api.messages(chatId);
  for (const [poll, votes] of Object.entries(answer.votes)) state.votes.set(poll, votes);
  const known = [...(state.threads.get(chatId)?.messages.values() ?? [])];
  const newest = answer.messages.at(-1)?.message_id ?? 0;
  const kept = known.filter((each) => each.deleted || each.message_id > newest);
  const messages = new Map([...kept, ...answer.messages].map((each) => [each.message_id, each]));
  const { keyboard, commands } = answer;
  state.threads.set(chatId, { messages, keyboard, commands, isLoaded: true });
  if (state.chatId === chatId) tell("thread");
}

/** Fetch anew what no event tells: the reply keyboard and the commands menu. */
export async function refreshMarkup() {
  const chatId = state.chatId;
  const thread = state.threads.get(chatId ?? NaN);
  if (chatId === null || !thread) return;
  const answer = await api.messages(chatId, 1);
  thread.keyboard = answer.keyboard;
  thread.commands = answer.commands;
  if (state.chatId === chatId) tell("markup");
}

/** @param {number} chatId @param {number} [actorId] who to be in a group */
export function open(chatId, actorId) {
  const members = state.chats.get(chatId)?.members ?? [];
  state.chatId = chatId;
  state.topicId = null;
  state.unread.delete(chatId);
  if (!state.threads.has(chatId)) {
    const nothing = { messages: new Map(), keyboard: null, commands: [], isLoaded: false };
    state.threads.set(chatId, nothing);
  }
  if (!isGroup(chatId)) state.actorId = chatId;
  else if (actorId) state.actorId = actorId;
  else if (!members.includes(state.actorId ?? NaN)) {
    state.actorId = members.find((id) => state.people.get(id)?.role === "staff") ?? null;
  }
  history.replaceState(null, "", `#chat${chatId}`);
  tell("open");
  tell("people");
  return attempt(loadThread(chatId));
}

/** @param {number | null} topicId */
export function chooseTopic(topicId) {
  state.topicId = topicId;
  tell("thread");
}

/** A new version of a message, if the page knows the old one.
 * @param {number} chatId @param {Message} message @returns {boolean} */
function change(chatId, message) {
  const messages = state.threads.get(chatId)?.messages;
  if (!messages?.has(message.message_id)) return false;
  messages.set(message.message_id, message);
  if (chatId === state.chatId) tell("change", message);
  return true;
}

/** @param {number} chatId @param {Message} message */
function receive(chatId, message) {
  if (change(chatId, message)) return;
  state.threads.get(chatId)?.messages.set(message.message_id, message);
  if (chatId === state.chatId) {
    tell("message", message);
    const name = message.from?.first_name ?? "";
    if (message.from?.id !== state.actorId) announce(`${name}: ${plainText(message)}`);
    window.clearTimeout(refreshing);
    refreshing = window.setTimeout(() => attempt(refreshMarkup()), 40);
  } else if (message.from?.id !== chatId) {
    state.unread.set(chatId, (state.unread.get(chatId) ?? 0) + 1);
    tell("people");
  }
}

/** @param {number} chatId @param {number[]} ids */
function remove(chatId, ids) {
  const messages = state.threads.get(chatId)?.messages;
  for (const id of ids) {
    const message = messages?.get(id);
    if (!message) continue;
    message.deleted = true;
    if (chatId === state.chatId) tell("change", message);
  }
}

/** @type {Record<string, (event: any) => void>} */
const HANDLERS = {
  message: (event) => receive(event.chat_id, event.message),
  edit: (event) => change(event.chat_id, event.message),
  reaction: (event) => change(event.chat_id, event.message),
  poll: ({ chat_id: chatId, message, votes }) => {
    state.votes.set(message.poll.id, votes);
    change(chatId, message);
  },
  delete: (event) => remove(event.chat_id, event.message_ids),
  answer: (event) => tell("answer", event),
  person: ({ person }) => {
    state.people.set(person.id, person);
    tell("people");
  },
  chat: ({ chat }) => {
    state.chats.set(chat.id, chat);
    tell("people");
  },
  crowd: ({ crowd }) => {
    const isNewSample = String(crowd.sample) !== String(state.crowd?.sample);
    state.crowd = crowd;
    tell("crowd");
    if (isNewSample) attempt(loadWorld());
  },
  limits: ({ limits }) => {
    state.limits = limits;
    tell("limits");
  },
  faults: ({ faults }) => {
    state.faults = faults;
    tell("faults");
  },
  log: ({ level, text }) => {
    state.log = [{ level, text, at: Date.now() / 1000 }, ...state.log].slice(0, LOG_LENGTH);
    tell("log");
  },
};

/** After a gap: all of it again, since events were missed. */
async function catchUp() {
  await loadWorld();
  if (state.chatId !== null) await loadThread(state.chatId);
  toast("Connected again.");
}

/** Live events; the browser itself tries again unless the server turned it away.
 * @param {boolean} [lost] whether events may have been missed before this connection */
function connect(lost = false) {
  const source = new EventSource("/api/events");
  source.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    HANDLERS[event.kind]?.(event);
  };
  source.onopen = () => {
    tell("connection", true);
    if (lost) attempt(catchUp());
    lost = false;
  };
  source.onerror = () => {
    lost = true;
    tell("connection", false);
    if (source.readyState === EventSource.CLOSED) window.setTimeout(() => connect(true), 2000);
  };
}

export async function start() {
  connect();
  await loadWorld();
  const wanted = Number(location.hash.replace("#chat", ""));
  const first = [...state.people.values()].find((person) => person.role === "newcomer");
  const chatId = state.people.has(wanted) || state.chats.has(wanted) ? wanted : first?.id;
  if (chatId !== undefined && !openChat()) await open(chatId);
}
