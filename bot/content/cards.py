"""The emergency cards, rendered once at the start: no template or file is needed later."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ConfigDict

from bot.content.emergency import EmergencyKind
from bot.content.files import merged_entries, parse
from bot.content.renderer import Words
from bot.content.sources import Sources
from bot.models import Language


@dataclass(frozen=True, slots=True)
class _Entry:
    """A card as cards.yaml writes it."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    template: str
    sources: tuple[str, ...]
    checked_on: date


class Cards:
    """One message for each kind of emergency, in both languages."""

    def __init__(self, words: Words, sources: Sources, content_dir: Path | None = None) -> None:
        entries = {
            EmergencyKind(key): parse(_Entry, entry, f"cards.yaml, {key}")
            for key, entry in merged_entries("cards.yaml", content_dir)
        }
        self._cards = {
            (kind, language): words.render(
                entries[kind].template,
                language,
                sources=sources.get_all(entries[kind].sources, f"cards.yaml, {kind}"),
                checked_on=entries[kind].checked_on,
            )
            for kind in EmergencyKind
            for language in Language
        }

    def card(self, kind: EmergencyKind, language: Language) -> str:
        """Return the HTML of a card."""
        return self._cards[kind, language]
