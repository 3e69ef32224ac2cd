"""What a partner changed since last time, and what people are told of it. Pure.

What the calendar said last time is the base. Only what the partner changed since is taken over, so
what staff made of an event stays: its Spanish title, its kind, its seats, a date that they moved.
"""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date

from bot.models.calendars import Told
from bot.models.events import DateChange, Event, EventState, Schedule, Texts
from bot.services import occurrences
from bot.services.eventtwins import State
from bot.services.reminders import News


def merged(known: State, base: Told, told: Told) -> State:
    """Return an event with what its partner changed since the base, and nothing else changed."""
    event, changes = known.event, dict(known.changes)
    for on in {*base.changes, *told.changes}:
        before, after = base.changes.get(on), told.changes.get(on)
        mine = changes.get(on, DateChange(on))
        changes[on] = _merged_date(mine, before or DateChange(on), after or DateChange(on))
    event = replace(
        event,
        titles=_texts(event.titles, base.titles, told.titles),
        notes=_texts(event.notes, base.notes, told.notes),
        place=event.place if told.place == base.place else told.place,
        url=event.url if told.url == base.url else told.url,
    )
    if told.cancelled != base.cancelled:
        event = replace(event, state=_STATES[told.cancelled])
    if told.schedule != base.schedule:
        event, changes = _rescheduled(event, changes, told.schedule)
    return State(event, changes)


_STATES = {True: EventState.CANCELLED, False: EventState.OPEN}


def _rescheduled(
    event: Event, changes: dict[date, DateChange], wanted: Schedule
) -> tuple[Event, dict[date, DateChange]]:
    """Return an event at another time; what is once keeps the date that names it, as by hand."""
    planned = event.schedule
    if planned is None or planned.rule is not None:
        return replace(event, schedule=wanted), changes
    on = planned.first_on
    mine = changes.get(on, DateChange(on))
    is_alike = (planned.starts is None) == (wanted.starts is None)
    if wanted.rule is not None or not is_alike or planned.zone.key != wanted.zone.key:
        alone = replace(mine, moved_to=None, starts=None, minutes=None)
        return replace(event, schedule=wanted), changes | {on: alone}
    moved = replace(
        mine,
        moved_to=wanted.first_on if wanted.first_on != on else None,
        starts=wanted.starts if wanted.starts != planned.starts else None,
        minutes=wanted.minutes if wanted.minutes != planned.minutes else None,
    )
    return event, changes | {on: moved}


def news_between(
    before: State, after: State, asked: Iterable[date]
) -> tuple[News | None, dict[date, News]]:
    """Return what people who asked are told: of all of it, and of single dates.

    asked has the dates that somebody asked for.
    """
    old, new = before.event, after.event
    if old.state is not new.state:
        return (News.CANCELLED if new.state is EventState.CANCELLED else News.BACK), {}
    if new.state is EventState.CANCELLED:
        return None, {}
    if old.schedule != new.schedule and not _stays(before, after, asked):
        return News.MOVED, {}
    dated = {
        on: news
        for on in {*before.changes, *after.changes}
        if (news := _news_of_date(_of(before, on), _of(after, on))) is not None
    }
    return (News.PLACE if (old.place, old.url) != (new.place, new.url) else None), dated


def _stays(before: State, after: State, asked: Iterable[date]) -> bool:
    """Return whether a series only ends on another day, after all dates that are asked for.

    Calendar programs end a series and begin another one when somebody changes its later dates.
    """
    old, new = before.event.schedule, after.event.schedule
    if old is None or new is None or old.rule is None or new.rule is None:
        return False
    if replace(old, rule=replace(old.rule, until=new.rule.until)) != new:
        return False
    return all(occurrences.occurrence(after.event, after.changes, on) for on in asked)


def what_changed(base: Told, told: Told) -> tuple[str, ...]:
    """Return the labels of what a partner changed."""
    pairs = {
        "told_title": (base.titles, told.titles),
        "told_time": (base.schedule, told.schedule),
        "told_dates": (dict(base.changes), dict(told.changes)),
        "told_place": (base.place, told.place),
        "told_link": (base.url, told.url),
        "told_note": (base.notes, told.notes),
        "told_cancelled" if told.cancelled else "told_back": (base.cancelled, told.cancelled),
    }
    return tuple(label for label, (before, after) in pairs.items() if before != after)


def _of(state: State, on: date) -> DateChange:
    return state.changes.get(on, DateChange(on))


def _news_of_date(before: DateChange, after: DateChange) -> News | None:
    if before.cancelled != after.cancelled:
        return News.CANCELLED if after.cancelled else News.BACK
    times = [(each.moved_to, each.starts, each.minutes) for each in (before, after)]
    if times[0] != times[1]:
        return News.MOVED
    return News.PLACE if (before.place, before.url) != (after.place, after.url) else None


def _merged_date(mine: DateChange, base: DateChange, told: DateChange) -> DateChange:
    names = [each.name for each in fields(DateChange)]
    taken = {n: getattr(told, n) for n in names if getattr(told, n) != getattr(base, n)}
    return replace(mine, **taken)


def _texts(mine: Texts, base: Texts, told: Texts) -> Texts:
    """Return texts with those of a partner that changed; the others are those of staff."""
    if base == told:
        return mine
    return {language: text for language, text in mine.items() if language not in base} | dict(told)
