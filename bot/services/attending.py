"""Attending: people say that they come; where places are few, the next in line is offered one.

Whoever comes is reminded an hour before, with the place or the link. Nobody sees who comes.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.renderer import Words
from bot.errors import Refusal
from bot.models import Button, Content, Lane, Language
from bot.models.events import Attendance, Occurrence, Reminder, Standing, Turnout, Way
from bot.services import calendar, occurrences
from bot.storage.database import Database
from bot.storage.deliveries import NewDelivery
from bot.storage.tables import Tables

OFFER_FOR = timedelta(hours=6)  # to answer; never longer than until the beginning
REMIND_MINUTES = 60
KEPT_AFTER = timedelta(days=3)  # the end, so that staff can write once to those who came


@dataclass(frozen=True, slots=True)
class Place:
    """A date, somebody's wish to come to it, and how many come."""

    occurrence: Occurrence
    mine: Attendance | None
    turnout: Turnout


class Attending:
    """Gives places, keeps a line, and offers what becomes free."""

    def __init__(self, database: Database, words: Words, clock: Clock) -> None:
        self._database = database
        self._words = words
        self._clock = clock

    async def find(self, chat_id: int, event_id: int, on: date) -> Place:
        """Return a date and a chat's wish to come."""
        return await self._database.read(lambda t: _place(t, chat_id, event_id, on))

    async def come(
        self, chat_id: int, language: Language, event_id: int, on: date, way: Way
    ) -> Place:
        """Take a place, or stand in line if there is none; safe to repeat."""
        now = self._clock.now()

        def work(t: Tables) -> Place:
            occurrence = calendar.get(t, event_id, on)
            _require_coming(occurrence, now)
            known = t.attendances.find(chat_id, event_id, on)
            if known is not None and known.way is way:
                return _place(t, chat_id, event_id, on)
            if known is not None:
                self._leave(t, occurrence, known, now)
            full = way is Way.IN_PERSON and _is_full(
                occurrence, t.attendances.turnout(event_id, on)
            )
            standing = Standing.WAITING if full else Standing.COMING
            new = Attendance(0, event_id, on, chat_id, language, way, standing)
            t.attendances.add(new, occurrence.ends_at)
            if not full:
                _remind(t, occurrence, new, now)
            return _place(t, chat_id, event_id, on)

        return await self._database.write(work)

    async def leave(self, chat_id: int, event_id: int, on: date) -> Place:
        """Give a place back, or leave the line; the next one is offered it at once."""
        now = self._clock.now()

        def work(t: Tables) -> Place:
            occurrence = calendar.get(t, event_id, on)
            known = t.attendances.find(chat_id, event_id, on)
            if known is not None:
                self._leave(t, occurrence, known, now)
            return _place(t, chat_id, event_id, on)

        return await self._database.write(work)

    async def accept(self, chat_id: int, event_id: int, on: date) -> Place:
        """Take the place that was offered; raise Refusal if that is over."""
        now = self._clock.now()

        def work(t: Tables) -> Place:
            occurrence = calendar.get(t, event_id, on)
            _require_coming(occurrence, now)
            mine = t.attendances.find(chat_id, event_id, on)
            if mine is None or mine.standing is Standing.WAITING:
                raise Refusal("public/offer_over")
            if mine.standing is Standing.OFFERED:
                t.attendances.set_standing(mine.attendance_id, Standing.COMING, None)
                _remind(t, occurrence, mine, now)
            return _place(t, chat_id, event_id, on)

        return await self._database.write(work)

    async def tick(self) -> bool:
        """Pass unanswered offers on and forget what is over; return whether anything was."""
        now = self._clock.now()
        if not await self._database.read(
            lambda t: t.attendances.is_any_ripe(now, now - KEPT_AFTER)
        ):
            return False

        def work(t: Tables) -> None:
            t.attendances.remove_over(now, now - KEPT_AFTER)
            for each in t.attendances.list_expired(now):
                t.attendances.remove(each.attendance_id)
                if occurrence := occurrences.find(t, each.event_id, each.on):
                    self._offer(t, occurrence, now)

        await self._database.write(work)
        return True

    def follow(self, t: Tables, event_id: int, now: datetime) -> None:
        """Bring those who come in step with an event that has changed."""
        for on in t.attendances.list_dates(event_id, now):
            occurrence = occurrences.find(t, event_id, on)
            if occurrence is None:
                t.attendances.remove_date(event_id, on)
            else:
                t.attendances.set_over(event_id, on, occurrence.ends_at)
                self._offer(t, occurrence, now)

    def _leave(self, t: Tables, occurrence: Occurrence, mine: Attendance, now: datetime) -> None:
        t.attendances.remove(mine.attendance_id)
        t.afterwords.withdraw(mine)
        wish = t.reminders.find(mine.chat_id, mine.event_id, mine.on)
        if wish is not None and wish.minutes == REMIND_MINUTES and not wish.every:
            t.reminders.remove([wish.reminder_id])  # it came with the place
        self._offer(t, occurrence, now)

    def _offer(self, t: Tables, occurrence: Occurrence, now: datetime) -> None:
        """Offer every free place to the next in line."""
        if occurrence.is_cancelled or occurrence.starts_at <= now:
            return
        number, on = occurrence.event.event_id, occurrence.on
        seats, taken = occurrence.seats, t.attendances.turnout(number, on).taken
        line = [
            a for a in t.attendances.list_of_date(number, on) if a.standing is Standing.WAITING
        ]
        free = len(line) if seats is None else max(0, seats - taken)
        until = min(now + OFFER_FOR, occurrence.starts_at)
        for each in line[:free]:
            t.attendances.set_standing(each.attendance_id, Standing.OFFERED, until)
            key = f"event-offer:{each.attendance_id}"
            zone = t.members.zone_of(each.chat_id)
            content = self._content(occurrence, each.language, until, zone)
            t.deliveries.add(
                NewDelivery(each.chat_id, content, Lane.NOTICE, now, key=key, forget=True)
            )

    def _content(
        self,
        occurrence: Occurrence,
        language: Language,
        until: datetime,
        own_zone: ZoneInfo | None,
    ) -> Content:
        where = f"{occurrence.event.event_id}:{occurrence.on}"
        take = self._words.label("offer_take", language)
        leave = self._words.label("offer_leave", language)
        html = self._words.render(
            "public/event_offer", language, occurrence=occurrence, until=until, own_zone=own_zone
        )
        buttons = (
            (Button(take, data=f"coming:accept:{where}", style="success"),),
            (Button(leave, data=f"coming:leave:{where}"),),
        )
        return Content(html, keyboard=buttons)


def ways_of(occurrence: Occurrence) -> list[Way]:
    """Return how one can take part: in person where there is a place, online where a link."""
    ways = [Way.IN_PERSON] if occurrence.place or not occurrence.url else []
    return ways + ([Way.ONLINE] if occurrence.url else [])


def _place(t: Tables, chat_id: int, event_id: int, on: date) -> Place:
    occurrence = calendar.get(t, event_id, on)
    mine = t.attendances.find(chat_id, event_id, on)
    return Place(occurrence, mine, t.attendances.turnout(event_id, on))


def _is_full(occurrence: Occurrence, turnout: Turnout) -> bool:
    """Return whether there is no place, or others wait for one already."""
    seats = occurrence.seats
    return seats is not None and (turnout.taken >= seats or turnout.waiting > 0)


def _remind(t: Tables, occurrence: Occurrence, mine: Attendance, now: datetime) -> None:
    """Remind whoever comes in time, unless they have chosen a moment themselves."""
    due_at = occurrence.remind_at(REMIND_MINUTES)
    if due_at <= now or t.reminders.find(mine.chat_id, mine.event_id, mine.on):
        return
    wish = Reminder(
        reminder_id=0,
        event_id=mine.event_id,
        on=mine.on,
        chat_id=mine.chat_id,
        language=mine.language,
        minutes=REMIND_MINUTES,
        every=False,
        due_at=due_at,
    )
    t.reminders.put(wish, occurrence.ends_at)


def _require_coming(occurrence: Occurrence, now: datetime) -> None:
    if occurrence.is_cancelled or occurrence.starts_at <= now:
        raise Refusal("public/event_over")
