"""The outbox: claims before a call, outcomes after it.

pending -> sending -> sent | unreachable | failed | unconfirmed, or cancelled; see
docs/architecture.md.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.models import Content, Delivery, DeliveryState, Lane, Operation, Tally
from bot.storage import contents
from bot.storage.rows import Table, milliseconds

_COLUMNS = """
    SELECT d.delivery_id, d.chat, d.lane, d.operation, d.broadcast_id, d.part, d.attempts,
           d.thread_id, d.content, r.content AS rendition, t.message_id AS target_message_id
    FROM deliveries d
    LEFT JOIN renditions r
        ON r.broadcast_id = d.broadcast_id AND r.variant = d.variant AND r.part = d.part
    LEFT JOIN deliveries t ON t.delivery_id = d.target_id
"""
# A later part waits until the earlier one has left for good.
_PART_IS_NEXT = """
    (d.part = 0 OR NOT EXISTS (
        SELECT 1 FROM deliveries e WHERE e.broadcast_id = d.broadcast_id AND e.chat = d.chat
        AND e.part = d.part - 1 AND e.state IN ('pending', 'sending')))
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claimed delivery."""

    delivery_id: int
    state: DeliveryState  # PENDING: surely not sent, due again
    reason: str | None = None
    message_id: int | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery to store that is not a broadcast's."""

    chat_id: int
    content: Content
    lane: Lane
    due_at: datetime
    operation: Operation = Operation.SEND
    key: str | None = None
    target_id: int | None = None
    thread_id: int | None = None


class Deliveries(Table):
    """One row per call of Telegram."""

    def add(self, new: NewDelivery) -> int | None:
        """Store a delivery; return its id, or None if its key is known already."""
        cursor = self._connection.execute(
            "INSERT INTO deliveries (key, chat, lane, operation, content, target_id, thread_id,"
            " due_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending')"
            " ON CONFLICT (key) DO NOTHING",
            (
                new.key,
                self._sealer.id(new.chat_id),
                new.lane,
                new.operation,
                self._sealer.text(contents.to_json(new.content)),
                new.target_id,
                new.thread_id,
                milliseconds(new.due_at),
            ),
        )
        return cursor.lastrowid if cursor.rowcount else None

    def renew(self, new: NewDelivery) -> None:
        """Store a delivery; if its key is known, the newer content takes its place."""
        if self.add(new) is None:
            self._change(
                "UPDATE deliveries SET content = ?, due_at = ?, state = 'pending', attempts = 0"
                " WHERE key = ? AND state != 'sending'",
                self._sealer.text(contents.to_json(new.content)),
                milliseconds(new.due_at),
                new.key,
            )

    def find_by_key(self, key: str) -> tuple[int, DeliveryState] | None:
        """Return (id, state) of the delivery with that key, or None."""
        row = self._row("SELECT delivery_id, state FROM deliveries WHERE key = ?", key)
        return None if row is None else (row["delivery_id"], DeliveryState(row["state"]))

    def add_audience(self, broadcast_id: int, today: date, due_at: datetime) -> int:
        """Write one delivery per part for each active member who is not paused; return how many.

        Members whose choice has no rendition get none. Running it twice changes nothing.
        """
        return self._change(
            "INSERT INTO deliveries"
            " (broadcast_id, chat, part, lane, operation, variant, due_at, state)"
            " SELECT r.broadcast_id, m.chat, r.part, ?, 'send', r.variant, ?, 'pending'"
            " FROM members m JOIN renditions r"
            " ON r.broadcast_id = ? AND r.variant = m.language || ':' || m.sections"
            " WHERE m.state = 'active' AND coalesce(m.paused_until, '') <= ?"
            " ORDER BY m.member_id, r.part"
            " ON CONFLICT (broadcast_id, chat, part) DO NOTHING",
            Lane.BROADCAST,
            milliseconds(due_at),
            broadcast_id,
            today.isoformat(),
        )

    def add_copy(self, broadcast_id: int, chat_id: int, variant: str, due_at: datetime) -> int:
        """Write the deliveries of one late joiner; return how many, 0 if they have it already.

        What had been given up because they left or blocked the bot is due again.
        """
        return self._change(
            "INSERT INTO deliveries"
            " (broadcast_id, chat, part, lane, operation, variant, due_at, state)"
            " SELECT broadcast_id, ?, part, ?, 'send', variant, ?, 'pending' FROM renditions"
            " WHERE broadcast_id = ? AND variant = ?"
            " ON CONFLICT (broadcast_id, chat, part) DO UPDATE SET state = 'pending',"
            " variant = excluded.variant, lane = excluded.lane, due_at = excluded.due_at,"
            " reason = NULL, finished_at = NULL"
            " WHERE deliveries.state IN ('cancelled', 'unreachable')",
            self._sealer.id(chat_id),
            Lane.NOTICE,
            milliseconds(due_at),
            broadcast_id,
            variant,
        )

    def has_copy(self, broadcast_id: int, chat_id: int) -> bool:
        """Return whether a chat has got anything of a broadcast or may still get it."""
        row = self._row(
            "SELECT 1 FROM deliveries WHERE broadcast_id = ? AND chat = ?"
            " AND state NOT IN ('cancelled', 'unreachable') LIMIT 1",
            broadcast_id,
            self._sealer.id(chat_id),
        )
        return row is not None

    def list_due(self, now: datetime, limit: int) -> list[Delivery]:
        """Return due deliveries that are not a broadcast's, first the urgent ones."""
        rows = self._rows(
            f"{_COLUMNS} WHERE d.broadcast_id IS NULL AND d.state = 'pending' AND d.due_at <= ?"
            " ORDER BY d.lane, d.due_at, d.delivery_id LIMIT ?",
            milliseconds(now),
            limit,
        )
        return [self._delivery(row) for row in rows]

    def list_due_of(self, broadcast_id: int, now: datetime, limit: int) -> list[Delivery]:
        """Return due deliveries of a broadcast, in the order of its members."""
        rows = self._rows(
            f"{_COLUMNS} WHERE d.broadcast_id = ? AND d.state = 'pending' AND d.due_at <= ?"
            f" AND {_PART_IS_NEXT} ORDER BY d.due_at, d.delivery_id LIMIT ?",
            broadcast_id,
            milliseconds(now),
            limit,
        )
        return [self._delivery(row) for row in rows]

    def claim(self, delivery_ids: Sequence[int], now: datetime) -> set[int]:
        """Move deliveries to sending before the call; return those that were still there to claim.

        A broadcast's delivery can be claimed only while its broadcast is sending.
        """
        marks = ",".join("?" * len(delivery_ids))
        sql = (
            "UPDATE deliveries SET state = 'sending', claimed_at = ?, attempts = attempts + 1"  # noqa: S608
            f" WHERE delivery_id IN ({marks}) AND state = 'pending' AND (lane < {Lane.BROADCAST:d}"
            " OR EXISTS (SELECT 1 FROM broadcasts b WHERE b.broadcast_id = deliveries.broadcast_id"
            " AND b.state = 'sending')) RETURNING delivery_id"
        )
        return {row["delivery_id"] for row in self._rows(sql, milliseconds(now), *delivery_ids)}

    def finish(self, outcomes: Iterable[Outcome], now: datetime) -> None:
        """Record what became of claimed deliveries."""
        self._connection.executemany(
            "UPDATE deliveries SET state = ?, reason = ?, message_id = coalesce(?, message_id),"
            " due_at = coalesce(?, due_at), finished_at = ?"
            " WHERE delivery_id = ? AND state = 'sending'",
            [
                (
                    o.state,
                    o.reason,
                    o.message_id,
                    milliseconds(o.due_at) if o.due_at else None,
                    None if o.state is DeliveryState.PENDING else milliseconds(now),
                    o.delivery_id,
                )
                for o in outcomes
            ],
        )

    def stop_chat(self, chat_id: int, state: DeliveryState, reason: str, now: datetime) -> int:
        """Give all waiting deliveries of a chat that outcome; return how many."""
        return self._change(
            "UPDATE deliveries SET state = ?, reason = ?, finished_at = ?"
            " WHERE chat = ? AND state = 'pending'",
            state,
            reason,
            milliseconds(now),
            self._sealer.id(chat_id),
        )

    def stop_copies(self, chat_id: int, state: DeliveryState, reason: str, now: datetime) -> int:
        """Give a chat's waiting copies of broadcasts that outcome; return how many."""
        return self._change(
            "UPDATE deliveries SET state = ?, reason = ?, finished_at = ?"
            " WHERE chat = ? AND state = 'pending' AND broadcast_id IS NOT NULL",
            state,
            reason,
            milliseconds(now),
            self._sealer.id(chat_id),
        )

    def stop_broadcast(self, broadcast_id: int, now: datetime) -> int:
        """Cancel what a broadcast has not sent yet; return how many."""
        return self._change(
            "UPDATE deliveries SET state = 'cancelled', finished_at = ?"
            " WHERE broadcast_id = ? AND state = 'pending'",
            milliseconds(now),
            broadcast_id,
        )

    def reopen(self, broadcast_id: int, state: DeliveryState, now: datetime) -> int:
        """Make a broadcast's deliveries in a state due again, for those who are members still."""
        return self._change(
            "UPDATE deliveries SET state = 'pending', due_at = ?, reason = NULL,"
            " finished_at = NULL"
            " WHERE broadcast_id = ? AND state = ? AND EXISTS"
            " (SELECT 1 FROM members m WHERE m.chat = deliveries.chat AND m.state = 'active')",
            milliseconds(now),
            broadcast_id,
            state,
        )

    def remove_unsent(self, broadcast_id: int) -> bool:
        """Forget a broadcast's deliveries if none has been claimed; return whether that was so."""
        row = self._row(
            "SELECT 1 FROM deliveries WHERE broadcast_id = ? AND state != 'pending' LIMIT 1",
            broadcast_id,
        )
        if row is not None:
            return False
        self._change("DELETE FROM deliveries WHERE broadcast_id = ?", broadcast_id)
        return True

    def recover(self, now: datetime) -> int:
        """Settle what was being sent when the process ended; return how many are unconfirmed.

        A broadcast's or a notice's message may have arrived: unconfirmed. An urgent one or a
        reply goes out again, because there a double is better than none; so does an edit or a
        deletion, which can be repeated.
        """
        self._change(
            "UPDATE deliveries SET state = 'pending' WHERE state = 'sending'"
            " AND (operation IN ('edit', 'delete') OR lane <= ?)",
            Lane.REPLY,
        )
        return self._change(
            "UPDATE deliveries SET state = 'unconfirmed', reason = 'restart', finished_at = ?"
            " WHERE state = 'sending'",
            milliseconds(now),
        )

    def tally(self, broadcast_id: int) -> Tally:
        """Return how a broadcast's deliveries stand."""
        rows = self._rows(
            "SELECT state, count(*) AS n FROM deliveries WHERE broadcast_id = ? GROUP BY state",
            broadcast_id,
        )
        return Tally(**{row["state"]: row["n"] for row in rows})

    def list_reasons(self, broadcast_id: int) -> list[tuple[DeliveryState, str, int]]:
        """Return (state, reason, count) of what did not arrive, most first."""
        rows = self._rows(
            "SELECT state, coalesce(reason, '') AS reason, count(*) AS n FROM deliveries"
            " WHERE broadcast_id = ? AND state IN ('unreachable', 'failed', 'unconfirmed')"
            " GROUP BY 1, 2 ORDER BY 3 DESC",
            broadcast_id,
        )
        return [(DeliveryState(r["state"]), r["reason"], r["n"]) for r in rows]

    def remove_finished(self, before: datetime) -> int:
        """Forget deliveries outside broadcasts that ended before that instant; return how many."""
        return self._change(
            "DELETE FROM deliveries WHERE broadcast_id IS NULL AND finished_at < ?"
            " AND delivery_id NOT IN"
            " (SELECT target_id FROM deliveries WHERE target_id IS NOT NULL)",
            milliseconds(before),
        )

    def remove_of_broadcasts(self, before: datetime) -> int:
        """Forget who got the broadcasts that ended before that instant; return how many rows."""
        return self._change(
            "DELETE FROM deliveries WHERE broadcast_id IN"
            " (SELECT broadcast_id FROM broadcasts WHERE finished_at < ?)",
            milliseconds(before),
        )

    def migrate(self, chat_id: int, new_chat_id: int) -> None:
        """Follow a chat to its new id."""
        self._change(
            "UPDATE OR IGNORE deliveries SET chat = ? WHERE chat = ? AND state = 'pending'",
            self._sealer.id(new_chat_id),
            self._sealer.id(chat_id),
        )

    def _delivery(self, row: sqlite3.Row) -> Delivery:
        text = row["rendition"] or (
            self._sealer.open_text(row["content"]) if row["content"] else ""
        )
        return Delivery(
            delivery_id=row["delivery_id"],
            chat_id=self._sealer.open_id(row["chat"]),
            lane=Lane(row["lane"]),
            operation=Operation(row["operation"]),
            content=contents.from_json(text) if text else None,
            broadcast_id=row["broadcast_id"],
            part=row["part"],
            attempts=row["attempts"],
            target_message_id=row["target_message_id"],
            message_thread_id=row["thread_id"],
        )
