/** The rows of buttons under a message. */

import { el, icon } from "./dom.js";
import { buttonKey, isWaiting, press } from "./deeds.js";
import { listen } from "./state.js";

/** @typedef {import("./types.js").Button} Button */

const STYLES = new Set(["danger", "success", "primary"]);

/** The class of a button's colour. @param {Button} button */
export const tone = (button) => (STYLES.has(button.style ?? "") ? button.style : "neutral");

/** @param {Button} button */
function mark(button) {
  if (button.url) return [icon("link"), el("span", { class: "hidden" }, " (link)")];
  if (button.copy_text) return [icon("copy"), el("span", { class: "hidden" }, " (copies)")];
  return [];
}

/** @param {import("./types.js").Message} message */
export function inlineKeyboard(message) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  return el("div", { class: "inline-keyboard", role: "group", "aria-label": "Buttons of this message" },
    ...rows.map((row, rowIndex) =>
      el("div", { class: "row" },
        ...row.map((button, column) => {
          const key = buttonKey(message, rowIndex, column);
          return el("button", {
            type: "button", class: `key ${tone(button)}`, "data-key": key,
            "data-testid": "inline-button", "aria-busy": String(isWaiting(key)),
            onclick: () => press(message, rowIndex, column),
          }, el("span", {}, button.text), ...mark(button));
        }))));
}

listen("settled", (key) => {
  const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  button?.setAttribute("aria-busy", String(isWaiting(key)));
});
