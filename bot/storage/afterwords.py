"""Afterwords: what staff write to those who came to an event, once per date. Texts are sealed."""

import sqlite3
from datetime import date, datetime

from bot.models import Content, Language
from bot.models.events import Attendance
from bot.models.records import Afterword
from bot.storage import contents
from bot.storage.rows import Table, instant_or_none, milliseconds


class Afterwords(Table):
    """At most one per event and date."""

    def find(self, event_id: int, on: date) -> Afterword | None:
        """Return what was written, or None."""
        row = self._row(
            "SELECT * FROM afterwords WHERE event_id = ? AND on_date = ?",
            event_id,
            on.isoformat(),
        )
        return None if row is None else self._afterword(row)

    def put(self, afterword: Afterword, author_id: int, now: datetime) -> None:
        """Store what was written, in place of an earlier text."""
        self._change(
            "INSERT OR REPLACE INTO afterwords (event_id, on_date, language, content,"
            " translation, author, written_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            afterword.event_id,
            afterword.on.isoformat(),
            afterword.language,
            self._sealed(afterword.content),
            self._sealed(afterword.translation) if afterword.translation else None,
            self._sealer.id(author_id),
            milliseconds(now),
        )

    def is_author(self, event_id: int, on: date, person_id: int) -> bool:
        """Return whether a person was the last to write it."""
        sql = "SELECT 1 FROM afterwords WHERE event_id = ? AND on_date = ? AND author = ?"
        sealed = self._sealer.id(person_id)
        return self._row(sql, event_id, on.isoformat(), sealed) is not None

    def mark_sent(self, event_id: int, on: date, now: datetime) -> bool:
        """Remember that it leaves; return False if it did already."""
        return bool(
            self._change(
                "UPDATE afterwords SET sent_at = ? WHERE event_id = ? AND on_date = ?"
                " AND sent_at IS NULL",
                milliseconds(now),
                event_id,
                on.isoformat(),
            )
        )

    def mark_unsent(self, event_id: int, on: date) -> None:
        """Take back what waits in the outbox, and let it be a draft again."""
        beginning = f"afterword:{event_id}:{on}:"
        self._change(
            "DELETE FROM deliveries WHERE key >= ? AND key < ? AND state = 'pending'",
            beginning,
            f"{beginning}~",
        )
        self._change(
            "UPDATE afterwords SET sent_at = NULL WHERE event_id = ? AND on_date = ?",
            event_id,
            on.isoformat(),
        )

    def withdraw(self, attendance: Attendance) -> None:
        """Take back the copy of one person that waits in the outbox."""
        key = f"afterword:{attendance.event_id}:{attendance.on}:{attendance.attendance_id}"
        self._change("DELETE FROM deliveries WHERE key = ? AND state = 'pending'", key)

    def remove(self, event_id: int, on: date) -> None:
        """Drop what was written and has not left."""
        self._change(
            "DELETE FROM afterwords WHERE event_id = ? AND on_date = ? AND sent_at IS NULL",
            event_id,
            on.isoformat(),
        )

    def remove_old(self, before: datetime) -> None:
        """Forget what was written before: whom it could reach is forgotten by then."""
        self._change("DELETE FROM afterwords WHERE written_at < ?", milliseconds(before))

    def _sealed(self, content: Content) -> bytes:
        return self._sealer.text(contents.to_json(content))

    def _afterword(self, row: sqlite3.Row) -> Afterword:
        translation = row["translation"]
        return Afterword(
            event_id=row["event_id"],
            on=date.fromisoformat(row["on_date"]),
            language=Language(row["language"]),
            content=contents.from_json(self._sealer.open_text(row["content"])),
            translation=translation
            and contents.from_json(self._sealer.open_text(row["translation"])),
            sent_at=instant_or_none(row["sent_at"]),
        )
