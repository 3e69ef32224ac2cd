"""Broadcasts: what staff decide about them, whatever their kind; models.BROADCAST_MOVES rules."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.errors import Refusal
from bot.models import (
    AudienceFilter,
    Broadcast,
    BroadcastKind,
    BroadcastState,
    DeliveryState,
    Reason,
)
from bot.services import effects
from bot.services.approvals import Approvals
from bot.services.audiences import Audiences
from bot.services.composer import content_hash
from bot.services.overview import Changed, Overview, Overviews, Schedule
from bot.services.progress import Progress
from bot.services.renditions import Renditions
from bot.storage.database import Database
from bot.storage.tables import Tables

Decision = Callable[[Tables, Broadcast, datetime], None]


@dataclass(frozen=True, slots=True)
class Tools:
    """What broadcasts are made of, counted by and looked at with."""

    approvals: Approvals
    renditions: Renditions
    audiences: Audiences
    overviews: Overviews
    progress: Progress


class Broadcasts:
    """Decides and stores what happens to broadcasts of every kind."""

    def __init__(
        self,
        database: Database,
        tools: Tools,
        clock: Clock,
        schedule: Schedule,
    ) -> None:
        self._database = database
        self._tools = tools
        self._clock = clock
        self.schedule = schedule

    # ------------------------------------------------------------------ looking

    async def overview(self, broadcast_id: int) -> Overview:
        """Return one as it stands."""
        now = self._clock.now()
        return await self._database.read(
            lambda t: self._tools.overviews.of(t, get(t, broadcast_id), now)
        )

    # ------------------------------------------------------------------ deciding

    async def approve(self, broadcast_id: int, person_id: int) -> Overview:
        """Freeze the content of a draft by its hash; it then goes out at its time, or by hand."""

        def decide(t: Tables, broadcast: Broadcast, now: datetime) -> None:
            _require(broadcast, BroadcastState.DRAFT, BroadcastState.APPROVED)
            if broadcast.state is BroadcastState.DRAFT:
                self._tools.approvals.approve(t, broadcast, person_id, now)

        return await self._decide(broadcast_id, decide)

    async def take_back(self, broadcast_id: int) -> Overview:
        """Take an approval back; it is a draft again."""

        def decide(t: Tables, broadcast: Broadcast, now: datetime) -> None:
            _require(broadcast, BroadcastState.APPROVED, BroadcastState.DRAFT)
            to_draft(t, broadcast, now)

        return await self._decide(broadcast_id, decide)

    async def send_now(self, broadcast_id: int, person_id: int) -> Overview:
        """Approve if that is to do, and start; the first message leaves after the undo window."""

        def decide(t: Tables, broadcast: Broadcast, now: datetime) -> None:
            if broadcast.state is BroadcastState.DRAFT:
                if not self._tools.approvals.approve(t, broadcast, person_id, now):
                    return
                broadcast = get(t, broadcast_id)
            _require(broadcast, BroadcastState.APPROVED)
            self.start(t, broadcast, now)

        return await self._decide(broadcast_id, decide)

    async def undo(self, broadcast_id: int) -> Overview:
        """Undo a start before the first message has left; it is a draft again."""

        def decide(t: Tables, broadcast: Broadcast, now: datetime) -> None:
            _require(broadcast, BroadcastState.SENDING)
            is_edit = broadcast.kind is BroadcastKind.EDIT  # waiting copies have its text soon
            is_over = is_edit and broadcast.starts_at is not None and broadcast.starts_at <= now
            if is_over or not t.copies.remove_unsent(broadcast_id):
                raise Refusal("staff/moved_on", state=broadcast.state)
            effects.undone(t, broadcast)
            to_draft(t, broadcast, now)

        return await self._decide(broadcast_id, decide, ends=True)

    async def pause(self, broadcast_id: int) -> Overview:
        """Hold what has not left yet."""

        def decide(t: Tables, broadcast: Broadcast, now: datetime) -> None:
            _require(broadcast, BroadcastState.SENDING, BroadcastState.PAUSED)
            t.broadcasts.move(broadcast, BroadcastState.PAUSED, now)

        return await self._decide(broadcast_id, decide)

    async def resume(self, broadcast_id: int) -> Overview:
        """Go on with what is paused, but not in the quiet hours that have begun meanwhile."""

        def decide(t: Tables, broadcast: Broadcast, now: datetime) -> None:
            _require(broadcast, BroadcastState.PAUSED, BroadcastState.SENDING)
            if t.broadcasts.move(broadcast, BroadcastState.SENDING, now):
                self._tools.audiences.hold(t, broadcast, now)

        return await self._decide(broadcast_id, decide)

    async def stop(self, broadcast_id: int) -> Overview:
        """Stop for good what is being sent: who has it keeps it, nobody else gets it."""
        decide = _cancel(BroadcastState.SENDING, BroadcastState.PAUSED)
        return await self._decide(broadcast_id, decide, ends=True)

    async def skip(self, broadcast_id: int) -> Overview:
        """Leave out what has not started; an edition's items wait for the next one."""
        decide = _cancel(BroadcastState.DRAFT, BroadcastState.APPROVED)
        return await self._decide(broadcast_id, decide)

    async def change(self, broadcast_id: int, person_id: int, change: Decision) -> Changed:
        """Change what has not started; an approval is taken back, the person is its author now."""
        voided = False

        def decide(t: Tables, broadcast: Broadcast, now: datetime) -> None:
            nonlocal voided
            _require(broadcast, BroadcastState.DRAFT, BroadcastState.APPROVED)
            voided = to_draft(t, broadcast, now)
            t.broadcasts.set_author(broadcast_id, person_id)
            change(t, get(t, broadcast_id), now)

        overview = await self._decide(broadcast_id, decide)
        return Changed(overview, voided)

    async def set_audience(
        self,
        broadcast_id: int,
        person_id: int,
        change: Callable[[AudienceFilter], AudienceFilter],
    ) -> Changed:
        """Choose anew who gets it."""

        def decide(t: Tables, broadcast: Broadcast, _: datetime) -> None:
            t.broadcasts.set_audience(broadcast_id, change(broadcast.audience))

        return await self.change(broadcast_id, person_id, decide)

    async def send_again(self, broadcast_id: int, state: DeliveryState) -> Overview:
        """Send once more to those whose delivery ended in that state.

        Pressed twice it does nothing more: there is nobody left in that state.
        """

        def decide(t: Tables, broadcast: Broadcast, now: datetime) -> None:
            if t.broadcasts.is_withdrawn(broadcast_id):
                raise Refusal("staff/withdrawn")
            if broadcast.state is BroadcastState.SENT and t.copies.reopen(
                broadcast_id, state, now
            ):
                t.broadcasts.move(broadcast, BroadcastState.SENDING, now)
                t.broadcasts.set_starts_at(broadcast_id, now)
                self._tools.audiences.hold(t, broadcast, now)

        return await self._decide(broadcast_id, decide)

    # ------------------------------------------------------------------ inside a transaction

    def start(self, t: Tables, broadcast: Broadcast, now: datetime) -> None:
        """Claim what is approved and write a delivery per member: the frozen audience."""
        renditions = t.renditions.list_of(broadcast.broadcast_id)
        if content_hash(renditions) != broadcast.content_hash:
            raise Refusal("staff/changed_since")
        if broadcast.expires_at is not None and broadcast.expires_at <= now:
            raise Refusal("staff/alert_expired")
        if not t.broadcasts.move(broadcast, BroadcastState.SENDING, now):
            raise Refusal("staff/moved_on", state=broadcast.state)
        starts_at = now + self.schedule.undo
        t.broadcasts.set_starts_at(broadcast.broadcast_id, starts_at)
        self._tools.audiences.write(t, broadcast, starts_at)
        stopped = effects.started(t, broadcast, now)
        if stopped is not None:
            self._tools.progress.end(t, stopped, now)

    def keep_hours(self, t: Tables, now: datetime) -> None:
        """Move the copies of members whose quiet hours have begun; end what is over."""
        for broadcast in t.broadcasts.list_in(BroadcastState.SENDING):
            self._tools.audiences.hold(t, broadcast, now)
        for broadcast_id in t.broadcasts.list_expired(now):
            t.copies.stop(broadcast_id, now, reason=Reason.EXPIRED)

    async def _decide(
        self, broadcast_id: int, decide: Decision, *, ends: bool = False
    ) -> Overview:
        """Decide in one transaction, with what staff see of it; ends: it is under way no more."""
        now = self._clock.now()

        def work(t: Tables) -> Overview:
            decide(t, get(t, broadcast_id), now)
            broadcast = get(t, broadcast_id)
            if ends:
                self._tools.progress.end(t, broadcast, now)
            else:
                self._tools.progress.show(t, broadcast, now)
            return self._tools.overviews.of(t, broadcast, now)

        return await self._database.write(work)


def get(t: Tables, broadcast_id: int) -> Broadcast:
    """Return a broadcast; raise Refusal if there is none."""
    try:
        return t.broadcasts.get(broadcast_id)
    except LookupError:
        raise Refusal("staff/broadcast_gone") from None


def to_draft(t: Tables, broadcast: Broadcast, now: datetime) -> bool:
    """Take an approval back: what was frozen is forgotten; return whether there was one."""
    if broadcast.state is BroadcastState.DRAFT:
        return False
    t.broadcasts.set_approval(broadcast.broadcast_id, None, 0)
    t.renditions.remove(broadcast.broadcast_id)
    return t.broadcasts.move(broadcast, BroadcastState.DRAFT, now)


def _require(broadcast: Broadcast, *states: BroadcastState) -> None:
    if broadcast.state not in states:
        raise Refusal("staff/moved_on", state=broadcast.state)


def _cancel(*states: BroadcastState) -> Decision:
    def decide(t: Tables, broadcast: Broadcast, now: datetime) -> None:
        _require(broadcast, *states)
        t.broadcasts.move(broadcast, BroadcastState.CANCELLED, now)
        t.copies.stop(broadcast.broadcast_id, now)

    return decide
