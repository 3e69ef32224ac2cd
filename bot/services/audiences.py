"""Audiences: who gets a broadcast, counted before it is approved and written when it starts."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.models import (
    Audience,
    Broadcast,
    BroadcastKind,
    Held,
    Language,
    LeftOut,
    Operation,
    Section,
)
from bot.services.holding import list_holds
from bot.storage.filters import LeftOutSql, left_out
from bot.storage.holds import Hold
from bot.storage.tables import Tables


class Audiences:
    """The same rule counts, writes and moves copies, so that what is shown is what happens."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def count(
        self, t: Tables, broadcast: Broadcast, filled: Iterable[Section] | None, now: datetime
    ) -> Audience:
        """Return who would get a broadcast that starts now, and who would not and why.

        filled are the sections that an edition has something for.
        """
        if broadcast.amends is not None:
            return Audience(recipients=t.arrived.count_readers(broadcast.amends))
        languages = Counter(dict.fromkeys(Language, 0))
        held: Counter[Held] = Counter()
        reasons: Counter[LeftOut] = Counter()
        for group in t.copies.list_groups(
            self._left_out(broadcast, filled), self._holds(t, broadcast, now)
        ):
            if group.left_out is not None:
                reasons[group.left_out] += group.members
                continue
            languages[group.language] += group.members
            if group.held is not None:
                held[group.held] += group.members
        return Audience(languages.total(), dict(languages), dict(held), dict(reasons))

    def write(self, t: Tables, broadcast: Broadcast, starts_at: datetime) -> None:
        """Write a delivery for each message and member: the audience is frozen."""
        number, amended = broadcast.broadcast_id, broadcast.amends
        holds = self._holds(t, broadcast, starts_at)
        match broadcast.kind, amended:
            case BroadcastKind.EDIT, int():
                t.arrived.add_changes(number, amended, Operation.EDIT, starts_at)
            case BroadcastKind.RECALL, int():
                t.arrived.add_changes(number, amended, Operation.DELETE, starts_at)
            case BroadcastKind.CORRECTION, int():
                t.arrived.add_corrections(number, amended, holds, starts_at)
            case _:
                t.copies.add_audience(number, self._left_out(broadcast, None), holds, starts_at)

    def hold(self, t: Tables, broadcast: Broadcast, now: datetime) -> None:
        """Move the waiting copies of members whose quiet hours have begun meanwhile."""
        if holds := self._holds(t, broadcast, now):
            t.copies.hold(broadcast.broadcast_id, holds)

    def _left_out(self, broadcast: Broadcast, filled: Iterable[Section] | None) -> LeftOutSql:
        only_alerts = broadcast.kind is BroadcastKind.ALERT
        return left_out(broadcast.audience, self._zone, only_alerts=only_alerts, filled=filled)

    def _holds(self, t: Tables, broadcast: Broadcast, at: datetime) -> list[Hold]:
        return [] if broadcast.urgent else list_holds(t.copies.list_hours(), at, self._zone)
