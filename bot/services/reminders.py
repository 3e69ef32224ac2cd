"""Reminders: whoever asked hears of an event in time, also after it was moved or cancelled.

A reminder is a row until it is due; then it becomes a row of the outbox, with the words of that
moment. It stays until its date is over, so that whoever asked hears of a late change, too.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.clock import Clock
from bot.content.renderer import Words
from bot.errors import Refusal
from bot.models import Content, Lane, Language
from bot.models.events import Event, Occurrence, Reminder
from bot.services import calendar, occurrences
from bot.services.remindermessages import LATE_AFTER, Reminding, Telling
from bot.storage.database import Database
from bot.storage.deliveries import NewDelivery
from bot.storage.tables import Tables

log = logging.getLogger(__name__)

AT_ONCE = 500  # in one transaction, so that no update waits for many
CHOICES = (1440, 60)  # minutes before that stand on the first screen …
MORE_CHOICES = (7 * 1440, 2 * 1440, 180, 30, 10)  # … and behind "another time"
NO_MORE = "public/event_over"


class News(StrEnum):
    """What people who asked are told about a date."""

    MOVED = "moved"
    CANCELLED = "cancelled"
    BACK = "back"  # takes place after all
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Asked:
    """A date and what a chat asked for about it."""

    occurrence: Occurrence
    reminder: Reminder | None


class Reminders:
    """Takes wishes, hands those that are due to the outbox, and follows every change."""

    def __init__(self, database: Database, words: Words, clock: Clock) -> None:
        self._database = database
        self._words = words
        self._clock = clock

    async def find(self, chat_id: int, event_id: int, on: date) -> Asked:
        """Return a date and what a chat asked for about it."""

        def work(t: Tables) -> Asked:
            occurrence = calendar.get(t, event_id, on)
            return Asked(occurrence, t.reminders.find(chat_id, event_id, on))

        return await self._database.read(work)

    async def ask(
        self, chat_id: int, language: Language, event_id: int, on: date, minutes: int
    ) -> Asked:
        """Remind so long before; raise Refusal if that has passed."""
        now = self._clock.now()

        def work(t: Tables) -> Asked:
            occurrence = calendar.get(t, event_id, on)
            _require_coming(occurrence, now)
            due_at = occurrence.remind_at(minutes)
            if due_at <= now:
                raise Refusal("public/reminder_past")
            known = t.reminders.find(chat_id, event_id, on)
            every = known is not None and known.every
            wish = Reminder(0, event_id, on, chat_id, language, minutes, every, due_at)
            t.reminders.put(wish, occurrence.ends_at)
            return Asked(occurrence, t.reminders.find(chat_id, event_id, on))

        return await self._database.write(work)

    async def every_time(self, chat_id: int, event_id: int, on: date, *, every: bool) -> Asked:
        """Go on with the next dates of a series, or not."""

        def work(t: Tables) -> Asked:
            occurrence = calendar.get(t, event_id, on)
            known = _known(t, chat_id, event_id, on)
            t.reminders.set_every([known.reminder_id], every=every)
            return Asked(occurrence, t.reminders.find(chat_id, event_id, on))

        return await self._database.write(work)

    async def snooze(self, chat_id: int, event_id: int, on: date, minutes: int) -> datetime:
        """Remind of this date again so many minutes from now; the series stays as it is."""
        now = self._clock.now()

        def work(t: Tables) -> datetime:
            occurrence = calendar.get(t, event_id, on)
            _require_coming(occurrence, now)
            known = _known(t, chat_id, event_id, on)
            due_at = now + timedelta(minutes=minutes)
            if due_at >= occurrence.starts_at:
                raise Refusal("public/snooze_past")
            t.reminders.set_due([known.reminder_id], due_at)
            return due_at

        return await self._database.write(work)

    async def off(self, chat_id: int, event_id: int, on: date) -> Asked:
        """Forget what a chat asked for about a date, and with it about the whole series."""

        def work(t: Tables) -> Asked:
            occurrence = calendar.get(t, event_id, on)
            known = t.reminders.find(chat_id, event_id, on)
            if known is not None:
                t.reminders.remove([known.reminder_id])
                t.reminders.remove_series_from(chat_id, event_id, on)
            return Asked(occurrence, None)

        return await self._database.write(work)

    # ------------------------------------------------------------------ by the clock

    async def tick(self) -> bool:
        """Hand what is due to the outbox, in parts; return whether anything was."""
        something = False
        while await self._database.read(lambda t: t.reminders.is_any_ripe(self._clock.now())):
            something |= await self._database.write(self._step)
        return something

    async def catch_up(self) -> None:
        """Let reminders that wait in the outbox for long say so; drop those of no use."""
        now = self._clock.now()
        before = now - LATE_AFTER
        if not await self._database.read(lambda t: t.reminders.list_written(before)):
            return

        def work(t: Tables) -> int:
            dropped, messages = 0, Reminding(t, self._words, now)
            for each in t.reminders.list_written(before):
                content = messages.of(
                    each.event_id, each.on, each.language, each.chat_id, each.due_at
                )
                t.reminders.reword(each.key, content)
                dropped += content is None
            return dropped

        if dropped := await self._database.write(work):
            log.warning("%d reminders came too late to be of use", dropped)

    def _step(self, t: Tables) -> bool:
        """Write some that are due, settle some whose date is over; return whether any was due."""
        now = self._clock.now()
        due = t.reminders.list_due(now, AT_ONCE)
        messages = Reminding(t, self._words, now)
        dropped = 0
        for each in due:
            at = each.due_at or now
            content = messages.of(each.event_id, each.on, each.language, each.chat_id, at)
            dropped += content is None
            if content is not None:
                _write(t, each, content, at)
        t.reminders.set_due([each.reminder_id for each in due], None)
        for each in t.reminders.list_over(now, AT_ONCE):
            _pass_on(t, each, now)
        if dropped:
            log.warning("%d reminders came too late to be of use", dropped)
        return bool(due)

    # ------------------------------------------------------------------ changes

    def follow(self, t: Tables, occurrence: Occurrence, news: News, now: datetime) -> int:
        """Plan the reminders of a date anew after a change, and tell all who asked."""
        event_id, on = occurrence.event.event_id, occurrence.on
        t.reminders.withdraw(event_id, on)
        changes = t.events.changes_of(event_id)
        ahead = occurrences.after(occurrence.event, changes, now)
        reminders = t.reminders.list_of_event(event_id)
        for each in reminders:
            if each.on == on:
                due_at = _due_again(occurrence, each, now)
                t.reminders.set_date(each.reminder_id, on, due_at, occurrence.ends_at)
            own = occurrences.occurrence(occurrence.event, changes, each.on)
            if each.every and own is not None:
                later = [found for found in ahead if found.on >= each.on]
                _turn_to_next(t, each, own, later, now)
        if not _is_to_tell(occurrence, news):
            return 0
        told = {
            each.chat_id: (each.language, f"r{each.reminder_id}")
            for each in reminders
            if _is_about(each, on)
        }
        for one in t.attendances.list_ahead(event_id, on, now):
            told.setdefault(one.chat_id, (one.language, f"a{one.attendance_id}"))
        self._tell(t, told, occurrence, news, now)
        return len(told)

    def follow_series(self, t: Tables, event_id: int, news: News, now: datetime) -> int:
        """Plan all reminders of an event anew; a date that is no more becomes the next one."""
        event = t.events.find(event_id)
        if event is None:
            return 0
        changes = t.events.changes_of(event_id)
        ahead = occurrences.after(event, changes, now)
        upcoming = next((each for each in ahead if not each.is_cancelled), None)
        by_date: dict[date, list[Reminder]] = {}
        for each in t.reminders.list_of_event(event_id):
            by_date.setdefault(each.on, []).append(each)
        told: set[int] = set()
        for on, asked in sorted(by_date.items()):
            t.reminders.withdraw(event_id, on)
            found = occurrences.occurrence(event, changes, on) or upcoming
            if found is None:
                t.reminders.remove([each.reminder_id for each in asked])
                continue
            for each in asked:
                due_at = _due_again(found, each, now)
                _set_date(t, each, found, due_at)
                if each.every and news is News.MOVED:  # perhaps there are dates in between now
                    _turn_to_next(t, replace(each, on=found.on), found, ahead, now)
            fresh = {
                each.chat_id: (each.language, f"r{each.reminder_id}")
                for each in asked
                if each.chat_id not in told and _is_to_tell(found, news)
            }
            told |= set(fresh)
            self._tell(t, fresh, found, news, now)
        return len(told | self._tell_those_who_come(t, event, told, upcoming, news, now))

    def _tell_those_who_come(
        self,
        t: Tables,
        event: Event,
        told: set[int],
        upcoming: Occurrence | None,
        news: News,
        now: datetime,
    ) -> set[int]:
        """Tell those who come and have no reminder; return their chats."""
        changes = t.events.changes_of(event.event_id)
        found: set[int] = set()
        for on in t.attendances.list_dates(event.event_id, now):
            people = {
                each.chat_id: (each.language, f"a{each.attendance_id}")
                for each in t.attendances.list_ahead(event.event_id, on, now)
                if each.chat_id not in told | found
            }
            occurrence = occurrences.occurrence(event, changes, on) or upcoming
            if occurrence is not None and _is_to_tell(occurrence, news):
                self._tell(t, people, occurrence, news, now)
                found |= set(people)
        return found

    def _tell(
        self,
        t: Tables,
        people: Mapping[int, tuple[Language, str]],
        occurrence: Occurrence,
        news: News,
        now: datetime,
    ) -> None:
        event, words = occurrence.event, Telling(t, self._words, occurrence, news)
        for chat_id, (language, name) in people.items():
            key = f"event-news:{event.event_id}:{event.revision}:{name}"
            content = words.to(chat_id, language)
            t.deliveries.add(NewDelivery(chat_id, content, Lane.NOTICE, now, key=key, forget=True))


def _write(t: Tables, reminder: Reminder, content: Content, due_at: datetime) -> None:
    beginning = f"reminder:{reminder.event_id}:{reminder.on}:{reminder.language}"
    # With the time, so that one that was snoozed is not taken for the one before.
    key = f"{beginning}:{reminder.reminder_id}-{int(due_at.timestamp())}"
    t.deliveries.add(
        NewDelivery(reminder.chat_id, content, Lane.NOTICE, due_at, key=key, forget=True)
    )


def list_asked(t: Tables, event_id: int, on: date) -> list[Reminder]:
    """Return who asked about a date, also those whose series comes to it later."""
    return [each for each in t.reminders.list_of_event(event_id) if _is_about(each, on)]


def _is_about(reminder: Reminder, on: date) -> bool:
    return reminder.on == on or (reminder.every and reminder.on < on)


def _is_to_tell(occurrence: Occurrence, news: News) -> bool:
    """Return whether people need to hear that: of what is cancelled, not where it would be."""
    return news is News.CANCELLED or not occurrence.is_cancelled


def _pass_on(t: Tables, reminder: Reminder, now: datetime) -> None:
    """Let a reminder whose date is over go on with the next one, or forget it."""
    event = t.events.find(reminder.event_id)
    upcoming = None
    if event is not None and reminder.every:
        changes = t.events.changes_of(event.event_id)
        upcoming = occurrences.next_one(event, changes, now)
    if upcoming is None:
        t.reminders.remove([reminder.reminder_id])
        return
    # "A week before" a weekly date lies before the end of the last one: then it is due at once.
    _set_date(t, reminder, upcoming, max(now, upcoming.remind_at(reminder.minutes)))


def _turn_to_next(
    t: Tables, reminder: Reminder, own: Occurrence, ahead: Sequence[Occurrence], now: datetime
) -> None:
    """Let a reminder of a series turn to a date that now comes before its own.

    Of its own date it still reminds.
    """
    upcoming = next((each for each in ahead if not each.is_cancelled), None)
    if upcoming is None or upcoming.starts_at >= own.starts_at:
        return
    t.reminders.set_every([reminder.reminder_id], every=False)
    if not _is_joined(t, reminder, upcoming.on):
        new = replace(reminder, reminder_id=0, on=upcoming.on, due_at=None)
        due_at = _due_again(upcoming, new, now)
        t.reminders.put(replace(new, due_at=due_at), upcoming.ends_at)


def _set_date(t: Tables, reminder: Reminder, found: Occurrence, due_at: datetime | None) -> None:
    """Let a reminder be about a date; what the chat asked about it already goes before."""
    if found.on != reminder.on and _is_joined(t, reminder, found.on):
        t.reminders.remove([reminder.reminder_id])
    else:
        t.reminders.set_date(reminder.reminder_id, found.on, due_at, found.ends_at)


def _is_joined(t: Tables, reminder: Reminder, on: date) -> bool:
    """Join a reminder with what the chat asked about another date; False if that is nothing."""
    known = t.reminders.find(reminder.chat_id, reminder.event_id, on)
    if known is None:
        return False
    t.reminders.set_every([known.reminder_id], every=known.every or reminder.every)
    return True


def _due_again(occurrence: Occurrence, reminder: Reminder, now: datetime) -> datetime | None:
    """Return when a reminder is due; None: never, because it is cancelled or that has passed.

    One that came already and was snoozed comes again at the time that was asked for.
    """
    if occurrence.is_cancelled:
        return None
    due_at = occurrence.remind_at(reminder.minutes)
    if due_at > now:
        return due_at
    snoozed = reminder.due_at
    return snoozed if snoozed and now < snoozed < occurrence.starts_at else None


def _known(t: Tables, chat_id: int, event_id: int, on: date) -> Reminder:
    known = t.reminders.find(chat_id, event_id, on)
    if known is None:
        raise Refusal("public/reminder_none")
    return known


def _require_coming(occurrence: Occurrence, now: datetime) -> None:
    if occurrence.is_cancelled or occurrence.starts_at <= now:
        raise Refusal(NO_MORE)
