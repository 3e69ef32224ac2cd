/**
 * The sandbox's page. Each module beside this one has one purpose; they meet in state.js, which
 * tells them what changed, and in sync.js, which keeps the state level with the server.
 *
 * Stable hooks for tests, as data-testid:
 *   people      person-<id>, chat-<id> (groups), unread-<chat id>, add-person, new-name, new-language
 *   chat        you-are, member (who of a group's members), situation, block, delete-account, topic-all, topic-<id>,
 *               new-messages
 *   messages    message (with data-message-id), message-menu, reactions, inline-button, album-part, poll-option
 *   composer    composer, send, start, unblock, attach, attach-file, attach-poll, attach-location,
 *               attach-venue, attach-contact, attach-sticker, attach-voice, attach-video-note, file, commands, command, suggestion, mode, mode-cancel,
 *               reply-keyboard, reply-key, keyboard-toggle
 *   dialogs     dialog, accept, caption, latitude, longitude, title, address, first_name,
 *               phone_number, question, options, anonymous, multiple
 *   notices     toast, announcer, connection
 *   crowd       crowd-arrived, crowd-blocked, crowd-size, crowd-grow, wave-got, wave-percent,
 *               wave-rate, wave-elapsed, wave-state, shoulder-<id>
 *   controls    limits, fault-kind, fault-method, fault-count, fault-seconds, fault-add,
 *               fault-list, fault-clear, refused
 *   views       view-people, view-chat, view-crowd, back
 */

import { startAttach } from "./attach.js";
import { startLog } from "./chatlog.js";
import { startCommands } from "./commands.js";
import { startComposer } from "./composer.js";
import { startControls } from "./controls.js";
import { startCrowd } from "./crowd.js";
import { byId } from "./dom.js";
import { startHeader } from "./header.js";
import { attempt } from "./notices.js";
import { startPeople } from "./people.js";
import { startReplyKeyboard } from "./replykeyboard.js";
import { listen, state } from "./state.js";
import { start } from "./sync.js";

const tabs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-show]")]);

/** On a narrow screen, which of the three columns is seen. @param {string} view */
function showView(view) {
  document.body.dataset.view = view;
  for (const tab of tabs) {
    if (tab.dataset.show === view) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
}

for (const tab of tabs) tab.addEventListener("click", () => showView(tab.dataset.show ?? "chat"));
byId("back").addEventListener("click", () => {
  showView("people");
  /** @type {HTMLElement | null} */ (document.querySelector(".entry[tabindex='0']"))?.focus();
});
listen("chosen", () => {
  const isNarrow = getComputedStyle(byId("tabs")).display !== "none";
  showView("chat");
  if (isNarrow) byId("you-are").focus();
});
listen("connection", (isLive) => {
  byId("connection").hidden = isLive;
});
listen("people", () => {
  const unread = [...state.unread.values()].reduce((sum, each) => sum + each, 0);
  byId("tab-unread").hidden = unread === 0;
  byId("tab-unread").textContent = String(unread);
});

for (const startModule of [
  startPeople, startHeader, startLog, startComposer, startCommands, startReplyKeyboard,
  startAttach, startCrowd, startControls,
]) startModule();
showView("people");
attempt(start());
