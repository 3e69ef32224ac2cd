"""Results: what became of the messages that an edit, a correction or a recall was for."""

from collections import Counter
from dataclasses import dataclass, field

from bot.models import (
    Broadcast,
    BroadcastKind,
    Cause,
    DeliveryState,
    MemberState,
    Reason,
    Tally,
)
from bot.storage.tables import Tables

_OWN_LINES = frozenset({Reason.TOO_OLD, Reason.GONE, Reason.NO_MESSAGE})


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
    causes: list[Cause] = field(default_factory=list)  # of all but done, too old, gone, unknown


def count_results(t: Tables, broadcast: Broadcast, tally: Tally) -> Results:
    """Count the outcomes of an amendment."""
    causes = t.copies.list_causes(broadcast.broadcast_id)
    failed = Counter({c.reason: c.count for c in causes if c.state is DeliveryState.FAILED})
    own_lines = sum(failed[reason] for reason in _OWN_LINES)
    former = _former_members(t, broadcast)
    original = broadcast.amends or 0
    return Results(
        done=tally.sent,
        too_old=failed[Reason.TOO_OLD],
        gone=failed[Reason.GONE],
        unreachable=tally.unreachable + sum(each.count for each in former),
        # What has no message is unconfirmed in the original already, or never arrived.
        unknown=t.copies.tally(original).unconfirmed + tally.unconfirmed,
        refused=tally.failed - own_lines,
        held=tally.held,
        stopped=tally.cancelled,
        causes=[each for each in causes if each.reason not in _OWN_LINES] + former,
    )


def _former_members(t: Tables, broadcast: Broadcast) -> list[Cause]:
    """Return how many have the wrong message and were no members when a correction went out."""
    if broadcast.kind is not BroadcastKind.CORRECTION or broadcast.amends is None:
        return []
    reasons = {MemberState.UNREACHABLE: Reason.UNREACHABLE}
    former = t.arrived.count_former(broadcast.amends, broadcast.broadcast_id)
    return [
        Cause(DeliveryState.UNREACHABLE, reasons.get(state, Reason.LEFT), count)
        for state, count in former
    ]
