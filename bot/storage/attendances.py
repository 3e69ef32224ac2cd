"""Attendances: who comes to an event on a date, or waits for a place. Chats are sealed."""

import sqlite3
from datetime import date, datetime

from bot.models import Language
from bot.models.events import Attendance, Standing, Turnout, Way
from bot.storage.rows import Table, instant_or_none, milliseconds, milliseconds_or_none

# ?1 is now, ?2 the end of dates whose visitors are forgotten; who only waited goes at once.
_TO_FORGET = "over_at <= ?2 OR (over_at <= ?1 AND standing != 'coming')"
_RIPE = f"SELECT 1 FROM attendances WHERE offered_until <= ?1 OR {_TO_FORGET} LIMIT 1"  # noqa: S608 - a constant


class Attendances(Table):
    """At most one per chat, event and date."""

    def add(self, new: Attendance, over_at: datetime) -> None:
        """Store a wish to come; it stands behind all earlier ones."""
        self._change(
            "INSERT INTO attendances (event_id, on_date, chat, language, way, standing, over_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            new.event_id,
            new.on.isoformat(),
            self._sealer.id(new.chat_id),
            new.language,
            new.way,
            new.standing,
            milliseconds(over_at),
        )

    def find(self, chat_id: int, event_id: int, on: date) -> Attendance | None:
        """Return a chat's wish, or None."""
        row = self._row(
            "SELECT * FROM attendances WHERE event_id = ? AND on_date = ? AND chat = ?",
            event_id,
            on.isoformat(),
            self._sealer.id(chat_id),
        )
        return None if row is None else self._attendance(row)

    def list_of_date(self, event_id: int, on: date) -> list[Attendance]:
        """Return all of a date, the earliest first."""
        rows = self._rows(
            "SELECT * FROM attendances WHERE event_id = ? AND on_date = ? ORDER BY attendance_id",
            event_id,
            on.isoformat(),
        )
        return [self._attendance(row) for row in rows]

    def list_ahead(self, event_id: int, on: date, now: datetime) -> list[Attendance]:
        """Return all of a date that is not over, the earliest first."""
        rows = self._rows(
            "SELECT * FROM attendances WHERE event_id = ? AND on_date = ? AND over_at > ?"
            " ORDER BY attendance_id",
            event_id,
            on.isoformat(),
            milliseconds(now),
        )
        return [self._attendance(row) for row in rows]

    def list_dates(self, event_id: int, now: datetime) -> list[date]:
        """Return the dates of an event that are not over, to which anybody wants to come."""
        rows = self._rows(
            "SELECT DISTINCT on_date FROM attendances WHERE event_id = ? AND over_at > ?"
            " ORDER BY 1",
            event_id,
            milliseconds(now),
        )
        return [date.fromisoformat(row["on_date"]) for row in rows]

    def turnout(self, event_id: int, on: date) -> Turnout:
        """Return how many come."""
        rows = self._rows(
            "SELECT standing, way, count(*) AS n FROM attendances"
            " WHERE event_id = ? AND on_date = ? GROUP BY standing, way",
            event_id,
            on.isoformat(),
        )
        count = {(row["standing"], row["way"]): int(row["n"]) for row in rows}
        return Turnout(
            in_person=count.get((Standing.COMING, Way.IN_PERSON), 0),
            online=count.get((Standing.COMING, Way.ONLINE), 0),
            offered=count.get((Standing.OFFERED, Way.IN_PERSON), 0),
            waiting=count.get((Standing.WAITING, Way.IN_PERSON), 0),
        )

    def list_expired(self, now: datetime) -> list[Attendance]:
        """Return those whose offer was not answered in time."""
        rows = self._rows("SELECT * FROM attendances WHERE offered_until <= ?", milliseconds(now))
        return [self._attendance(row) for row in rows]

    def is_any_ripe(self, now: datetime, forget_before: datetime) -> bool:
        """Return whether an offer is over, or anything of a date is to be forgotten."""
        return self._row(_RIPE, milliseconds(now), milliseconds(forget_before)) is not None

    def set_standing(self, attendance_id: int, standing: Standing, until: datetime | None) -> None:
        """Give or offer a place."""
        self._change(
            "UPDATE attendances SET standing = ?, offered_until = ? WHERE attendance_id = ?",
            standing,
            milliseconds_or_none(until),
            attendance_id,
        )

    def set_over(self, event_id: int, on: date, over_at: datetime) -> None:
        """Follow a date that was moved."""
        self._change(
            "UPDATE attendances SET over_at = ? WHERE event_id = ? AND on_date = ?",
            milliseconds(over_at),
            event_id,
            on.isoformat(),
        )

    def remove(self, attendance_id: int) -> None:
        """Forget one."""
        self._change("DELETE FROM attendances WHERE attendance_id = ?", attendance_id)

    def remove_date(self, event_id: int, on: date) -> None:
        """Forget all of a date that is no more."""
        self._change(
            "DELETE FROM attendances WHERE event_id = ? AND on_date = ?", event_id, on.isoformat()
        )

    def remove_over(self, now: datetime, forget_before: datetime) -> None:
        """Forget who came to dates that were over before, and who waited when one is over."""
        self._change(
            f"DELETE FROM attendances WHERE {_TO_FORGET}",  # noqa: S608 - a constant
            milliseconds(now),
            milliseconds(forget_before),
        )

    def remove_chat(self, chat_id: int) -> None:
        """Forget a chat."""
        self._change("DELETE FROM attendances WHERE chat = ?", self._sealer.id(chat_id))

    def _attendance(self, row: sqlite3.Row) -> Attendance:
        return Attendance(
            attendance_id=row["attendance_id"],
            event_id=row["event_id"],
            on=date.fromisoformat(row["on_date"]),
            chat_id=self._sealer.open_id(row["chat"]),
            language=Language(row["language"]),
            way=Way(row["way"]),
            standing=Standing(row["standing"]),
            offered_until=instant_or_none(row["offered_until"]),
        )
