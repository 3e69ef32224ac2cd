"""The events that ship: what is confirmed, and the sessions of the ECHO that were entered."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ConfigDict

from bot.content.echo import Echo, Session
from bot.content.files import merged_entries, parse
from bot.errors import StartupError
from bot.models import Language
from bot.models.events import DateChange, Event, EventKind, EventState, Schedule
from bot.recurrence import Rule

FILE = "events.yaml"


@dataclass(frozen=True, slots=True)
class _Entry:
    """An event as events.yaml writes it."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    kind: EventKind
    title: dict[Language, str]
    first_on: date
    starts: time | None = None
    minutes: int = 0
    rule: str = ""
    note: dict[Language, str] = field(default_factory=dict)
    place: str = ""
    url: str = ""
    zone: str = "America/Chicago"


@dataclass(frozen=True, slots=True)
class ShippedEvent:
    """An event of the files, and what is different about its first date."""

    event: Event
    change: DateChange


def shipped_events(echo: Echo, content_dir: Path | None = None) -> tuple[ShippedEvent, ...]:
    """Return the events of events.yaml and the sessions of echo.yaml."""
    return (*_entries(content_dir), *(_session(echo, each) for each in echo.sessions))


def _entries(content_dir: Path | None) -> Iterator[ShippedEvent]:
    for key, raw in merged_entries(FILE, content_dir):
        where = f"{FILE}, {key}"
        entry = parse(_Entry, raw, where)
        try:
            rule = Rule.parse(entry.rule) if entry.rule else None
            first_on = next(rule.dates(entry.first_on)) if rule else entry.first_on
        except (ValueError, StopIteration) as error:
            message = f"{where}: the rule is not understood, or it never occurs"
            raise StartupError(message) from error
        schedule = Schedule(ZoneInfo(entry.zone), first_on, entry.starts, entry.minutes, rule)
        event = Event(
            event_id=0,
            uid=f"{key}@shipped",
            kind=entry.kind,
            state=EventState.OPEN,
            schedule=schedule,
            titles=entry.title,
            notes=entry.note,
            place=entry.place,
            url=entry.url,
            key=key,
        )
        yield ShippedEvent(event, DateChange(first_on))


def _session(echo: Echo, session: Session) -> ShippedEvent:
    """Return a session of the ECHO as an event of its own: its next date is not known."""
    key = f"echo:{session.on}"
    minutes = (session.ends_at - session.starts_at).total_seconds() // 60
    event = Event(
        event_id=0,
        uid=f"{key}@shipped",
        kind=EventKind.ECHO,
        state=EventState.OPEN,
        schedule=Schedule(session.zone, session.on, session.starts, int(minutes)),
        titles=echo.title,
        url=session.sign_up_url,
        key=key,
    )
    return ShippedEvent(event, DateChange(session.on, topics=session.topics))
