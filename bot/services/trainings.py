"""Trainings: how many were trained, where, by whom, and how many kits were given.

Never who was trained. What looks like a list of names is refused.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.counts import MOST, looks_like_names, read_number
from bot.content.moments import read_day
from bot.errors import Refusal
from bot.models import Language
from bot.models.events import EventKind, Occurrence
from bot.models.records import Headcount, Training
from bot.services import recordlog, trainingfiles
from bot.services.items import FORM_OPEN_FOR
from bot.services.recordlog import Entry
from bot.services.trainingfiles import Period, TrainingFile
from bot.storage.database import Database
from bot.storage.forms import Form
from bot.storage.tables import Tables

LONGEST = 120  # characters of a place or of who trained
LONGEST_AGO = timedelta(days=366 * 20)  # an earlier day is a slip
NEW = "training-new"  # the next message tells a whole training
ONLINE = "online"  # the place of one that had a link only


class Asked(StrEnum):
    """What the next message of a member of staff says about a training."""

    DAY = "training-day"
    TRAINED = "training-trained"
    PLACE = "training-place"
    TRAINER = "training-trainer"
    KITS = "training-kits"


@dataclass(frozen=True, slots=True)
class Totals:
    """How much some trainings were in all."""

    trainings: int = 0
    trained: int = 0
    kits: int = 0


@dataclass(frozen=True, slots=True)
class Year:
    """The trainings of a year, by month."""

    year: int
    total: Totals
    months: list[tuple[date, Totals]]  # all months that have begun, by their first days
    others: list[int]  # other years in which any was


@dataclass(frozen=True, slots=True)
class Shown:
    """A training as staff see it."""

    training: Training
    change_id: int | None = None  # what was just done, for the way back


class Trainings:
    """Keeps the record of trainings. Every change is in the log and can be undone."""

    def __init__(self, database: Database, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._clock = clock
        self.zone = zone

    @property
    def _today(self) -> date:
        return self._clock.now().astimezone(self.zone).date()

    # ------------------------------------------------------------------ looking

    async def year(self, year: int | None = None) -> Year:
        """Return the totals of a year, of this one if none is named."""
        today = self._today
        chosen = year or today.year

        def work(t: Tables) -> Year:
            found = t.trainings.list_between(date(chosen, 1, 1), date(chosen + 1, 1, 1))
            firsts = [date(chosen, month, 1) for month in range(1, 13)]
            months = [
                (first, totals(each for each in found if each.held_on.month == first.month))
                for first in firsts
                if first <= today
            ]
            others = [each for each in t.trainings.list_years() if each != chosen]
            return Year(chosen, totals(found), months, others)

        return await self._database.read(work)

    async def month(self, first: date) -> list[Training]:
        """Return the trainings of a month, the earliest first."""
        before = _next_month(first)
        return await self._database.read(lambda t: t.trainings.list_between(first, before))

    async def get(self, training_id: int) -> Training:
        """Return a training; raise Refusal if it is gone."""
        return await self._database.read(lambda t: _get(t, training_id))

    async def history(self) -> list[Entry]:
        """Return the last changes of counts and trainings, the latest first."""
        return await self._database.read(recordlog.list_entries)

    async def file(self, period: Period) -> TrainingFile:
        """Return the trainings of a period as a table for a spreadsheet."""
        first, before = trainingfiles.limits(period, self._today)

        def work(t: Tables) -> TrainingFile:
            found = t.trainings.list_between(first, before)
            titles = {
                each.event_id: event.title(Language.EN)
                for each in found
                if each.event_id and (event := t.events.find(each.event_id))
            }
            name = trainingfiles.name_of(period, self._today)
            return trainingfiles.write(name, found, titles)

        return await self._database.read(work)

    # ------------------------------------------------------------------ changing

    async def delete(self, training_id: int, author_id: int) -> Shown:
        """Delete a training; the change that is returned can be undone."""
        now = self._clock.now()

        def work(t: Tables) -> Shown:
            training = _get(t, training_id)
            t.trainings.remove(training_id)
            return Shown(training, recordlog.log_training(t, training, None, author_id, now))

        return await self._database.write(work)

    async def undo(self, change_id: int, author_id: int) -> None:
        """Take a change back; raise Refusal if that cannot be."""
        now = self._clock.now()

        def work(t: Tables) -> None:
            if not recordlog.undo(t, change_id, author_id, now):
                raise Refusal("staff/site_not_undone")

        await self._database.write(work)

    # ------------------------------------------------------------------ forms

    async def ask(
        self, chat_id: int, person_id: int, kind: Asked | str, training_id: int = 0
    ) -> Training | None:
        """Remember what the person's next message says; NEW: a training that is not there yet."""
        expires_at = self._clock.now() + FORM_OPEN_FOR

        def work(t: Tables) -> Training | None:
            training = None if kind == NEW else _get(t, training_id)
            t.forms.set(chat_id, person_id, Form(str(kind), training_id), expires_at)
            return training

        return await self._database.write(work)

    async def close_form(self, chat_id: int, person_id: int) -> None:
        """Forget what was asked."""
        await self._database.write(lambda t: t.forms.remove(chat_id, person_id))

    async def answer(
        self, chat_id: int, person_id: int, text: str, language: Language
    ) -> Shown | None:
        """Take what was asked for and close the form; None if nothing was.

        What cannot be taken leaves the form open; a training that is gone closes it.
        """
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))
        if form is None or form.kind not in (NEW, *Asked):
            return None
        change = self._taking(form.kind, text, language)

        def work(t: Tables) -> Shown | None:
            t.forms.remove(chat_id, person_id)
            before = t.trainings.find(form.object_id)
            if form.kind == NEW:
                after = t.trainings.add(change(Training(0, self._today, 0)))
            elif before is None:
                return None
            else:
                after = change(before)
            if after == before:
                return Shown(after)
            t.trainings.put(after)
            return Shown(after, recordlog.log_training(t, before, after, person_id, now))

        shown = await self._database.write(work)
        if shown is None:
            raise Refusal("staff/training_gone")
        return shown

    def _taking(self, kind: str, text: str, language: Language) -> Callable[[Training], Training]:
        """Return what an answer changes; raise Refusal if it is none."""
        match kind:
            case Asked.DAY:
                day = self._day(text, language)
                return lambda training: replace(training, held_on=day)
            case Asked.TRAINED:
                trained = _number(text)
                return lambda training: replace(training, trained=trained)
            case Asked.KITS:
                kits = _number(text)
                return lambda training: replace(training, kits=kits)
            case Asked.PLACE:
                place = _line(text)
                return lambda training: replace(training, place=place)
            case Asked.TRAINER:
                trainer = _line(text)
                return lambda training: replace(training, trainer=trainer)
            case _:
                return self._taking_all(text, language)

    def _taking_all(self, text: str, language: Language) -> Callable[[Training], Training]:
        """Return a whole training of "day; how many; where; by whom; kits"."""
        parts = [part.strip() for part in text.replace("\n", ";").split(";")]
        if not 2 <= len(parts) <= 5:
            raise Refusal("staff/training_how")
        day, trained = self._day(parts[0], language), _number(parts[1])
        place, trainer, kits = (*parts[2:], "", "", "")[:3]
        new = Training(
            training_id=0,
            held_on=day,
            trained=trained,
            place=_line(place) if place else "",
            trainer=_line(trainer) if trainer else "",
            kits=_number(kits) if kits else None,
        )
        return lambda _: new

    def _day(self, text: str, language: Language) -> date:
        day = read_day(text, self._clock.now(), self.zone, language, past=True)
        if day is None:
            raise Refusal("staff/training_day_unclear")
        if not self._today - LONGEST_AGO <= day <= self._today:
            raise Refusal("staff/training_future", day=day)
        return day


def follow_count(
    t: Tables,
    occurrence: Occurrence,
    before: Headcount | None,
    count: Headcount,
    author_id: int,
    now: datetime,
) -> None:
    """Keep the record of a training in step with how many came.

    One that staff deleted stays away, and a number that they changed by hand stays.
    """
    event_id, on = occurrence.event.event_id, occurrence.on
    known = t.trainings.find_of_event(event_id, on)
    if known is None and before is None and occurrence.event.kind is EventKind.TRAINING:
        place = occurrence.place or (ONLINE if occurrence.url else "")
        new = Training(0, occurrence.day, count.total, place, event_id=event_id, event_on=on)
        recordlog.log_training(t, None, t.trainings.add(new), author_id, now)
    elif known is not None and before is not None and known.trained == before.total:
        after = t.trainings.put(replace(known, trained=count.total))
        recordlog.log_training(t, known, after, author_id, now)


def totals(trainings: Iterable[Training]) -> Totals:
    """Return how much trainings were in all; kits that nobody counted are none."""
    found = list(trainings)
    return Totals(
        len(found), sum(each.trained for each in found), sum(each.kits or 0 for each in found)
    )


def _get(t: Tables, training_id: int) -> Training:
    training = t.trainings.find(training_id)
    if training is None:
        raise Refusal("staff/training_gone")
    return training


def _number(text: str) -> int:
    number = read_number(text)
    if number is None:
        raise Refusal("staff/training_number", limit=MOST)
    return number


def _line(text: str) -> str:
    """Return a text in one line; raise Refusal if it is too long, or looks like names."""
    if looks_like_names(text):
        raise Refusal("staff/training_names")
    line = " ".join(text.split())
    if not line or len(line) > LONGEST:
        raise Refusal("staff/event_words", limit=LONGEST)
    return line


def _next_month(first: date) -> date:
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)
