"""Headcounts: after an event staff are asked once how many came. Counts only, no names.

What is to be asked is worked out from the calendar every minute, so a date that was moved or
cancelled is asked about at its new time, or not at all. The question is a row of the outbox whose
key names the date and its end: a restart asks nothing twice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.clock import Clock, local_instant
from bot.content.counts import MOST, read_counts
from bot.content.renderer import Words
from bot.errors import Refusal
from bot.models import Button, Keyboard, Language
from bot.models.events import Event, EventKind, EventState, Occurrence, Turnout, Way
from bot.models.records import Afterword, Headcount, Training
from bot.services import calendar, occurrences, recordlog
from bot.services.attending import ways_of
from bot.services.items import FORM_OPEN_FOR
from bot.services.staff import Staff
from bot.services.trainings import follow_count
from bot.storage.database import Database
from bot.storage.forms import Form
from bot.storage.tables import Tables

ASKS_AFTER = timedelta(minutes=30)  # the end of an event
ALL_DAY_ASKS_AT = time(9)  # on the morning after, local time
LATE = timedelta(days=2)  # a question that is later than that is not asked any more
PAST = timedelta(days=31)  # events that staff find again to count or to correct
QUICK = (5, 10, 15, 20, 30)  # numbers on buttons, besides how many said that they come
FORM = "count"  # what the next message of a member of staff is, with the date
_EVERY = timedelta(minutes=1)
_KINDS = "count-kinds"  # in meta: which kinds are asked about
_USUALLY = (EventKind.ECHO, EventKind.MEETING, EventKind.TRAINING, EventKind.WORKGROUP)


@dataclass(frozen=True, slots=True)
class Past:
    """An event on a date that is over, as staff see it."""

    occurrence: Occurrence
    count: Headcount | None
    said: Turnout  # who said that they come; for a few days only
    training: Training | None
    afterword: Afterword | None
    has_come: bool  # somebody is there to write to


class Headcounts:
    """Asks how many came, once, and keeps what staff answer."""

    def __init__(self, database: Database, words: Words, staff: Staff, clock: Clock) -> None:
        self._database = database
        self._words = words
        self._staff = staff
        self._clock = clock
        self._looked_at: datetime | None = None

    # ------------------------------------------------------------------ by the clock

    async def tick(self) -> bool:
        """Ask about what is over, looking once a minute; return whether anything was."""
        now = self._clock.now()
        if self._looked_at is not None and timedelta() <= now - self._looked_at < _EVERY:
            return False
        self._looked_at = now
        if not await self._database.read(lambda t: any(self._to_ask(t, now))):
            return False

        def work(t: Tables) -> bool:
            asked = [self._ask(t, each, now) for each in list(self._to_ask(t, now))]
            return any(asked)

        return await self._database.write(work)

    def _to_ask(self, t: Tables, now: datetime) -> Iterator[Occurrence]:
        kinds = _kinds(t)
        for each in calendar.list_between(t, now - LATE - timedelta(days=1), now):
            event, on = each.event, each.on
            if (
                event.kind in kinds
                and not event.source  # partners count their own
                and not each.is_cancelled
                and now - LATE < _asks_at(each) <= now
                and t.headcounts.find(event.event_id, on) is None
                and not self._staff.was_told(t, _key(each))
            ):
                yield each

    def _ask(self, t: Tables, occurrence: Occurrence, now: datetime) -> bool:
        event = occurrence.event
        said = t.attendances.turnout(event.event_id, occurrence.on)
        html = self._staff.render("staff/count_ask", occurrence=occurrence, said=said)
        keyboard = (
            *quick_buttons(self._words, self._staff.language, occurrence, said),
            (
                self._staff.button("count_other", f"after:ask:{where(occurrence)}"),
                self._staff.button("count_dismiss", f"after:dismiss:{where(occurrence)}"),
            ),
            (self._staff.button("count_kinds", "after:kinds"),),
        )
        return self._staff.tell(t, _key(occurrence), html, keyboard, now=now)

    # ------------------------------------------------------------------ looking

    async def list_past(self) -> list[Past]:
        """Return what was in the last weeks and took place, the latest first."""
        now = self._clock.now()

        def work(t: Tables) -> list[Past]:
            found = calendar.list_between(t, now - PAST, now)
            over = [o for o in found if o.ends_at <= now and not o.is_cancelled]
            return [_past(t, o) for o in reversed(over)]

        return await self._database.read(work)

    async def get(self, event_id: int, on: date) -> Past:
        """Return an event on a date that is over; raise Refusal if it is not there, or ahead."""
        now = self._clock.now()
        return await self._database.read(lambda t: _past(t, over(t, event_id, on, now)))

    # ------------------------------------------------------------------ which kinds

    async def kinds(self) -> frozenset[EventKind]:
        """Return the kinds of events after which the bot asks."""
        return await self._database.read(_kinds)

    async def toggle_kind(self, kind: EventKind) -> frozenset[EventKind]:
        """Ask after events of a kind, or not any more."""

        def work(t: Tables) -> frozenset[EventKind]:
            kinds = _kinds(t) ^ {kind}
            t.meta.set(_KINDS, ",".join(sorted(kinds)))
            return kinds

        return await self._database.write(work)

    # ------------------------------------------------------------------ counting

    async def count(
        self, event_id: int, on: date, counts: tuple[int | None, int | None], author_id: int
    ) -> Past:
        """Keep how many came, (in person, online); what is None stays as it was."""
        now = self._clock.now()

        def work(t: Tables) -> Past:
            occurrence = over(t, event_id, on, now)
            _store(t, occurrence, counts, author_id, now)
            return _past(t, occurrence)

        return await self._database.write(work)

    async def ask(self, chat_id: int, person_id: int, event_id: int, on: date) -> Past:
        """Remember that the person's next message says how many came."""
        now = self._clock.now()

        def work(t: Tables) -> Past:
            occurrence = over(t, event_id, on, now)
            t.forms.set(chat_id, person_id, Form(f"{FORM}:{on}", event_id), now + FORM_OPEN_FOR)
            return _past(t, occurrence)

        return await self._database.write(work)

    async def answer(self, chat_id: int, person_id: int, text: str) -> Past | None:
        """Take what was asked for and close the form; None if nothing was.

        What is no number leaves the form open.
        """
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))
        word, _, day = form.kind.partition(":") if form else ("", "", "")
        if form is None or word != FORM:
            return None
        event_id, on = form.object_id, date.fromisoformat(day)

        def work(t: Tables) -> Past:
            occurrence = over(t, event_id, on, now)
            counts = read_counts(text, only_online=ways_of(occurrence) == [Way.ONLINE])
            if counts is None:
                raise Refusal("staff/count_unclear", limit=MOST)
            t.forms.remove(chat_id, person_id)
            _store(t, occurrence, counts, person_id, now)
            return _past(t, occurrence)

        return await self._database.write(work)

    async def close_form(self, chat_id: int, person_id: int) -> None:
        """Forget what was asked."""
        await self._database.write(lambda t: t.forms.remove(chat_id, person_id))


def quick_buttons(
    words: Words, language: Language, occurrence: Occurrence, said: Turnout
) -> Keyboard:
    """Return likely numbers to press, for each way in which one can take part."""
    rows: list[tuple[Button, ...]] = []
    for way in ways_of(occurrence):
        likely = said.in_person if way is Way.IN_PERSON else said.online
        buttons = [
            Button(
                words.label(f"count_{way.name.lower()}", language, count=number),
                data=f"after:count:{where(occurrence)}:{way}:{number}",
            )
            for number in sorted({0, *QUICK, likely})
        ]
        rows += [tuple(buttons[n : n + 3]) for n in range(0, len(buttons), 3)]
    return tuple(rows)


def where(occurrence: Occurrence) -> str:
    """Return an event and a date as buttons name them."""
    return f"{occurrence.event.event_id}:{occurrence.on}"


def over(t: Tables, event_id: int, on: date, now: datetime) -> Occurrence:
    """Return an event on a date that is over; raise Refusal if it is gone, or not over yet."""
    found = occurrences.find(t, event_id, on)
    if found is None or not _is_known(found.event):
        raise Refusal("staff/event_gone")
    if found.ends_at > now:
        raise Refusal("staff/count_early")
    return found


def _is_known(event: Event) -> bool:
    return event.state in (EventState.OPEN, EventState.CANCELLED)


def _past(t: Tables, occurrence: Occurrence) -> Past:
    event_id, on = occurrence.event.event_id, occurrence.on
    said = t.attendances.turnout(event_id, on)
    return Past(
        occurrence,
        t.headcounts.find(event_id, on),
        said,
        t.trainings.find_of_event(event_id, on),
        t.afterwords.find(event_id, on),
        has_come=bool(said.in_person or said.online),
    )


def _store(
    t: Tables,
    occurrence: Occurrence,
    counts: Iterable[int | None],
    author_id: int,
    now: datetime,
) -> None:
    """Keep how many came, and let the record of a training follow."""
    event_id, on = occurrence.event.event_id, occurrence.on
    in_person, online = counts
    before = t.headcounts.find(event_id, on)
    known = before or Headcount(event_id, on)
    count = replace(
        known,
        in_person=known.in_person if in_person is None else in_person,
        online=known.online if online is None else online,
    )
    if count == before:
        return
    t.headcounts.put(count)
    recordlog.log_count(t, before, count, author_id, now)
    follow_count(t, occurrence, before, count, author_id, now)


def _kinds(t: Tables) -> frozenset[EventKind]:
    chosen = t.meta.find(_KINDS)
    if not isinstance(chosen, str):
        return frozenset(_USUALLY)
    return frozenset(EventKind(word) for word in chosen.split(",") if word)


def _asks_at(occurrence: Occurrence) -> datetime:
    """Return when to ask: soon after the end; not at midnight about what lasted all day."""
    if occurrence.is_all_day:
        return local_instant(occurrence.day + timedelta(days=1), ALL_DAY_ASKS_AT, occurrence.zone)
    return occurrence.ends_at + ASKS_AFTER


def _key(occurrence: Occurrence) -> str:
    return f"count-ask:{where(occurrence)}:{int(occurrence.ends_at.timestamp())}"
