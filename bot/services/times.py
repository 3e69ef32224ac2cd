"""When a broadcast goes out by itself: staff choose a time or type one, also for an edition."""

from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock, local_instant
from bot.content.moments import read_moment
from bot.errors import Refusal
from bot.models import Broadcast, BroadcastKind, Language
from bot.services.announcements import WRITTEN_KINDS
from bot.services.broadcasts import Broadcasts, get
from bot.services.items import FORM_OPEN_FOR
from bot.services.overview import Changed, Schedule
from bot.storage.database import Database
from bot.storage.forms import Form
from bot.storage.tables import Tables

TIME = "draft-time"  # what the next message of a member of staff is
_TIMED = (*WRITTEN_KINDS, BroadcastKind.EDITION)


@dataclass(frozen=True, slots=True)
class Timing:
    """A broadcast, and the instant before which it must go out; None if that does not matter."""

    broadcast: Broadcast
    before: datetime | None


class Times:
    """Decides and stores times. A change takes an approval back, as every change does."""

    def __init__(self, database: Database, broadcasts: Broadcasts, clock: Clock) -> None:
        self._database = database
        self._broadcasts = broadcasts
        self._clock = clock
        self._schedule: Schedule = broadcasts.schedule

    async def of(self, broadcast_id: int) -> Timing:
        """Return what there is to know before a time is chosen."""
        now = self._clock.now()
        broadcast = await self._database.read(lambda t: _timed(t, broadcast_id))
        return Timing(broadcast, self._before(broadcast, now))

    async def set(
        self, broadcast_id: int, person_id: int, at: datetime | None, occasion: str | None = None
    ) -> Changed:
        """Say when it goes out by itself; None: when staff send it."""
        return await self._broadcasts.change(
            broadcast_id,
            person_id,
            lambda t, _, now: self._set(t, broadcast_id, at, occasion, now),
        )

    async def ask(self, chat_id: int, person_id: int, broadcast_id: int) -> Timing:
        """Remember that the person's next message is a time."""
        now = self._clock.now()

        def work(t: Tables) -> Broadcast:
            broadcast = _timed(t, broadcast_id)
            t.forms.set(chat_id, person_id, Form(TIME, broadcast_id), now + FORM_OPEN_FOR)
            return broadcast

        broadcast = await self._database.write(work)
        return Timing(broadcast, self._before(broadcast, now))

    async def is_asked(self, chat_id: int, person_id: int) -> bool:
        """Return whether a time was asked for."""
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))
        return form is not None and form.kind == TIME

    async def answer(
        self, chat_id: int, person_id: int, text: str, language: Language
    ) -> Changed | None:
        """Take the time that was asked for and close the form; None if none was asked.

        What is no time, or none that can be, leaves the form open; what has moved on closes it.
        """
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))
        if form is None or form.kind != TIME:
            return None
        number = form.object_id
        at = read_moment(text, now, self._schedule.zone, language)
        if at is None:
            raise Refusal("staff/time_unclear")
        self._require_possible((await self.of(number)).broadcast, at, now)

        def change(t: Tables, _: Broadcast, now: datetime) -> None:
            self._set(t, number, at, None, now)
            t.forms.remove(chat_id, person_id)

        try:
            return await self._broadcasts.change(number, person_id, change)
        except Refusal:
            await self._database.write(lambda t: t.forms.remove(chat_id, person_id))
            raise

    def _set(
        self,
        t: Tables,
        broadcast_id: int,
        at: datetime | None,
        occasion: str | None,
        now: datetime,
    ) -> None:
        broadcast = _timed(t, broadcast_id)
        if at is not None:
            self._require_possible(broadcast, at, now)
        elif broadcast.kind is BroadcastKind.EDITION:
            raise Refusal("staff/time_unclear")  # an edition always has a time
        t.broadcasts.set_time(broadcast_id, at, occasion)

    def _require_possible(self, broadcast: Broadcast, at: datetime, now: datetime) -> None:
        zone = self._schedule.zone
        if at <= now:
            raise Refusal("staff/time_past", when=at, zone=zone)
        before = self._before(broadcast, now)
        if before is not None and at >= before:
            raise Refusal("staff/time_next", when=at, before=before, zone=zone)

    def _before(self, broadcast: Broadcast, now: datetime) -> datetime | None:
        """Return the slot after an edition's own: each keeps its week, however it is moved.

        Its local date stays that of its own slot, so that no slot gets two editions.
        """
        if broadcast.kind is not BroadcastKind.EDITION or broadcast.local_date is None:
            return None
        slot, zone = self._schedule.slot, self._schedule.zone
        own = local_instant(broadcast.local_date, slot.at, zone)
        return slot.next_after(max(own, now), zone)


def _timed(t: Tables, broadcast_id: int) -> Broadcast:
    """Return a broadcast whose time staff may choose; raise Refusal for any other."""
    broadcast = get(t, broadcast_id)
    if broadcast.kind not in _TIMED:
        raise Refusal("staff/broadcast_gone")
    return broadcast
