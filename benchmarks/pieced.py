"""Sentences put together from pieces, to learn from: tests/content/eval/pieces.yaml."""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict

from bot.content.files import parse, read_yaml
from bot.models import Language

PIECES = Path(__file__).parent.parent / "tests" / "content" / "eval" / "pieces.yaml"
_PIECE = re.compile(r"\{(\w+)\}")
_OF_A_TEXT = 12  # sentences
_SPACES = re.compile(r" +")


@dataclass(frozen=True, slots=True)
class _Group:
    """Sentences of one label."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    label: str
    lang: Language
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """What pieces.yaml holds."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    pieces: dict[str, tuple[str, ...]]
    groups: tuple[_Group, ...]


def sentences() -> Iterator[tuple[str, str]]:
    """Yield sentences with their labels, each once, the same every time."""
    file = parse(_File, read_yaml(PIECES), PIECES)
    dice = random.Random(11)
    seen: set[str] = set()
    for group in file.groups:
        for text in group.texts * _OF_A_TEXT:
            filled = _filled(text, file.pieces, dice)
            if filled not in seen:
                seen.add(filled)
                yield filled, group.label


def _filled(text: str, pieces: Mapping[str, tuple[str, ...]], dice: random.Random) -> str:
    """Return the text with a piece in each place."""
    return _SPACES.sub(" ", _PIECE.sub(lambda m: dice.choice(pieces[m[1]]), text)).strip()
