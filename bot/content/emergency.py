"""Does a message say that somebody may be dying now? Asked first, answered from memory only.

The patterns, their guards and examples of both kinds are in emergency.yaml.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import ConfigDict

from bot.content.concepts import Concepts
from bot.content.files import layers, parse, read_yaml
from bot.content.wording import Worded, Wording
from bot.errors import StartupError
from bot.models import Language

_PART = re.compile(r"\{(\w+)\}")


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


class EmergencyDetector:
    """Finds emergencies in messages; built once, then pure and without I/O."""

    def __init__(self, content_dir: Path | None = None, wording: Wording | None = None) -> None:
        self._wording = wording or Wording(Concepts(content_dir), content_dir)
        path = layers("emergency.yaml", content_dir)[-1]
        self.phrases = parse(Phrases, read_yaml(path), path)
        self._rewrites = [
            (re.compile(written, re.IGNORECASE), meant)
            for written, meant in self.phrases.rewrites.items()
        ]
        self._urgent = self._compiled(self.phrases.urgent, "urgent")
        self._guards = {n: self._compiled(g, n) for n, g in self.phrases.guards.items()}
        self._rules = [self._rule(entry) for entry in self.phrases.rules]
        self._checked(self.phrases.evidence.unless, "evidence")
        self._signs = [
            (sign.points, self._compiled(sign.patterns, sign.name))
            for sign in self.phrases.evidence.signs
        ]

    def detect(self, text: str) -> Emergency | None:
        """Return the emergency that text speaks of, or None."""
        return self.look(text).now

    def look(self, text: str) -> Finding:
        """Return the emergency that text speaks of, and the one that it may speak of."""
        worded = self._prepared(text)
        ruled_out: dict[str, bool] = {}
        perhaps: Emergency | None = None
        for found, unless in self._suspicions(worded):
            if not any(self._holds(name, worded.text, ruled_out) for name in unless):
                return Finding(found, found)
            perhaps = perhaps or found
        return Finding(None, perhaps)

    def _suspicions(self, worded: Worded) -> Iterator[tuple[Emergency, tuple[str, ...]]]:
        """Yield what the words may say, the surest first, and what would rule it out."""
        for rule in self._rules:
            if rule.pattern.search(worded.text):
                yield rule.found, rule.unless
        evidence = self.phrases.evidence
        points = [points for points, sign in self._signs if sign.search(worded.text)]
        if sum(points) >= evidence.enough and max(points) >= evidence.grave:
            yield Emergency(EmergencyKind.OPIOID, worded.language), evidence.unless

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
        return _Rule(found, self._compiled(entry.patterns, entry.name), entry.unless)

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
