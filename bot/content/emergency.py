"""Does a message say that somebody may be dying now? Asked first, answered from memory only.

The patterns, their guards and examples of both kinds are in emergency.yaml. What they say is one
voice; the other is what was learned from labelled questions (learned.py). Together they decide.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import ConfigDict

from bot.content.commandwords import CommandWords
from bot.content.concepts import Concepts
from bot.content.features import Features
from bot.content.files import DEFAULT_DIR, layers, parse, read_yaml
from bot.content.learned import Learned
from bot.content.wording import Worded, Wording
from bot.errors import StartupError
from bot.models import Language

EMERGENCY = "emergency"  # the label of the learned opinion
_PART = re.compile(r"\{(\w+)\}")
# From which likelihood on the card is shown at once: where a rule says so in a long message (in
# a short one it is enough by itself), where a doubtful rule or the signs say so, where a guard
# speaks against a rule or says that all is well, elsewhere.
_RULED, _AGREED, _GUARDED, _ALONE = 0.0001, 0.2, 0.3, 0.2
_MANY_WORDS = 5  # spaces from which on a message is long
_FEW_WORDS = 4  # up to so many, what was learned needs a word of danger to go by
_ALL_IS_WELL = "fine"  # the guard that says so
_OUTRIGHT = 0.8  # unless it is as likely as that
_PERHAPS = 0.03  # from which likelihood on the card is offered beside the answer
_CERTAIN = 0.5  # below it a card is shown in doubt: what was asked is answered, too


class EmergencyKind(StrEnum):
    """Which card helps."""

    OPIOID = "opioid"
    STIMULANT = "stimulant"
    POISON = "poison"
    SUICIDE = "suicide"


@dataclass(frozen=True, slots=True)
class Emergency:
    """Somebody is in danger now."""

    kind: EmergencyKind
    language: Language


@dataclass(frozen=True, slots=True)
class Finding:
    """What a message says of danger."""

    now: Emergency | None  # to be answered by its card at once
    perhaps: Emergency | None  # the words of one, asked calmly or of the past: the card beside
    likelihoods: Mapping[str, float]  # what was learned, by label; emergency is one of them
    sure: bool = False  # whether a rule that is not doubtful takes it

    @property
    def in_doubt(self) -> bool:
        """Return whether it may well be no emergency."""
        return not self.sure and self.likelihoods.get(EMERGENCY, 0.0) < _CERTAIN


@dataclass(frozen=True, slots=True)
class Seen:
    """What can be seen in a message before it is weighed."""

    now: Emergency | None  # what a rule takes
    sure: bool  # whether that rule is not doubtful
    perhaps: Emergency | None  # what a rule would take, were it not for a guard
    guarded: bool  # whether a guard speaks against a rule, or says that all is well
    language: Language
    text: str  # in plain words
    features: frozenset[str]


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One rule as emergency.yaml writes it."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: str
    kind: EmergencyKind
    language: Language
    patterns: tuple[str, ...]
    unless: tuple[str, ...]  # names of guards
    takes: tuple[str, ...]  # messages that this rule or one before it takes
    leaves: tuple[str, ...] = ()  # messages that are no emergency
    doubtful: bool = False  # needs what was learned to agree, if only a little


@dataclass(frozen=True, slots=True)
class SignEntry:
    """Words that make danger likelier."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: str
    points: int
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Signs that add up, for messages that no rule foresees."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    enough: int  # points
    grave: int  # points of a single sign, of which there must be one
    unless: tuple[str, ...]
    signs: tuple[SignEntry, ...]
    takes: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """What one file of phrases holds."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    rewrites: dict[str, str]  # before anything else: short forms that normalising would spoil
    parts: dict[str, str]  # pieces of patterns, used as {name}
    urgent: tuple[str, ...]  # says "now": switches the guards about calm questions off
    calm_guards: tuple[str, ...]
    guards: dict[str, tuple[str, ...]]
    rules: tuple[RuleEntry, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Rule:
    found: Emergency
    pattern: re.Pattern[str]
    unless: tuple[str, ...]
    sure: bool


class EmergencyDetector:
    """Finds emergencies in messages; built once, then pure and without I/O."""

    def __init__(
        self,
        content_dir: Path | None = None,
        concepts: Concepts | None = None,
        wording: Wording | None = None,
        learned: Learned | None = None,
    ) -> None:
        self._concepts = concepts or Concepts(content_dir)
        self._wording = wording or Wording(self._concepts, content_dir)
        self._learned = learned or Learned()
        self._features = Features()
        self.command_words = CommandWords(content_dir)
        path = layers("emergency.yaml", content_dir)[-1]
        self.phrases = parse(Phrases, read_yaml(path), path)
        # The rules of a coalition's own file were not learned from: nothing overrules them.
        self._ruled = _RULED if path.parent == DEFAULT_DIR else 0.0
        self._rewrites = [
            (re.compile(written, re.IGNORECASE), meant)
            for written, meant in self.phrases.rewrites.items()
        ]
        self._urgent = self._compiled(self.phrases.urgent, "urgent")
        self._guards = {n: self._compiled(g, n) for n, g in self.phrases.guards.items()}
        self._rules = [self._rule(entry) for entry in self.phrases.rules]
        self._checked(self.phrases.evidence.unless, "evidence")
        self._signs = [
            (sign.name, sign.points, self._compiled(sign.patterns, sign.name))
            for sign in self.phrases.evidence.signs
        ]

    def detect(self, text: str) -> Emergency | None:
        """Return the emergency that text speaks of, or None."""
        return self.look(text).now

    def detect_by_rules(self, text: str) -> Emergency | None:
        """Return the emergency that a rule sees in text, whatever was learned."""
        return self.seen(text).now

    def detect_together(self, texts: Sequence[str]) -> Emergency | None:
        """Return the emergency that the last text, or it with those right before, speaks of.

        texts are what one person wrote shortly after each other, the oldest first.
        """
        told = ""
        for text in reversed(texts):
            told = f"{text} {told}".rstrip()
            found = self.detect(told)
            if found:
                return found
        return None

    def look(self, text: str) -> Finding:
        """Return the emergency that text speaks of, and the one that it may speak of."""
        seen = self.seen(text)
        likelihoods = self._learned.likelihoods(seen.features)
        ruled = seen.now or seen.perhaps
        if ruled is None and self.command_words.command_of(text):
            return Finding(None, None, likelihoods)  # "no more" ends the e-blast
        long = seen.text.count(" ") >= _FEW_WORDS
        heard = ruled is not None or long or self._features.speaks_of_danger(seen.text)
        likely = likelihoods.get(EMERGENCY, 0.0)
        likely = likely if heard or likely >= _OUTRIGHT else 0.0
        found = ruled or self._guessed(seen)
        if likely >= self._enough(seen):
            return Finding(found, found, likelihoods, seen.sure)
        offered = found if ruled or likely >= _PERHAPS else None
        return Finding(None, offered, likelihoods)

    def _enough(self, seen: Seen) -> float:
        """Return how likely an emergency must be for its card to be shown at once."""
        if seen.sure:
            return self._ruled if seen.text.count(" ") >= _MANY_WORDS else 0.0
        if seen.now:
            return _AGREED
        return _GUARDED if seen.guarded else _ALONE

    def seen(self, text: str) -> Seen:
        """Return what the rules say of a text, and its features."""
        worded = self._prepared(text)
        known: dict[str, bool] = {}
        now, sure, perhaps = self._by_rules(worded, known)
        guarded = perhaps is not None or self._holds(_ALL_IS_WELL, worded.text, known)
        concepts = self._concepts.of(worded.words)
        features = self._features.of(worded.text, concepts, worded.language)
        return Seen(now, sure, perhaps, guarded, worded.language, worded.text, features)

    def _by_rules(
        self, worded: Worded, known: dict[str, bool]
    ) -> tuple[Emergency | None, bool, Emergency | None]:
        """Return what a rule takes, whether it is sure, and what one would take unguarded."""
        doubtful: Emergency | None = None
        perhaps: Emergency | None = None
        for found, unless, sure in self._suspicions(worded):
            perhaps = perhaps or found
            if any(self._holds(name, worded.text, known) for name in unless):
                continue
            if sure:
                return found, True, perhaps
            doubtful = doubtful or found
        return doubtful, False, perhaps

    def _guessed(self, seen: Seen) -> Emergency:
        """Return which emergency it would be where no rule speaks."""
        kind = self._features.kind_of(seen.text) or EmergencyKind.OPIOID
        return Emergency(EmergencyKind(kind), seen.language)

    def _suspicions(self, worded: Worded) -> Iterator[tuple[Emergency, tuple[str, ...], bool]]:
        """Yield what the words may say, what would rule it out, and whether it is sure."""
        for rule in self._rules:
            if rule.pattern.search(worded.text):
                yield rule.found, rule.unless, rule.sure
        evidence = self.phrases.evidence
        points = [points for _, points, sign in self._signs if sign.search(worded.text)]
        if sum(points) >= evidence.enough and max(points) >= evidence.grave:
            kind = self._features.kind_of(worded.text) or EmergencyKind.OPIOID
            yield Emergency(EmergencyKind(kind), worded.language), evidence.unless, False

    def _prepared(self, text: str) -> Worded:
        for pattern, replacement in self._rewrites:
            text = pattern.sub(replacement, text)
        return self._wording.read(text, Language.EN)

    def _holds(self, guard: str, message: str, known: dict[str, bool]) -> bool:
        if guard not in known:
            calm_only = guard in self.phrases.calm_guards
            known[guard] = bool(self._guards[guard].search(message)) and not (
                calm_only and self._urgent.search(message)
            )
        return known[guard]

    def _rule(self, entry: RuleEntry) -> _Rule:
        self._checked(entry.unless, entry.name)
        found = Emergency(entry.kind, entry.language)
        pattern = self._compiled(entry.patterns, entry.name)
        return _Rule(found, pattern, entry.unless, not entry.doubtful)

    def _checked(self, guards: Iterable[str], where: str) -> None:
        unknown = set(guards) - self._guards.keys()
        if unknown:
            raise StartupError(f"emergency.yaml, {where}: unknown guard {unknown}")

    def _compiled(self, patterns: Iterable[str], where: str) -> re.Pattern[str]:
        """Return one pattern for all; each begins and ends at the edge of a word."""
        joined = "|".join(self._filled(pattern) for pattern in patterns)
        try:
            return re.compile(rf"\b(?:{joined})\b")
        except re.error as error:
            raise StartupError(f"emergency.yaml, {where}: {error}") from error

    def _filled(self, pattern: str) -> str:
        """Return the pattern with its {parts} written out, parts of parts too."""
        filled = _PART.sub(lambda m: f"(?:{self._part(m[1])})", pattern)
        return self._filled(filled) if _PART.search(filled) else filled

    def _part(self, name: str) -> str:
        try:
            return self.phrases.parts[name]
        except KeyError:
            raise StartupError(f"emergency.yaml has no part {name}") from None
