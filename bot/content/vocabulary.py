"""Words as the search sees them: synonyms made one, small words left out, the rest stemmed."""

import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict

from bot.content.files import layers, parse, read_yaml
from bot.content.normalise import words
from bot.content.stems import Stemmer
from bot.models import Language


@dataclass(frozen=True, slots=True)
class _File:
    """What synonyms.yaml holds."""

    __pydantic_config__ = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    same: dict[Language, tuple[tuple[str, ...], ...]]
    ignore: dict[Language, tuple[str, ...]]


class Vocabulary:
    """The words of one language; a coalition's synonyms.yaml replaces the default."""

    def __init__(self, language: Language, content_dir: Path | None = None) -> None:
        path = layers("synonyms.yaml", content_dir)[-1]
        written = parse(_File, read_yaml(path), path)
        self._meant = {word: group[0] for group in written.same[language] for word in group}
        self._ignored = frozenset(written.ignore[language])
        several = sorted((word for word in self._meant if " " in word), key=len, reverse=True)
        self._several = re.compile(rf"\b(?:{'|'.join(map(re.escape, several))})\b")
        self._stems: dict[str, str] = {}  # of the words of answers
        self._stemmer = Stemmer(language)

    def stems(self, text: str, *, remember: bool = False) -> list[str]:
        """Return the stems of the words that carry meaning; remember: of an answer, not a person.

        Words of answers come again and again, and stemming is what takes time.
        """
        joined = self._several.sub(lambda match: self._meant[match[0]], " ".join(words(text)))
        found = [word for word in joined.split() if word not in self._ignored]
        if remember:
            for word in set(found) - self._stems.keys():
                self._stems[word] = self._stem(word)
        return [self._stems.get(word) or self._stem(word) for word in found]

    def _stem(self, word: str) -> str:
        return self._stemmer.stem(self._meant.get(word, word))
