"""Arrived: the messages of a broadcast that members have, and what amends them."""

from collections.abc import Iterable
from datetime import datetime

from bot.models import Lane, MemberState, Operation
from bot.storage.holds import HOLDS, ON_HOLD, Hold, packed
from bot.storage.rows import Table, milliseconds


class Arrived(Table):
    """The rows of deliveries that were sent, and those that change or answer them."""

    def add_changes(
        self, broadcast_id: int, amended: int, operation: Operation, due_at: datetime
    ) -> int:
        """Write an edit or a deletion for each message that arrived; return how many.

        An edit is for the messages that have another text now. A message that is under way is
        changed once it has arrived.
        """
        changed = (
            ""
            if operation is Operation.DELETE
            else (
                " AND EXISTS (SELECT 1 FROM renditions r WHERE r.broadcast_id = ?1"
                " AND r.variant = d.variant AND r.part = d.part)"
            )
        )
        return self._change(
            "INSERT INTO deliveries (broadcast_id, chat, part, lane, operation, variant,"  # noqa: S608 - no values in it
            " target_id, due_at, state)"
            " SELECT ?1, d.chat, d.part, ?3, ?4, d.variant, d.delivery_id, ?5, 'pending'"
            " FROM deliveries d WHERE d.broadcast_id = ?2 AND d.operation = 'send'"
            f" AND d.state IN ('sent', 'sending'){changed} ORDER BY d.delivery_id"
            " ON CONFLICT (broadcast_id, chat, part) DO NOTHING",
            broadcast_id,
            amended,
            Lane.BROADCAST,
            operation,
            milliseconds(due_at),
        )

    def add_corrections(
        self, broadcast_id: int, amended: int, holds: Iterable[Hold], due_at: datetime
    ) -> int:
        """Write an answer to the first message that each member has; return how many."""
        sql = (
            f"{HOLDS} INSERT INTO deliveries (broadcast_id, chat, part, lane, operation, variant,"  # noqa: S608 - no values in it
            " target_id, due_at, held, state)"
            " SELECT r.broadcast_id, d.chat, r.part, ?, 'send', r.variant, min(d.delivery_id),"
            " coalesce(h.due_at, ?), h.held, 'pending'"
            " FROM deliveries d JOIN members m ON m.chat = d.chat"
            " JOIN renditions r ON r.broadcast_id = ? AND r.variant = m.language"
            f" {ON_HOLD}"
            " WHERE d.broadcast_id = ? AND d.operation = 'send' AND d.state IN ('sent', 'sending')"
            " AND m.state = 'active' GROUP BY d.chat, r.part ORDER BY m.member_id, r.part"
            " ON CONFLICT (broadcast_id, chat, part) DO NOTHING"
        )
        values = (Lane.BROADCAST, milliseconds(due_at), broadcast_id, amended)
        return self._change(sql, packed(holds), *values)

    def count_arrived(self, broadcast_id: int, since: datetime) -> tuple[int, int]:
        """Return how many messages arrived, and how many of them since that instant."""
        row = self._row(
            "SELECT count(*) AS n, coalesce(sum(finished_at >= ?), 0) AS young FROM deliveries"
            " WHERE broadcast_id = ? AND operation = 'send' AND state = 'sent'",
            milliseconds(since),
            broadcast_id,
        )
        return (row["n"], row["young"]) if row else (0, 0)

    def count_readers(self, broadcast_id: int) -> int:
        """Return how many members have got anything of a broadcast and are members still."""
        row = self._row(
            "SELECT count(DISTINCT d.chat) AS n FROM deliveries d JOIN members m"
            " ON m.chat = d.chat AND m.state = 'active'"
            " WHERE d.broadcast_id = ? AND d.operation = 'send' AND d.state = 'sent'",
            broadcast_id,
        )
        return row["n"] if row else 0

    def count_former(self, amended: int, correction: int) -> list[tuple[MemberState, int]]:
        """Return how many chats have a broadcast but not its correction, by what they are now."""
        rows = self._rows(
            "SELECT coalesce(m.state, 'left') AS state, count(DISTINCT d.chat) AS n"
            " FROM deliveries d LEFT JOIN members m ON m.chat = d.chat WHERE d.broadcast_id = ?"
            " AND d.state = 'sent' AND NOT EXISTS (SELECT 1 FROM deliveries c"
            " WHERE c.broadcast_id = ? AND c.chat = d.chat) GROUP BY 1 ORDER BY n DESC",
            amended,
            correction,
        )
        return [(MemberState(row["state"]), row["n"]) for row in rows]
