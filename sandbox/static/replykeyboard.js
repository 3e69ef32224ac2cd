/** The reply keyboard under the composer: rows of keys that send their words. */

import { shareContact, shareLocation } from "./attach.js";
import { sendText } from "./deeds.js";
import { byId, el } from "./dom.js";
import { tone } from "./inline.js";
import { listen, openThread } from "./state.js";

const panel = byId("reply-keyboard");
const toggle = byId("keyboard-toggle");

let shown = "";
let isHidden = false;

/** @param {import("./types.js").Button} key @param {boolean} isOneTime */
async function pressKey(key, isOneTime) {
  if (key.request_location) await shareLocation();
  else if (key.request_contact) await shareContact();
  else await sendText(key.text);
  if (isOneTime) hide(true);
}

/** @param {boolean} wanted */
function hide(wanted) {
  isHidden = wanted;
  panel.hidden = wanted;
  toggle.setAttribute("aria-expanded", String(!wanted));
}

function show() {
  const markup = openThread()?.keyboard;
  const rows = markup?.keyboard;
  const isNew = JSON.stringify(markup ?? null) !== shown;
  shown = JSON.stringify(markup ?? null);
  toggle.hidden = !rows;
  if (!isNew) return;
  panel.replaceChildren(...(rows ?? []).map((row) =>
    el("div", { class: "row" }, ...row.map((each) => {
      const key = typeof each === "string" ? { text: each } : each;
      return el("button", {
        type: "button", class: `key ${tone(key)}`, "data-testid": "reply-key",
        onclick: () => pressKey(key, Boolean(markup?.one_time_keyboard)),
      }, key.text);
    }))));
  panel.classList.toggle("tall", !markup?.resize_keyboard);
  hide(!rows);
}

export function startReplyKeyboard() {
  toggle.addEventListener("click", () => hide(!isHidden));
  for (const kind of ["open", "thread", "markup"]) listen(kind, show);
}
