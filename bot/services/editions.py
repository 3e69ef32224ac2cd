"""Editions: the week's e-blast from draft to report; models.BROADCAST_MOVES rules."""

from datetime import date, datetime, timedelta

from bot.clock import Clock
from bot.errors import Refusal
from bot.models import (
    Broadcast,
    BroadcastKind,
    BroadcastState,
    Content,
    DeliveryState,
    Lane,
    Language,
    Section,
)
from bot.services.composer import Composer, choose_items, content_hash
from bot.services.overview import Overview, Schedule, items_of, overview_of
from bot.storage.database import Database
from bot.storage.deliveries import NewDelivery
from bot.storage.tables import Tables

OPEN_STATES = (
    BroadcastState.DRAFT,
    BroadcastState.APPROVED,
    BroadcastState.SENDING,
    BroadcastState.PAUSED,
)


class Editions:
    """Decides and stores what happens to editions."""

    def __init__(
        self, database: Database, composer: Composer, clock: Clock, schedule: Schedule
    ) -> None:
        self._database = database
        self._composer = composer
        self._clock = clock
        self.schedule = schedule

    # ------------------------------------------------------------------ looking

    async def overview(self) -> Overview:
        """Return the edition in work; a new draft for the next slot if there is none."""
        now = self._clock.now()
        return await self._database.write(lambda t: self._overview(t, self.current(t, now), now))

    async def overview_of(self, broadcast_id: int) -> Overview:
        """Return one edition."""
        now = self._clock.now()
        return await self._database.read(lambda t: self._overview(t, _get(t, broadcast_id), now))

    async def preview(
        self, broadcast_id: int, language: Language, sections: frozenset[Section]
    ) -> list[Content]:
        """Return exactly what a member with that language and those sections gets."""

        def work(t: Tables) -> list[Content]:
            edition = _get(t, broadcast_id)
            day = self._day(edition)
            return self._composer.compose(items_of(t, edition, day), language, sections)

        return await self._database.read(work)

    def next_day(self) -> date:
        """Return the date of the next slot."""
        slot_at = self.schedule.slot.next_after(self._clock.now(), self.schedule.zone)
        return self._today(slot_at)

    def current(self, t: Tables, now: datetime) -> Broadcast:
        """Return the open edition, or a new draft for the next slot without a finished one.

        A draft whose slot has passed moves to the next slot.
        """
        for edition in t.broadcasts.list_in(*OPEN_STATES):
            is_late = edition.slot_at is not None and edition.slot_at + timedelta(hours=12) < now
            if edition.state is BroadcastState.DRAFT and is_late:
                local_date, slot_at = self._next_free_slot(t, now)
                t.broadcasts.set_slot(edition.broadcast_id, local_date, slot_at)
                return t.broadcasts.get(edition.broadcast_id)
            return edition
        local_date, slot_at = self._next_free_slot(t, now)
        return t.broadcasts.add(BroadcastKind.EDITION, local_date, slot_at, now)

    # ------------------------------------------------------------------ deciding

    async def approve(self, broadcast_id: int, person_id: int) -> Overview:
        """Freeze the content of a draft by its hash; it then goes out at its slot."""
        now = self._clock.now()

        def work(t: Tables) -> Overview:
            edition = _get(t, broadcast_id)
            if edition.state is BroadcastState.DRAFT:
                self._freeze(t, edition, person_id, now)
            elif edition.state is not BroadcastState.APPROVED:
                raise Refusal("staff/edition_moved_on", state=edition.state)
            return self._overview(t, _get(t, broadcast_id), now)

        return await self._database.write(work)

    async def take_back(self, broadcast_id: int) -> Overview:
        """Take an approval back; the edition is a draft again."""
        now = self._clock.now()

        def work(t: Tables) -> Overview:
            edition = _get(t, broadcast_id)
            if edition.state is BroadcastState.APPROVED:
                _to_draft(t, edition, now)
            elif edition.state is not BroadcastState.DRAFT:
                raise Refusal("staff/edition_moved_on", state=edition.state)
            return self._overview(t, _get(t, broadcast_id), now)

        return await self._database.write(work)

    async def send_now(self, broadcast_id: int, person_id: int) -> Overview:
        """Approve if that is to do, and start; the first message leaves after the undo window."""
        now = self._clock.now()

        def work(t: Tables) -> Overview:
            edition = _get(t, broadcast_id)
            if edition.state is BroadcastState.DRAFT:
                edition = self._freeze(t, edition, person_id, now)
            if edition.state is not BroadcastState.APPROVED:
                raise Refusal("staff/edition_moved_on", state=edition.state)
            self.start(t, edition, now)
            return self._overview(t, _get(t, broadcast_id), now)

        return await self._database.write(work)

    async def undo(self, broadcast_id: int) -> Overview:
        """Undo a start before the first message has left; it is a draft again."""
        now = self._clock.now()

        def work(t: Tables) -> Overview:
            edition = _get(t, broadcast_id)
            if edition.state is not BroadcastState.SENDING or not t.deliveries.remove_unsent(
                broadcast_id
            ):
                raise Refusal("staff/edition_moved_on", state=edition.state)
            t.items.mark_open(t.broadcasts.list_items(broadcast_id))
            _to_draft(t, edition, now)
            return self._overview(t, _get(t, broadcast_id), now)

        return await self._database.write(work)

    async def pause(self, broadcast_id: int) -> Overview:
        """Hold what has not left yet."""
        return await self._move(broadcast_id, BroadcastState.PAUSED, since=BroadcastState.SENDING)

    async def resume(self, broadcast_id: int) -> Overview:
        """Go on with a paused edition."""
        return await self._move(broadcast_id, BroadcastState.SENDING, since=BroadcastState.PAUSED)

    async def stop(self, broadcast_id: int) -> Overview:
        """Stop for good what is being sent: who has it keeps it, nobody else gets it."""
        return await self._cancel(broadcast_id, BroadcastState.SENDING, BroadcastState.PAUSED)

    async def skip(self, broadcast_id: int) -> Overview:
        """Leave out an edition that has not started; its items wait for the next one."""
        return await self._cancel(broadcast_id, BroadcastState.DRAFT, BroadcastState.APPROVED)

    async def send_again(self, broadcast_id: int, state: DeliveryState) -> Overview:
        """Send an edition once more to those whose delivery ended in that state.

        Pressed twice it does nothing more: there is nobody left in that state.
        """
        now = self._clock.now()

        def work(t: Tables) -> Overview:
            edition = _get(t, broadcast_id)
            if edition.state is BroadcastState.SENT and t.deliveries.reopen(
                broadcast_id, state, now
            ):
                t.broadcasts.move(edition, BroadcastState.SENDING, now)
                t.broadcasts.set_starts_at(broadcast_id, now)
            return self._overview(t, _get(t, broadcast_id), now)

        return await self._database.write(work)

    async def send_test(
        self,
        broadcast_id: int,
        person_id: int,
        update_id: int,
        language: Language,
        marker: str,
    ) -> int:
        """Send a person what every member gets, but for a marker; return how many messages."""
        now = self._clock.now()
        messages = await self.preview(broadcast_id, language, frozenset(Section))

        def work(t: Tables) -> int:
            for part, content in enumerate(messages):
                marked = Content(f"{marker}\n\n{content.html}", content.media, content.keyboard)
                # A second apart, so that they arrive in order.
                due_at = now + timedelta(seconds=part)
                key = f"test:{update_id}:{part}"
                t.deliveries.add(NewDelivery(person_id, marked, Lane.REPLY, due_at, key=key))
            return len(messages)

        return await self._database.write(work)

    # ------------------------------------------------------------------ inside a transaction

    def start(self, t: Tables, edition: Broadcast, now: datetime) -> None:
        """Claim an approved edition and write a delivery per member: the frozen audience."""
        renditions = t.broadcasts.list_renditions(edition.broadcast_id)
        if content_hash(renditions) != edition.content_hash:
            raise Refusal("staff/edition_changed")
        if not t.broadcasts.move(edition, BroadcastState.SENDING, now):
            raise Refusal("staff/edition_moved_on", state=edition.state)
        starts_at = now + self.schedule.undo
        t.broadcasts.set_starts_at(edition.broadcast_id, starts_at)
        t.deliveries.add_audience(edition.broadcast_id, self._today(now), starts_at)
        t.items.mark_used(t.broadcasts.list_items(edition.broadcast_id))

    def _freeze(self, t: Tables, edition: Broadcast, person_id: int, now: datetime) -> Broadcast:
        day = self._day(edition)
        items = choose_items(t.items.list_open(), day)
        if not items:
            raise Refusal("staff/edition_empty")
        renditions = self._composer.renditions(items)
        t.broadcasts.set_renditions(
            edition.broadcast_id, renditions, [item.item_id for item in items]
        )
        t.broadcasts.set_approval(edition.broadcast_id, content_hash(renditions), person_id)
        t.broadcasts.move(edition, BroadcastState.APPROVED, now)
        return _get(t, edition.broadcast_id)

    async def _cancel(self, broadcast_id: int, *states: BroadcastState) -> Overview:
        now = self._clock.now()

        def work(t: Tables) -> Overview:
            edition = _get(t, broadcast_id)
            if edition.state not in states:
                raise Refusal("staff/edition_moved_on", state=edition.state)
            t.broadcasts.move(edition, BroadcastState.CANCELLED, now)
            t.deliveries.stop_broadcast(broadcast_id, now)
            return self._overview(t, _get(t, broadcast_id), now)

        return await self._database.write(work)

    async def _move(
        self, broadcast_id: int, to: BroadcastState, *, since: BroadcastState
    ) -> Overview:
        now = self._clock.now()

        def work(t: Tables) -> Overview:
            edition = _get(t, broadcast_id)
            if edition.state not in (since, to):
                raise Refusal("staff/edition_moved_on", state=edition.state)
            t.broadcasts.move(edition, to, now)
            return self._overview(t, _get(t, broadcast_id), now)

        return await self._database.write(work)

    def _overview(self, t: Tables, edition: Broadcast, now: datetime) -> Overview:
        return overview_of(t, edition, self._day(edition), now, self.schedule.zone)

    # ------------------------------------------------------------------ time

    def _next_free_slot(self, t: Tables, now: datetime) -> tuple[date, datetime]:
        """Return (local date, instant) of the next slot that has no edition yet."""
        slot_at = now
        while True:
            slot_at = self.schedule.slot.next_after(slot_at, self.schedule.zone)
            local_date = slot_at.astimezone(self.schedule.zone).date()
            if t.broadcasts.find_by_date(BroadcastKind.EDITION, local_date) is None:
                return local_date, slot_at

    def _day(self, edition: Broadcast) -> date:
        """Return the date that an edition bears."""
        return edition.local_date or self._today(self._clock.now())

    def _today(self, now: datetime) -> date:
        return now.astimezone(self.schedule.zone).date()


def _get(t: Tables, broadcast_id: int) -> Broadcast:
    try:
        return t.broadcasts.get(broadcast_id)
    except LookupError:
        raise Refusal("staff/edition_gone") from None


def _to_draft(t: Tables, edition: Broadcast, now: datetime) -> None:
    t.broadcasts.set_approval(edition.broadcast_id, None, 0)
    t.broadcasts.remove_renditions(edition.broadcast_id)
    t.broadcasts.move(edition, BroadcastState.DRAFT, now)
