"""Planning: staff enter events, move and cancel them; whoever asked to be reminded hears of it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from bot.clock import Clock
from bot.errors import Refusal
from bot.models import Language
from bot.models.events import DateChange, Event, EventKind, EventState
from bot.services import occurrences
from bot.services.attending import Attending
from bot.services.eventforms import (
    Asked,
    date_with,
    in_step,
    kind_of,
    line_of,
    moved,
    parts_of,
    schedule_of,
    seats_of,
    worded,
)
from bot.services.eventnews import EventNews
from bot.services.eventsheets import KNOWN, Sheet, count_asked, get_event, proposed_sheet, sheet_of
from bot.services.items import FORM_OPEN_FOR
from bot.services.reminders import News, Reminders
from bot.storage.database import Database
from bot.storage.forms import Form
from bot.storage.tables import Tables


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
            changes = t.events.all_changes()
            sheets = [
                Sheet(event, occurrences.ahead(event, changes.get(event.event_id, {}), now)[:1])
                for event in t.events.list_in(*KNOWN)
            ]
            kept = [s for s in sheets if s.coming or s.event.state is EventState.DRAFT]
            return sorted(kept, key=lambda s: s.coming[0].starts_at if s.coming else now)

        return await self._database.read(work)

    async def sheet(self, event_id: int, on: date | None = None) -> Sheet:
        """Return an event, or one date of it; raise Refusal if it is gone."""
        now = self._clock.now()
        return await self._database.read(lambda t: sheet_of(t, get_event(t, event_id), now, on))

    # ------------------------------------------------------------------ entering

    async def create(self, update_id: int, language: Language, text: str) -> Sheet:
        """Keep a new draft from "title; when; place"; the same update gives the same one."""
        now = self._clock.now()
        title, when, place = parts_of(text)
        schedule = schedule_of(when, language, now, self.zone) if when else None
        link, where = (place, "") if place.startswith("http") else ("", place)
        new = Event(
            event_id=0,
            uid=f"{secrets.token_hex(8)}@taskforce-bot",
            kind=kind_of(title),
            state=EventState.DRAFT,
            schedule=schedule,
            titles={language: title},
            place=where,
            url=link,
        )

        def work(t: Tables) -> Sheet:
            event = t.events.add(new, now, update_id=update_id, by_staff=True)
            return sheet_of(t, event, now)

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
            event = get_event(t, event_id)
            if on is None:
                state = EventState.CANCELLED if cancelled else EventState.OPEN
                return self._change_event(t, replace(event, state=state), news, now)
            change = replace(t.events.find_change(event_id, on), cancelled=cancelled)
            return self._change_date(t, event, change, news, now)

        return await self._database.write(work)

    async def move_back(self, event_id: int, on: date) -> Sheet:
        """Let a date be at its usual time again; tell who asked."""
        usual = partial(replace, moved_to=None, starts=None, minutes=None)
        return await self._take_back(event_id, on, usual, News.MOVED)

    async def place_back(self, event_id: int, on: date) -> Sheet:
        """Let a date be at its usual place again, with the usual link; tell who asked."""
        return await self._take_back(event_id, on, partial(replace, place="", url=""), News.PLACE)

    # ------------------------------------------------------------------ forms

    async def ask(
        self, chat_id: int, person_id: int, asked: Asked, event_id: int, on: date | None
    ) -> Sheet:
        """Remember what the person's next message says."""
        now = self._clock.now()
        kind = f"{asked}:{on}" if on else str(asked)

        def work(t: Tables) -> Sheet:
            event = get_event(t, event_id)
            t.forms.set(chat_id, person_id, Form(kind, event_id), now + FORM_OPEN_FOR)
            return sheet_of(t, event, now, on)

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
            event = get_event(t, form.object_id)
            after, change = self._answered(t, event, on, asked, text, language, now)
            t.forms.remove(chat_id, person_id)
            if asked.is_told and event.state is not EventState.DRAFT:
                shown = replace(
                    proposed_sheet(t, after, change, now), asked=count_asked(t, event, on, now)
                )
                return Proposal(asked, sheet_of(t, event, now, on), shown)
            return self._apply(t, after, change, asked, now)

        return await self._database.write(work)

    async def confirm(
        self, asked: Asked, event_id: int, on: date | None, text: str, language: Language
    ) -> Sheet:
        """Make a change that was proposed, from the same words."""
        now = self._clock.now()

        def work(t: Tables) -> Sheet:
            event = get_event(t, event_id)
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
        if change is not None and asked in (Asked.TOPIC, Asked.SEATS, Asked.PLACE):
            return event, date_with(change, asked, text, language)
        if asked is Asked.SEATS:
            return replace(event, seats=seats_of(text)), None
        if asked in (Asked.TITLE, Asked.OTHER_TITLE, Asked.PLACE):
            return worded(event, asked, line_of(text), language), None
        schedule = schedule_of(text, language, now, self.zone)
        planned = event.schedule
        is_once = planned is not None and planned.rule is None and schedule.rule is None
        if asked is Asked.WHEN and not (is_once and event.state is not EventState.DRAFT):
            return replace(event, schedule=in_step(planned, schedule)), None
        if planned is None or schedule.rule is not None:
            raise Refusal("staff/event_one_date")
        known = change or t.events.find_change(event.event_id, planned.first_on)
        return event, moved(known, planned, schedule)

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
        self._news.follow(t, stored, now, is_news=news is not None)
        return replace(sheet_of(t, stored, now), told=told)

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
        self._news.follow(t, stored, now, is_news=news is not None)
        return replace(sheet_of(t, stored, now, change.on), told=told)

    async def _take_back(
        self, event_id: int, on: date, usual: Callable[[DateChange], DateChange], news: News
    ) -> Sheet:
        now = self._clock.now()

        def work(t: Tables) -> Sheet:
            change = usual(t.events.find_change(event_id, on))
            return self._change_date(t, get_event(t, event_id), change, news, now)

        return await self._database.write(work)

    async def _change(self, event_id: int, change: Callable[[Event], Event]) -> Sheet:
        now = self._clock.now()

        def work(t: Tables) -> Sheet:
            return self._change_event(t, change(get_event(t, event_id)), None, now)

        return await self._database.write(work)
