"""What people say is wrong with a place, until staff have decided."""

import sqlite3
from datetime import datetime

from bot.models import Language
from bot.models.sites import Correction, CorrectionKind, Need
from bot.storage.rows import Table, milliseconds


class Corrections(Table):
    """One row per report; its words and its chat are erased by the decision."""

    def add(self, update_id: int, new: Correction, now: datetime) -> int | None:
        """Keep a report; return its number, or None if this update was kept before."""
        cursor = self._connection.execute(
            "INSERT INTO corrections (update_id, site_id, kind, need, words, chat, language,"
            " made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (update_id) DO NOTHING",
            (
                update_id,
                new.site_id,
                new.kind,
                new.need,
                self._sealer.text(new.words) if new.words else None,
                None if new.chat_id is None else self._sealer.id(new.chat_id),
                new.language,
                milliseconds(now),
            ),
        )
        return cursor.lastrowid if cursor.rowcount else None

    def count_open(self) -> int:
        """Return how many wait for a decision."""
        row = self._row("SELECT count(*) AS n FROM corrections WHERE state = 'open'")
        return 0 if row is None else row["n"]

    def find_open(self, number: int) -> Correction | None:
        """Return a report that nobody has decided on, or None."""
        row = self._row(
            "SELECT * FROM corrections WHERE correction_id = ? AND state = 'open'", number
        )
        return None if row is None else self._correction(row)

    def decide(self, number: int, *, accepted: bool) -> None:
        """Note the decision, and erase what the report said and who made it."""
        self._change(
            "UPDATE corrections SET state = ?, words = NULL, chat = NULL"
            " WHERE correction_id = ? AND state = 'open'",
            "accepted" if accepted else "rejected",
            number,
        )

    def remove_old(self, before: datetime) -> int:
        """Forget reports, decided or not, that were made before; return how many."""
        return self._change("DELETE FROM corrections WHERE made_at < ?", milliseconds(before))

    def _correction(self, row: sqlite3.Row) -> Correction:
        return Correction(
            row["site_id"],
            CorrectionKind(row["kind"]),
            Need(row["need"]) if row["need"] else None,
            self._sealer.open_text(row["words"]) if row["words"] else "",
            None if row["chat"] is None else self._sealer.open_id(row["chat"]),
            Language(row["language"]),
        )
