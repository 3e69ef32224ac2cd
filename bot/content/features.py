"""What the learned second opinion sees of a message: its words, their families and their order.

The families are in families.yaml. Training and asking see the same: both call `Features.of`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from pydantic import ConfigDict

from bot.content.files import DEFAULT_DIR, parse, read_yaml

FAMILIES = DEFAULT_DIR / "families.yaml"
_WINDOW = 5  # words between which an order is seen
_SHORTEST_BEGINNING = 2
_FIRST, _LAST = 3, 2  # words at the ends of a message that count as such


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
        self._whole: dict[str, str] = {}
        self._begun: dict[str, str] = {}
        for family, words in file.families.items():
            for word in words:
                place = self._begun if word.endswith("*") else self._whole
                place.setdefault(word.rstrip("*"), family)

    def of(self, text: str, concepts: Iterable[str]) -> frozenset[str]:
        """Return the features of a message, given in plain words and as what it speaks of."""
        words = text.split()
        families = [self.family(word) for word in words]
        seen = {f"f {family}" for family in families if family}
        seen.update(f"k {concept}" for concept in concepts)
        plain = [word for word in words if word != "."]
        seen.update(_of_words(plain))
        named = [
            family.upper() if family else word
            for word, family in zip(words, families, strict=True)
        ]
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


def _of_words(words: list[str]) -> Iterator[str]:
    """Yield the words, those side by side, and those at the ends."""
    yield from (f"w {word}" for word in words)
    ended = ["^", *words, "$"]
    yield from (f"b {one} {next_}" for one, next_ in pairwise(ended))
    yield from (f"1 {word}" for word in words[:_FIRST])
    yield from (f"9 {word}" for word in words[-_LAST:])
    if len(words) <= _LAST:
        yield "short"


def _of_order(named: list[str]) -> Iterator[str]:
    """Yield which family stands before which, side by side or not far off, and three in a row."""
    for at, one in enumerate(named):
        for far, other in enumerate(named[at + 1 : at + 1 + _WINDOW]):
            if one.isupper() or other.isupper():
                yield f"{'n' if far else 'a'} {one} {other}"
        if at + 2 < len(named):
            yield f"t {one} {named[at + 1]} {named[at + 2]}"
