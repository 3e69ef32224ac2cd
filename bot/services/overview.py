"""What staff need to see to decide about a broadcast; read only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import WeeklySlot
from bot.models import (
    Audience,
    Broadcast,
    BroadcastKind,
    BroadcastState,
    Draft,
    Item,
    Section,
    Tally,
)
from bot.services.audiences import Audiences
from bot.services.composer import Problems, find_problems
from bot.services.renditions import Renditions
from bot.storage.tables import Tables


@dataclass(frozen=True, slots=True)
class Schedule:
    """When editions are assembled and go out."""

    slot: WeeklySlot
    cutoff: WeeklySlot
    zone: ZoneInfo
    undo: timedelta


@dataclass(frozen=True, slots=True)
class Overview:
    """A broadcast with everything that matters for a decision about it."""

    broadcast: Broadcast
    items: list[Item]  # an edition's
    draft: Draft | None  # what staff wrote for any other kind
    problems: Problems
    audience: Audience
    tally: Tally
    undo_seconds: int  # how long sending can still be undone; 0 when it cannot

    @property
    def counts(self) -> dict[Section, int]:
        """Return how many items each section has, without the empty ones."""
        found = [item.section for item in self.items]
        return {section: found.count(section) for section in Section if section in found}


class Overviews:
    """Looks at broadcasts."""

    def __init__(self, renditions: Renditions, audiences: Audiences, zone: ZoneInfo) -> None:
        self._renditions = renditions
        self._audiences = audiences
        self._zone = zone

    def of(self, t: Tables, broadcast: Broadcast, now: datetime) -> Overview:
        """Look at one as it stands now."""
        is_edition = broadcast.kind is BroadcastKind.EDITION
        items = self._renditions.items(t, broadcast, now) if is_edition else []
        filled = {item.section for item in items if item.section} if is_edition else None
        day = broadcast.local_date or now.astimezone(self._zone).date()
        return Overview(
            broadcast=broadcast,
            items=items,
            draft=None if is_edition else t.drafts.find(broadcast.broadcast_id),
            problems=find_problems(t.items.list_open() if is_edition else [], day),
            audience=self._audiences.count(t, broadcast, filled, now),
            tally=t.copies.tally(broadcast.broadcast_id),
            undo_seconds=_undo_seconds(broadcast, now),
        )


def _undo_seconds(broadcast: Broadcast, now: datetime) -> int:
    if broadcast.state is not BroadcastState.SENDING or broadcast.starts_at is None:
        return 0
    return max(0, round((broadcast.starts_at - now).total_seconds()))
