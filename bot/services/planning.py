"""Planning: staff enter events, move and cancel them; whoever asked to be reminded hears of it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.clock import Clock
from bot.content.schedules import UnclearError, read_schedule
from bot.errors import Refusal
from bot.models import Language
from bot.models.events import (
    DateChange,
    Event,
    EventKind,
    EventState,
    Occurrence,
    Schedule,
    Turnout,
)
from bot.services import occurrences
from bot.services.attending import Attending
from bot.services.eventnews import EventNews
from bot.services.items import FORM_OPEN_FOR
from bot.services.reminders import News, Reminders
from bot.storage.database import Database
from bot.storage.forms import Form
from bot.storage.tables import Tables

LONGEST_TITLE = 120  # characters, also of a topic and a place
LONGEST_LINK = 500
MOST_SEATS = 100_000
SHOWN_DATES = 6
LOOK_AHEAD = timedelta(days=800)  # for the next dates of a series
_KNOWN = (EventState.DRAFT, EventState.OPEN, EventState.CANCELLED)


class Asked(StrEnum):
    """What the next message of a member of staff says about an event."""

    WHEN = "event-when"
    TITLE = "event-title"
    OTHER_TITLE = "event-other-title"  # in the other language than the staff's
    PLACE = "event-place"
    SEATS = "event-seats"  # how many can come in person
    TOPIC = "event-topic"  # of one date
    MOVE = "event-move"  # of one date

    @property
    def is_told(self) -> bool:
        """Return whether people are told of such a change, so that it needs a second look."""
        return self in (Asked.WHEN, Asked.PLACE, Asked.MOVE)


@dataclass(frozen=True, slots=True)
class Sheet:
    """An event as staff see it."""

    event: Event
    coming: list[Occurrence] = field(default_factory=list)
    asked: int = 0  # how many chats want to be reminded, or to come
    told: int = 0  # how many were told of what was just changed
    date: Occurrence | None = None  # the one that this is about
    turnout: Turnout | None = None  # of that date, or of an event that is once


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a change would make of an event; nothing is changed yet."""

    asked_for: Asked
    before: Sheet
    after: Sheet


class Planning:
    """Decides about events. A change that people are told of is shown before it is made."""

    def __init__(
        self,
        database: Database,
        reminders: Reminders,
        attending: Attending,
        news: EventNews,
        clock: Clock,
    ) -> None:
        self._database = database
        self._reminders = reminders
        self._attending = attending
        self._news = news
        self._clock = clock
        self.zone = news.zone

    # ------------------------------------------------------------------ looking

    async def list_coming(self) -> list[Sheet]:
        """Return drafts and what has a date ahead, in the order of the next dates."""
        now = self._clock.now()

        def work(t: Tables) -> list[Sheet]:
            sheets = [_sheet(t, event, now) for event in t.events.list_in(*_KNOWN)]
            kept = [s for s in sheets if s.coming or s.event.state is EventState.DRAFT]
            return sorted(kept, key=lambda s: s.coming[0].starts_at if s.coming else now)

        return await self._database.read(work)

    async def sheet(self, event_id: int, on: date | None = None) -> Sheet:
        """Return an event, or one date of it; raise Refusal if it is gone."""
        now = self._clock.now()
        return await self._database.read(lambda t: _sheet(t, _event(t, event_id), now, on))

    # ------------------------------------------------------------------ entering

    async def create(self, update_id: int, language: Language, text: str) -> Sheet:
        """Keep a new draft from "title; when; place"; the same update gives the same one."""
        now = self._clock.now()
        title, when, place = _parts(text)
        schedule = self._schedule(when, language, now) if when else None
        link, where = (place, "") if place.startswith("http") else ("", place)
        new = Event(
            event_id=0,
            uid=f"{secrets.token_hex(8)}@taskforce-bot",
            kind=_kind_of(title),
            state=EventState.DRAFT,
            schedule=schedule,
            titles={language: title},
            place=where,
            url=link,
        )

        def work(t: Tables) -> Sheet:
            event = t.events.add(new, now, update_id=update_id, by_staff=True)
            return _sheet(t, event, now)

        return await self._database.write(work)

    async def set_kind(self, event_id: int, kind: EventKind) -> Sheet:
        """Say what kind of event it is."""
        return await self._change(event_id, lambda event: replace(event, kind=kind))

    async def toggle_language(self, event_id: int, language: Language) -> Sheet:
        """Say that a language is spoken there, or not."""
        return await self._change(
            event_id, lambda event: replace(event, languages=event.languages ^ {language})
        )

    async def publish(self, event_id: int) -> Sheet:
        """Show a draft to people; raise Refusal if nobody has said when it is."""

        def publish(event: Event) -> Event:
            if event.schedule is None:
                raise Refusal("staff/event_no_time")
            return replace(event, state=EventState.OPEN)

        return await self._change(event_id, publish)

    async def throw_away(self, event_id: int) -> None:
        """Drop a draft; raise Refusal for what people have seen."""

        def drop(event: Event) -> Event:
            if event.state is not EventState.DRAFT:
                raise Refusal("staff/event_gone")
            return replace(event, state=EventState.REMOVED)

        await self._change(event_id, drop)

    # ------------------------------------------------------------------ cancelling

    async def cancel(self, event_id: int, on: date | None, *, cancelled: bool) -> Sheet:
        """Cancel a date or the whole event, or let it take place after all; tell who asked."""
        news = News.CANCELLED if cancelled else News.BACK
        now = self._clock.now()

        def work(t: Tables) -> Sheet:
            event = _event(t, event_id)
            if on is None:
                state = EventState.CANCELLED if cancelled else EventState.OPEN
                return self._change_event(t, replace(event, state=state), news, now)
            change = replace(t.events.find_change(event_id, on), cancelled=cancelled)
            return self._change_date(t, event, change, news, now)

        return await self._database.write(work)

    async def move_back(self, event_id: int, on: date) -> Sheet:
        """Let a date be at its usual time again; tell who asked."""
        now = self._clock.now()

        def work(t: Tables) -> Sheet:
            known = t.events.find_change(event_id, on)
            change = replace(known, moved_to=None, starts=None, minutes=None)
            return self._change_date(t, _event(t, event_id), change, News.MOVED, now)

        return await self._database.write(work)

    # ------------------------------------------------------------------ forms

    async def ask(
        self, chat_id: int, person_id: int, asked: Asked, event_id: int, on: date | None
    ) -> Sheet:
        """Remember what the person's next message says."""
        now = self._clock.now()
        kind = f"{asked}:{on}" if on else str(asked)

        def work(t: Tables) -> Sheet:
            event = _event(t, event_id)
            t.forms.set(chat_id, person_id, Form(kind, event_id), now + FORM_OPEN_FOR)
            return _sheet(t, event, now, on)

        return await self._database.write(work)

    async def is_asked(self, chat_id: int, person_id: int) -> bool:
        """Return whether something about an event was asked for."""
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))
        return form is not None and form.kind.partition(":")[0] in set(Asked)

    async def close_form(self, chat_id: int, person_id: int) -> None:
        """Forget what was asked."""
        await self._database.write(lambda t: t.forms.remove(chat_id, person_id))

    async def answer(
        self, chat_id: int, person_id: int, text: str, language: Language
    ) -> Sheet | Proposal | None:
        """Take what was asked for; None if nothing was.

        What people would be told of is only proposed; what is not understood leaves the form open.
        """
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))
        if form is None or form.kind.partition(":")[0] not in set(Asked):
            return None
        word, _, day = form.kind.partition(":")
        asked, on = Asked(word), date.fromisoformat(day) if day else None

        def work(t: Tables) -> Sheet | Proposal:
            event = _event(t, form.object_id)
            after, change = self._answered(t, event, on, asked, text, language, now)
            t.forms.remove(chat_id, person_id)
            if asked.is_told and event.state is not EventState.DRAFT:
                shown = replace(_proposed(t, after, change, now), asked=_asked(t, event, on))
                return Proposal(asked, _sheet(t, event, now, on), shown)
            return self._apply(t, after, change, asked, now)

        return await self._database.write(work)

    async def confirm(
        self, asked: Asked, event_id: int, on: date | None, text: str, language: Language
    ) -> Sheet:
        """Make a change that was proposed, from the same words."""
        now = self._clock.now()

        def work(t: Tables) -> Sheet:
            event = _event(t, event_id)
            after, change = self._answered(t, event, on, asked, text, language, now)
            return self._apply(t, after, change, asked, now)

        return await self._database.write(work)

    # ------------------------------------------------------------------ inside

    def _answered(  # noqa: PLR0913, PLR0917 - what was asked, about what, and the answer
        self,
        t: Tables,
        event: Event,
        on: date | None,
        asked: Asked,
        text: str,
        language: Language,
        now: datetime,
    ) -> tuple[Event, DateChange | None]:
        """Return the event, or the date of it, as an answer makes it."""
        change = t.events.find_change(event.event_id, on) if on else None
        if asked is Asked.TOPIC and change is not None:
            return event, replace(change, topics=_topics(text, language))
        if asked is Asked.SEATS:
            return replace(event, seats=_seats(text)), None
        if asked in (Asked.TITLE, Asked.OTHER_TITLE, Asked.PLACE):
            return _worded(event, asked, _line(text), language), None
        schedule = self._schedule(text, language, now)
        planned = event.schedule
        is_once = planned is not None and planned.rule is None and schedule.rule is None
        if asked is Asked.WHEN and not (is_once and event.state is not EventState.DRAFT):
            return replace(event, schedule=_in_step(planned, schedule)), None
        if planned is None or schedule.rule is not None:
            raise Refusal("staff/event_one_date")
        known = change or t.events.find_change(event.event_id, planned.first_on)
        return event, _moved(known, planned, schedule)

    def _apply(
        self, t: Tables, event: Event, change: DateChange | None, asked: Asked, now: datetime
    ) -> Sheet:
        news = {Asked.PLACE: News.PLACE}.get(asked, News.MOVED) if asked.is_told else None
        if change is not None:
            return self._change_date(t, event, change, news, now)
        return self._change_event(t, event, news, now)

    def _change_event(self, t: Tables, event: Event, news: News | None, now: datetime) -> Sheet:
        stored = t.events.update(event, now)
        told = 0
        if news is not None and stored.state is not EventState.DRAFT:
            told = self._reminders.follow_series(t, stored.event_id, news, now)
        self._attending.follow(t, stored.event_id, now)
        self._news.follow(t, stored, now)
        return replace(_sheet(t, stored, now), told=told)

    def _change_date(
        self, t: Tables, event: Event, change: DateChange, news: News | None, now: datetime
    ) -> Sheet:
        t.events.put_change(event.event_id, change)
        stored = t.events.update(event, now)
        found = occurrences.find(t, event.event_id, change.on)
        if found is None:
            raise Refusal("staff/event_gone")
        told = self._reminders.follow(t, found, news, now) if news is not None else 0
        self._attending.follow(t, stored.event_id, now)
        self._news.follow(t, stored, now)
        return replace(_sheet(t, stored, now, change.on), told=told)

    async def _change(self, event_id: int, change: Callable[[Event], Event]) -> Sheet:
        now = self._clock.now()

        def work(t: Tables) -> Sheet:
            return self._change_event(t, change(_event(t, event_id)), None, now)

        return await self._database.write(work)

    def _schedule(self, text: str, language: Language, now: datetime) -> Schedule:
        today = now.astimezone(self.zone).date()
        try:
            schedule = read_schedule(text, today, self.zone, language)
        except UnclearError as error:
            raise Refusal("staff/event_unclear", why=error.why) from error
        if schedule.first_on < today:
            raise Refusal("staff/event_past", day=schedule.first_on)
        return schedule


def _sheet(t: Tables, event: Event, now: datetime, on: date | None = None) -> Sheet:
    changes = t.events.changes_of(event.event_id)
    coming = occurrences.between(event, changes, now, now + LOOK_AHEAD)[:SHOWN_DATES]
    found = occurrences.occurrence(event, changes, on) if on else None
    if on and found is None:
        raise Refusal("staff/event_gone")
    schedule = event.schedule
    once = schedule.first_on if schedule and schedule.rule is None else None
    day = on or once
    turnout = t.attendances.turnout(event.event_id, day) if day else None
    return Sheet(event, coming, _asked(t, event, on), date=found, turnout=turnout)


def _proposed(t: Tables, event: Event, change: DateChange | None, now: datetime) -> Sheet:
    """Return an event as it would be."""
    changes = t.events.changes_of(event.event_id)
    if change is None:
        coming = occurrences.between(event, changes, now, now + LOOK_AHEAD)[:SHOWN_DATES]
        return Sheet(event, coming)
    found = occurrences.occurrence(event, {**changes, change.on: change}, change.on)
    if found is None or found.starts_at <= now:
        raise Refusal("staff/event_past", day=change.moved_to or change.on)
    return Sheet(event, [found], date=found)


def _asked(t: Tables, event: Event, on: date | None) -> int:
    number = event.event_id
    wishes = t.reminders.list_of_date(number, on) if on else t.reminders.list_of_event(number)
    days = [on] if on else t.attendances.list_dates(number)
    coming = {each.chat_id for day in days for each in t.attendances.list_of_date(number, day)}
    return len({each.chat_id for each in wishes} | coming)


def _event(t: Tables, event_id: int) -> Event:
    event = t.events.find(event_id)
    if event is None or event.state not in _KNOWN:
        raise Refusal("staff/event_gone")
    return event


def _worded(event: Event, asked: Asked, line: str, language: Language) -> Event:
    """Return an event with another title, place or link."""
    if asked is Asked.PLACE:
        is_link = line.startswith(("https://", "http://"))
        return replace(event, url=line) if is_link else replace(event, place=line)
    named = language if asked is Asked.TITLE else language.other
    return replace(event, titles={**event.titles, named: line})


def _seats(text: str) -> int | None:
    """Return a number of seats; None where there is no limit."""
    word = text.strip().lower()
    if word in ("none", "no", "ninguno", "sin límite"):
        return None
    if not word.isdecimal() or not 1 <= int(word) <= MOST_SEATS:
        raise Refusal("staff/event_seats", limit=MOST_SEATS)
    return int(word)


def _topics(text: str, language: Language) -> dict[Language, str]:
    """Return the topic of a date: "Youth", or in both languages "Youth / Jóvenes"."""
    mine, _, other = _line(text).partition(" / ")
    return {language: mine, language.other: other} if other else {language: mine}


def _in_step(planned: Schedule | None, schedule: Schedule) -> Schedule:
    """Return a new schedule; one with the rule as before goes on counting from its first date."""
    if planned is not None and planned.rule is not None and planned.rule == schedule.rule:
        return replace(schedule, first_on=planned.first_on)
    return schedule


def _moved(known: DateChange, planned: Schedule, wanted: Schedule) -> DateChange:
    if (planned.starts is None) != (wanted.starts is None):
        raise Refusal("staff/event_unclear", why="no-time")
    return replace(
        known,
        moved_to=wanted.first_on,
        starts=wanted.starts,
        minutes=wanted.minutes if wanted.starts else None,
    )


def _parts(text: str) -> tuple[str, str, str]:
    """Return title, time and place of "title; when; place", or of as many lines."""
    pieces = [piece.strip() for piece in text.replace("\n", ";").split(";") if piece.strip()]
    title, when, *rest = (*pieces, "", "")
    return _line(title), when, _line(" ".join(each for each in rest if each), empty=True)


def _line(text: str, *, empty: bool = False) -> str:
    """Return a text in one line; raise Refusal if it is empty or too long."""
    line = " ".join(text.split())
    limit = LONGEST_LINK if line.startswith(("https://", "http://")) else LONGEST_TITLE
    if (not line and not empty) or len(line) > limit:
        raise Refusal("staff/event_words", limit=limit)
    return line


def _kind_of(title: str) -> EventKind:
    """Return the kind that a title suggests; staff see it and can change it."""
    words = title.lower()
    hints = {
        "echo": EventKind.ECHO,
        "workgroup": EventKind.WORKGROUP,
        "grupo de trabajo": EventKind.WORKGROUP,
        "meeting": EventKind.MEETING,
        "reuni": EventKind.MEETING,
        "training": EventKind.TRAINING,
        "capacit": EventKind.TRAINING,
        "class": EventKind.TRAINING,
    }
    return next((kind for hint, kind in hints.items() if hint in words), EventKind.COMMUNITY)
