/** A poll: its options with their votes, each a button that votes. */

import { vote } from "./deeds.js";
import { el } from "./dom.js";
import { count, percent } from "./format.js";
import { state } from "./state.js";

/** @param {number} number @param {string} one */
const plural = (number, one) => `${count(number)} ${one}${number === 1 ? "" : "s"}`;

/** The options that the person being played has chosen. @param {any} poll @returns {number[]} */
const chosenIn = (poll) => state.votes.get(poll.id)?.[String(state.actorId)] ?? [];

/** What is chosen after a press on an option; one that was chosen is given up.
 * @param {any} poll @param {number} index */
function choiceWith(poll, index) {
  const chosen = chosenIn(poll);
  if (chosen.includes(index)) return chosen.filter((each) => each !== index);
  return poll.allows_multiple_answers ? [...chosen, index] : [index];
}

/** @param {any} message @param {any} option @param {number} index */
function optionButton(message, option, index) {
  const { poll } = message;
  const isChosen = chosenIn(poll).includes(index);
  const share = percent(option.voter_count, poll.total_voter_count);
  return el("button", {
    type: "button", class: "option", "data-testid": "poll-option",
    "aria-pressed": String(isChosen), disabled: poll.is_closed,
    style: `--share: ${share}%`, onclick: () => vote(message, choiceWith(poll, index)),
  },
  el("span", { class: "option-words" }, isChosen ? "✓ " : "", option.text),
  el("span", { class: "card-detail" }, plural(option.voter_count, "vote")));
}

/** @param {any} message @returns {HTMLElement} */
export function pollView(message) {
  const { poll } = message;
  const kind = [
    poll.is_anonymous ? "Anonymous poll" : "Public poll",
    poll.allows_multiple_answers ? "several answers" : null,
    poll.is_closed ? "closed" : null,
  ].filter(Boolean).join(", ");
  return el("div", { class: "poll" },
    el("strong", {}, poll.question),
    el("p", { class: "card-detail" }, kind),
    ...poll.options.map((option, index) => optionButton(message, option, index)),
    el("p", { class: "card-detail" }, plural(poll.total_voter_count, "person").replace("persons", "people"),
      " voted"));
}
