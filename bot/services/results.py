"""Results: what became of the messages that an edit, a correction or a recall was for."""

from dataclasses import dataclass

from bot.models import Broadcast, BroadcastKind, DeliveryState, Tally
from bot.storage.tables import Tables


@dataclass(frozen=True, slots=True)
class Results:
    """Outcomes in messages; each message that had arrived is in one of them."""

    done: int = 0  # edited, corrected or asked to delete, by the kind
    too_old: int = 0
    gone: int = 0
    unreachable: int = 0  # blocked, left Telegram or, for a correction, no members any more
    unknown: int = 0  # the old message has no known id, or no answer came
    refused: int = 0
    held: int = 0
    stopped: int = 0


def count_results(t: Tables, broadcast: Broadcast, tally: Tally) -> Results:
    """Count the outcomes of an amendment."""
    failed = {
        reason: count
        for state, reason, count in t.copies.list_reasons(broadcast.broadcast_id)
        if state is DeliveryState.FAILED
    }
    too_old, gone = failed.get("too-old", 0), failed.get("gone", 0)
    no_message = failed.get("no-message", 0)
    original = broadcast.amends or 0
    former = 0  # those who have the wrong message and are no members any more
    if broadcast.kind is BroadcastKind.CORRECTION:
        had = t.copies.count_chats(original, DeliveryState.SENT)
        former = max(0, had - t.copies.count_chats(broadcast.broadcast_id, *DeliveryState))
    return Results(
        done=tally.sent,
        too_old=too_old,
        gone=gone,
        unreachable=tally.unreachable + former,
        unknown=t.copies.tally(original).unconfirmed + tally.unconfirmed + no_message,
        refused=tally.failed - too_old - gone - no_message,
        held=tally.held,
        stopped=tally.cancelled,
    )
