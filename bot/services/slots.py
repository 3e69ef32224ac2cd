"""Slots: what happens to broadcasts by the clock; each step does one thing that is due, once."""

from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import Refusal
from bot.models import Broadcast, BroadcastState
from bot.services.broadcasts import Broadcasts
from bot.services.editions import Editions
from bot.services.eventnews import cut_off_key
from bot.services.panel import Panel
from bot.services.staff import Staff
from bot.services.waking import AWAKE_SINCE, RESTORED_AT
from bot.storage.database import Database
from bot.storage.rows import instant
from bot.storage.tables import Tables

EVERY_MINUTE = timedelta(minutes=1)
LATE = timedelta(minutes=30)  # what is later than that asks before it sends


class Slots:
    """The weekly rhythm; staff are asked whenever the bot should not decide alone."""

    def __init__(
        self,
        database: Database,
        broadcasts: Broadcasts,
        editions: Editions,
        staff: Staff,
        panel: Panel,
        clock: Clock,
    ) -> None:
        self._database = database
        self._broadcasts = broadcasts
        self._editions = editions
        self._looked_at: datetime | None = None  # when quiet hours were looked at
        self._staff = staff
        self._panel = panel
        self._clock = clock

    async def tick(self) -> bool:
        """Do what is due now; return whether anything was."""
        now = self._clock.now()

        def work(t: Tables) -> bool:
            self._keep_hours(t, now)
            return self._cut_off(t, now) or self._slot(t, now)

        return await self._database.write(work)

    def _keep_hours(self, t: Tables, now: datetime) -> None:
        """Look once a minute whose quiet hours have begun, and which alerts are over."""
        if self._looked_at is None or not timedelta() <= now - self._looked_at < EVERY_MINUTE:
            self._looked_at = now
            self._broadcasts.keep_hours(t, now)

    def _cut_off(self, t: Tables, now: datetime) -> bool:
        """Show staff, once a week, what members would get, and what they can do with it."""
        schedule = self._editions.schedule
        slot_at = schedule.slot.next_after(now, schedule.zone)
        cut_off_at = schedule.cutoff.last_before(slot_at, schedule.zone)
        if not cut_off_at <= now < slot_at:
            return False
        key = cut_off_key(slot_at)
        if t.meta.find(key) is not None:
            return False
        edition = self._editions.current(t, now)
        if edition.local_date != slot_at.astimezone(schedule.zone).date():
            return False  # the last one is not out yet: this one's turn comes after it
        t.meta.set(key, 1)
        if edition.state is not BroadcastState.DRAFT:
            return True
        self._editions.fill(t, edition, now)
        language = self._staff.language
        overview, messages = self._editions.look(t, edition, language, now)
        for part, content in enumerate(messages):
            self._staff.show(t, f"{key}:part-{part}", content, now=now)
        return self._staff.show(t, key, self._panel.cut_off(overview, language), now=now)

    def _slot(self, t: Tables, now: datetime) -> bool:
        """Start an approved edition at its slot; ask about a late or unapproved one."""
        open_states = (BroadcastState.DRAFT, BroadcastState.APPROVED)
        for edition in t.broadcasts.list_in(*open_states):
            if edition.slot_at is None or edition.slot_at > now:
                continue
            key = f"slot:{edition.broadcast_id}:{edition.slot_at.isoformat()}"
            if edition.state is BroadcastState.DRAFT:
                is_backup = _is_before(t, edition.slot_at, RESTORED_AT)
                template = "staff/held_slot" if is_backup else "staff/slot_not_approved"
                if self._ask(t, key, template, edition, now):
                    return True
            elif now - edition.slot_at > LATE or _is_before(t, edition.slot_at, AWAKE_SINCE):
                if self._ask(t, key, "staff/slot_late", edition, now):
                    return True
            elif self._start(t, edition, now, key):
                return True
        return False

    def _start(self, t: Tables, edition: Broadcast, now: datetime, key: str) -> bool:
        try:
            self._broadcasts.start(t, edition, now)
        except Refusal:
            return self._ask(t, f"{key}:changed", "staff/slot_not_approved", edition, now)
        return True

    def _ask(self, t: Tables, key: str, template: str, edition: Broadcast, now: datetime) -> bool:
        """Ask staff once what to do; return whether this was the first time."""
        question = self._panel.question(template, edition, self._staff.language)
        return self._staff.show(t, key, question, now=now)


def _is_before(t: Tables, slot_at: datetime, name: str) -> bool:
    """Return whether the bot was off, or its database another one, when a slot came.

    A copy put back from a backup does not know whether the edition went out already.
    """
    since = t.meta.find(name)
    return isinstance(since, int) and slot_at <= instant(since)
