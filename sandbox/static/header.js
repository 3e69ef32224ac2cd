/** The head of the chat: who you are, where you are, blocking, topics. */

import { deleteAccount, setBlocked } from "./deeds.js";
import { arrowKeys, avatar, byId, el, icon } from "./dom.js";
import { fullName, languageName } from "./format.js";
import { actor, chatName, isGroup, listen, openChat, state } from "./state.js";
import { chooseTopic, open } from "./sync.js";

/** In a group, who of its members you are. */
function memberChoice() {
  const chat = openChat();
  const members = (chat?.members ?? []).filter((id) => state.people.has(id));
  return el("select", {
    id: "member", "aria-label": "Who you are in this group", "data-testid": "member",
    onchange: (event) => open(/** @type {number} */ (state.chatId), Number(event.target.value)),
  }, ...members.map((id) =>
    el("option", { value: id, selected: id === state.actorId }, state.people.get(id)?.first_name)));
}

function identity() {
  const person = actor();
  const name = () => el("strong", {}, person ? fullName(person) : "nobody");
  return [el("span", {}, "You are "), isGroup() ? memberChoice() : name()];
}

function situation() {
  const person = actor();
  if (isGroup()) return `in ${chatName(state.chatId ?? 0)}`;
  if (person?.deactivated) return "account deleted";
  if (person?.blocked) return "blocked the bot";
  return `with ${chatName(state.chatId ?? 0)} · ${person ? languageName(person.language_code) : ""}`;
}

function blockButton() {
  const person = actor();
  if (!person || isGroup() || person.deactivated) return null;
  const label = person.blocked ? "Unblock" : "Block";
  return el("button", {
    type: "button", class: "quiet", "data-testid": label.toLowerCase(),
    "aria-label": `${label} the bot`, onclick: () => setBlocked(!person.blocked),
  }, icon("block"), el("span", { class: "wide-only" }, label));
}

function deleteButton() {
  const person = actor();
  if (!person || isGroup() || person.deactivated) return null;
  return el("button", {
    type: "button", class: "quiet", "data-testid": "delete-account",
    "aria-label": "Delete this account", title: "Delete this account", onclick: deleteAccount,
  }, icon("trash"));
}

function showHeader() {
  const person = actor();
  const head = byId("chat-head");
  const focused = head.contains(document.activeElement) ? document.activeElement : null;
  byId("you-are").replaceChildren(...identity());
  byId("situation").textContent = situation();
  const isCutOff = !isGroup() && Boolean(person?.blocked || person?.deactivated);
  byId("situation").classList.toggle("bad", isCutOff);
  byId("head-avatar").replaceChildren(avatar(person?.id ?? 0, person?.first_name ?? "?"));
  byId("head-actions").replaceChildren(...[blockButton(), deleteButton()].filter((each) => each !== null));
  document.title = `${person?.first_name ?? "Nobody"} – Taskforce sandbox`;
  if (focused && !focused.isConnected) {
    /** @type {HTMLElement | null} */ (head.querySelector("#head-actions button, #member"))?.focus();
  }
}

/** @param {number | null} id @param {string} name */
const topicButton = (id, name) =>
  el("button", {
    type: "button", class: "topic", "data-topic": id ?? "all", "data-testid": `topic-${id ?? "all"}`,
    "aria-pressed": String(state.topicId === id), onclick: () => chooseTopic(id),
  }, name);

function showTopics() {
  const topics = openChat()?.topics ?? [];
  const bar = byId("topics");
  const focused = /** @type {HTMLElement | null} */ (bar.querySelector(":focus"))?.dataset.topic;
  bar.hidden = topics.length === 0;
  bar.replaceChildren(topicButton(null, "All"),
    ...topics.map((topic) => topicButton(topic.message_thread_id, topic.name)));
  const again = bar.querySelector(`[data-topic="${focused}"]`);
  /** @type {HTMLElement | null} */ (again)?.focus();
}

export function startHeader() {
  arrowKeys(byId("topics"), "button");
  for (const kind of ["open", "people"]) listen(kind, showHeader);
  for (const kind of ["open", "people", "thread"]) listen(kind, showTopics);
}
