"""Waking: what waits for staff when the bot was off for long, or its database is from a backup.

After a silence the database is right, only late. A backup believes that messages wait which may
have gone out since, and that things are approved which staff may have changed since.
"""

from datetime import datetime
from enum import Enum, auto
from zoneinfo import ZoneInfo

from bot.models import Broadcast, BroadcastState, Keyboard
from bot.services.broadcasts import to_draft
from bot.services.staff import Staff
from bot.storage.rows import milliseconds
from bot.storage.tables import Tables

AWAKE_SINCE = "awake_since"  # the first start after such a silence, or with a backup
RESTORED_AT = "restored_at"  # the first start with a backup


class Past(Enum):
    """What the database was doing before this start."""

    AT_WORK = auto()  # until a moment ago; also a new database
    SILENT = auto()  # it is the latest one, but old: the bot was off
    UNKNOWN = auto()  # old, and nothing tells whether it is the latest one
    BACKUP = auto()  # there was a later one


class Waking:
    """Decides what is held, and says plainly to staff what each choice would mean."""

    def __init__(self, staff: Staff, zone: ZoneInfo) -> None:
        self._staff = staff
        self._zone = zone

    def hold(self, t: Tables, past: Past, since: datetime, now: datetime) -> int:
        """Hold what must not leave unasked; since is the last heartbeat; return how much."""
        if past is Past.AT_WORK:
            return 0
        t.meta.set(AWAKE_SINCE, milliseconds(now))
        paused = t.broadcasts.list_in(BroadcastState.SENDING)
        for broadcast in paused:
            t.broadcasts.move(broadcast, BroadcastState.PAUSED, now)
        if past is Past.SILENT:
            self._tell_of(t, paused, "staff/held", since, now)
            return len(paused)
        return self._hold_backup(t, past, since, now)

    def _hold_backup(self, t: Tables, past: Past, since: datetime, now: datetime) -> int:
        t.meta.set(RESTORED_AT, milliseconds(now))
        running = t.broadcasts.list_in(BroadcastState.PAUSED)
        approved = t.broadcasts.list_in(BroadcastState.APPROVED)
        for broadcast in approved:
            to_draft(t, broadcast, now)
        waiting = t.doubtful.set_aside(now)
        t.doubtful.set_updates_aside()
        t.reminders.set_aside(now)
        t.calendar_links.remove_all()  # some may have been switched off since
        held = len(running) + len(approved) + waiting
        if held or past is Past.BACKUP:
            send = (self._staff.button("held_send", "held:send"),)
            self._tell(
                t,
                f"restored:{milliseconds(now)}",
                "staff/held_backup",
                now,
                keyboard=(send,) if waiting else (),
                since=since,
                is_sure=past is Past.BACKUP,
                approved=len(approved),
                waiting=waiting,
            )
        self._tell_of(t, running, "staff/held_broadcast", since, now)
        return held

    def _tell_of(
        self,
        t: Tables,
        broadcasts: list[Broadcast],
        template: str,
        since: datetime,
        now: datetime,
    ) -> None:
        """Ask staff about each broadcast on hold."""
        for broadcast in broadcasts:
            number = broadcast.broadcast_id
            keyboard: Keyboard = (
                (self._staff.button("blast_look", f"blast:show:{number}", "primary"),),
                (self._staff.button("blast_resume", f"blast:resume:{number}"),),
                (self._staff.button("blast_stop", f"blast:stop:{number}", "danger"),),
            )
            values = {"broadcast": broadcast, "since": since, "left": t.copies.tally(number).left}
            key = f"held:{number}:{milliseconds(now)}"
            self._tell(t, key, template, now, keyboard=keyboard, **values)

    def _tell(
        self,
        t: Tables,
        key: str,
        template: str,
        now: datetime,
        keyboard: Keyboard = (),
        **values: object,
    ) -> None:
        html = self._staff.render(template, zone=self._zone, **values)
        self._staff.tell(t, key, html, keyboard, now=now)
