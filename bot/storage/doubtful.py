"""What waited in a backup: it may have been done since, and nobody but staff can decide."""

from datetime import datetime

from bot.models import Reason
from bot.storage.rows import Table, milliseconds


class Doubtful(Table):
    """Deliveries and updates that waited in a database put back from a backup."""

    def set_aside(self, now: datetime) -> int:
        """Make what is due "unconfirmed", except in broadcasts on hold; return how many.

        What is due later has not gone out.
        """
        return self._change(
            "UPDATE deliveries SET state = 'unconfirmed', reason = ?, finished_at = ?"
            " WHERE state = 'pending' AND due_at <= ? AND NOT EXISTS (SELECT 1 FROM broadcasts b"
            " WHERE b.broadcast_id = deliveries.broadcast_id AND b.state = 'paused')",
            Reason.BACKUP,
            milliseconds(now),
            milliseconds(now),
        )

    def set_updates_aside(self) -> int:
        """Leave updates that waited unanswered; return how many.

        They were answered soon after the backup. A decision of staff among them must not be
        taken twice.
        """
        return self._change("UPDATE inbox SET problem = ? WHERE problem IS NULL", Reason.BACKUP)

    def release(self, now: datetime) -> int:
        """Make all that was set aside due again; return how many."""
        return self._change(
            "UPDATE deliveries SET state = 'pending', reason = NULL, finished_at = NULL,"
            " due_at = ? WHERE state = 'unconfirmed' AND reason = ?",
            milliseconds(now),
            Reason.BACKUP,
        )
