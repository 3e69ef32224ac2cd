/** What a link does: deep links of the bot talk to it, web links open in a new tab, others nothing. */

import { el } from "./dom.js";
import { state } from "./state.js";

const OPENABLE = new Set(["http:", "https:", "mailto:", "tel:"]);

/** @param {string} address @returns {URL | null} */
function parsed(address) {
  for (const candidate of [address, `https://${address}`]) {
    try {
      return new URL(candidate);
    } catch {
      continue;
    }
  }
  return null;
}

/** The message that a deep link to the bot sends, if the address is one.
 * @param {string} address @returns {string | null} */
export function deepLinkText(address) {
  const url = parsed(address);
  const name = state.bot?.username.toLowerCase();
  if (!url || !name) return null;
  const isHere =
    (url.hostname === "t.me" && url.pathname.slice(1).toLowerCase() === name) ||
    (url.href.startsWith("tg://resolve") && url.searchParams.get("domain")?.toLowerCase() === name);
  if (!isHere) return null;
  return ["/start", url.searchParams.get("start")].filter(Boolean).join(" ");
}

/** An address that is safe to open, or null. @param {string} address */
export function safeAddress(address) {
  const url = parsed(address);
  return url && OPENABLE.has(url.protocol) ? url.href : null;
}

/**
 * A link in a text. An address that must not be opened stays plain text.
 * @param {string} address
 * @param {(address: string) => void} follow talks to the bot, for a deep link
 * @returns {HTMLElement}
 */
export function link(address, follow) {
  if (deepLinkText(address) !== null) {
    return el("button", { type: "button", class: "textlink", onclick: () => follow(address) });
  }
  const href = safeAddress(address);
  if (href === null) return el("span", { title: address });
  return el("a", { href, target: "_blank", rel: "noopener noreferrer", title: href });
}
