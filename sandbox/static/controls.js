/** Telegram's side of things: flood limits, faults to order, and what the Bot API refused. */

import * as api from "./api.js";
import { byId, el } from "./dom.js";
import { clock } from "./format.js";
import { attempt, toast } from "./notices.js";
import { listen, state, tell } from "./state.js";

const limits = /** @type {HTMLInputElement} */ (byId("limits"));
const kind = /** @type {HTMLSelectElement} */ (byId("fault-kind"));
const form = /** @type {HTMLFormElement} */ (byId("fault-form"));

async function switchLimits() {
  const answer = await attempt(api.setLimits(limits.checked));
  if (answer) state.limits = answer.limits;
  tell("limits");
}

/** Kinds of fault with a number of seconds, and what the API calls it. */
const WAITS = { 429: "retry_after", late: "delay" };

/** @param {number | null} number */
function times(number) {
  if (!number) return "until cleared";
  return number === 1 ? "once" : `${number} times`;
}

/** @param {Record<string, any>} fault */
function describe(fault) {
  const option = [...kind.options].find((each) => each.value === fault.kind);
  const wait = fault[WAITS[fault.kind]];
  return [
    option?.text ?? fault.kind,
    fault.method ?? "any method",
    fault.chat_id ? `chat ${fault.chat_id}` : null,
    fault.every > 1 ? `every ${fault.every}th call` : null,
    times(fault.count),
    wait ? `wait ${wait} s` : null,
  ].filter(Boolean).join(", ");
}

function showFaults() {
  byId("fault-list").replaceChildren(
    ...state.faults.map((fault) => el("li", {}, describe(fault))));
  byId("fault-clear").hidden = state.faults.length === 0;
  byId("no-faults").hidden = state.faults.length > 0;
}

/** @param {{faults: object[]} | undefined} answer */
function takeFaults(answer) {
  if (!answer) return;
  state.faults = answer.faults;
  tell("faults");
}

/** @param {SubmitEvent} event */
async function addFault(event) {
  event.preventDefault();
  const fields = new FormData(form);
  const method = String(fields.get("method")).trim();
  const wait = WAITS[kind.value];
  takeFaults(await attempt(api.addFault({
    kind: kind.value,
    count: Number(fields.get("count")),
    ...(method ? { method } : {}),
    ...(wait ? { [wait]: Number(fields.get("seconds")) } : {}),
  })));
}

async function clearFaults() {
  takeFaults(await attempt(api.clearFaults()));
  toast("No more faults.");
  kind.focus();
}

function showLog() {
  byId("refused").replaceChildren(...state.log.map(({ text, at }) =>
    el("li", {}, el("time", { class: "muted" }, clock(at)), ` ${text}`)));
  byId("refused-count").textContent = String(state.log.length);
  byId("nothing-refused").hidden = state.log.length > 0;
}

export function startControls() {
  limits.addEventListener("change", switchLimits);
  form.addEventListener("submit", addFault);
  kind.addEventListener("change", () => {
    byId("fault-wait").hidden = !(kind.value in WAITS);
  });
  byId("fault-clear").addEventListener("click", clearFaults);
  listen("limits", () => {
    limits.checked = state.limits.on;
  });
  listen("faults", showFaults);
  listen("log", showLog);
}
