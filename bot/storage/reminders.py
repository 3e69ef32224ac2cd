"""Reminders: who wants to hear of an event on a date before it begins. Chats are sealed.

When one is due it becomes a row of the outbox, whose key says what it is: "reminder:", the event,
the date, the language and the reminder, so that its words can be written anew if it gets late.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.models import Content, Language
from bot.models.events import Reminder
from bot.storage import contents
from bot.storage.rows import Table, instant, instant_or_none, milliseconds, milliseconds_or_none

# The keys are asked for as a range, so that their index serves it.
_WAITING = "key >= 'reminder:' AND key < 'reminder;' AND state = 'pending'"


@dataclass(frozen=True, slots=True)
class Written:
    """A reminder that waits in the outbox."""

    key: str
    event_id: int
    on: date
    language: Language
    chat_id: int
    due_at: datetime


class Reminders(Table):
    """At most one reminder per chat, event and date."""

    def put(self, reminder: Reminder, over_at: datetime) -> None:
        """Store a wish, in place of an earlier one for the same date."""
        self._change(
            "INSERT INTO reminders (event_id, on_date, chat, language, minutes, every, due_at,"
            " over_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (event_id, chat,"
            " on_date) DO UPDATE SET language = ?4, minutes = ?5, every = ?6, due_at = ?7",
            reminder.event_id,
            reminder.on.isoformat(),
            self._sealer.id(reminder.chat_id),
            reminder.language,
            reminder.minutes,
            reminder.every,
            milliseconds_or_none(reminder.due_at),
            milliseconds(over_at),
        )

    def find(self, chat_id: int, event_id: int, on: date) -> Reminder | None:
        """Return what a chat asked for about a date, or None."""
        row = self._row(
            "SELECT * FROM reminders WHERE event_id = ? AND chat = ? AND on_date = ?",
            event_id,
            self._sealer.id(chat_id),
            on.isoformat(),
        )
        return None if row is None else self._reminder(row)

    def list_of_date(self, event_id: int, on: date) -> list[Reminder]:
        """Return all that were asked for about a date."""
        rows = self._rows(
            "SELECT * FROM reminders WHERE event_id = ? AND on_date = ? ORDER BY reminder_id",
            event_id,
            on.isoformat(),
        )
        return [self._reminder(row) for row in rows]

    def list_of_event(self, event_id: int) -> list[Reminder]:
        """Return all that were asked for about any date of an event."""
        rows = self._rows(
            "SELECT * FROM reminders WHERE event_id = ? ORDER BY reminder_id", event_id
        )
        return [self._reminder(row) for row in rows]

    def list_due(self, now: datetime, limit: int) -> list[Reminder]:
        """Return what is to go to the outbox, the longest due first."""
        rows = self._rows(
            "SELECT * FROM reminders WHERE due_at <= ? ORDER BY due_at, reminder_id LIMIT ?",
            milliseconds(now),
            limit,
        )
        return [self._reminder(row) for row in rows]

    def list_over(self, now: datetime, limit: int) -> list[Reminder]:
        """Return those whose date is over."""
        rows = self._rows(
            "SELECT * FROM reminders WHERE over_at <= ? ORDER BY over_at, reminder_id LIMIT ?",
            milliseconds(now),
            limit,
        )
        return [self._reminder(row) for row in rows]

    def is_any_ripe(self, now: datetime) -> bool:
        """Return whether any is due, or its date over."""
        at = milliseconds(now)
        sql = (
            "SELECT EXISTS (SELECT 1 FROM reminders WHERE due_at <= ?1)"
            " OR EXISTS (SELECT 1 FROM reminders WHERE over_at <= ?1) AS ripe"
        )
        row = self._row(sql, at)
        return bool(row and row["ripe"])

    def set_due(self, reminder_ids: Sequence[int], due_at: datetime | None) -> None:
        """Remember when they are due; None: not any more."""
        self._connection.executemany(
            "UPDATE reminders SET due_at = ? WHERE reminder_id = ?",
            [(milliseconds_or_none(due_at), each) for each in reminder_ids],
        )

    def set_every(self, reminder_ids: Sequence[int], *, every: bool) -> None:
        """Remember whether they go on with the next dates of their series."""
        self._connection.executemany(
            "UPDATE reminders SET every = ? WHERE reminder_id = ?",
            [(every, each) for each in reminder_ids],
        )

    def set_date(
        self, reminder_id: int, on: date, due_at: datetime | None, over_at: datetime
    ) -> None:
        """Let one be about another date, or the same one at another time."""
        self._change(
            "UPDATE OR REPLACE reminders SET on_date = ?, due_at = ?, over_at = ?"
            " WHERE reminder_id = ?",
            on.isoformat(),
            milliseconds_or_none(due_at),
            milliseconds(over_at),
            reminder_id,
        )

    def set_aside(self, now: datetime) -> None:
        """Let those that were due in a backup not leave: they may be out since."""
        self._change("UPDATE reminders SET due_at = NULL WHERE due_at <= ?", milliseconds(now))

    def remove(self, reminder_ids: Sequence[int]) -> None:
        """Forget reminders."""
        self._connection.executemany(
            "DELETE FROM reminders WHERE reminder_id = ?", [(each,) for each in reminder_ids]
        )

    def remove_series_from(self, chat_id: int, event_id: int, on: date) -> None:
        """Forget that a chat wants to be reminded of all dates after one."""
        self._change(
            "DELETE FROM reminders WHERE event_id = ? AND chat = ? AND every = 1 AND on_date > ?",
            event_id,
            self._sealer.id(chat_id),
            on.isoformat(),
        )

    def remove_chat(self, chat_id: int) -> None:
        """Forget all that a chat asked for."""
        self._change("DELETE FROM reminders WHERE chat = ?", self._sealer.id(chat_id))

    # ------------------------------------------------------------------ in the outbox

    def withdraw(self, event_id: int, on: date) -> None:
        """Take back what waits in the outbox about a date that has changed."""
        beginning = f"reminder:{event_id}:{on}:"
        self._change(
            "DELETE FROM deliveries WHERE key >= ? AND key < ? AND state = 'pending'",
            beginning,
            f"{beginning}~",
        )

    def list_written(self, before: datetime) -> list[Written]:
        """Return what waits in the outbox and was due before an instant."""
        rows = self._rows(
            f"SELECT key, chat, due_at FROM deliveries WHERE {_WAITING} AND due_at < ?",  # noqa: S608 - a constant
            milliseconds(before),
        )
        return [self._written(row) for row in rows]

    def reword(self, key: str, content: Content | None) -> None:
        """Give one that waits in the outbox other words; None: let it not leave.

        Counted as an attempt, so that nobody who has read the old words can claim it.
        """
        if content is None:
            self._change("DELETE FROM deliveries WHERE key = ? AND state = 'pending'", key)
            return
        self._change(
            "UPDATE deliveries SET content = ?, attempts = attempts + 1"
            " WHERE key = ? AND state = 'pending'",
            self._sealer.text(contents.to_json(content)),
            key,
        )

    def _reminder(self, row: sqlite3.Row) -> Reminder:
        return Reminder(
            reminder_id=row["reminder_id"],
            event_id=row["event_id"],
            on=date.fromisoformat(row["on_date"]),
            chat_id=self._sealer.open_id(row["chat"]),
            language=Language(row["language"]),
            minutes=row["minutes"],
            every=bool(row["every"]),
            due_at=instant_or_none(row["due_at"]),
        )

    def _written(self, row: sqlite3.Row) -> Written:
        _, event_id, on, language, _ = row["key"].split(":", 4)
        return Written(
            key=row["key"],
            event_id=int(event_id),
            on=date.fromisoformat(on),
            language=Language(language),
            chat_id=self._sealer.open_id(row["chat"]),
            due_at=instant(row["due_at"]),
        )
