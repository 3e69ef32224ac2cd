"""Progress: what staff see while a broadcast goes out, and the report at its end.

One message per staff chat, edited through the outbox; a report of its own when all is done.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.clock import Clock
from bot.content.renderer import Words
from bot.models import (
    Broadcast,
    BroadcastKind,
    BroadcastState,
    Button,
    Content,
    DeliveryState,
    Keyboard,
    Lane,
    Operation,
    Tally,
)
from bot.services.results import Results, count_results
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
        self, database: Database, staff: Staff, words: Words, clock: Clock, rate: float
    ) -> None:
        self._database = database
        self._staff = staff
        self._words = words
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
                html = self._render("staff/progress", broadcast, tally, now)
                keyboard = self._buttons(broadcast, now)
                self._write(t, broadcast, n, chat_id, Content(html, keyboard=keyboard))
                self._shown[broadcast.broadcast_id, chat_id] = (now, tally, broadcast.state)

    def ask_another(self, t: Tables, broadcast: Broadcast, shown: str, now: datetime) -> None:
        """Tell staff that a second person must approve a broadcast; once for the same content."""
        html = self._words.render("staff/second_person", self._staff.language, broadcast=broadcast)
        number = broadcast.broadcast_id
        look = self._row(("blast_look", f"blast:show:{number}", "primary"))
        self._staff.tell(t, f"second:{number}:{shown}", html, (look,), now=now)

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
        html = self._render("staff/progress", broadcast, tally, now)
        for n, chat_id in enumerate(self._staff.chats):
            self._write(t, broadcast, n, chat_id, Content(html), edit="end")
            self._shown.pop((broadcast.broadcast_id, chat_id), None)
        if broadcast.state is BroadcastState.DRAFT:  # undone: there is nothing to report
            return
        if broadcast.kind.amends:
            counted = count_results(t, broadcast, tally)
            report = self._render("staff/amend_report", broadcast, tally, now, results=counted)
        else:
            reasons = t.copies.list_reasons(broadcast.broadcast_id)
            report = self._render("staff/report", broadcast, tally, now, reasons=reasons)
        key = f"report:{broadcast.broadcast_id}:{broadcast.starts_at}"
        self._staff.tell(t, key, report, self._again(broadcast, tally), now=now)

    def _again(self, broadcast: Broadcast, tally: Tally) -> Keyboard:
        """Return what can be tried again, as staff decide about doubles, or amended.

        An edit or a deletion is tried again by itself.
        """
        number = broadcast.broadcast_id
        if broadcast.kind in (BroadcastKind.EDIT, BroadcastKind.RECALL):
            return ()
        amend = self._row(("amend", f"amend:show:{number}", ""))
        if broadcast.state is not BroadcastState.SENT:
            return (amend,) if tally.sent else ()
        unconfirmed = self._row(("blast_resend", f"blast:resend:{number}", "primary"))
        failed = self._row(("blast_retry", f"blast:retry:{number}", ""))
        offered = ((tally.unconfirmed, unconfirmed), (tally.failed, failed), (tally.sent, amend))
        return tuple(row for count, row in offered if count)

    def _render(
        self,
        template: str,
        broadcast: Broadcast,
        tally: Tally,
        now: datetime,
        reasons: Sequence[tuple[DeliveryState, str, int]] = (),
        results: Results | None = None,
    ) -> str:
        began_at = broadcast.starts_at or now
        seconds_left = max(0.0, (began_at - now).total_seconds())
        return self._words.render(
            template,
            self._staff.language,
            broadcast=broadcast,
            tally=tally,
            reasons=reasons,
            results=results,
            undo_seconds=round(seconds_left),
            left_seconds=round(tally.left / self._rate),
            took_seconds=round(
                max(0.0, ((broadcast.finished_at or now) - began_at).total_seconds())
            ),
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
        if broadcast.state is BroadcastState.PAUSED:
            return (
                self._row(("blast_resume", f"blast:resume:{number}", "success")),
                self._row(("blast_stop", f"blast:stop:{number}", "danger")),
            )
        if broadcast.starts_at and broadcast.starts_at > now:
            return (self._row(("blast_undo", f"blast:undo:{number}", "danger")),)
        return (
            self._row(
                ("blast_pause", f"blast:pause:{number}", "primary"),
                ("blast_stop", f"blast:stop:{number}", "danger"),
            ),
        )

    def _row(self, *buttons: tuple[str, str, str]) -> tuple[Button, ...]:
        return tuple(
            Button(self._words.label(label, self._staff.language), data, style=style)
            for label, data, style in buttons
        )
