/** The crowd: how many have arrived, the running broadcast, a few to look over the shoulder of. */

import * as api from "./api.js";
import { arrowKeys, avatar, byId, el } from "./dom.js";
import { count, duration, fullName, percent } from "./format.js";
import { announce, attempt } from "./notices.js";
import { unreadBadge } from "./people.js";
import { listen, state, tell } from "./state.js";
import { open } from "./sync.js";

const SPOKEN_EVERY_MS = 10000;
let spokenAt = 0;
let wasRunning = false;

/** @param {string} id @param {number} value @param {number} max */
function setBar(id, value, max) {
  const bar = /** @type {HTMLProgressElement} */ (byId(id));
  bar.max = Math.max(1, max);
  bar.value = value;
}

/** Seconds since a running wave began; for a finished one, how long it took.
 * @param {import("./types.js").Wave} wave */
function elapsed(wave) {
  if (!wave.finished) return Date.now() / 1000 + state.clockAhead - wave.started;
  return wave.per_second ? (wave.got - 1) / wave.per_second : 0;
}

/** Tell screen readers now and then, and when the broadcast is over.
 * @param {import("./types.js").Wave} wave */
function speak(wave) {
  const isRunning = !wave.finished;
  const isDue = isRunning && Date.now() - spokenAt > SPOKEN_EVERY_MS;
  if (isDue || wasRunning !== isRunning) {
    spokenAt = Date.now();
    const progress = `${count(wave.got)} of ${count(wave.of)} got it`;
    announce(isRunning ? `Broadcast: ${progress}` : `Broadcast finished: ${progress}`);
  }
  wasRunning = isRunning;
}

function showWave() {
  const wave = state.crowd?.wave;
  byId("wave").hidden = !wave;
  byId("no-wave").hidden = Boolean(wave);
  if (!wave) return;
  setBar("wave-bar", wave.got, wave.of);
  byId("wave-got").textContent = `${count(wave.got)} of ${count(wave.of)}`;
  byId("wave-percent").textContent = `${percent(wave.got, wave.of)} %`;
  byId("wave-rate").textContent = `${wave.per_second.toFixed(1)} per second`;
  byId("wave-elapsed").textContent = duration(elapsed(wave));
  byId("wave-state").textContent = wave.finished ? "Finished" : "Running";
  byId("wave-state").classList.toggle("good", wave.finished);
  speak(wave);
}

/** @param {number} id */
function shoulder(id) {
  const person = state.people.get(id);
  const name = person ? fullName(person) : `Person ${id}`;
  return el("li", {}, el("button", {
    type: "button", class: "quiet shoulder", "data-testid": `shoulder-${id}`, "data-chat": id,
    onclick: () => {
      open(id);
      tell("chosen");
    },
  }, avatar(id, name), el("span", { class: "cut" }, name),
  unreadBadge(id)));
}

let drawnSample = "";

function showSample() {
  const sample = state.crowd?.sample ?? [];
  const shown = sample.map((id) => [id, state.people.get(id)?.first_name, state.unread.get(id)]);
  const drawn = JSON.stringify(shown);
  if (drawn === drawnSample) return;
  drawnSample = drawn;
  const list = byId("sample");
  const focused = /** @type {HTMLElement | null} */ (list.querySelector(":focus"))?.dataset.chat;
  list.replaceChildren(...sample.map(shoulder));
  /** @type {HTMLElement | null} */ (list.querySelector(`[data-chat="${focused}"]`))?.focus();
}

function show() {
  const { crowd } = state;
  if (!crowd) return;
  setBar("crowd-bar", crowd.arrived, crowd.size);
  byId("crowd-arrived").textContent = `${count(crowd.arrived)} of ${count(crowd.size)} arrived`;
  byId("crowd-blocked").textContent = crowd.blocked ? `${count(crowd.blocked)} blocked the bot` : "";
  const size = /** @type {HTMLInputElement} */ (byId("crowd-size"));
  size.min = String(crowd.size);
  if (document.activeElement !== size) size.value = String(crowd.size);
  showWave();
  showSample();
}

/** @param {SubmitEvent} event */
async function grow(event) {
  event.preventDefault();
  const size = Number(/** @type {HTMLInputElement} */ (byId("crowd-size")).value);
  const answer = await attempt(api.growCrowd(size));
  if (!answer) return;
  state.crowd = answer.crowd;
  tell("crowd");
  announce(`The crowd grows to ${count(size)}.`);
}

export function startCrowd() {
  arrowKeys(byId("sample"), ".shoulder");
  byId("crowd-form").addEventListener("submit", grow);
  listen("crowd", show);
  listen("people", showSample);
  window.setInterval(() => {
    if (state.crowd?.wave && !state.crowd.wave.finished) showWave();
  }, 1000);
}
