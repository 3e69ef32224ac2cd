"""The Harm Reduction ECHO: what it is, and the sessions that were entered in its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ConfigDict

from bot.clock import local_instant
from bot.content.files import layers, parse, read_yaml
from bot.content.sources import Sources
from bot.models import Language
from bot.models.events import Occurrence


@dataclass(frozen=True, slots=True)
class _SessionEntry:
    """A session as echo.yaml writes it: a local date and local times."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    on: date
    topic: dict[Language, str]
    starts: time = time(10)
    ends: time = time(11)
    sign_up_url: str = ""


@dataclass(frozen=True, slots=True)
class _Series:
    """The whole of echo.yaml."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    title: dict[Language, str]
    zone: str
    organizer_url: str
    rhythm: dict[Language, str]
    attendees: dict[Language, tuple[str, ...]]
    sources: tuple[str, ...]
    checked_on: date
    sign_up_url: str
    sessions: tuple[_SessionEntry, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """One session; instants are in UTC."""

    on: date
    starts: time
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    topics: dict[Language, str]
    sign_up_url: str


class Echo:
    """The series; sessions that a coalition adds in its own echo.yaml join those that ship."""

    def __init__(self, sources: Sources, content_dir: Path | None = None) -> None:
        merged: dict[str, object] = {}
        sessions: list[object] = []
        for path in layers("echo.yaml", content_dir):
            own = parse(dict[str, object], read_yaml(path), path)
            sessions += parse(list[object], own.pop("sessions", []), path)
            merged |= own
        self._series = parse(_Series, {**merged, "sessions": sessions}, "echo.yaml")
        self._sources = sources.get_all(self._series.sources, "echo.yaml")
        self.sessions = sorted(map(self._session, self._series.sessions), key=_start)

    @property
    def title(self) -> Mapping[Language, str]:
        """Return its name."""
        return self._series.title

    def values(self, language: Language, session: Occurrence | None) -> dict[str, object]:
        """Return what the template public/next_echo needs."""
        return {
            "title": self._series.title[language],
            "session": session,
            "attendees": self._series.attendees[language],
            "rhythm": self._series.rhythm[language],
            "organizer_url": self._series.organizer_url,
            "sources": self._sources,
            "checked_on": self._series.checked_on,
        }

    def _session(self, entry: _SessionEntry) -> Session:
        zone = ZoneInfo(self._series.zone)
        return Session(
            on=entry.on,
            starts=entry.starts,
            starts_at=local_instant(entry.on, entry.starts, zone),
            ends_at=local_instant(entry.on, entry.ends, zone),
            zone=zone,
            topics=entry.topic,
            sign_up_url=entry.sign_up_url or self._series.sign_up_url,
        )


def _start(session: Session) -> datetime:
    return session.starts_at
