"""Approvals: who may approve a broadcast, and what is frozen by it.

Called inside the transaction of the decision.
"""

from datetime import datetime

from bot.errors import Refusal
from bot.models import Broadcast, BroadcastKind, BroadcastState
from bot.services.composer import Rendition, content_hash
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
        renditions = self._ready(t, broadcast, now)
        shown = content_hash(renditions)
        if self._two_person and not self._may_approve(t, broadcast, person_id, shown, now):
            t.broadcasts.set_author(broadcast.broadcast_id, person_id)
            self._progress.ask_another(t, t.broadcasts.get(broadcast.broadcast_id), shown, now)
            return False
        items = self._renditions.items(t, broadcast, now)
        number = broadcast.broadcast_id
        t.renditions.set(number, renditions, [item.item_id for item in items])
        t.broadcasts.set_approval(number, shown, person_id)
        t.broadcasts.move(broadcast, BroadcastState.APPROVED, now)
        return True

    def _may_approve(
        self, t: Tables, broadcast: Broadcast, person_id: int, shown: str, now: datetime
    ) -> bool:
        """Return whether a person was not the last to change it, and wrote none of its items.

        Where all wrote items of an edition, one of them asks and another one approves.
        """
        if t.broadcasts.is_author(broadcast, person_id):
            return False
        items = self._renditions.items(t, broadcast, now)
        wrote_any = t.items.wrote_any([item.item_id for item in items], person_id)
        return not wrote_any or self._progress.has_asked(t, broadcast, shown)

    def _ready(self, t: Tables, broadcast: Broadcast, now: datetime) -> list[Rendition]:
        """Return the messages of a draft; raise Refusal that says what is missing in it."""
        _require_whole(t, broadcast, now)
        problems = self._overviews.find_problems(t, broadcast, now)
        if stops := [problem for problem in problems if problem.flaw.stops]:
            raise Refusal("staff/flawed", problems=stops)
        renditions = self._renditions.of(t, broadcast, now)
        if broadcast.has_content and not renditions:
            nothing = (
                "staff/nothing_to_send" if broadcast.amends is None else "staff/amend_nothing"
            )
            raise Refusal(nothing)
        return renditions


def _require_whole(t: Tables, broadcast: Broadcast, now: datetime) -> None:
    """Raise Refusal for an alert that does not say where, who says so, and until when."""
    if broadcast.kind is not BroadcastKind.ALERT:
        return
    draft = t.drafts.find(broadcast.broadcast_id)
    if draft is None or not (draft.area and draft.source and broadcast.expires_at):
        raise Refusal("staff/alert_incomplete", broadcast=broadcast, draft=draft)
    if broadcast.expires_at <= now:
        raise Refusal("staff/alert_expired")
