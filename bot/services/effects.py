"""Effects: what else changes when a broadcast starts, and back when that is undone.

Called inside the transaction of the decision.
"""

from datetime import datetime

from bot.models import Broadcast, BroadcastKind, BroadcastState, Reason
from bot.storage.tables import Tables

# An original that is under way stops for good when it is corrected or recalled.
_UNDER_WAY = (BroadcastState.SENDING, BroadcastState.PAUSED)


def started(t: Tables, broadcast: Broadcast, now: datetime) -> Broadcast | None:
    """Do what belongs to the start of a broadcast; return another one that it has stopped."""
    number, amended = broadcast.broadcast_id, broadcast.amends
    if broadcast.kind is BroadcastKind.EDITION:
        t.items.mark_used(t.renditions.list_items(number))
    elif broadcast.kind is BroadcastKind.EDIT and amended is not None:
        # Copies that still wait, and late joiners, get the new text from now on.
        t.renditions.apply(number, amended)
        t.drafts.swap(number, amended)
        t.copies.read_anew(amended)
    elif amended is not None:
        original = t.broadcasts.get(amended)
        t.copies.stop(amended, now, reason=Reason(broadcast.kind))
        if original.state in _UNDER_WAY:
            t.broadcasts.move(original, BroadcastState.CANCELLED, now)
            return t.broadcasts.get(amended)
    return None


def undone(t: Tables, broadcast: Broadcast) -> None:
    """Take back what started() did; what it stopped stays stopped."""
    number, amended = broadcast.broadcast_id, broadcast.amends
    if broadcast.kind is BroadcastKind.EDITION:
        t.items.mark_open(t.renditions.list_items(number))
    elif broadcast.kind is BroadcastKind.EDIT and amended is not None:
        t.drafts.swap(number, amended)
        t.renditions.restore(number, amended)
        t.copies.read_anew(amended)
