"""The calendar: which events come, for people to look at and to take along."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock, local_midnight
from bot.content import ics
from bot.content.events import ShippedEvent
from bot.content.occasions import Occasion
from bot.errors import Refusal
from bot.models import Language
from bot.models.events import DateChange, Event, EventKind, EventState, Occurrence
from bot.services import occurrences
from bot.services.countdowns import Countdown, next_countdown
from bot.storage.database import Database
from bot.storage.tables import Tables

SOON = timedelta(days=14)
MONTHS_OFFERED = 6
SHOWN = (EventState.OPEN, EventState.CANCELLED)  # what people may see
_FAR = timedelta(days=800)


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of the calendar, and what else there is."""

    found: list[Occurrence]
    months: list[date]  # first days of those in which anything is
    kinds: list[EventKind]  # of which anything comes
    countdown: Countdown | None = None  # to a day that the task force prepares for


class Calendar:
    """Finds events by time and kind."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        zone: ZoneInfo,
        shipped: tuple[ShippedEvent, ...],
        occasions: tuple[Occasion, ...],
    ) -> None:
        self._database = database
        self._clock = clock
        self._shipped = shipped
        self._occasions = occasions
        self.zone = zone

    async def ship(self) -> None:
        """Bring what ships into the database; what staff changed by hand stays."""
        now = self._clock.now()
        await self._database.write(lambda t: self._ship(t, now))

    async def look(self, month: date | None, kind: EventKind | None) -> View:
        """Return what comes within two weeks, or in a month, and among what one can choose.

        Also what was cancelled is shown: people may come for it.
        """
        now = self._clock.now()
        today = now.astimezone(self.zone).date()
        months = _months(today)
        ahead, countdown = await self._database.read(
            lambda t: (
                list_between(t, now, local_midnight(months[-1], self.zone)),
                next_countdown(t, self._occasions, now),
            )
        )
        end = local_midnight(_next_month(month), self.zone) if month else now + SOON
        since = local_midnight(month, self.zone) if month else now
        chosen = [o for o in ahead if o.ends_at > since and o.starts_at < end]
        there = {o.starts_at.astimezone(self.zone).date().replace(day=1) for o in ahead}
        kinds = {o.event.kind for o in ahead}
        return View(
            found=[o for o in chosen if kind in (None, o.event.kind)],
            months=[each for each in months[:-1] if each in there],
            kinds=[each for each in EventKind if each in kinds],
            countdown=countdown,
        )

    async def next_of(self, kind: EventKind) -> Occurrence | None:
        """Return the one of a kind that runs now or comes next and takes place."""
        now = self._clock.now()
        return await self._database.read(lambda t: next_of(t, kind, now))

    async def get(self, event_id: int, on: date) -> Occurrence:
        """Return an event on a date; raise Refusal if it is not there any more."""
        return await self._database.read(lambda t: get(t, event_id, on))

    async def file_of_date(self, event_id: int, on: date, language: Language) -> ics.CalendarFile:
        """Return the calendar file of one date."""
        return ics.of_date(await self.get(event_id, on), language, self._clock.now())

    async def file_of_series(self, event_id: int, language: Language) -> ics.CalendarFile:
        """Return the calendar file of a series, with the dates that are not like the others."""

        def work(t: Tables) -> tuple[Event, list[Occurrence]]:
            event = t.events.find(event_id)
            if event is None or event.state not in SHOWN:
                raise Refusal("public/event_gone")
            changes = t.events.changes_of(event_id)
            found = [occurrences.occurrence(event, changes, on) for on in sorted(changes)]
            return event, [each for each in found if each]

        event, changed = await self._database.read(work)
        return ics.of_series(event, changed, language, self._clock.now())

    def _ship(self, t: Tables, now: datetime) -> None:
        """Add what is new, renew what was changed in the files, drop what left them."""
        wanted = {each.event.key: each for each in self._shipped if not _is_over(each, now)}
        for key, each in wanted.items():
            known = t.events.find_shipped(key)
            if known is None:
                if not _is_taken(t, each.event):
                    _store(t, t.events.add(each.event, now, by_staff=False), each)
            elif not known[1] and not _is_same(t, known[0], each):
                renewed = _renewal(known[0], each.event)
                _store(t, t.events.update(renewed, now, by_staff=False), each)
        for event in t.events.list_shipped():
            if event.key not in wanted and event.state is EventState.OPEN:
                gone = replace(event, state=EventState.REMOVED)
                t.events.update(gone, now, by_staff=False)


def get(t: Tables, event_id: int, on: date) -> Occurrence:
    """Return an event on a date as people may see it; raise Refusal if they may not."""
    found = occurrences.find(t, event_id, on)
    if found is None or found.event.state not in SHOWN:
        raise Refusal("public/event_gone")
    return found


def list_between(
    t: Tables, since: datetime, before: datetime, kind: EventKind | None = None
) -> list[Occurrence]:
    """Return what is not over at an instant and begins before another, in order."""
    changes = t.events.all_changes()
    found = [
        each
        for event in t.events.list_in(*SHOWN)
        if kind in (None, event.kind)
        for each in occurrences.between(event, changes.get(event.event_id, {}), since, before)
    ]
    return sorted(found, key=lambda o: (o.starts_at, o.event.event_id))


def next_of(t: Tables, kind: EventKind, now: datetime) -> Occurrence | None:
    """Return the one of a kind that runs now or comes next and takes place."""
    coming = [o for o in list_between(t, now, now + _FAR, kind) if not o.is_cancelled]
    return coming[0] if coming else None


def _months(today: date) -> list[date]:
    """Return the first days of the months that are offered, and of the one after them."""
    months = [today.replace(day=1)]
    for _ in range(MONTHS_OFFERED):
        months.append(_next_month(months[-1]))
    return months


def _next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def _is_over(each: ShippedEvent, now: datetime) -> bool:
    """Return whether something that was once only lies in the past."""
    schedule = each.event.schedule
    if schedule is None or schedule.rule is not None:
        return False
    return Occurrence(each.event, schedule, each.change).ends_at <= now


def _is_taken(t: Tables, event: Event) -> bool:
    """Return whether staff have entered the same kind of event for the same day already."""
    if not event.key.startswith("echo:") or event.schedule is None:
        return False
    since = local_midnight(event.schedule.first_on, event.schedule.zone)
    return bool(list_between(t, since, since + timedelta(days=1), event.kind))


def _is_same(t: Tables, known: Event, each: ShippedEvent) -> bool:
    change = t.events.find_change(known.event_id, each.change.on)
    return _renewal(known, each.event) == known and change == each.change


def _renewal(known: Event, shipped: Event) -> Event:
    """Return what ships, with what the database knows about it."""
    return replace(
        shipped,
        event_id=known.event_id,
        uid=known.uid,
        revision=known.revision,
        changed_at=known.changed_at,
    )


def _store(t: Tables, event: Event, each: ShippedEvent) -> None:
    if each.change != DateChange(each.change.on):
        t.events.put_change(event.event_id, each.change)
