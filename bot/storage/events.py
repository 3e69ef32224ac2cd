"""Events, and the dates of series that are not like the others."""

import sqlite3
from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.models import Language
from bot.models.events import DateChange, Event, EventKind, EventState, Schedule, Texts
from bot.recurrence import Rule
from bot.storage.rows import Table, instant, instant_or_none, milliseconds

_COLUMNS = (
    "kind", "state", "title_en", "title_es", "note_en", "note_es", "zone", "first_on", "starts",
    "minutes", "rule", "place", "url", "languages", "seats", "revision", "changed_at",
    "source", "imported_on",
)  # fmt: skip
_DATE_COLUMNS = (
    "event_id", "on_date", "moved_to", "starts", "minutes", "cancelled", "topic_en", "topic_es",
    "place", "url", "seats",
)  # fmt: skip


class Events(Table):
    """Events of all states."""

    def add(
        self, event: Event, now: datetime, *, update_id: int | None = None, by_staff: bool
    ) -> Event:
        """Store a new event; the same update, or the same key, gives the same one."""
        names = ("uid", "update_id", "key", "by_staff", *_COLUMNS)
        values = (event.uid, update_id, event.key or None, by_staff, *_values(event, now))
        marks = ",".join("?" * len(names))
        self._change(
            f"INSERT INTO events ({','.join(names)}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608 - names only
            *values,
        )
        row = self._row(
            "SELECT * FROM events WHERE uid = ? OR update_id = ? OR key = ?",
            event.uid,
            update_id,
            event.key or None,
        )
        if row is None:
            raise LookupError("the event was just stored")
        return _event(row)

    def find(self, event_id: int) -> Event | None:
        """Return an event, or None."""
        row = self._row("SELECT * FROM events WHERE event_id = ?", event_id)
        return None if row is None else _event(row)

    def set_imported(self, event_id: int, on: date) -> None:
        """Store on which day the calendar of a partner said so again."""
        self._change(
            "UPDATE events SET imported_on = ? WHERE event_id = ?", on.isoformat(), event_id
        )

    def find_shipped(self, key: str) -> tuple[Event, bool] | None:
        """Return what ships under a key and whether staff changed it since, or None."""
        row = self._row("SELECT * FROM events WHERE key = ?", key)
        return None if row is None else (_event(row), bool(row["by_staff"]))

    def list_shipped(self) -> list[Event]:
        """Return what ships and nobody changed by hand."""
        rows = self._rows("SELECT * FROM events WHERE key IS NOT NULL AND NOT by_staff")
        return [_event(row) for row in rows]

    def list_in(self, *states: EventState) -> list[Event]:
        """Return the events in these states, oldest first."""
        marks = ",".join("?" * len(states))
        rows = self._rows(
            f"SELECT * FROM events WHERE state IN ({marks}) ORDER BY event_id",  # noqa: S608 - marks only
            *states,
        )
        return [_event(row) for row in rows]

    def version(self) -> tuple[int, datetime | None]:
        """Return a number that grows with every change of any event, and the latest instant."""
        sql = "SELECT count(*) + total(revision) AS n, max(changed_at) AS at FROM events"
        row = self._row(sql)
        return (0, None) if row is None else (int(row["n"]), instant_or_none(row["at"]))

    def update(self, event: Event, now: datetime, *, by_staff: bool = True) -> Event:
        """Store an event as it now is; its revision grows."""
        newer = replace(event, revision=event.revision + 1)
        names = ", ".join(f"{name} = ?" for name in _COLUMNS)
        self._change(
            f"UPDATE events SET {names}, by_staff = max(by_staff, ?) WHERE event_id = ?",  # noqa: S608 - names only
            *_values(newer, now),
            by_staff,
            event.event_id,
        )
        return replace(newer, changed_at=now)

    def changes_of(self, event_id: int) -> dict[date, DateChange]:
        """Return the dates of an event that are not like the others."""
        rows = self._rows("SELECT * FROM event_dates WHERE event_id = ?", event_id)
        return {change.on: change for change in map(_date_change, rows)}

    def all_changes(self) -> dict[int, dict[date, DateChange]]:
        """Return the same of all events that have such dates, in one look."""
        found: dict[int, dict[date, DateChange]] = {}
        for row in self._rows("SELECT * FROM event_dates"):
            change = _date_change(row)
            found.setdefault(row["event_id"], {})[change.on] = change
        return found

    def find_change(self, event_id: int, on: date) -> DateChange:
        """Return what is different about a date, which may be nothing."""
        row = self._row(
            "SELECT * FROM event_dates WHERE event_id = ? AND on_date = ?",
            event_id,
            on.isoformat(),
        )
        return DateChange(on) if row is None else _date_change(row)

    def put_change(self, event_id: int, change: DateChange) -> None:
        """Store what is different about a date."""
        marks = ",".join("?" * len(_DATE_COLUMNS))
        self._change(
            f"INSERT OR REPLACE INTO event_dates ({','.join(_DATE_COLUMNS)}) VALUES ({marks})",  # noqa: S608 - names only
            event_id,
            change.on.isoformat(),
            change.moved_to.isoformat() if change.moved_to else None,
            _time_text(change.starts),
            change.minutes,
            change.cancelled,
            change.topics.get(Language.EN, ""),
            change.topics.get(Language.ES, ""),
            change.place,
            change.url,
            change.seats,
        )

    def remove_change(self, event_id: int, on: date) -> None:
        """Let a date be like the others."""
        self._change(
            "DELETE FROM event_dates WHERE event_id = ? AND on_date = ?", event_id, on.isoformat()
        )


def _values(event: Event, now: datetime) -> tuple[object, ...]:
    schedule = event.schedule
    return (
        event.kind,
        event.state,
        event.titles.get(Language.EN, ""),
        event.titles.get(Language.ES, ""),
        event.notes.get(Language.EN, ""),
        event.notes.get(Language.ES, ""),
        schedule.zone.key if schedule else None,
        schedule.first_on.isoformat() if schedule else None,
        _time_text(schedule.starts) if schedule else None,
        schedule.minutes if schedule else 0,
        str(schedule.rule or "") if schedule else "",
        event.place,
        event.url,
        ",".join(sorted(event.languages)),
        event.seats,
        event.revision,
        milliseconds(now),
        event.source,
        event.imported_on.isoformat() if event.imported_on else None,
    )


def _event(row: sqlite3.Row) -> Event:
    return Event(
        event_id=row["event_id"],
        uid=row["uid"],
        kind=EventKind(row["kind"]),
        state=EventState(row["state"]),
        schedule=None if row["zone"] is None else _schedule(row),
        titles=_texts(row["title_en"], row["title_es"]),
        notes=_texts(row["note_en"], row["note_es"]),
        place=row["place"],
        url=row["url"],
        languages=frozenset(Language(code) for code in row["languages"].split(",") if code),
        seats=row["seats"],
        revision=row["revision"],
        changed_at=instant(row["changed_at"]),
        key=row["key"] or "",
        source=row["source"],
        imported_on=date.fromisoformat(row["imported_on"]) if row["imported_on"] else None,
    )


def _schedule(row: sqlite3.Row) -> Schedule:
    return Schedule(
        zone=ZoneInfo(row["zone"]),
        first_on=date.fromisoformat(row["first_on"]),
        starts=time.fromisoformat(row["starts"]) if row["starts"] else None,
        minutes=row["minutes"],
        rule=Rule.parse(row["rule"]) if row["rule"] else None,
    )


def _date_change(row: sqlite3.Row) -> DateChange:
    return DateChange(
        on=date.fromisoformat(row["on_date"]),
        moved_to=date.fromisoformat(row["moved_to"]) if row["moved_to"] else None,
        starts=time.fromisoformat(row["starts"]) if row["starts"] else None,
        minutes=row["minutes"],
        cancelled=bool(row["cancelled"]),
        topics=_texts(row["topic_en"], row["topic_es"]),
        place=row["place"],
        url=row["url"],
        seats=row["seats"],
    )


def _texts(english: str, spanish: str) -> Texts:
    both = {Language.EN: english, Language.ES: spanish}
    return {language: text for language, text in both.items() if text}


def _time_text(at: time | None) -> str | None:
    return None if at is None else f"{at:%H:%M}"
