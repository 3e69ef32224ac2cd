"""Approvals: who may approve a broadcast, and what is frozen by it.

Called inside the transaction of the decision.
"""

from datetime import datetime

from bot.errors import Refusal
from bot.models import Broadcast, BroadcastKind, BroadcastState
from bot.services.composer import content_hash
from bot.services.overview import Overviews
from bot.services.progress import Progress
from bot.services.renditions import Renditions
from bot.storage.tables import Tables


class Approvals:
    """Freezes drafts; with two_person nobody approves what they were the last to write."""

    def __init__(
        self,
        renditions: Renditions,
        overviews: Overviews,
        progress: Progress,
        *,
        two_person: bool,
    ) -> None:
        self._renditions = renditions
        self._overviews = overviews
        self._progress = progress
        self._two_person = two_person

    def approve(self, t: Tables, broadcast: Broadcast, person_id: int, now: datetime) -> bool:
        """Freeze a draft by the hash of its content, or ask somebody else to approve it.

        Return whether it is approved; raise Refusal for one that cannot go out as it is.
        """
        if self._two_person and not self._may_approve(t, broadcast, person_id, now):
            self._ask_another(t, broadcast, person_id, now)
            return False
        self._freeze(t, broadcast, person_id, now)
        return True

    def _may_approve(self, t: Tables, broadcast: Broadcast, person_id: int, now: datetime) -> bool:
        """Return whether a person was not the last to change it, and wrote none of its items.

        Where all wrote items of an edition, one of them asks and another one approves.
        """
        if t.broadcasts.is_author(broadcast, person_id):
            return False
        items = self._renditions.items(t, broadcast, now)
        wrote_any = t.items.wrote_any([item.item_id for item in items], person_id)
        return not wrote_any or self._progress.has_asked(
            t, broadcast, self._shown(t, broadcast, now)
        )

    def _ask_another(self, t: Tables, broadcast: Broadcast, person_id: int, now: datetime) -> None:
        """Ask the other staff members to look at it; only one of them can approve it now."""
        t.broadcasts.set_author(broadcast.broadcast_id, person_id)
        asked = t.broadcasts.get(broadcast.broadcast_id)
        self._progress.ask_another(t, asked, self._shown(t, broadcast, now), now)

    def _shown(self, t: Tables, broadcast: Broadcast, now: datetime) -> str:
        return content_hash(self._renditions.of(t, broadcast, now))

    def _freeze(self, t: Tables, broadcast: Broadcast, person_id: int, now: datetime) -> None:
        _require_whole(t, broadcast, now)
        problems = self._overviews.find_problems(t, broadcast, now)
        if any(problem.flaw.stops for problem in problems):
            raise Refusal("staff/flawed")
        renditions = self._renditions.of(t, broadcast, now)
        items = self._renditions.items(t, broadcast, now)
        if broadcast.has_content and not renditions:
            nothing = (
                "staff/nothing_to_send" if broadcast.amends is None else "staff/amend_nothing"
            )
            raise Refusal(nothing)
        number = broadcast.broadcast_id
        t.broadcasts.set_renditions(number, renditions, [item.item_id for item in items])
        t.broadcasts.set_approval(number, content_hash(renditions), person_id)
        t.broadcasts.move(broadcast, BroadcastState.APPROVED, now)


def _require_whole(t: Tables, broadcast: Broadcast, now: datetime) -> None:
    """Raise Refusal for an alert that does not say where, who says so, and until when."""
    if broadcast.kind is not BroadcastKind.ALERT:
        return
    draft = t.drafts.find(broadcast.broadcast_id)
    if draft is None or not (draft.area and draft.source and broadcast.expires_at):
        raise Refusal("staff/alert_incomplete")
    if broadcast.expires_at <= now:
        raise Refusal("staff/alert_expired")
