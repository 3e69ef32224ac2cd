"""What is wanted, told from what is spoken of: the ways of asking of intents.yaml."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.content.concepts import Concepts
from bot.content.files import merged_entries, parse
from bot.errors import StartupError

_IN_PART = 0.4  # what half a way counts for
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class _Way:
    """One way of asking for an intent."""

    intent: str
    wanted: frozenset[str]
    unwanted: frozenset[str]
    extra: float


class Intents:
    """Scores intents by the concepts of a message; built once, then pure."""

    def __init__(self, concepts: Concepts, content_dir: Path | None = None) -> None:
        ways = list(_ways(concepts, content_dir))
        used_by: dict[str, set[str]] = defaultdict(set)
        self._by_concept: dict[str, list[_Way]] = defaultdict(list)
        for way in ways:
            for concept in way.wanted:
                used_by[concept].add(way.intent)
        self.names = frozenset(way.intent for way in ways)
        total = len(self.names)
        self._weights = {c: 1 + math.log(total / len(found)) for c, found in used_by.items()}
        for way in ways:  # filed under its most telling concept, which must be there
            telling = max(sorted(way.wanted), key=self._weights.__getitem__)
            self._by_concept[telling].append(way)
        self._whole = {way: sum(map(self._weights.__getitem__, way.wanted)) for way in ways}

    def scores(self, concepts: frozenset[str]) -> dict[str, float]:
        """Return the intents that a message may mean, each with the points of its best way."""
        points: dict[str, float] = {}
        for way in {way for concept in concepts for way in self._by_concept.get(concept, ())}:
            if not way.unwanted & concepts:
                points[way.intent] = max(points.get(way.intent, 0.0), self._points(way, concepts))
        return points

    def _points(self, way: _Way, concepts: frozenset[str]) -> float:
        """Return the points of a way; one that is there in part counts for much less."""
        whole = self._whole[way]
        found = sum(self._weights[concept] for concept in way.wanted & concepts)
        return found + way.extra if found == whole else _IN_PART * found * found / whole


def _ways(concepts: Concepts, content_dir: Path | None) -> Iterator[_Way]:
    for intent, entry in merged_entries("intents.yaml", content_dir):
        for written in parse(tuple[str, ...], entry, f"intents.yaml, {intent}"):
            yield _way(intent, written, concepts.names)


def _way(intent: str, written: str, known: frozenset[str]) -> _Way:
    parts = written.split()
    extra = sum(float(part) for part in parts if _NUMBER.fullmatch(part))
    names = [part for part in parts if not _NUMBER.fullmatch(part)]
    wanted = frozenset(name for name in names if not name.startswith("-"))
    unwanted = frozenset(name[1:] for name in names if name.startswith("-"))
    strange = (wanted | unwanted) - known
    if strange or not wanted:
        fault = f"unknown concepts {', '.join(sorted(strange))}" if strange else "no concept"
        message = f'intents.yaml, {intent}, "{written}": {fault}'
        raise StartupError(message)
    return _Way(intent, wanted, unwanted, extra)
