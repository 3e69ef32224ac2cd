/** A small pop-up menu beside the button that opened it: arrows, Enter, Escape. */

import { arrowKeys, el, icon } from "./dom.js";

/** @typedef {{label: string, detail?: string, icon?: string, testid?: string, run: () => void}} Item */

/** Put the menu under or over its button, inside the window.
 * @param {HTMLElement} menu @param {HTMLElement} anchor */
function place(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const above = box.top - height - 4;
  const top = box.bottom + height + 4 > window.innerHeight && above > 0 ? above : box.bottom + 4;
  const left = Math.min(Math.max(8, box.left), window.innerWidth - width - 8);
  menu.style.top = `${Math.max(8, Math.min(top, window.innerHeight - height - 8))}px`;
  menu.style.left = `${left}px`;
}

/**
 * @param {HTMLElement} anchor
 * @param {string} label
 * @param {Item[]} items
 */
export function openMenu(anchor, label, items) {
  const choose = (item) => {
    menu.hidePopover();
    item.run();
  };
  const menu = el("div", { class: "menu", role: "menu", popover: "auto", "aria-label": label },
    ...items.map((item) =>
      el("button", {
        type: "button", role: "menuitem", tabindex: "-1", "data-testid": item.testid,
        onclick: () => choose(item),
      },
      item.icon ? icon(/** @type {any} */ (item.icon)) : null,
      el("span", {}, item.label),
      item.detail ? el("span", { class: "muted" }, item.detail) : null)));
  arrowKeys(menu, "[role=menuitem]");
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Tab") menu.hidePopover();
  });
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed") return;
    const focused = document.activeElement;
    if (menu.contains(focused) || focused === document.body) anchor.focus();
    menu.remove();
  });
  document.body.append(menu);
  menu.showPopover();
  place(menu, anchor);
  /** @type {HTMLElement | null} */ (menu.firstElementChild)?.focus();
}
