"""What the database says of every copy, edit and deletion, for tests that compare it."""

from dataclasses import dataclass

from bot.models import Lane
from bot.storage import contents
from bot.storage.tables import Tables

_SQL = """
    SELECT d.*, b.kind, b.state AS of, b.urgent, b.expires_at, r.content AS rendition
    FROM deliveries d JOIN broadcasts b USING (broadcast_id)
    LEFT JOIN renditions r ON r.broadcast_id = d.broadcast_id AND r.variant = d.variant
        AND r.part = d.part
"""


@dataclass(frozen=True)
class Row:
    """One delivery of a broadcast."""

    delivery: int
    broadcast: int
    kind: str
    of: str  # the state of its broadcast
    urgent: bool
    expires_at: int | None
    chat: int
    operation: str
    state: str
    reason: str | None
    by_hand: bool  # a member asked for it
    attempts: int
    claimed_at: int | None
    target: int | None
    message: int | None
    text: str | None  # that its message should show


def all_rows(t: Tables) -> list[Row]:
    """Return all deliveries of broadcasts."""
    return [
        Row(
            delivery=row["delivery_id"],
            broadcast=row["broadcast_id"],
            kind=row["kind"],
            of=row["of"],
            urgent=bool(row["urgent"]),
            expires_at=row["expires_at"],
            chat=t.deliveries._sealer.open_id(row["chat"]),
            operation=row["operation"],
            state=row["state"],
            reason=row["reason"],
            by_hand=row["lane"] == Lane.NOTICE,
            attempts=row["attempts"],
            claimed_at=row["claimed_at"],
            target=row["target_id"],
            message=row["message_id"],
            text=contents.from_json(row["rendition"]).html if row["rendition"] else None,
        )
        for row in t.deliveries._rows(_SQL)
    ]


def rows_of(t: Tables, broadcast_id: int) -> list[Row]:
    """Return the deliveries of a broadcast."""
    return [row for row in all_rows(t) if row.broadcast == broadcast_id]


def copies(t: Tables, broadcast_id: int) -> list[Row]:
    """Return the messages of a broadcast."""
    return [row for row in rows_of(t, broadcast_id) if row.operation == "send"]


def is_unfinished(t: Tables) -> bool:
    """Return whether anything of a broadcast is still to leave."""
    return any(row.state in ("pending", "sending") for row in all_rows(t))
