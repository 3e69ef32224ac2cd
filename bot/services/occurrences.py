"""Occurrences: on which dates an event is, with what is different about each. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from bot.models.events import DateChange, Event, Occurrence, Schedule
from bot.storage.tables import Tables

A_DAY = timedelta(days=1)


def between(
    event: Event, changes: Mapping[date, DateChange], since: datetime, before: datetime
) -> list[Occurrence]:
    """Return what is not over at an instant and begins before another, in order."""
    schedule = event.schedule
    if schedule is None:
        return []
    last = before.astimezone(schedule.zone).date()
    # One that began days ago may last, and one may be moved from any date to any other.
    longest = timedelta(minutes=schedule.minutes) + 2 * A_DAY
    first = since.astimezone(schedule.zone).date() - longest
    days = set(changes)
    for day in dates_of(schedule, first):
        if day > last:
            break
        days.add(day)
    found = (occurrence(event, changes, day) for day in days)
    chosen = [o for o in found if o and o.ends_at > since and o.starts_at < before]
    return sorted(chosen, key=lambda o: (o.starts_at, o.event.event_id))


def after(event: Event, changes: Mapping[date, DateChange], since: datetime) -> list[Occurrence]:
    """Return the occurrences around the first that begins after an instant; none if it is over.

    Enough dates are looked at that moved and cancelled ones do not hide the next.
    """
    schedule = event.schedule
    if schedule is None:
        return []
    ahead = iter(dates_of(schedule, since.astimezone(schedule.zone).date() - A_DAY))
    days = set(changes)
    for _ in range(len(changes) + 3):
        if (day := next(ahead, None)) is not None:
            days.add(day)
    found = (occurrence(event, changes, day) for day in days)
    return sorted((o for o in found if o and o.starts_at > since), key=lambda o: o.starts_at)


def next_one(
    event: Event, changes: Mapping[date, DateChange], since: datetime
) -> Occurrence | None:
    """Return the first that begins after an instant and takes place, or None."""
    return next((o for o in after(event, changes, since) if not o.is_cancelled), None)


def ahead(event: Event, changes: Mapping[date, DateChange], now: datetime) -> list[Occurrence]:
    """Return the next that is not over and like the others, and all such that are not; in order.

    The first of them is the next one, also if it is cancelled.
    """
    schedule = event.schedule
    if schedule is None:
        return []
    found = [each for on in changes if (each := occurrence(event, changes, on))]
    since = now - timedelta(minutes=schedule.minutes)
    for day in dates_of(schedule, since.astimezone(schedule.zone).date() - A_DAY):
        usual = Occurrence(event, schedule, DateChange(day))
        if day not in changes and usual.ends_at > now:
            found.append(usual)
            break
    return sorted((o for o in found if o.ends_at > now), key=lambda o: o.starts_at)


def occurrence(event: Event, changes: Mapping[date, DateChange], on: date) -> Occurrence | None:
    """Return the event on a date of its own, None if it has no such date."""
    schedule = event.schedule
    if schedule is None or next(dates_of(schedule, on), None) != on:
        return None
    return Occurrence(event, schedule, changes.get(on) or DateChange(on))


def find(t: Tables, event_id: int, on: date) -> Occurrence | None:
    """Return an event on a date, None if there is no such event or date."""
    event = t.events.find(event_id)
    if event is None:
        return None
    return occurrence(event, {on: t.events.find_change(event_id, on)}, on)


def dates_of(schedule: Schedule, since: date = date.min) -> Iterator[date]:
    """Yield the dates that a schedule names, from a date on."""
    if schedule.rule is not None:
        yield from schedule.rule.dates(schedule.first_on, since)
    elif schedule.first_on >= since:
        yield schedule.first_on
