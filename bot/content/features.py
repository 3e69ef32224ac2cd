"""What the learned opinion sees of a message: its words, their stems, families and order.

The families are in families.yaml. Training and asking see the same: both call `Features.of`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from pydantic import ConfigDict

from bot.content.files import DEFAULT_DIR, parse, read_yaml
from bot.content.stems import Stemmer
from bot.models import Language

FAMILIES = DEFAULT_DIR / "families.yaml"
_SHORTEST_BEGINNING = 2
_FEW = 2  # words up to which a message is short


@dataclass(frozen=True, slots=True)
class _Kind:
    """Which families together speak of which danger."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    kind: str
    all: tuple[str, ...]
    none: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    """What families.yaml holds."""

    __pydantic_config__ = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    kinds: tuple[_Kind, ...]
    danger: frozenset[str]
    families: dict[str, tuple[str, ...]]


class Features:
    """Turns messages into features; built once, then pure."""

    def __init__(self) -> None:
        file = parse(_File, read_yaml(FAMILIES), FAMILIES)
        self._kinds = file.kinds
        self._danger = file.danger
        self._stemmers = {language: Stemmer(language) for language in Language}
        self._whole: dict[str, str] = {}
        self._begun: dict[str, str] = {}
        for family, words in file.families.items():
            for word in words:
                place = self._begun if word.endswith("*") else self._whole
                place.setdefault(word.rstrip("*"), family)
        # Stemming takes time, so that of the words that come again and again is known.
        self._stems = {
            language: {word: stemmer.stem_as_said(word) for word in self._whole}
            for language, stemmer in self._stemmers.items()
        }
        self._by_stem: dict[Language, dict[str, str]] = {language: {} for language in Language}
        for language, stems in self._stems.items():
            for word, stem in stems.items():
                self._by_stem[language].setdefault(stem, self._whole[word])

    def of(self, text: str, concepts: Iterable[str], language: Language) -> frozenset[str]:
        """Return the features of a message, given in plain words and as what it speaks of."""
        words = text.split()
        known, stem_of = self._stems[language], self._stemmers[language].stem_as_said
        stems = [known.get(word) or stem_of(word) for word in words]
        by_stem = self._by_stem[language]
        named = [
            (self.family(word) or by_stem.get(stem) or "").upper() or stem
            for word, stem in zip(words, stems, strict=True)
        ]
        seen = {f"k {concept}" for concept in concepts}
        seen.update(f"w {word}" for word in words if word != ".")
        seen.update(_of_stems([stem for stem in stems if stem != "."]))
        seen.update(_of_order(["^", *named, "$"]))
        return frozenset(seen)

    def kind_of(self, text: str) -> str | None:
        """Return which danger the families of a text speak of, or None."""
        found = {self.family(word) for word in text.split()}
        for entry in self._kinds:
            if found.issuperset(entry.all) and not found.intersection(entry.none):
                return entry.kind
        return None

    def speaks_of_danger(self, text: str) -> bool:
        """Return whether any word of a text is of a family of danger."""
        return any(self.family(word) in self._danger for word in text.split())

    def family(self, word: str) -> str | None:
        """Return the family of a word."""
        known = self._whole.get(word)
        if known:
            return known
        for end in range(len(word), _SHORTEST_BEGINNING - 1, -1):
            begun = self._begun.get(word[:end])
            if begun:
                return begun
        return None


def _of_stems(stems: list[str]) -> Iterator[str]:
    """Yield the stems, and those side by side."""
    yield from (f"s {stem}" for stem in stems)
    yield from (f"b {one} {next_}" for one, next_ in pairwise(["^", *stems, "$"]))
    if len(stems) <= _FEW:
        yield "short"


def _of_order(named: list[str]) -> Iterator[str]:
    """Yield which family stands beside which, two and three in a row."""
    for one, next_ in pairwise(named):
        if one.isupper() or next_.isupper():
            yield f"a {one} {next_}"
    for one, next_, last in zip(named, named[1:], named[2:], strict=False):
        yield f"t {one} {next_} {last}"
