"""The ways to get naloxone, supplies and treatment, as data: who, how to reach them, for what."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ConfigDict

from bot.content.files import merged_entries, parse
from bot.content.sources import Source, Sources
from bot.models import Language
from bot.models.sites import SUPPLIES, Need


@dataclass(frozen=True, slots=True)
class _Entry:
    """A way as ways.yaml writes it; texts are keyed by language."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    needs: tuple[Need, ...]
    name: dict[Language, str]
    what: dict[Language, str]
    sources: tuple[str, ...]
    checked_on: date
    phone: str = ""
    text_word: str = ""
    text_number: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to get something, in one language; empty fields are not known or do not apply."""

    key: str
    needs: frozenset[Need]
    name: str
    what: str
    sources: tuple[Source, ...]
    checked_on: date
    phone: str
    text_word: str
    text_number: str
    url: str


class Ways:
    """All ways in the order in which they are shown, a coalition's own over the default."""

    def __init__(self, sources: Sources, content_dir: Path | None = None) -> None:
        entries = {
            key: parse(_Entry, entry, f"ways.yaml, {key}")
            for key, entry in merged_entries("ways.yaml", content_dir)
        }
        self._ways = {
            language: [_way(key, entry, language, sources) for key, entry in entries.items()]
            for language in Language
        }

    def listing(self, need: Need, language: Language) -> tuple[Way, ...]:
        """Return the ways for a need; ANY means every kind of supplies."""
        wanted = SUPPLIES if need is Need.ANY else {need}
        return tuple(way for way in self._ways[language] if way.needs & wanted)

    def values(self, need: Need, language: Language) -> dict[str, object]:
        """Return what the templates naloxone, supplies and treatment need."""
        return {"need": need, "ways": self.listing(need, language)}


def _way(key: str, entry: _Entry, language: Language, sources: Sources) -> Way:
    return Way(
        key=key,
        needs=frozenset(entry.needs),
        name=entry.name[language],
        what=entry.what[language],
        sources=sources.get_all(entry.sources, f"ways.yaml, {key}"),
        checked_on=entry.checked_on,
        phone=entry.phone,
        text_word=entry.text_word,
        text_number=entry.text_number,
        url=entry.url,
    )
