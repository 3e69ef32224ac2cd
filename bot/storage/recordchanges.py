"""The log of records: who changed a count or a training, from what to what. Authors are sealed."""

import sqlite3
from datetime import datetime

from bot.models.records import RecordChange
from bot.storage.rows import Table, instant, milliseconds

_SHORT = 4  # signs of a pseudonym: enough to tell a staff apart


class RecordChanges(Table):
    """One row per change, for a year."""

    def add(self, about: str, before: str, after: str, author_id: int, now: datetime) -> int:
        """Store that somebody made one thing of another; return the change's id."""
        return self._insert(
            "INSERT INTO record_changes (made_at, author, about, before, after)"
            " VALUES (?, ?, ?, ?, ?)",
            milliseconds(now),
            self._sealer.id(author_id),
            about,
            before,
            after,
        )

    def find(self, change_id: int) -> RecordChange | None:
        """Return a change, or None."""
        row = self._row("SELECT * FROM record_changes WHERE change_id = ?", change_id)
        return None if row is None else self._record_change(row)

    def list_last(self, limit: int) -> list[RecordChange]:
        """Return the last changes, the latest first."""
        sql = "SELECT * FROM record_changes ORDER BY change_id DESC LIMIT ?"
        return [self._record_change(row) for row in self._rows(sql, limit)]

    def last_of(self, about: str) -> RecordChange | None:
        """Return the last change of one thing that was not undone, or None."""
        row = self._row(
            "SELECT * FROM record_changes WHERE about = ? AND undone_at IS NULL"
            " ORDER BY change_id DESC LIMIT 1",
            about,
        )
        return None if row is None else self._record_change(row)

    def mark_undone(self, change_id: int, author_id: int, now: datetime) -> bool:
        """Remember that somebody took a change back; return False if that was so already."""
        return bool(
            self._change(
                "UPDATE record_changes SET undone_at = ?, undone_by = ?"
                " WHERE change_id = ? AND undone_at IS NULL",
                milliseconds(now),
                self._sealer.id(author_id),
                change_id,
            )
        )

    def remove_old(self, before: datetime) -> None:
        """Forget changes that were made before."""
        self._change("DELETE FROM record_changes WHERE made_at < ?", milliseconds(before))

    def _record_change(self, row: sqlite3.Row) -> RecordChange:
        author = self._sealer.open_id(row["author"])
        return RecordChange(
            change_id=row["change_id"],
            made_at=instant(row["made_at"]),
            who=self._sealer.pseudonym(author, "staff")[:_SHORT],
            about=row["about"],
            before=row["before"],
            after=row["after"],
            undone=row["undone_at"] is not None,
        )
