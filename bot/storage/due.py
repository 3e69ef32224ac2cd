"""Due times when the system's clock was set back: they were planned by the old one."""

from datetime import datetime

from bot.models import Lane
from bot.storage.rows import Table, milliseconds


class Due(Table):
    """What is due, moved as a whole."""

    def bring_forward(self, before: datetime, now: datetime) -> int:
        """Move what was due or planned as "so much later" by what the clock lost; return how many.

        `before` is what the old clock would show. A copy that waits for the end of a pause or of
        quiet hours waits for a time on the wall, which has not moved.
        """
        lost = milliseconds(before) - milliseconds(now)
        self._change(
            "UPDATE broadcasts SET starts_at = starts_at - ? WHERE state IN ('sending', 'paused')",
            lost,
        )
        return self._change(
            "UPDATE deliveries SET due_at = due_at - ?1 WHERE state = 'pending'"
            " AND (due_at <= ?2 OR held IS NULL AND (attempts > 0 OR lane <= ?3 OR EXISTS"
            " (SELECT 1 FROM broadcasts b WHERE b.broadcast_id = deliveries.broadcast_id"
            " AND b.state IN ('sending', 'paused'))))",
            lost,
            milliseconds(before),
            Lane.REPLY,
        )
