"""What staff need to see to decide about an edition; read only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import WeeklySlot
from bot.models import Audience, Broadcast, BroadcastState, Item, Language, Section, Tally
from bot.services.composer import Problems, choose_items, find_problems
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
    """An edition with everything that matters for a decision about it."""

    edition: Broadcast
    items: list[Item]
    problems: Problems
    audience: Audience
    tally: Tally
    undo_seconds: int  # how long sending can still be undone; 0 when it cannot

    @property
    def counts(self) -> dict[Section, int]:
        """Return how many items each section has, without the empty ones."""
        found = [item.section for item in self.items]
        return {section: found.count(section) for section in Section if section in found}


def overview_of(
    t: Tables, edition: Broadcast, day: date, now: datetime, zone: ZoneInfo
) -> Overview:
    """Look at an edition that bears the date day."""
    items = items_of(t, edition, day)
    return Overview(
        edition=edition,
        items=items,
        problems=find_problems(t.items.list_open(), day),
        audience=_audience(t, items, now.astimezone(zone).date()),
        tally=t.deliveries.tally(edition.broadcast_id),
        undo_seconds=_undo_seconds(edition, now),
    )


def items_of(t: Tables, edition: Broadcast, day: date) -> list[Item]:
    """Return the items of an edition: frozen ones once it is approved, else what fits now."""
    if edition.state is BroadcastState.DRAFT:
        return choose_items(t.items.list_open(), day)
    found = [t.items.find(item_id) for item_id in t.broadcasts.list_items(edition.broadcast_id)]
    return [item for item in found if item]


def _audience(t: Tables, items: list[Item], today: date) -> Audience:
    filled = {item.section for item in items}
    by_language = dict.fromkeys(Language, 0)
    paused = nothing_chosen = 0
    for choice in t.members.list_choices(today):
        if choice.paused:
            paused += choice.members
        elif not choice.sections & filled:
            nothing_chosen += choice.members
        else:
            by_language[choice.language] += choice.members
    return Audience(sum(by_language.values()), by_language, paused, nothing_chosen)


def _undo_seconds(edition: Broadcast, now: datetime) -> int:
    if edition.state is not BroadcastState.SENDING or edition.starts_at is None:
        return 0
    return max(0, round((edition.starts_at - now).total_seconds()))
