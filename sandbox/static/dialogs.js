/** Questions in a dialog: native `<dialog>`, so focus stays inside and Escape closes it. */

import { el } from "./dom.js";

let number = 0;

/**
 * @param {string} title
 * @param {(Node | string)[]} content
 * @param {{accept?: string, cancel?: string | null}} [words] labels of the buttons
 * @returns {Promise<FormData | null>} the form's fields, or null if it was cancelled
 */
export function ask(title, content, { accept = "OK", cancel = "Cancel" } = {}) {
  number += 1;
  const heading = `dialog-${number}`;
  const no = { type: "button", class: "quiet", onclick: () => dialog.close() };
  const yes = { type: "submit", class: "primary", value: "accept", "data-testid": "accept" };
  const form = el("form", { method: "dialog" },
    el("h2", { id: heading }, title),
    ...content,
    el("div", { class: "dialog-buttons" },
      cancel ? el("button", no, cancel) : null, el("button", yes, accept)));
  const dialog = /** @type {HTMLDialogElement} */ (
    el("dialog", { "aria-labelledby": heading, "data-testid": "dialog" }, form));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const isAccepted = dialog.returnValue === "accept";
      resolve(isAccepted ? new FormData(/** @type {HTMLFormElement} */ (form)) : null);
      dialog.remove();
    });
  });
}

/**
 * A labelled field.
 * @param {string} label
 * @param {HTMLElement} control
 */
export const field = (label, control) =>
  el("label", { class: "field" }, el("span", {}, label), control);

/**
 * A choice of one, as radio buttons.
 * @param {string} legend
 * @param {string} name
 * @param {{value: string | number, label: string}[]} choices
 */
export const choice = (legend, name, choices) =>
  el("fieldset", { class: "choices" }, el("legend", {}, legend),
    ...choices.map(({ value, label }, index) => {
      const isFirst = index === 0;
      return el("label", {},
        el("input", { type: "radio", name, value, required: true, checked: isFirst }), label);
    }));
