"""Broadcasts: their states and the frozen texts of each kind of member."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from bot.models import BROADCAST_MOVES, Broadcast, BroadcastKind, BroadcastState
from bot.storage.rows import Table, instant_or_none, milliseconds


class Broadcasts(Table):
    """One row per edition, with its renditions and items."""

    def get(self, broadcast_id: int) -> Broadcast:
        """Return a broadcast; raise LookupError if there is none."""
        row = self._row("SELECT * FROM broadcasts WHERE broadcast_id = ?", broadcast_id)
        if row is None:
            raise LookupError("no such broadcast")
        return _broadcast(row)

    def find_by_date(self, kind: BroadcastKind, local_date: date) -> Broadcast | None:
        """Return the broadcast of a slot's date, or None."""
        row = self._row(
            "SELECT * FROM broadcasts WHERE kind = ? AND local_date = ?",
            kind,
            local_date.isoformat(),
        )
        return None if row is None else _broadcast(row)

    def list_in(self, *states: BroadcastState) -> list[Broadcast]:
        """Return the broadcasts in any of these states, oldest first."""
        marks = ",".join("?" * len(states))
        sql = f"SELECT * FROM broadcasts WHERE state IN ({marks}) ORDER BY broadcast_id"  # noqa: S608 - marks only
        return [_broadcast(row) for row in self._rows(sql, *states)]

    def list_active(self, since: datetime) -> list[int]:
        """Return the ids of those that are being sent, or went out since that instant."""
        rows = self._rows(
            "SELECT broadcast_id FROM broadcasts"
            " WHERE state = 'sending' OR (state = 'sent' AND starts_at >= ?) ORDER BY 1",
            milliseconds(since),
        )
        return [row["broadcast_id"] for row in rows]

    def find_latest_sent(self, kind: BroadcastKind, since: datetime) -> Broadcast | None:
        """Return the newest one that went out, or is going out, since that instant."""
        row = self._row(
            "SELECT * FROM broadcasts WHERE kind = ? AND state IN ('sending', 'sent')"
            " AND starts_at >= ? ORDER BY starts_at DESC LIMIT 1",
            kind,
            milliseconds(since),
        )
        return None if row is None else _broadcast(row)

    def add(
        self, kind: BroadcastKind, local_date: date, slot_at: datetime, now: datetime
    ) -> Broadcast:
        """Store a draft for a slot."""
        broadcast_id = self._insert(
            "INSERT INTO broadcasts (kind, state, local_date, slot_at, created_at)"
            " VALUES (?, 'draft', ?, ?, ?)",
            kind,
            local_date.isoformat(),
            milliseconds(slot_at),
            milliseconds(now),
        )
        return self.get(broadcast_id)

    def move(self, broadcast: Broadcast, to: BroadcastState, now: datetime) -> bool:
        """Move to a state if that is allowed and nobody was faster; return whether it happened."""
        if to not in BROADCAST_MOVES[broadcast.state]:
            return False
        finished = to in (BroadcastState.SENT, BroadcastState.CANCELLED)
        return bool(
            self._change(
                "UPDATE broadcasts SET state = ?, finished_at = ?"
                " WHERE broadcast_id = ? AND state = ?",
                to,
                milliseconds(now) if finished else None,
                broadcast.broadcast_id,
                broadcast.state,
            )
        )

    def set_approval(self, broadcast_id: int, content_hash: str | None, person_id: int) -> None:
        """Remember what was approved and by whom; None takes it back."""
        self._change(
            "UPDATE broadcasts SET content_hash = ?, approved_by = ? WHERE broadcast_id = ?",
            content_hash,
            self._sealer.id(person_id) if content_hash else None,
            broadcast_id,
        )

    def set_starts_at(self, broadcast_id: int, starts_at: datetime | None) -> None:
        """Remember when the undo window ends."""
        self._change(
            "UPDATE broadcasts SET starts_at = ? WHERE broadcast_id = ?",
            milliseconds(starts_at) if starts_at else None,
            broadcast_id,
        )

    def set_slot(self, broadcast_id: int, local_date: date, slot_at: datetime) -> bool:
        """Move a broadcast to another slot; return False if that date is taken."""
        return bool(
            self._change(
                "UPDATE OR IGNORE broadcasts SET local_date = ?, slot_at = ?"
                " WHERE broadcast_id = ?",
                local_date.isoformat(),
                milliseconds(slot_at),
                broadcast_id,
            )
        )

    def set_renditions(
        self,
        broadcast_id: int,
        renditions: Iterable[tuple[str, int, str]],
        item_ids: Sequence[int],
    ) -> None:
        """Freeze what each variant gets (variant, part, content) and which items are in it."""
        self.remove_renditions(broadcast_id)
        self._connection.executemany(
            "INSERT INTO renditions (broadcast_id, variant, part, content) VALUES (?, ?, ?, ?)",
            [(broadcast_id, *rendition) for rendition in renditions],
        )
        self._connection.executemany(
            "INSERT INTO broadcast_items (broadcast_id, item_id) VALUES (?, ?)",
            [(broadcast_id, item_id) for item_id in item_ids],
        )

    def remove_renditions(self, broadcast_id: int) -> None:
        """Forget the frozen content."""
        self._change("DELETE FROM renditions WHERE broadcast_id = ?", broadcast_id)
        self._change("DELETE FROM broadcast_items WHERE broadcast_id = ?", broadcast_id)

    def list_renditions(self, broadcast_id: int) -> list[tuple[str, int, str]]:
        """Return (variant, part, content) of everything that was frozen."""
        rows = self._rows(
            "SELECT variant, part, content FROM renditions WHERE broadcast_id = ?", broadcast_id
        )
        return [(row["variant"], row["part"], row["content"]) for row in rows]

    def has_rendition(self, broadcast_id: int, variant: str) -> bool:
        """Return whether a kind of member gets anything of it."""
        row = self._row(
            "SELECT 1 FROM renditions WHERE broadcast_id = ? AND variant = ? LIMIT 1",
            broadcast_id,
            variant,
        )
        return row is not None

    def list_items(self, broadcast_id: int) -> list[int]:
        """Return the ids of the items in it."""
        rows = self._rows(
            "SELECT item_id FROM broadcast_items WHERE broadcast_id = ?", broadcast_id
        )
        return [row["item_id"] for row in rows]


def _broadcast(row: sqlite3.Row) -> Broadcast:
    return Broadcast(
        broadcast_id=row["broadcast_id"],
        kind=BroadcastKind(row["kind"]),
        state=BroadcastState(row["state"]),
        local_date=date.fromisoformat(row["local_date"]) if row["local_date"] else None,
        slot_at=instant_or_none(row["slot_at"]),
        content_hash=row["content_hash"],
        approved_by=row["approved_by"],
        starts_at=instant_or_none(row["starts_at"]),
        finished_at=instant_or_none(row["finished_at"]),
    )
