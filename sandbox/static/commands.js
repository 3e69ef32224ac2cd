/** The commands menu: the "/" button, and a list that completes a command while it is typed. */

import { sendText } from "./deeds.js";
import { byId, el } from "./dom.js";
import { openMenu } from "./menu.js";
import { announce, attempt, toast } from "./notices.js";
import { openThread } from "./state.js";
import { refreshMarkup } from "./sync.js";

/** @typedef {{command: string, description: string}} Command */

const box = /** @type {HTMLTextAreaElement} */ (byId("composer-text"));
const list = byId("suggestions");

/** @type {Command[]} */
let suggested = [];
let active = -1;

async function openCommands() {
  await attempt(refreshMarkup());
  const commands = openThread()?.commands ?? [];
  if (commands.length === 0) {
    toast("The bot has no commands menu here.");
    return;
  }
  openMenu(byId("commands"), "Commands", commands.map((each) => ({
    label: `/${each.command}`, detail: each.description, testid: "command",
    run: () => sendText(`/${each.command}`),
  })));
}

/** @param {Command[]} commands */
function suggest(commands) {
  if (commands.length && !suggested.length) announce(`${commands.length} commands, arrow keys choose`);
  suggested = commands;
  active = -1;
  draw();
}

function draw() {
  list.hidden = suggested.length === 0;
  list.replaceChildren(...suggested.map((each, index) =>
    el("li", {
      id: `suggestion-${index}`, role: "option", "aria-selected": String(index === active),
      "data-testid": "suggestion",
      onmousedown: (event) => event.preventDefault(),
      onclick: () => choose(index),
    }, el("strong", {}, `/${each.command}`), el("span", { class: "muted" }, each.description))));
  if (active < 0) box.removeAttribute("aria-activedescendant");
  else box.setAttribute("aria-activedescendant", `suggestion-${active}`);
  list.children[active]?.scrollIntoView({ block: "nearest" });
}

/** @param {number} index */
function choose(index) {
  const command = `/${suggested[index].command}`;
  box.value = "";
  suggest([]);
  sendText(command);
}

/** Show the commands that begin as the text does. */
export function suggestFor() {
  const typed = /^\/(\w*)$/.exec(box.value)?.[1];
  const commands = openThread()?.commands ?? [];
  suggest(typed === undefined ? [] : commands.filter((each) => each.command.startsWith(typed)));
}

/** A key for the open list. @param {KeyboardEvent} event @returns {boolean} whether it was one */
export function suggestionKey(event) {
  const length = suggested.length;
  if (length === 0) return false;
  if (event.key === "ArrowDown") active = (active + 1) % length;
  else if (event.key === "ArrowUp") active = active <= 0 ? length - 1 : active - 1;
  else if (event.key === "Escape") suggested = [];
  else if (event.key === "Tab" && !event.shiftKey) {
    box.value = `/${suggested[Math.max(0, active)].command} `;
    suggested = [];
  } else if (event.key === "Enter" && active >= 0) {
    choose(active);
    return true;
  } else return false;
  draw();
  return true;
}

export function startCommands() {
  byId("commands").addEventListener("click", openCommands);
}
