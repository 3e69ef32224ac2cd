"""Reports: what staff are told at the end of a broadcast, and what they can do about it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.models import Broadcast, BroadcastKind, BroadcastState, Keyboard, Tally
from bot.services.results import count_results
from bot.services.staff import Staff
from bot.storage.tables import Tables


class Reports:
    """Writes the report of a broadcast that has ended."""

    def __init__(self, staff: Staff, zone: ZoneInfo) -> None:
        self._staff = staff
        self._zone = zone

    def tell(self, t: Tables, broadcast: Broadcast, tally: Tally, now: datetime) -> None:
        """Tell staff what became of every message; once for each time that it was sent."""
        key = f"report:{broadcast.broadcast_id}:{broadcast.starts_at}"
        html = self._render(t, broadcast, tally, now)
        self._staff.tell(t, key, html, self._again(broadcast, tally), now=now)

    def _render(self, t: Tables, broadcast: Broadcast, tally: Tally, now: datetime) -> str:
        if broadcast.kind.amends:
            return self._staff.render(
                "staff/amend_report",
                broadcast=broadcast,
                results=count_results(t, broadcast, tally),
                zone=self._zone,
            )
        ended_at = broadcast.finished_at or now
        took = ended_at - (broadcast.starts_at or ended_at)
        return self._staff.render(
            "staff/report",
            broadcast=broadcast,
            tally=tally,
            found=t.copies.list_causes(broadcast.broadcast_id),
            took_seconds=round(max(0.0, took.total_seconds())),
            zone=self._zone,
        )

    def _again(self, broadcast: Broadcast, tally: Tally) -> Keyboard:
        """Return what can be tried again, as staff decide about doubles, or amended.

        An edit or a deletion is tried again by itself.
        """
        if broadcast.kind in (BroadcastKind.EDIT, BroadcastKind.RECALL):
            return ()
        number, is_out = broadcast.broadcast_id, broadcast.state is BroadcastState.SENT
        button = self._staff.button
        offered = (
            (is_out and tally.unconfirmed, "blast_resend", f"blast:resend:{number}", "primary"),
            (is_out and tally.failed, "blast_retry", f"blast:retry:{number}", ""),
            (tally.sent, "amend", f"amend:show:{number}", ""),
        )
        return tuple(
            (button(label, data, style),) for count, label, data, style in offered if count
        )
