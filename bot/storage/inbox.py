"""The inbox: raw updates, sealed, from the moment they arrive until they are answered."""

from collections.abc import Sequence
from datetime import datetime

from bot.storage.rows import Table, milliseconds


class Inbox(Table):
    """Updates that wait for their answer."""

    def add(self, updates: Sequence[tuple[int, str]], now: datetime) -> set[int]:
        """Keep raw updates (id, JSON); return the ids that were not known before."""
        known = self._known([update_id for update_id, _ in updates])
        self._connection.executemany(
            "INSERT OR IGNORE INTO inbox (update_id, sealed, received_at) VALUES (?, ?, ?)",
            [(uid, self._sealer.text(raw), milliseconds(now)) for uid, raw in updates],
        )
        return {update_id for update_id, _ in updates} - known

    def list_waiting(self) -> list[tuple[int, str, int]]:
        """Return (id, JSON, attempts) of what waits, oldest first; a damaged JSON is empty."""
        rows = self._rows(
            "SELECT update_id, sealed, attempts FROM inbox"
            " WHERE problem IS NULL ORDER BY update_id"
        )
        return [(r["update_id"], self._text(r["sealed"]), r["attempts"]) for r in rows]

    def mark_attempted(self, update_ids: Sequence[int]) -> None:
        """Count one more attempt, so that an update that kills the process is noticed."""
        self._connection.executemany(
            "UPDATE inbox SET attempts = attempts + 1 WHERE update_id = ?",
            [(update_id,) for update_id in update_ids],
        )

    def mark_problem(self, update_id: int, problem: str) -> None:
        """Set an update aside for good; problem is for operators and names nobody."""
        self._change("UPDATE inbox SET problem = ? WHERE update_id = ?", problem, update_id)

    def remove(self, update_ids: Sequence[int]) -> None:
        """Forget updates that have been answered."""
        self._connection.executemany(
            "DELETE FROM inbox WHERE update_id = ?", [(update_id,) for update_id in update_ids]
        )

    def remove_problems(self, before: datetime) -> int:
        """Forget what was set aside before that instant; return how many."""
        return self._change(
            "DELETE FROM inbox WHERE problem IS NOT NULL AND received_at < ?", milliseconds(before)
        )

    def count_waiting(self) -> int:
        """Return how many updates wait."""
        row = self._row("SELECT count(*) AS n FROM inbox WHERE problem IS NULL")
        return int(row["n"]) if row else 0

    def _text(self, sealed: bytes) -> str:
        # One damaged row must not keep the others from being answered.
        return self._sealer.open_text(sealed) if self._sealer.opens(sealed) else ""

    def _known(self, update_ids: Sequence[int]) -> set[int]:
        return {
            row["update_id"]
            for update_id in update_ids
            for row in self._rows("SELECT update_id FROM inbox WHERE update_id = ?", update_id)
        }
