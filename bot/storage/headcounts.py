"""Headcounts: how many came to events. Numbers only."""

from datetime import date

from bot.models.records import Headcount
from bot.storage.rows import Table


class Headcounts(Table):
    """At most one per event and date."""

    def find(self, event_id: int, on: date) -> Headcount | None:
        """Return how many came, or None."""
        row = self._row(
            "SELECT * FROM headcounts WHERE event_id = ? AND on_date = ?",
            event_id,
            on.isoformat(),
        )
        return None if row is None else Headcount(event_id, on, row["in_person"], row["online"])

    def put(self, count: Headcount) -> None:
        """Store how many came, in place of what was said before."""
        self._change(
            "INSERT OR REPLACE INTO headcounts (event_id, on_date, in_person, online)"
            " VALUES (?, ?, ?, ?)",
            count.event_id,
            count.on.isoformat(),
            count.in_person,
            count.online,
        )

    def remove(self, event_id: int, on: date) -> None:
        """Forget how many came."""
        self._change(
            "DELETE FROM headcounts WHERE event_id = ? AND on_date = ?", event_id, on.isoformat()
        )
