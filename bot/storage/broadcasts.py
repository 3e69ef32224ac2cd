"""Broadcasts: their states, and what staff decided about them."""

import sqlite3
from datetime import date, datetime
from typing import TypedDict, Unpack

from bot.models import (
    BROADCAST_MOVES,
    AudienceFilter,
    Broadcast,
    BroadcastKind,
    BroadcastState,
)
from bot.storage import filters
from bot.storage.rows import Table, instant_or_none, milliseconds, milliseconds_or_none


class MoreOfABroadcast(TypedDict, total=False):
    """What a broadcast can have that an edition does not have from the start."""

    author_id: int
    amends: int
    urgent: bool
    expires_at: datetime | None


class Broadcasts(Table):
    """One row per broadcast."""

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

    def list_due(self, now: datetime) -> list[int]:
        """Return the ids of those with copies that are due now, urgent ones first.

        While an edit can still be undone, nothing leaves with its text.
        """
        rows = self._rows(
            "SELECT broadcast_id FROM broadcasts b WHERE state IN ('sending', 'sent')"
            " AND coalesce(expires_at, ?1) >= ?1 AND NOT EXISTS (SELECT 1 FROM broadcasts e"
            " WHERE e.amends = b.broadcast_id AND e.kind = 'edit' AND e.starts_at > ?1"
            " AND e.state IN ('sending', 'paused')) AND EXISTS (SELECT 1 FROM deliveries d"
            " WHERE d.broadcast_id = b.broadcast_id AND d.state = 'pending' AND d.due_at <= ?1)"
            " ORDER BY urgent DESC, broadcast_id",
            milliseconds(now),
        )
        return [row["broadcast_id"] for row in rows]

    def list_expired(self, now: datetime) -> list[int]:
        """Return the ids of those that have ended by their own date and have copies left."""
        rows = self._rows(
            "SELECT broadcast_id FROM broadcasts b WHERE expires_at < ?"
            " AND state IN ('sending', 'paused', 'sent') AND EXISTS (SELECT 1 FROM deliveries d"
            " WHERE d.broadcast_id = b.broadcast_id AND d.state = 'pending')",
            milliseconds(now),
        )
        return [row["broadcast_id"] for row in rows]

    def list_of(self, kind: BroadcastKind, *states: BroadcastState) -> list[Broadcast]:
        """Return the broadcasts of a kind in any of these states, oldest first."""
        return [each for each in self.list_in(*states) if each.kind is kind]

    def list_latest(self, limit: int) -> list[Broadcast]:
        """Return those that went out or are under way, the newest first, without amendments."""
        rows = self._rows(
            "SELECT * FROM broadcasts WHERE starts_at IS NOT NULL AND amends IS NULL"
            " AND state IN ('sending', 'paused', 'sent', 'cancelled')"
            " ORDER BY starts_at DESC LIMIT ?",
            limit,
        )
        return [_broadcast(row) for row in rows]

    def list_amendments(self, broadcast_id: int) -> list[Broadcast]:
        """Return what was done to a broadcast afterwards, oldest first."""
        rows = self._rows("SELECT * FROM broadcasts WHERE amends = ? ORDER BY 1", broadcast_id)
        return [_broadcast(row) for row in rows]

    def find_latest_sent(self, kind: BroadcastKind, since: datetime) -> Broadcast | None:
        """Return the newest one that went out, or is going out, since that instant.

        One that was corrected or recalled goes to nobody else.
        """
        rows = self._rows(
            "SELECT * FROM broadcasts WHERE kind = ? AND state IN ('sending', 'sent')"
            " AND starts_at >= ? ORDER BY starts_at DESC LIMIT 1",
            kind,
            milliseconds(since),
        )
        found = [_broadcast(row) for row in rows if not self.is_withdrawn(row["broadcast_id"])]
        return found[0] if found else None

    def is_withdrawn(self, broadcast_id: int) -> bool:
        """Return whether a correction or a recall of it has begun: nobody else gets it."""
        row = self._row(
            "SELECT 1 FROM broadcasts a WHERE amends = ? AND kind IN ('correction', 'recall')"
            " AND (state IN ('sending', 'paused', 'sent') OR state = 'cancelled' AND EXISTS"
            " (SELECT 1 FROM deliveries d WHERE d.broadcast_id = a.broadcast_id))",
            broadcast_id,
        )
        return row is not None

    def add(
        self,
        kind: BroadcastKind,
        local_date: date | None,
        slot_at: datetime | None,
        now: datetime,
        **more: Unpack[MoreOfABroadcast],
    ) -> Broadcast:
        """Store a draft: an edition's for a slot, the others for whenever staff decide."""
        author_id = more.get("author_id")
        broadcast_id = self._insert(
            "INSERT INTO broadcasts (kind, state, local_date, slot_at, author, amends, urgent,"
            " expires_at, created_at) VALUES (?, 'draft', ?, ?, ?, ?, ?, ?, ?)",
            kind,
            local_date and local_date.isoformat(),
            milliseconds_or_none(slot_at),
            None if author_id is None else self._sealer.id(author_id),
            more.get("amends"),
            more.get("urgent", False),
            milliseconds_or_none(more.get("expires_at")),
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

    def set_author(self, broadcast_id: int, person_id: int) -> None:
        """Remember who changed it last, or asked for its approval."""
        self._change(
            "UPDATE broadcasts SET author = ? WHERE broadcast_id = ?",
            self._sealer.id(person_id),
            broadcast_id,
        )

    def is_author(self, broadcast: Broadcast, person_id: int) -> bool:
        """Return whether a person is the one who changed it last or asked for its approval."""
        return broadcast.author == self._sealer.id(person_id)

    def set_audience(self, broadcast_id: int, audience: AudienceFilter) -> None:
        """Remember whom it is for."""
        self._change(
            "UPDATE broadcasts SET audience = ? WHERE broadcast_id = ?",
            filters.to_json(audience),
            broadcast_id,
        )

    def set_time(
        self, broadcast_id: int, slot_at: datetime | None, occasion: str | None = None
    ) -> None:
        """Remember when it is to start by itself, and what that time hangs on."""
        self._change(
            "UPDATE broadcasts SET slot_at = ?, occasion = ? WHERE broadcast_id = ?",
            milliseconds_or_none(slot_at),
            occasion,
            broadcast_id,
        )

    def set_expires_at(self, broadcast_id: int, expires_at: datetime) -> None:
        """Remember after which instant nothing of it leaves."""
        self._change(
            "UPDATE broadcasts SET expires_at = ? WHERE broadcast_id = ?",
            milliseconds(expires_at),
            broadcast_id,
        )

    def make_alert(self, broadcast_id: int) -> None:
        """Turn an announcement into an alert, which passes pauses and quiet hours."""
        self._change(
            "UPDATE broadcasts SET kind = ?, urgent = 1 WHERE broadcast_id = ?",
            BroadcastKind.ALERT,
            broadcast_id,
        )

    def set_starts_at(self, broadcast_id: int, starts_at: datetime | None) -> None:
        """Remember when the undo window ends."""
        self._change(
            "UPDATE broadcasts SET starts_at = ? WHERE broadcast_id = ?",
            milliseconds_or_none(starts_at),
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
        author=row["author"],
        urgent=bool(row["urgent"]),
        amends=row["amends"],
        audience=filters.from_json(row["audience"]),
        expires_at=instant_or_none(row["expires_at"]),
        occasion=row["occasion"],
    )
