/**
 * Formatted text: Bot API entities to nodes. Offsets count UTF-16 units, as JavaScript's strings do.
 * Only text nodes carry the message's words, so no message can bring markup of its own.
 */

import { el } from "./dom.js";
import { dateTime } from "./format.js";
import { link } from "./links.js";

/** @typedef {import("./types.js").Entity} Entity */
/**
 * @typedef {{language: string, send: (text: string) => void, follow: (address: string) => void}}
 *   Reader the reader's language, what sends a command that is clicked, what follows a deep link
 */

const SHORT_QUOTE = 120; // characters

/** @param {Entity} _ @param {string} text @param {Reader} reader */
const webLink = (_, text, reader) => link(text, reader.follow);

function spoiler() {
  const hidden = el("span", {
    class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text, press to show",
  });
  const reveal = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    hidden.classList.add("revealed");
    for (const name of ["role", "tabindex", "aria-label"]) hidden.removeAttribute(name);
    hidden.removeEventListener("click", reveal);
    hidden.removeEventListener("keydown", reveal);
  };
  hidden.addEventListener("click", reveal);
  hidden.addEventListener("keydown", reveal);
  return hidden;
}

/** @param {Entity} entity */
const pre = (entity) => el("pre", { "data-language": entity.language, tabindex: "0" });

/** @param {Entity} _ @param {string} text @param {Reader} reader */
const command = (_, text, reader) =>
  el("button", { type: "button", class: "textlink", onclick: () => reader.send(text) });

/** @type {Record<string, (entity: Entity, text: string, reader: Reader) => HTMLElement>} */
const MAKERS = {
  bold: () => el("strong"),
  italic: () => el("em"),
  underline: () => el("u"),
  strikethrough: () => el("s"),
  spoiler,
  code: () => el("code"),
  pre,
  blockquote: () => el("blockquote"),
  expandable_blockquote: () => el("blockquote", { class: "collapsed" }),
  text_link: (entity, _, reader) => link(entity.url ?? "", reader.follow),
  url: webLink,
  email: (_, text, reader) => link(`mailto:${text}`, reader.follow),
  phone_number: (_, text, reader) => link(`tel:${text.replace(/[^+\d]/g, "")}`, reader.follow),
  bot_command: command,
  mention: () => el("span", { class: "mention" }),
  text_mention: () => el("span", { class: "mention" }),
  hashtag: () => el("span", { class: "mention" }),
  cashtag: () => el("span", { class: "mention" }),
  date_time: (entity, text) =>
    el("time", { datetime: new Date((entity.unix_time ?? 0) * 1000).toISOString(), title: text }),
};

/** The words that an entity shows instead of its own: only dates do.
 * @param {Entity | undefined} entity @param {string} text @param {Reader} reader */
const shownText = (entity, text, reader) =>
  entity?.type === "date_time" && entity.date_time_format
    ? dateTime(entity.unix_time ?? 0, entity.date_time_format, reader.language)
    : text;

/** Fold a long quote, as Telegram does beyond three lines. @param {Element} quote */
function addExpander(quote) {
  const text = quote.textContent ?? "";
  if (text.length <= SHORT_QUOTE && text.split("\n").length <= 3) {
    quote.classList.remove("collapsed");
    return;
  }
  const button = el("button", {
    type: "button", class: "expander", "aria-expanded": "false",
    onclick: () => {
      const isOpen = !quote.classList.toggle("collapsed");
      button.setAttribute("aria-expanded", String(isOpen));
      button.textContent = isOpen ? "Show less" : "Show more";
    },
  }, "Show more");
  quote.after(button);
}

/** After a block the line ends anyway. @param {Node | null} node */
const isBlock = (node) => node !== null && ["PRE", "BLOCKQUOTE"].includes(node.nodeName);

/**
 * The text is cut at every entity's ends; a piece goes into the elements of the entities around it,
 * and neighbours share those that they have in common. So entities may nest and even overlap.
 * @param {string} text
 * @param {Entity[]} entities
 * @param {Reader} reader
 * @returns {DocumentFragment}
 */
export function formatted(text, entities, reader) {
  const root = document.createDocumentFragment();
  const known = entities.filter((entity) => MAKERS[entity.type]);
  known.sort((a, b) => a.offset - b.offset || b.length - a.length);
  const ends = known.flatMap((entity) => [entity.offset, entity.offset + entity.length]);
  const cuts = [...new Set([0, ...ends, text.length])].filter((each) => each <= text.length);
  cuts.sort((a, b) => a - b);
  /** @type {{entity: Entity, element: HTMLElement}[]} */
  let open = [];
  for (let index = 0; index + 1 < cuts.length; index += 1) {
    const [from, to] = [cuts[index], cuts[index + 1]];
    const around = known.filter((each) => each.offset <= from && each.offset + each.length >= to);
    const shared = open.findIndex(({ entity }, depth) => entity !== around[depth]);
    open = open.slice(0, shared < 0 ? open.length : shared);
    for (const entity of around.slice(open.length)) {
      const whole = text.slice(entity.offset, entity.offset + entity.length);
      const element = MAKERS[entity.type](entity, whole, reader);
      (open.at(-1)?.element ?? root).append(element);
      open.push({ entity, element });
    }
    const words = shownText(around.at(-1), text.slice(from, to), reader);
    const parent = open.at(-1)?.element ?? root;
    parent.append(isBlock(parent.lastChild) ? words.replace(/^\n/, "") : words);
  }
  root.querySelectorAll("blockquote.collapsed").forEach(addExpander);
  return root;
}
