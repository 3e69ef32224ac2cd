"""Upkeep: the heartbeat, what is kept how long, and a careful start after a long silence."""

import logging
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.content.renderer import Words
from bot.errors import StartupError
from bot.models import BroadcastState, MemberState
from bot.services.staff import Staff
from bot.storage.database import Database
from bot.storage.rows import instant, milliseconds
from bot.storage.tables import Tables

log = logging.getLogger(__name__)

SILENCE = timedelta(minutes=30)  # a database that old was restored, or the machine was off
AWAKE_SINCE = "awake_since"  # the first start after such a silence
KEEP_LEFT = timedelta(days=30)  # members who left, so that a quick return finds its choices
KEEP_UNREACHABLE = timedelta(days=180)  # members who blocked the bot or left Telegram
KEEP_BROADCASTS = timedelta(days=30)  # who got which e-blast, after its end
KEEP_ALBUMS = timedelta(days=2)  # files of albums that staff sent, to make announcements of
KEEP_FINISHED = timedelta(days=7)  # single messages after their end
KEEP_PROBLEMS = timedelta(days=7)  # updates that could not be read


class Upkeep:
    """Looks after the database itself."""

    def __init__(self, database: Database, staff: Staff, words: Words, clock: Clock) -> None:
        self._database = database
        self._staff = staff
        self._words = words
        self._clock = clock

    async def claim_for(self, bot_id: int) -> None:
        """Bind the database to a bot; raise StartupError if it belongs to another one."""

        def work(t: Tables) -> object:
            known = t.meta.find("bot_id")
            if known is None:
                t.meta.set("bot_id", bot_id)
            return known

        known = await self._database.write(work)
        if known is not None and known != bot_id:
            raise StartupError(
                "This database belongs to another bot: its members never wrote to the bot of this "
                "BOT_TOKEN. Set DATABASE_PATH to a new file."
            )

    async def recover(self) -> None:
        """Settle what a crash left; hold broadcasts if the database was silent for long."""
        now = self._clock.now()

        def work(t: Tables) -> tuple[int, int]:
            unconfirmed = t.deliveries.recover(now)
            beat = t.meta.find("heartbeat")
            held = 0
            if isinstance(beat, int) and now - instant(beat) > SILENCE:
                t.meta.set(AWAKE_SINCE, milliseconds(now))
                held = self._hold(t, instant(beat), now)
            t.meta.set("heartbeat", milliseconds(now))
            return unconfirmed, held

        unconfirmed, held = await self._database.write(work)
        if unconfirmed:
            log.warning(
                "%d deliveries were under way when the bot ended: unconfirmed", unconfirmed
            )
        if held:
            log.warning("%d broadcasts are held: the database is old", held)

    async def beat(self) -> None:
        """Write that the bot is alive."""
        now = milliseconds(self._clock.now())
        await self._database.write(lambda t: t.meta.set("heartbeat", now))

    async def clean(self) -> None:
        """Forget what is not needed any more."""
        now = self._clock.now()

        def work(t: Tables) -> None:
            t.members.remove_in(MemberState.LEFT, now - KEEP_LEFT)
            t.members.remove_in(MemberState.UNREACHABLE, now - KEEP_UNREACHABLE)
            t.copies.remove_old(now - KEEP_BROADCASTS)
            t.albums.remove_old(now - KEEP_ALBUMS)
            t.deliveries.remove_finished(now - KEEP_FINISHED)
            t.inbox.remove_problems(now - KEEP_PROBLEMS)
            t.forms.remove_expired(now)

        await self._database.write(work)

    async def tell_trouble(self, template: str, key: str) -> None:
        """Tell staff, once a day per kind, that something is wrong with the bot."""
        now = self._clock.now()
        html = self._words.render(template, self._staff.language)
        day = now.date().isoformat()
        await self._database.write(
            lambda t: self._staff.tell(t, f"trouble:{key}:{day}", html, now=now)
        )

    async def hold_broadcast(self, broadcast_id: int, reason: str) -> None:
        """Pause a broadcast that Telegram refuses again and again, and tell staff why."""
        now = self._clock.now()

        def work(t: Tables) -> None:
            broadcast = t.broadcasts.get(broadcast_id)
            html = self._words.render(
                "staff/storm", self._staff.language, broadcast=broadcast, reason=reason
            )
            if t.broadcasts.move(broadcast, BroadcastState.PAUSED, now):
                key = f"storm:{broadcast_id}:{milliseconds(now)}"
                self._staff.tell(t, key, html, now=now)

        await self._database.write(work)

    def _hold(self, t: Tables, silent_since: datetime, now: datetime) -> int:
        running = t.broadcasts.list_in(BroadcastState.SENDING)
        for broadcast in running:
            t.broadcasts.move(broadcast, BroadcastState.PAUSED, now)
        if running:
            html = self._words.render("staff/held", self._staff.language)
            self._staff.tell(t, f"held:{silent_since.isoformat()}", html, now=now)
        return len(running)
