"""Event sheets: an event as staff see it, with its next dates and how many asked or come."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.errors import Refusal
from bot.models.events import DateChange, Event, EventState, Occurrence, Turnout
from bot.models.records import Headcount
from bot.services import occurrences
from bot.services.reminders import list_asked
from bot.storage.tables import Tables

SHOWN_DATES = 6
LOOK_AHEAD = timedelta(days=800)  # for the next dates of a series
KNOWN = (EventState.DRAFT, EventState.OPEN, EventState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Sheet:
    """An event as staff see it."""

    event: Event
    coming: list[Occurrence] = field(default_factory=list)
    asked: int = 0  # how many chats want to be reminded, or to come
    told: int = 0  # how many were told of what was just changed
    date: Occurrence | None = None  # the one that this is about
    turnout: Turnout | None = None  # of that date, or of an event that is once
    count: Headcount | None = None  # the same, once it is over

    @property
    def is_cancelled(self) -> bool:
        """Return whether nothing of it takes place, so that nobody hears where or when."""
        return bool(self.coming) and all(each.is_cancelled for each in self.coming)


def sheet_of(t: Tables, event: Event, now: datetime, on: date | None = None) -> Sheet:
    """Return an event, or one date of it; raise Refusal if it has no such date."""
    changes = t.events.changes_of(event.event_id)
    coming = occurrences.between(event, changes, now, now + LOOK_AHEAD)[:SHOWN_DATES]
    found = occurrences.occurrence(event, changes, on) if on else None
    if on and found is None:
        raise Refusal("staff/event_gone")
    schedule = event.schedule
    once = schedule.first_on if schedule and schedule.rule is None else None
    day = on or once
    turnout = t.attendances.turnout(event.event_id, day) if day else None
    count = t.headcounts.find(event.event_id, day) if day else None
    asked = count_asked(t, event, on, now)
    return Sheet(event, coming, asked, date=found, turnout=turnout, count=count)


def proposed_sheet(t: Tables, event: Event, change: DateChange | None, now: datetime) -> Sheet:
    """Return an event as it would be."""
    changes = t.events.changes_of(event.event_id)
    if change is None:
        coming = occurrences.between(event, changes, now, now + LOOK_AHEAD)[:SHOWN_DATES]
        return Sheet(event, coming)
    found = occurrences.occurrence(event, {**changes, change.on: change}, change.on)
    if found is None or found.starts_at <= now:
        raise Refusal("staff/event_past", day=change.moved_to or change.on)
    return Sheet(event, [found], date=found)


def count_asked(t: Tables, event: Event, on: date | None, now: datetime) -> int:
    """Return how many chats want to be reminded, or come to what is not over."""
    number = event.event_id
    wishes = list_asked(t, number, on) if on else t.reminders.list_of_event(number)
    days = [on] if on else t.attendances.list_dates(number, now)
    coming = {each.chat_id for day in days for each in t.attendances.list_ahead(number, day, now)}
    return len({each.chat_id for each in wishes} | coming)


def get_event(t: Tables, event_id: int) -> Event:
    """Return an event that staff know; raise Refusal if it is gone."""
    event = t.events.find(event_id)
    if event is None or event.state not in KNOWN:
        raise Refusal("staff/event_gone")
    return event
