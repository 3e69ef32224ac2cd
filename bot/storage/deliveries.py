"""The outbox: claims before a call, outcomes after it.

pending -> sending -> sent | unreachable | failed | unconfirmed, or cancelled; see
docs/architecture.md.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.models import Content, Delivery, DeliveryState, Lane, Operation, Reason
from bot.storage import contents
from bot.storage.rows import Table, milliseconds

_COLUMNS = """
    SELECT d.delivery_id, d.chat, d.lane, d.operation, d.broadcast_id, d.part, d.attempts,
           coalesce(d.thread_id, p.message_id) AS thread_id, d.content, d.target_id AS target,
           r.content AS rendition, t.message_id AS target_id,
           coalesce(t.message_ids, d.about_ids) AS target_ids
    FROM deliveries d
    LEFT JOIN renditions r
        ON r.broadcast_id = d.broadcast_id AND r.variant = d.variant AND r.part = d.part
    LEFT JOIN deliveries t ON t.delivery_id = d.target_id
    LEFT JOIN deliveries p ON p.delivery_id = d.topic_id
"""
# A later part waits until the earlier one has left for good, a change until its message has.
_IS_NEXT = """
    (d.part = 0 OR NOT EXISTS (
        SELECT 1 FROM deliveries e WHERE e.broadcast_id = d.broadcast_id AND e.chat = d.chat
        AND e.part = d.part - 1 AND e.state IN ('pending', 'sending')))
    AND coalesce(t.state, '') != 'sending'
"""
# A single message waits for the one that it answers or changes, and for its topic.
_IS_FREE = """
    coalesce(t.state, '') NOT IN ('pending', 'sending')
    AND coalesce(p.state, '') NOT IN ('pending', 'sending')
"""
# Rows that must not outlive their purpose; one that another row points at goes with that one.
FORGET = """
    DELETE FROM deliveries WHERE forget = 1 AND state NOT IN ('pending', 'sending')
    AND NOT EXISTS (SELECT 1 FROM deliveries t WHERE t.target_id = deliveries.delivery_id)
"""
# What was under way when its broadcast was stopped, corrected or recalled, or its member left.
_LET_GO = """
    UPDATE deliveries SET state = 'cancelled', finished_at = ?, reason = (SELECT a.kind
        FROM broadcasts a WHERE a.amends = deliveries.broadcast_id
        AND a.kind IN ('correction', 'recall') AND a.state IN ('sending', 'paused', 'sent')
        UNION SELECT 'left' WHERE NOT EXISTS (SELECT 1 FROM members m
        WHERE m.chat = deliveries.chat AND m.state != 'left') LIMIT 1)
    WHERE delivery_id IN (SELECT value FROM json_each(?)) AND broadcast_id IS NOT NULL
    AND (EXISTS (SELECT 1 FROM broadcasts b WHERE b.broadcast_id = deliveries.broadcast_id
            AND b.state = 'cancelled')
        OR operation = 'send' AND EXISTS (SELECT 1 FROM broadcasts a
            WHERE a.amends = deliveries.broadcast_id AND a.kind IN ('correction', 'recall')
            AND a.state IN ('sending', 'paused', 'sent'))
        OR operation = 'send' AND NOT EXISTS (SELECT 1 FROM members m
            WHERE m.chat = deliveries.chat AND m.state != 'left'))
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claimed delivery."""

    delivery_id: int
    state: DeliveryState  # PENDING: surely not sent, due again
    reason: Reason | None = None
    message_ids: tuple[int, ...] = ()
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What decides whether a delivery can start now."""

    delivery_id: int
    chat: bytes  # sealed
    lane: Lane


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
    forget: bool = False  # nothing of it stays once it has ended
    about_ids: tuple[int, ...] = ()  # messages of the chat that are no deliveries, as a target
    topic_id: int | None = None  # the delivery that makes the topic in which it is to appear
    case_message_id: int | None = None


class Deliveries(Table):
    """One row per call of Telegram."""

    def add(self, new: NewDelivery) -> int | None:
        """Store a delivery; return its id, or None if its key is known already."""
        cursor = self._connection.execute(
            "INSERT INTO deliveries (key, chat, lane, operation, content, target_id, thread_id,"
            " due_at, forget, about_ids, topic_id, case_message_id, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending')"
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
                new.forget,
                json.dumps(new.about_ids) if new.about_ids else None,
                new.topic_id,
                new.case_message_id,
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

    def reword(self, delivery_id: int, content: Content) -> bool:
        """Give a delivery that has not left another content; return False if it has.

        Counted as an attempt, so that nobody who has read the old content can claim it.
        """
        return bool(
            self._change(
                "UPDATE deliveries SET content = ?, attempts = attempts + 1"
                " WHERE delivery_id = ? AND state = 'pending'",
                self._sealer.text(contents.to_json(content)),
                delivery_id,
            )
        )

    def find_by_key(self, key: str) -> tuple[int, DeliveryState] | None:
        """Return (id, state) of the delivery with that key, or None."""
        row = self._row("SELECT delivery_id, state FROM deliveries WHERE key = ?", key)
        return None if row is None else (row["delivery_id"], DeliveryState(row["state"]))

    def list_due(self, now: datetime, limit: int) -> list[Due]:
        """Return due deliveries that are not a broadcast's, first the urgent ones, unopened."""
        rows = self._rows(
            "SELECT d.delivery_id, d.chat, d.lane FROM deliveries d INDEXED BY deliveries_singles"  # noqa: S608 - constants
            " LEFT JOIN deliveries t ON t.delivery_id = d.target_id"
            " LEFT JOIN deliveries p ON p.delivery_id = d.topic_id"
            " WHERE d.broadcast_id IS NULL AND d.state = 'pending' AND d.due_at <= ?"
            f" AND {_IS_FREE} ORDER BY d.lane, d.due_at, d.delivery_id LIMIT ?",
            milliseconds(now),
            limit,
        )
        return [Due(row["delivery_id"], row["chat"], Lane(row["lane"])) for row in rows]

    def list_by_id(self, delivery_ids: Sequence[int]) -> list[Delivery]:
        """Return those of these deliveries that still wait, in the given order."""
        marks = ",".join("?" * len(delivery_ids))
        rows = self._rows(
            f"{_COLUMNS} WHERE d.delivery_id IN ({marks}) AND d.state = 'pending'", *delivery_ids
        )
        found = {row["delivery_id"]: self._delivery(row) for row in rows}
        return [found[each] for each in delivery_ids if each in found]

    def list_due_of(self, broadcast_id: int, now: datetime, limit: int) -> list[Delivery]:
        """Return due deliveries of a broadcast, in the order of its members."""
        rows = self._rows(
            f"{_COLUMNS} WHERE d.broadcast_id = ? AND d.state = 'pending' AND d.due_at <= ?"
            f" AND {_IS_NEXT} ORDER BY d.due_at, d.delivery_id LIMIT ?",
            broadcast_id,
            milliseconds(now),
            limit,
        )
        return [self._delivery(row) for row in rows]

    def claim(self, deliveries: Sequence[Delivery], now: datetime) -> set[int]:
        """Move deliveries to sending before the call; return those that were still there to claim.

        A broadcast's delivery can be claimed only while its broadcast is under way or, for those
        who get it later, has gone out; and not after its end. What was given a later time or
        another text since it was read is not claimed.
        """
        read = json.dumps([(each.delivery_id, each.attempts) for each in deliveries])
        sql = (
            "UPDATE deliveries SET state = 'sending', claimed_at = ?1, attempts = attempts + 1"
            " FROM json_each(?2) AS seen WHERE delivery_id = seen.value ->> 0"
            " AND attempts = seen.value ->> 1 AND state = 'pending' AND due_at <= ?1"
            " AND (broadcast_id IS NULL"
            " OR EXISTS (SELECT 1 FROM broadcasts b WHERE b.broadcast_id = deliveries.broadcast_id"
            " AND b.state IN ('sending', 'sent') AND coalesce(b.expires_at, ?1) >= ?1))"
            " RETURNING delivery_id"
        )
        return {row["delivery_id"] for row in self._rows(sql, milliseconds(now), read)}

    def finish(self, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Record what became of claimed deliveries; what is not wanted any more ends."""
        self._connection.executemany(
            "UPDATE deliveries SET state = ?, reason = ?, message_id = coalesce(?, message_id),"
            " message_ids = coalesce(?, message_ids), due_at = coalesce(?, due_at),"
            " finished_at = ?"
            " WHERE delivery_id = ? AND state = 'sending'",
            [
                (
                    o.state,
                    o.reason,
                    o.message_ids[0] if o.message_ids else None,
                    json.dumps(o.message_ids) if len(o.message_ids) > 1 else None,
                    milliseconds(o.due_at) if o.due_at else None,
                    None if o.state is DeliveryState.PENDING else milliseconds(now),
                    o.delivery_id,
                )
                for o in outcomes
            ],
        )
        again = [o.delivery_id for o in outcomes if o.state is DeliveryState.PENDING]
        if again:
            self._change(_LET_GO, milliseconds(now), json.dumps(again))
        self._change(FORGET)

    def stop_chat(self, chat_id: int, state: DeliveryState, reason: Reason, now: datetime) -> int:
        """Give all waiting deliveries of a chat that outcome; return how many.

        Deletions go on: Telegram deletes also for those who blocked the bot.
        """
        stopped = self._change(
            "UPDATE deliveries SET state = ?, reason = ?, finished_at = ?"
            " WHERE chat = ? AND state = 'pending' AND operation != 'delete'",
            state,
            reason,
            milliseconds(now),
            self._sealer.id(chat_id),
        )
        self._change(FORGET)
        return stopped

    def recover(self, now: datetime) -> int:
        """Settle what was being sent when the process ended; return how many are unconfirmed.

        A broadcast's or a notice's message may have arrived: unconfirmed. An urgent one or a
        reply goes out again, because there a double is better than none; so does an edit or a
        deletion, which can be repeated.
        """
        rows = self._rows(
            "UPDATE deliveries SET state = 'pending' WHERE state = 'sending'"
            " AND (operation IN ('edit', 'delete') OR lane <= ?) RETURNING delivery_id",
            Lane.REPLY,
        )
        again = [row["delivery_id"] for row in rows]
        self._change(_LET_GO, milliseconds(now), json.dumps(again))
        unconfirmed = self._change(
            "UPDATE deliveries SET state = 'unconfirmed', reason = ?, finished_at = ?"
            " WHERE state = 'sending'",
            Reason.RESTART,
            milliseconds(now),
        )
        self._change(FORGET)
        return unconfirmed

    def remove_finished(self, before: datetime) -> int:
        """Forget single deliveries that ended before that instant; return how many.

        Those of a case stay as long as the case: staff and the person answer them.
        """
        return self._change(
            "DELETE FROM deliveries WHERE broadcast_id IS NULL AND case_message_id IS NULL"
            " AND finished_at < ? AND NOT EXISTS"
            " (SELECT 1 FROM deliveries t WHERE t.target_id = deliveries.delivery_id)",
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
            target_ids=_ids(row["target_id"], row["target_ids"]),
            has_target=row["target"] is not None,
            message_thread_id=row["thread_id"],
        )


def _ids(first: int | None, several: str | None) -> tuple[int, ...]:
    """Return the messages of a delivery: one, an album's several, or none."""
    if several:
        return tuple(json.loads(several))
    return () if first is None else (first,)
