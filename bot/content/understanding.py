"""What somebody wants who wrote this: an emergency, supplies, an answer, a command, or none of it.

Pure and local: the same words always mean the same. Emergencies come before everything, then
commands that are the whole message, then whatever is likeliest. Two voices say how likely
something is: the learned opinion knows what such a message meant before, and the search counts
the words of each answer.
"""

import heapq
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.content.answers import Answers
from bot.content.concepts import Concepts
from bot.content.emergency import EMERGENCY, Emergency, EmergencyDetector
from bot.content.learned import Learned
from bot.content.search import AnswerSearch
from bot.content.wording import Worded, Wording
from bot.models import Language

SUGGESTIONS = 3
_LOOKED_AT = 5  # the likeliest, of which one may be "none"
_SUPPLIES, _TOPIC, _NONE = "supplies", "topic", "none"
_WORDS = 1.2  # what an answer gains whose own question is the one asked, word for word
_ONLY_WORDS = 2.7  # the same for an answer that nothing else knows, such as one that staff added
_LEAST = 1e-6  # a likelihood below which nothing is told apart
_SURE = 0.75  # likelihood from which there is no doubt
_NOTHING = 0.6  # likelihood from which nothing at all is meant
_PERHAPS, _BESIDE_NONE = 0.02, 2  # from which likelihood on so many are offered then all the same
# The commands that words alone may mean, by their names in commandwords.yaml.
_COMMANDS = {
    "leave": "stop",
    "join": "eblast",
    "help": "help",
    "settings": "settings",
    "language": "language",
    "english": "english",
    "spanish": "spanish",
}
_BESIDE = {"stop": ("eblast-subscription",), "eblast": ("eblast-subscription",)}


class Kind(StrEnum):
    """What the bot does about a message."""

    EMERGENCY = "emergency"
    SUPPLIES = "supplies"
    ANSWER = "answer"
    SUGGESTIONS = "suggestions"
    COMMAND = "command"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message means."""

    kind: Kind
    id: str | None  # the emergency, need, topic or command; of suggestions the best guess
    language: Language
    alternatives: tuple[str, ...] = ()  # needs and topics, the likeliest first
    score: float = 0.0  # 0 to 1
    card: Emergency | None = None  # whose card belongs to it: at once, or beside the answer


class Understanding:
    """Understands messages; pure until it learns other answers."""

    def __init__(
        self, answers: Answers, content_dir: Path | None = None, learned: Learned | None = None
    ) -> None:
        self._concepts = Concepts(content_dir)
        self._wording = Wording(self._concepts, content_dir)
        self._content_dir = content_dir
        self.learn(answers)
        self.emergencies = EmergencyDetector(
            content_dir, self._concepts, self._wording, learned or Learned()
        )
        self.command_words = self.emergencies.command_words

    def learn(self, answers: Answers) -> None:
        """Search these answers from now on; may run in another thread, beside questions."""
        self._search = AnswerSearch(answers, self._content_dir)

    def topics(self, text: str, language_hint: Language) -> list[str]:
        """Return the topics that a text may be about, the likeliest first."""
        worded = self._wording.read(text, language_hint)
        ranked = self._ranked(worded, self.emergencies.look(text).likelihoods)
        return [_id(label) for label, _ in ranked if label.startswith(_TOPIC)]

    def of(self, text: str, language_hint: Language) -> Understood:
        """Return what a text means; the hint decides where its language cannot be told."""
        worded = self._wording.read(text, language_hint)
        finding = self.emergencies.look(text)
        ranked = self._ranked(worded, finding.likelihoods)
        if finding.now is not None:
            kind, language = finding.now.kind, finding.now.language
            others = _ids(label for label, _ in ranked)
            return Understood(Kind.EMERGENCY, kind, language, others, 1.0, finding.now)
        command = _COMMANDS.get(self.command_words.command_of(text) or "")
        if command is not None:
            beside = _BESIDE.get(command, ())
            return Understood(Kind.COMMAND, command, worded.language, beside, 1.0)
        return _weighed(ranked, worded.language, finding.perhaps)

    def beside_card(self, text: str, language_hint: Language) -> Understood | None:
        """Return what a cry for help asks for, too: supplies; in doubt also an answer."""
        worded = self._wording.read(text, language_hint)
        finding = self.emergencies.look(text)
        asked = _weighed(self._ranked(worded, finding.likelihoods), worded.language, None)
        is_wanted = asked.kind is Kind.SUPPLIES
        is_wanted = is_wanted or (asked.kind is Kind.ANSWER and finding.in_doubt)
        return asked if is_wanted else None

    def _ranked(self, worded: Worded, learned: Mapping[str, float]) -> list[tuple[str, float]]:
        """Return what the words may mean with its likelihood, the likeliest first."""
        gains: dict[str, float] = {
            label: math.log(likelihood + _LEAST)
            for label, likelihood in learned.items()
            if label != EMERGENCY
        }
        for topic, score in self._search.scores(worded.text).items():
            label = f"{_TOPIC}/{topic}"
            if label in gains:
                gains[label] += _WORDS * score
            else:
                gains[label] = 2 * math.log(score + _LEAST) + _ONLY_WORDS * score
        return _likeliest(gains)


def _likeliest(gains: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return the first few with their likelihoods, which together with the others make 1."""
    highest = max(gains.values())
    odds = {label: math.exp(gain - highest) for label, gain in gains.items()}
    whole = sum(odds.values())
    first = heapq.nsmallest(_LOOKED_AT, odds.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(label, odd / whole) for label, odd in first]


def _weighed(
    ranked: list[tuple[str, float]], language: Language, card: Emergency | None
) -> Understood:
    """Return the likeliest if it is clear, suggestions if not, none if nothing is likely."""
    best, likelihood = ranked[0]
    score = round(likelihood, 3)
    likely = _ids(label for label, _ in ranked)
    if best == _NONE and likelihood >= _NOTHING:
        perhaps = _ids(label for label, odds in ranked if odds >= _PERHAPS)[:_BESIDE_NONE]
        return Understood(Kind.NONE, None, language, perhaps, score, card)
    if likelihood >= _SURE:
        rest = _ids(label for label, _ in ranked[1:])
        return Understood(_kind(best), _id(best), language, rest, score, card)
    return Understood(Kind.SUGGESTIONS, likely[0], language, likely, score, card)


def _kind(label: str) -> Kind:
    return Kind.SUPPLIES if label.startswith(_SUPPLIES) else Kind.ANSWER


def _id(label: str) -> str:
    return label.split("/", 1)[1]


def _ids(labels: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of the first needs and topics."""
    return tuple(_id(label) for label in labels if not label.startswith(_NONE))[:SUGGESTIONS]
