"""Progress: what staff see while an edition goes out, and the report at its end.

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
    BroadcastState,
    Button,
    Content,
    DeliveryState,
    Keyboard,
    Lane,
    Operation,
    Tally,
)
from bot.services.staff import Staff
from bot.storage.database import Database
from bot.storage.deliveries import NewDelivery
from bot.storage.tables import Tables

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
        """Show how far each edition is and finish what is done; return whether any runs."""
        now = self._clock.now()

        def running(t: Tables) -> list[Broadcast]:
            return t.broadcasts.list_in(BroadcastState.SENDING, BroadcastState.PAUSED)

        editions = await self._database.read(running)
        for edition in editions:
            await self._database.write(partial(self._show, edition=edition, now=now))
        return bool(editions)

    async def show_end(self, broadcast_id: int) -> None:
        """Show the end of an edition that staff stopped or undid."""
        now = self._clock.now()
        await self._database.write(lambda t: self._end(t, t.broadcasts.get(broadcast_id), now))

    def _show(self, t: Tables, edition: Broadcast, now: datetime) -> None:
        tally = t.deliveries.tally(edition.broadcast_id)
        started = edition.starts_at is not None and edition.starts_at <= now
        if edition.state is BroadcastState.SENDING and started and not tally.left:
            t.broadcasts.move(edition, BroadcastState.SENT, now)
            self._end(t, t.broadcasts.get(edition.broadcast_id), now)
            return
        for n, chat_id in enumerate(self._staff.chats):
            if self._is_due(edition, chat_id, tally, now):
                html = self._render("staff/progress", edition, tally, now)
                keyboard = self._buttons(edition, now)
                self._write(t, edition, n, chat_id, Content(html, keyboard=keyboard))
                self._shown[edition.broadcast_id, chat_id] = (now, tally, edition.state)

    def _is_due(self, edition: Broadcast, chat_id: int, tally: Tally, now: datetime) -> bool:
        shown = self._shown.get((edition.broadcast_id, chat_id))
        if shown is None:
            return True
        shown_at, shown_tally, shown_state = shown
        if edition.state is not shown_state:
            return True
        every = EVERY_IN_GROUP if chat_id < 0 else EVERY
        return now - shown_at >= every and (
            tally != shown_tally or self._just_started(edition, now)
        )

    def _just_started(self, edition: Broadcast, now: datetime) -> bool:
        """Return whether the undo button has to go."""
        return edition.starts_at is not None and timedelta() <= now - edition.starts_at < EVERY * 2

    def _end(self, t: Tables, edition: Broadcast, now: datetime) -> None:
        tally = t.deliveries.tally(edition.broadcast_id)
        html = self._render("staff/progress", edition, tally, now)
        for n, chat_id in enumerate(self._staff.chats):
            self._write(t, edition, n, chat_id, Content(html), edit="end")
            self._shown.pop((edition.broadcast_id, chat_id), None)
        if edition.state is BroadcastState.DRAFT:  # undone: there is nothing to report
            return
        reasons = t.deliveries.list_reasons(edition.broadcast_id)
        report = self._render("staff/report", edition, tally, now, reasons=reasons)
        key = f"report:{edition.broadcast_id}:{edition.starts_at}"
        self._staff.tell(t, key, report, self._again(edition, tally), now=now)

    def _again(self, edition: Broadcast, tally: Tally) -> Keyboard:
        """Return what can be tried again: staff decide whether a double is worth it."""
        if edition.state is not BroadcastState.SENT:
            return ()
        number = edition.broadcast_id
        unconfirmed = self._row(("blast_resend", f"blast:resend:{number}", "primary"))
        failed = self._row(("blast_retry", f"blast:retry:{number}", ""))
        offered = ((tally.unconfirmed, unconfirmed), (tally.failed, failed))
        return tuple(row for count, row in offered if count)

    def _render(
        self,
        template: str,
        edition: Broadcast,
        tally: Tally,
        now: datetime,
        reasons: Sequence[tuple[DeliveryState, str, int]] = (),
    ) -> str:
        began_at = edition.starts_at or now
        seconds_left = max(0.0, (began_at - now).total_seconds())
        return self._words.render(
            template,
            self._staff.language,
            edition=edition,
            tally=tally,
            reasons=reasons,
            undo_seconds=round(seconds_left),
            left_seconds=round(tally.left / self._rate),
            took_seconds=round(
                max(0.0, ((edition.finished_at or now) - began_at).total_seconds())
            ),
        )

    def _write(
        self,
        t: Tables,
        edition: Broadcast,
        n: int,
        chat_id: int,
        content: Content,
        edit: str = "edit",
    ) -> None:
        """Send the progress message, or edit it if it is there.

        The last edit has a row of its own: one that is under way cannot take newer content.
        """
        now = self._clock.now()
        key = f"progress:{edition.broadcast_id}:{edition.starts_at}:{n}"
        sent = t.deliveries.find_by_key(key)
        if sent is None:
            t.deliveries.add(NewDelivery(chat_id, content, Lane.REPLY, now, key=key))
            return
        target_id, state = sent
        if state in (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT):
            new = NewDelivery(chat_id, content, Lane.NOTICE, now, Operation.EDIT)
            t.deliveries.renew(replace(new, key=f"{key}:{edit}", target_id=target_id))

    def _buttons(self, edition: Broadcast, now: datetime) -> Keyboard:
        number = edition.broadcast_id
        if edition.state is BroadcastState.PAUSED:
            return (
                self._row(("blast_resume", f"blast:resume:{number}", "success")),
                self._row(("blast_stop", f"blast:stop:{number}", "danger")),
            )
        if edition.starts_at and edition.starts_at > now:
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
