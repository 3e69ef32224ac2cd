"""Progress: what staff see while a broadcast goes out, and the report at its end.

One message per staff chat, edited through the outbox; a report of its own when all is done.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from bot.clock import Clock
from bot.models import (
    Broadcast,
    BroadcastState,
    Content,
    DeliveryState,
    Keyboard,
    Lane,
    Operation,
    Tally,
)
from bot.services.reports import Reports
from bot.services.staff import Staff
from bot.storage.database import Database
from bot.storage.deliveries import NewDelivery
from bot.storage.tables import Tables

_RUNNING = (BroadcastState.SENDING, BroadcastState.PAUSED)
EVERY = timedelta(seconds=3)
EVERY_IN_GROUP = timedelta(seconds=12)  # a group takes only twenty messages a minute


class Progress:
    """Keeps staff informed about what is being sent."""

    def __init__(
        self, database: Database, staff: Staff, reports: Reports, clock: Clock, rate: float
    ) -> None:
        self._database = database
        self._staff = staff
        self._reports = reports
        self._clock = clock
        self._rate = max(1.0, rate - 1)
        self._shown: dict[tuple[int, int], tuple[datetime, Tally, BroadcastState]] = {}

    async def tick(self) -> bool:
        """Show how far each broadcast is and finish what is done; return whether any runs."""
        now = self._clock.now()
        running = await self._database.read(lambda t: t.broadcasts.list_in(*_RUNNING))
        for broadcast in running:
            await self._database.write(partial(self.show, broadcast=broadcast, now=now))
        return bool(running)

    def show(self, t: Tables, broadcast: Broadcast, now: datetime) -> None:
        """Show how far a broadcast is, as often as that is worth an edit, and finish it."""
        if broadcast.state not in _RUNNING:
            return
        tally = t.copies.tally(broadcast.broadcast_id)
        started = broadcast.starts_at is not None and broadcast.starts_at <= now
        if broadcast.state is BroadcastState.SENDING and started and not tally.left:
            t.broadcasts.move(broadcast, BroadcastState.SENT, now)
            self.end(t, t.broadcasts.get(broadcast.broadcast_id), now)
            return
        for n, chat_id in enumerate(self._staff.chats):
            if self._is_due(broadcast, chat_id, tally, now):
                html = self._render(broadcast, tally, now)
                keyboard = self._buttons(broadcast, now)
                self._write(t, broadcast, n, chat_id, Content(html, keyboard=keyboard))
                self._shown[broadcast.broadcast_id, chat_id] = (now, tally, broadcast.state)

    def ask_another(self, t: Tables, broadcast: Broadcast, shown: str, now: datetime) -> None:
        """Tell staff that its author needs a second person; once for the same content."""
        html = self._staff.render("staff/second_person", broadcast=broadcast)
        look = self._staff.button("blast_look", f"blast:show:{broadcast.broadcast_id}", "primary")
        self._staff.tell(t, _asking(broadcast, shown), html, ((look,),), now=now)

    def has_asked(self, t: Tables, broadcast: Broadcast, shown: str) -> bool:
        """Return whether its author has asked for a second person, for the same content."""
        return self._staff.was_told(t, _asking(broadcast, shown))

    def _is_due(self, broadcast: Broadcast, chat_id: int, tally: Tally, now: datetime) -> bool:
        shown = self._shown.get((broadcast.broadcast_id, chat_id))
        if shown is None:
            return True
        shown_at, shown_tally, shown_state = shown
        if broadcast.state is not shown_state:
            return True
        every = EVERY_IN_GROUP if chat_id < 0 else EVERY
        too_soon = timedelta() <= now - shown_at < every  # not if the clock was set back
        return not too_soon and (tally != shown_tally or self._just_started(broadcast, now))

    def _just_started(self, broadcast: Broadcast, now: datetime) -> bool:
        """Return whether the undo button has to go."""
        return (
            broadcast.starts_at is not None
            and timedelta() <= now - broadcast.starts_at < EVERY * 2
        )

    def end(self, t: Tables, broadcast: Broadcast, now: datetime) -> None:
        """Show the end: all has left, or staff stopped or undid it."""
        tally = t.copies.tally(broadcast.broadcast_id)
        html = self._render(broadcast, tally, now)
        for n, chat_id in enumerate(self._staff.chats):
            self._write(t, broadcast, n, chat_id, Content(html), edit="end")
            self._shown.pop((broadcast.broadcast_id, chat_id), None)
        if broadcast.state is not BroadcastState.DRAFT:  # undone: there is nothing to report
            self._reports.tell(t, broadcast, tally, now)

    def _render(self, broadcast: Broadcast, tally: Tally, now: datetime) -> str:
        seconds_left = ((broadcast.starts_at or now) - now).total_seconds()
        return self._staff.render(
            "staff/progress",
            broadcast=broadcast,
            tally=tally,
            undo_seconds=round(max(0.0, seconds_left)),
            left_seconds=round(tally.left / self._rate),
        )

    def _write(
        self,
        t: Tables,
        broadcast: Broadcast,
        n: int,
        chat_id: int,
        content: Content,
        edit: str = "edit",
    ) -> None:
        """Send the progress message, or edit it if it is there.

        The last edit has a row of its own: one that is under way cannot take newer content.
        """
        now = self._clock.now()
        key = f"progress:{broadcast.broadcast_id}:{broadcast.starts_at}:{n}"
        sent = t.deliveries.find_by_key(key)
        if sent is None:
            t.deliveries.add(NewDelivery(chat_id, content, Lane.REPLY, now, key=key))
            return
        target_id, state = sent
        if state in (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT):
            new = NewDelivery(chat_id, content, Lane.NOTICE, now, Operation.EDIT)
            t.deliveries.renew(replace(new, key=f"{key}:{edit}", target_id=target_id))

    def _buttons(self, broadcast: Broadcast, now: datetime) -> Keyboard:
        number = broadcast.broadcast_id
        stop = self._staff.button("blast_stop", f"blast:stop:{number}", "danger")
        if broadcast.state is BroadcastState.PAUSED:
            resume = self._staff.button("blast_resume", f"blast:resume:{number}", "success")
            return ((resume,), (stop,))
        if broadcast.starts_at and broadcast.starts_at > now:
            return ((self._staff.button("blast_undo", f"blast:undo:{number}", "danger"),),)
        return ((self._staff.button("blast_pause", f"blast:pause:{number}", "primary"), stop),)


def _asking(broadcast: Broadcast, shown: str) -> str:
    """Return the key of what staff are told; it names nobody."""
    digest = sha256((broadcast.author or b"") + shown.encode()).hexdigest()
    return f"second:{broadcast.broadcast_id}:{digest}"
