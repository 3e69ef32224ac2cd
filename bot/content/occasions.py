"""Days that the task force prepares for: when to count down, and news that is ready for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ConfigDict

from bot.content.files import merged_entries, parse
from bot.content.sources import Source, Sources
from bot.errors import StartupError
from bot.models import Language, Section

FILE = "occasions.yaml"


@dataclass(frozen=True, slots=True)
class _ItemEntry:
    """News as occasions.yaml writes it."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    section: Section
    text: dict[Language, str]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """An occasion as occasions.yaml writes it."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    event: str
    countdown_days: int
    nudge_days: int
    checked_on: date
    items: dict[str, _ItemEntry]


@dataclass(frozen=True, slots=True)
class ReadyItem:
    """News that is ready; nothing of it goes out by itself."""

    key: str
    section: Section
    texts: dict[Language, str]
    sources: tuple[Source, ...]
    checked_on: date


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day, and what is ready for it."""

    key: str
    event_key: str  # of an event that ships
    countdown_days: int
    nudge_days: int
    items: tuple[ReadyItem, ...]


def read_occasions(sources: Sources, content_dir: Path | None = None) -> tuple[Occasion, ...]:
    """Return the days of occasions.yaml; raise StartupError for a text without both languages."""
    return tuple(_occasions(sources, content_dir))


def _occasions(sources: Sources, content_dir: Path | None) -> Iterator[Occasion]:
    for key, raw in merged_entries(FILE, content_dir):
        entry = parse(_Entry, raw, f"{FILE}, {key}")
        items = tuple(
            ReadyItem(
                item_key,
                each.section,
                _both(each.text, f"{FILE}, {key}, {item_key}"),
                sources.get_all(each.sources, f"{FILE}, {key}, {item_key}"),
                entry.checked_on,
            )
            for item_key, each in entry.items.items()
        )
        yield Occasion(key, entry.event, entry.countdown_days, entry.nudge_days, items)


def _both(texts: dict[Language, str], where: str) -> dict[Language, str]:
    if set(texts) != set(Language):
        message = f"{where}: the text is not in both languages"
        raise StartupError(message)
    return texts
