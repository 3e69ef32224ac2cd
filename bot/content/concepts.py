"""What a message speaks of, whatever words it uses: the concepts of concepts.yaml."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict

from bot.content.files import layers, parse, read_yaml
from bot.content.phrases import Phrases
from bot.errors import StartupError
from bot.models import Language


@dataclass(frozen=True, slots=True)
class _Concept:
    """A concept as concepts.yaml writes it."""

    __pydantic_config__ = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    en: tuple[str, ...]
    es: tuple[str, ...]


class Concepts:
    """Finds concepts in words; a coalition's concepts.yaml adds its phrases to the default's."""

    def __init__(self, content_dir: Path | None = None) -> None:
        phrases: dict[str, list[str]] = {}
        words: dict[Language, set[str]] = {language: set() for language in Language}
        for path in layers("concepts.yaml", content_dir):
            for name, concept in parse(dict[str, _Concept], read_yaml(path), path).items():
                phrases.setdefault(name, []).extend((*concept.en, *concept.es))
                words[Language.EN].update(*map(str.split, concept.en))
                words[Language.ES].update(*map(str.split, concept.es))
        try:
            self._phrases = Phrases(phrases)
        except ValueError as error:
            message = f"concepts.yaml, {error}"
            raise StartupError(message) from error
        self.words = {language: frozenset(found) for language, found in words.items()}

    def of(self, words: Sequence[str]) -> frozenset[str]:
        """Return the concepts of a message, given as its plain words."""
        return self._phrases.names_in(words)
