"""Copies: the deliveries of broadcasts, one per message and member."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.models import (
    Cause,
    DeliveryState,
    Held,
    Lane,
    Language,
    LeftOut,
    Reason,
    Tally,
)
from bot.storage.filters import LeftOutSql
from bot.storage.holds import HOLDS, ON_HOLD, Hold, packed
from bot.storage.rows import Table, instant, milliseconds

# A rendition is for a language, an edition's for a language and a choice of sections.
_VARIANT = "CASE b.kind WHEN 'edition' THEN m.language || ':' || m.sections ELSE m.language END"


@dataclass(frozen=True, slots=True)
class Group:
    """Members who are alike in what decides about a broadcast."""

    left_out: LeftOut | None
    language: Language
    held: Held | None
    members: int


class Copies(Table):
    """The rows of deliveries that belong to broadcasts."""

    # ------------------------------------------------------------------ the audience

    def list_groups(self, left_out: LeftOutSql, holds: Iterable[Hold]) -> Iterator[Group]:
        """Return how many members would get a broadcast, at once or later, or not and why."""
        sql = (
            f"{HOLDS} SELECT {left_out} AS left_out, m.language, h.held, count(*) AS n"  # noqa: S608 - no values in it
            f" FROM members m {ON_HOLD} WHERE m.state IN ('active', 'unreachable')"
            " GROUP BY 1, 2, 3"
        )
        for row in self._rows(sql, packed(holds), *left_out.values):
            yield Group(
                LeftOut(row["left_out"]) if row["left_out"] else None,
                Language(row["language"]),
                Held(row["held"]) if row["held"] else None,
                row["n"],
            )

    def add_audience(
        self, broadcast_id: int, left_out: LeftOutSql, holds: Iterable[Hold], due_at: datetime
    ) -> int:
        """Write one delivery per message and member; return how many.

        Members whose choice has no rendition get none. Running it twice changes nothing.
        """
        sql = (
            f"{HOLDS} INSERT INTO deliveries"  # noqa: S608 - no values in it
            " (broadcast_id, chat, part, lane, operation, variant, due_at, held, state)"
            " SELECT b.broadcast_id, m.chat, r.part, ?, 'send', r.variant,"
            " coalesce(h.due_at, ?), h.held, 'pending'"
            " FROM broadcasts b JOIN members m"
            f" JOIN renditions r ON r.broadcast_id = b.broadcast_id AND r.variant = {_VARIANT}"
            f" {ON_HOLD}"
            f" WHERE b.broadcast_id = ? AND m.state = 'active' AND {left_out} IS NULL"
            " ORDER BY m.member_id, r.part"
            " ON CONFLICT (broadcast_id, chat, part) DO NOTHING"
        )
        values = (Lane.BROADCAST, milliseconds(due_at), broadcast_id, *left_out.values)
        return self._change(sql, packed(holds), *values)

    def list_hours(self) -> list[tuple[str | None, str | None]]:
        """Return the (quiet hours, end of a pause) that members have, each once."""
        rows = self._rows(
            "SELECT DISTINCT quiet, paused_until FROM members"
            " WHERE state = 'active' AND (quiet IS NOT NULL OR paused_until IS NOT NULL)"
        )
        return [(row["quiet"], row["paused_until"]) for row in rows]

    def hold(self, broadcast_id: int, holds: Sequence[Hold]) -> int:
        """Move the waiting copies of members whose quiet hours have begun; return how many.

        Edits and deletions make no sound: they wait for nothing.
        """
        return sum(
            self._change(
                "UPDATE deliveries SET due_at = ?1, held = ?2 WHERE broadcast_id = ?3"
                " AND state = 'pending' AND operation = 'send' AND due_at < ?1"
                " AND chat IN (SELECT chat FROM members"
                " WHERE quiet IS ?4 AND paused_until IS ?5)",
                milliseconds(hold.due_at),
                hold.held,
                broadcast_id,
                hold.quiet,
                hold.paused_until,
            )
            for hold in holds
        )

    def hold_chat(self, chat_id: int, due_at: datetime, held: Held | None) -> int:
        """Give a member's waiting copies another time, except urgent ones; return how many.

        What was to leave later than that anyway, such as in an undo window, keeps its time.
        """
        return self._change(
            "UPDATE deliveries SET due_at = CASE WHEN held IS NULL THEN max(due_at, ?1) ELSE"
            " max((SELECT coalesce(starts_at, 0) FROM broadcasts b"
            " WHERE b.broadcast_id = deliveries.broadcast_id), ?1) END, held = ?2"
            " WHERE chat = ?3 AND state = 'pending' AND operation = 'send' AND broadcast_id IN"
            " (SELECT broadcast_id FROM broadcasts WHERE urgent = 0)",
            milliseconds(due_at),
            held,
            self._sealer.id(chat_id),
        )

    def read_anew(self, broadcast_id: int) -> int:
        """Let no waiting copy leave as it was read before now; return how many there are."""
        return self._change(
            "UPDATE deliveries SET attempts = attempts + 1"
            " WHERE broadcast_id = ? AND state = 'pending'",
            broadcast_id,
        )

    # ------------------------------------------------------------------ one member

    def add_late(self, broadcast_id: int, chat_id: int, variant: str, due_at: datetime) -> int:
        """Write the copy of one late joiner; return how many messages, 0 if they have it already.

        What had been given up because they left or blocked the bot is due again.
        """
        return self._change(
            "INSERT INTO deliveries"
            " (broadcast_id, chat, part, lane, operation, variant, due_at, state)"
            " SELECT broadcast_id, ?, part, ?, 'send', variant, ?, 'pending' FROM renditions"
            " WHERE broadcast_id = ? AND variant = ?"
            " ON CONFLICT (broadcast_id, chat, part) DO UPDATE SET state = 'pending',"
            " variant = excluded.variant, lane = excluded.lane, due_at = excluded.due_at,"
            " held = NULL, reason = NULL, finished_at = NULL, attempts = attempts + 1"
            " WHERE deliveries.state IN ('cancelled', 'unreachable')",
            self._sealer.id(chat_id),
            Lane.NOTICE,
            milliseconds(due_at),
            broadcast_id,
            variant,
        )

    def has(self, broadcast_id: int, chat_id: int) -> bool:
        """Return whether a chat has got anything of a broadcast or may still get it."""
        row = self._row(
            "SELECT 1 FROM deliveries WHERE broadcast_id = ? AND chat = ?"
            " AND state NOT IN ('cancelled', 'unreachable') LIMIT 1",
            broadcast_id,
            self._sealer.id(chat_id),
        )
        return row is not None

    def stop_of(self, chat_id: int, state: DeliveryState, reason: Reason, now: datetime) -> int:
        """Give a chat's waiting copies that outcome; what changes old messages goes on."""
        return self._change(
            "UPDATE deliveries SET state = ?, reason = ?, finished_at = ?"
            " WHERE chat = ? AND state = 'pending' AND broadcast_id IS NOT NULL"
            " AND operation = 'send'",
            state,
            reason,
            milliseconds(now),
            self._sealer.id(chat_id),
        )

    # ------------------------------------------------------------------ all of a broadcast

    def stop(self, broadcast_id: int, now: datetime, reason: Reason | None = None) -> int:
        """Cancel what a broadcast has not sent yet; return how many."""
        return self._change(
            "UPDATE deliveries SET state = 'cancelled', reason = ?, finished_at = ?"
            " WHERE broadcast_id = ? AND state = 'pending'",
            reason,
            milliseconds(now),
            broadcast_id,
        )

    def reopen(self, broadcast_id: int, state: DeliveryState, now: datetime) -> int:
        """Make a broadcast's deliveries in a state due again, for those who are members still."""
        return self._change(
            "UPDATE deliveries SET state = 'pending', due_at = ?, held = NULL, reason = NULL,"
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

    def remove_old(self, before: datetime) -> int:
        """Forget who got the broadcasts that ended before that instant; return how many rows.

        A copy that waits for the end of a pause stays, and so does what another row points at.
        """
        return self._change(
            "DELETE FROM deliveries WHERE broadcast_id IN"
            " (SELECT broadcast_id FROM broadcasts WHERE finished_at < ?)"
            " AND state NOT IN ('pending', 'sending') AND NOT EXISTS (SELECT 1 FROM deliveries t"
            " LEFT JOIN broadcasts b USING (broadcast_id) WHERE t.target_id ="
            " deliveries.delivery_id AND (t.state IN ('pending', 'sending')"
            " OR coalesce(b.finished_at >= ?, 1)))",
            milliseconds(before),
            milliseconds(before),
        )

    # ------------------------------------------------------------------ how they stand

    def tally(self, broadcast_id: int) -> Tally:
        """Return how a broadcast's deliveries stand."""
        rows = self._rows(
            "SELECT state, count(*) AS n FROM deliveries WHERE broadcast_id = ? GROUP BY state"
            " UNION ALL SELECT 'held', count(*) FROM deliveries"
            " WHERE broadcast_id = ? AND held IS NOT NULL AND state = 'pending'",
            broadcast_id,
            broadcast_id,
        )
        return Tally(**{row["state"]: row["n"] for row in rows})

    def list_causes(self, broadcast_id: int) -> list[Cause]:
        """Return why messages of a broadcast did not arrive or wait longer, most first."""
        rows = self._rows(
            "SELECT state, CASE state WHEN 'pending' THEN held ELSE reason END AS why,"
            " count(*) AS n, max(due_at) AS until FROM deliveries WHERE broadcast_id = ?"
            " AND (state IN ('unreachable', 'failed', 'unconfirmed', 'cancelled')"
            " OR state = 'pending' AND held IS NOT NULL) GROUP BY 1, 2 ORDER BY n DESC, why",
            broadcast_id,
        )
        return [_cause(DeliveryState(row["state"]), row) for row in rows]


def _cause(state: DeliveryState, row: sqlite3.Row) -> Cause:
    if state is DeliveryState.PENDING:
        return Cause(state, Held(row["why"]), row["n"], instant(row["until"]))
    return Cause(state, Reason(row["why"]) if row["why"] else None, row["n"])
