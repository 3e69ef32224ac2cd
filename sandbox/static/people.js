/** The list of whom one can be and where one can talk. */

import * as api from "./api.js";
import { ask, field } from "./dialogs.js";
import { arrowKeys, avatar, byId, el } from "./dom.js";
import { fullName } from "./format.js";
import { attempt } from "./notices.js";
import { isGroup, listen, state, tell } from "./state.js";
import { open } from "./sync.js";

const LANGUAGES = [["en", "English"], ["es", "Spanish"], ["pl", "Polish"], ["uk", "Ukrainian"]];

/** @param {number} chatId */
export function unreadBadge(chatId) {
  const unread = state.unread.get(chatId);
  if (!unread) return null;
  return el("span", { class: "badge", "data-testid": `unread-${chatId}` },
    String(unread), el("span", { class: "hidden" }, " unread"));
}

/** @param {string} text @param {string} [kind] */
const tag = (text, kind = "") => el("span", { class: `tag ${kind}` }, text);

/**
 * @param {number} chatId
 * @param {string} name
 * @param {HTMLElement[]} tags
 * @param {string} testid
 */
function entry(chatId, name, tags, testid) {
  const isOpen = state.chatId === chatId;
  return el("li", {}, el("button", {
    type: "button", class: "entry", "data-testid": testid, "data-chat": chatId,
    tabindex: isOpen ? "0" : "-1", "aria-current": isOpen ? "true" : null,
    onclick: () => {
      open(chatId);
      tell("chosen");
    },
  },
  avatar(chatId, name),
  el("span", { class: "entry-words" },
    el("span", { class: "entry-name" }, name),
    el("span", { class: "tags" }, ...tags)),
  unreadBadge(chatId)));
}

/** @param {import("./types.js").Person} person */
function personEntry(person) {
  const tags = [
    tag(person.role, person.role),
    tag(person.language_code.toUpperCase()),
    ...(person.blocked ? [tag("blocked", "bad")] : []),
    ...(person.deactivated ? [tag("deleted", "bad")] : []),
  ];
  return entry(person.id, fullName(person), tags, `person-${person.id}`);
}

/** @param {import("./types.js").Chat} chat */
function groupEntry(chat) {
  const topics = chat.topics.length ? `group, ${chat.topics.length} topics` : "group";
  return entry(chat.id, chat.title, [tag(topics)], `chat-${chat.id}`);
}

/** People of the crowd are listed only while one looks over their shoulder. */
const isListed = (person) => person.role !== "crowd" || person.id === state.chatId;

function show() {
  const lists = byId("lists");
  const focused = /** @type {HTMLElement | null} */ (lists.querySelector(":focus"))?.dataset.chat;
  byId("people-list").replaceChildren(
    ...[...state.people.values()].filter(isListed).map(personEntry));
  byId("group-list").replaceChildren(
    ...[...state.chats.values()].filter((chat) => isGroup(chat.id)).map(groupEntry));
  const again = focused && lists.querySelector(`[data-chat="${focused}"]`);
  if (again) /** @type {HTMLElement} */ (again).focus();
  if (lists.querySelector(".entry[tabindex='0']")) return;
  lists.querySelector(".entry")?.setAttribute("tabindex", "0");
}

async function add() {
  const name = el("input", {
    name: "name", required: true, maxlength: 64, autocomplete: "off", "data-testid": "new-name",
  });
  const language = el("select", { name: "language", "data-testid": "new-language" },
    ...LANGUAGES.map(([value, label]) => el("option", { value }, label)));
  const fields = [field("First name", name), field("Language", language)];
  const form = await ask("Add a person", fields, { accept: "Add" });
  if (!form) return;
  const { name: first, language: code } = Object.fromEntries(form);
  const answer = await attempt(api.addPerson(String(first), String(code)));
  if (!answer) return;
  state.people.set(answer.person.id, answer.person);
  await open(answer.person.id);
  tell("chosen");
}

export function startPeople() {
  arrowKeys(byId("lists"), ".entry");
  byId("add-person").addEventListener("click", add);
  listen("people", show);
}
