"""What somebody wrote, as words: short forms written out, typos mended, the language told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict

from bot.content.concepts import Concepts
from bot.content.files import layers, parse, read_yaml
from bot.content.normalise import plain
from bot.content.spelling import Spelling
from bot.models import Language

_BEGINNING, _END = 450, 250  # characters of a long message that are looked at
_ZIP_CODE = re.compile(r"\b6[0-2]\d{3}\b")  # Illinois
_SPANISH_SIGNS = re.compile(r"[¿¡ñáéíóú]", re.IGNORECASE)
_SHORTEST_BY_SOUND = 5
# Letters that sound alike in Spanish: "bensido" for "vencido", "ermano" for "hermano".
_SOUNDS = (
    ("ch", "#"),
    ("h", ""),
    ("#", "ch"),
    ("v", "b"),
    ("z", "s"),
    ("ce", "se"),
    ("ci", "si"),
    ("ll", "y"),
    ("qu", "k"),
    ("c", "k"),
    ("ge", "je"),
    ("gi", "ji"),
)


@dataclass(frozen=True, slots=True)
class _File:
    """What spelling.yaml holds."""

    __pydantic_config__ = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    short: dict[Language, dict[str, str]]
    words: tuple[str, ...]
    not_typos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worded:
    """A message as plain words; "." stands between sentences."""

    text: str
    language: Language

    @property
    def words(self) -> list[str]:
        """Return its words, without the ends of sentences."""
        return [word for word in self.text.split() if word != "."]


class Wording:
    """Reads messages; built once, then pure."""

    def __init__(self, concepts: Concepts, content_dir: Path | None = None) -> None:
        path = layers("spelling.yaml", content_dir)[-1]
        file = parse(_File, read_yaml(path), path)
        self._short = {language: _Replacements(words) for language, words in file.short.items()}
        self._right = frozenset(file.not_typos).union(*concepts.words.values())
        self._spelling = Spelling(file.words, not_typos=self._right)
        self._by_sound = {_sound(word): word for word in file.words}
        self._language = _LanguageOf(concepts, content_dir)

    def read(self, text: str, language_hint: Language) -> Worded:
        """Return the words of a text; the hint decides where the language cannot be told."""
        written = _ends(plain(text))
        language = self._language.of(text, written, language_hint)
        full = self._short[language].made_in(_ZIP_CODE.sub("zip", written))
        return Worded(" ".join(map(self._mended, full.split())), language)

    def _mended(self, word: str) -> str:
        mended = self._spelling.correct(word)
        if mended != word or len(word) < _SHORTEST_BY_SOUND or word in self._right:
            return mended
        return self._by_sound.get(_sound(word), word)


class _Replacements:
    """Words that are written out wherever they stand alone."""

    def __init__(self, meant: Mapping[str, str]) -> None:
        self._meant = meant
        longest_first = sorted(meant, key=len, reverse=True)
        self._pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")

    def made_in(self, text: str) -> str:
        """Return the text with all of them written out."""
        return self._pattern.sub(lambda match: self._meant[match[0]], text)


class _LanguageOf:
    """Tells English from Spanish by the words that only one of them has."""

    def __init__(self, concepts: Concepts, content_dir: Path | None) -> None:
        path = layers("synonyms.yaml", content_dir)[-1]
        ignored = parse(dict[str, object], read_yaml(path), path)["ignore"]
        small = parse(dict[Language, frozenset[str]], ignored, path)
        words = {language: small[language] | concepts.words[language] for language in Language}
        self._only = {language: words[language] - words[language.other] for language in Language}

    def of(self, text: str, written: str, hint: Language) -> Language:
        """Return the language of a text, given as it is and in plain words."""
        words = written.split()
        seen = {language: sum(w in self._only[language] for w in words) for language in Language}
        seen[Language.ES] += bool(_SPANISH_SIGNS.search(text))
        return hint if seen[hint] >= seen[hint.other] else hint.other


def _ends(written: str) -> str:
    """Return the beginning and the end of a long text: whoever tells much asks at the end."""
    if len(written) <= _BEGINNING + _END:
        return written
    return f"{written[:_BEGINNING]} . {written[-_END:]}"


def _sound(word: str) -> str:
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return word
