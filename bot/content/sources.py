"""Sources: where each fact comes from. Content names them by key; an unknown key is an error."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict

from bot.content.files import merged_entries, parse
from bot.errors import StartupError


@dataclass(frozen=True, slots=True)
class Source:
    """A page that a fact can be checked on."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    key: str
    title: str
    publisher: str
    url: str = ""  # empty for a page whose address is not known
    date: str = ""  # the page's own date, to the day, month or year; empty where it shows none


class Sources:
    """All sources, by key."""

    def __init__(self, content_dir: Path | None = None) -> None:
        self._sources = {
            key: parse(Source, {"key": key, **_fields(entry)}, f"sources.yaml, {key}")
            for key, entry in merged_entries("sources.yaml", content_dir)
        }

    def get(self, key: str, where: object) -> Source:
        """Return the source of that key; where is named when there is none."""
        try:
            return self._sources[key]
        except KeyError:
            message = f"{where} names the source {key}, which sources.yaml does not have"
            raise StartupError(message) from None

    def get_all(self, keys: Iterable[str], where: object) -> tuple[Source, ...]:
        """Return the sources of those keys, in their order."""
        return tuple(self.get(key, where) for key in keys)

    def find(self, key_or_url: str) -> Source | None:
        """Return the source of that key or address, or None."""
        by_url = (each for each in self._sources.values() if each.url == key_or_url)
        return self._sources.get(key_or_url) or (next(by_url, None) if key_or_url else None)

    def keys(self) -> frozenset[str]:
        """Return all keys."""
        return frozenset(self._sources)


def _fields(entry: object) -> dict[str, object]:
    return parse(dict[str, object], entry, "sources.yaml")
