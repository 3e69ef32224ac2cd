/** Short notices: toasts on the screen, sentences for screen readers, errors of calls. */

import { byId, el } from "./dom.js";

const TOAST_MS = 5000;

/** Say it to screen readers only. @param {string} sentence */
export function announce(sentence) {
  byId("announcer").replaceChildren(el("p", {}, sentence));
}

/** Show it for some seconds; a live region says it as well.
 * @param {string} sentence @param {"" | "bad"} [tone] */
export function toast(sentence, tone = "") {
  const note = el("p", { class: `toast ${tone}`, "data-testid": "toast" }, sentence);
  byId("toasts").append(note);
  window.setTimeout(() => note.remove(), TOAST_MS);
}

/**
 * Await a call and show its refusal as a toast.
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T | undefined>}
 */
export async function attempt(promise) {
  try {
    return await promise;
  } catch (error) {
    toast(/** @type {Error} */ (error).message, "bad");
    return undefined;
  }
}
