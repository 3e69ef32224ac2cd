"""Events stored as they are to be, whatever changed: who asked is told, and all else follows."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from bot.errors import Refusal
from bot.models.events import DateChange, Event
from bot.services import occurrences
from bot.services.attending import Attending
from bot.services.eventmerge import news_between
from bot.services.eventnews import EventNews
from bot.services.eventsteps import chats_of
from bot.services.eventtwins import State
from bot.services.reminders import News, Reminders
from bot.storage.tables import Tables


class EventWriter:
    """Stores events within a transaction of somebody else."""

    def __init__(self, reminders: Reminders, attending: Attending, news: EventNews) -> None:
        self._reminders = reminders
        self._attending = attending
        self._news = news

    def add(self, t: Tables, removed: State | None, after: State, now: datetime) -> Event:
        """Store a new event, also in the place of one that was taken back."""
        if removed is None:
            stored = t.events.add(after.event, now, by_staff=True)
        else:
            stored = t.events.update(after.event, now)
        _put_changes(t, stored.event_id, removed.changes if removed else {}, after.changes)
        self._news.follow(t, stored, now, is_news=False)
        return stored

    def change(self, t: Tables, after: State, now: datetime) -> Event:
        """Store an event as it is to be; tell who asked, and let all that hangs on it follow."""
        event_id = after.event.event_id
        before = state_of(t, event_id)
        _put_changes(t, event_id, before.changes, after.changes)
        current = replace(after.event, revision=before.event.revision)
        stored = t.events.update(current, now)
        whole, dated = news_between(before, after, chats_of(t, event_id, now))
        if whole in (None, News.PLACE):
            for on, news in sorted(dated.items()):
                found = occurrences.find(t, event_id, on)
                if found is not None:
                    self._reminders.follow(t, found, news, now)
        if whole is not None:
            self._reminders.follow_series(t, event_id, whole, now)
        self._attending.follow(t, event_id, now)
        is_news = whole is not None or bool(dated)
        self._news.follow(t, stored, now, is_news=is_news)
        return stored


def state_of(t: Tables, event_id: int) -> State:
    """Return an event as it is; raise Refusal if it is gone."""
    event = t.events.find(event_id)
    if event is None:
        raise Refusal("staff/event_gone")
    return State(event, t.events.changes_of(event_id))


def _put_changes(
    t: Tables, event_id: int, old: Mapping[date, DateChange], new: Mapping[date, DateChange]
) -> None:
    for on in {*old, *new}:
        if old.get(on) != new.get(on):
            t.events.put_change(event_id, new.get(on, DateChange(on)))
