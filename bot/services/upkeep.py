"""Upkeep: the heartbeat, what is kept how long, and a careful start with an old database."""

import asyncio
import logging
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.errors import StartupError
from bot.models import BroadcastState, MemberState, Reason
from bot.services.staff import Staff
from bot.services.waking import Past, Waking
from bot.storage.database import Database
from bot.storage.heartbeat import HeartbeatFile
from bot.storage.rows import instant, milliseconds
from bot.storage.tables import Tables

log = logging.getLogger(__name__)

SILENCE = timedelta(minutes=30)  # so late asks first: the machine was off, or it is a backup
BEATS_WITHIN = timedelta(minutes=5)  # a heartbeat is written each minute while all is well
KEEP_LEFT = timedelta(days=30)  # members who left, so that a quick return finds its choices
KEEP_UNREACHABLE = timedelta(days=180)  # members who blocked the bot or left Telegram
KEEP_BROADCASTS = timedelta(days=30)  # who got which e-blast, after its end
KEEP_ALBUMS = timedelta(days=2)  # files of albums that staff sent, to make announcements of
KEEP_ANSWER_DRAFTS = timedelta(days=30)  # drafts of answers that nobody touches
KEEP_UNANSWERED = timedelta(days=14)  # weeks of words that found no answer, from their Monday
KEEP_FINISHED = timedelta(days=7)  # single messages after their end
KEEP_SITE_CHANGES = timedelta(days=365)  # the history of the directory
KEEP_RECORD_CHANGES = timedelta(days=365)  # who changed counts and trainings
KEEP_AFTERWORDS = timedelta(days=7)  # what staff wrote to those who came
KEEP_SITE_DRAFTS = timedelta(days=2)  # places half added, files not yet imported
KEEP_IMPORTS = timedelta(days=30)  # calendars of partners that can be taken back
KEEP_INVITES = timedelta(days=7)  # links for contacts of places
KEEP_CORRECTIONS = timedelta(days=30)  # what people say is wrong with a place
KEEP_CALENDAR_LINKS = timedelta(days=400)  # links to private calendars that nobody reads
KEEP_PROBLEMS = timedelta(days=7)  # updates that could not be read


class Upkeep:
    """Looks after the database itself."""

    def __init__(self, database: Database, staff: Staff, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._staff = staff
        self._clock = clock
        self._waking = Waking(staff, zone)
        self._file = HeartbeatFile(database.path)
        self._beats: int | None = None  # the last heartbeat that this process knows of
        self.is_copy = False  # of a database that another process may be working with

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
        """Settle what a crash left; hold what may be late, or in a backup may be out already."""
        self._beats = self._file.read()
        unconfirmed, held, beats = await self._database.write(self._recover)
        self._database.on_reopen = self._look_at_reopened
        await self._keep(beats)
        if unconfirmed:
            log.warning(
                "%d deliveries were under way when the bot ended: unconfirmed", unconfirmed
            )
        if held:
            log.warning("The database is old: %d broadcasts or messages wait for staff", held)

    def _recover(self, t: Tables) -> tuple[int, int, int]:
        """Return how many are unconfirmed, how many are held, and the heartbeats until now."""
        now = self._clock.now()
        self.is_copy = t.meta.find("place") not in (None, self._database.place)
        t.meta.set("place", self._database.place)
        unconfirmed = t.deliveries.recover(now)
        beat = t.meta.find("heartbeat")
        held = 0
        if isinstance(beat, int):  # else it is a new database
            since = instant(beat)
            if since > now:  # the clock was set back while the bot was off
                t.due.bring_forward(since, now)
            past = self._past(t, is_old=now - since > SILENCE)
            held = self._waking.hold(t, past, since, now)
        return unconfirmed, held, self._count(t)

    def _past(self, t: Tables, *, is_old: bool) -> Past:
        if self._beats is not None and self._beats > _beats(t):
            return Past.BACKUP
        if not is_old:
            return Past.AT_WORK
        return Past.UNKNOWN if self._beats is None else Past.SILENT

    def _look_at_reopened(self, t: Tables) -> None:
        """Hold if somebody put a backup in place of the database while the bot runs."""
        if self._past(t, is_old=False) is Past.BACKUP:
            _, held, _ = self._recover(t)
            log.warning("The database was replaced by an older one: %d things wait", held)

    async def beat(self) -> None:
        """Write that the bot is alive; nothing before recover(), which compares."""
        if self._beats is not None:
            await self._keep(await self._database.write(self._count))

    async def is_beating(self) -> bool:
        """Return whether the database was written lately, and can be read now."""
        beat = await self._database.read(lambda t: t.meta.find("heartbeat"))
        return isinstance(beat, int) and self._clock.now() - instant(beat) < BEATS_WITHIN

    def _count(self, t: Tables) -> int:
        """Count a heartbeat beyond all that are known, so that every backup is behind."""
        beats = max(_beats(t), self._beats or 0) + 1
        t.meta.set("beats", beats)
        t.meta.set("heartbeat", milliseconds(self._clock.now()))
        return beats

    async def _keep(self, beats: int) -> None:
        self._beats = beats
        await asyncio.to_thread(self._file.write, beats)

    async def send_doubtful(self) -> int:
        """Send what waited in a backup, as staff decided; return how many messages."""
        now = self._clock.now()
        return await self._database.write(lambda t: t.doubtful.release(now))

    async def clock_set_back(self, lost: timedelta) -> None:
        """Bring what is due to the present clock: else it would wait for the lost time again."""
        now = self._clock.now()
        count = await self._database.write(lambda t: t.due.bring_forward(now + lost, now))
        log.warning("The clock was set back by %s: %d deliveries follow it", lost, count)

    async def clean(self) -> None:
        """Forget what is not needed any more."""
        now = self._clock.now()

        def work(t: Tables) -> None:
            t.members.remove_in(MemberState.LEFT, now - KEEP_LEFT)
            t.members.remove_in(MemberState.UNREACHABLE, now - KEEP_UNREACHABLE)
            t.copies.remove_old(now - KEEP_BROADCASTS)
            t.answers.remove_drafts(now - KEEP_ANSWER_DRAFTS)
            t.feedback.remove_unanswered((now - KEEP_UNANSWERED).date())
            t.albums.remove_old(now - KEEP_ALBUMS)
            t.deliveries.remove_finished(now - KEEP_FINISHED)
            t.inbox.remove_problems(now - KEEP_PROBLEMS)
            t.forms.remove_expired(now)
            t.sites.remove_expired(now)
            t.sites.remove_changes(now - KEEP_SITE_CHANGES)
            t.record_changes.remove_old(now - KEEP_RECORD_CHANGES)
            t.afterwords.remove_old(now - KEEP_AFTERWORDS)
            t.sitedrafts.remove_old(now - KEEP_SITE_DRAFTS)
            t.sitechecks.remove_old_invites(now - KEEP_INVITES)
            t.corrections.remove_old(now - KEEP_CORRECTIONS)
            t.sitefiles.remove_old(now - KEEP_SITE_DRAFTS)
            t.calendar_links.remove_unread((now - KEEP_CALENDAR_LINKS).date())
            t.eventimports.remove_old_files(now - KEEP_SITE_DRAFTS)
            t.eventimports.remove_old(now - KEEP_IMPORTS)

        await self._database.write(work)

    async def tell_trouble(self, template: str, key: str) -> None:
        """Tell staff, once a day per kind, that something is wrong with the bot."""
        now = self._clock.now()
        html = self._staff.render(template)
        day = now.date().isoformat()
        await self._database.write(
            lambda t: self._staff.tell(t, f"trouble:{key}:{day}", html, now=now)
        )

    async def hold_broadcast(self, broadcast_id: int, reason: Reason) -> None:
        """Pause a broadcast that Telegram refuses again and again, and tell staff why."""
        now = self._clock.now()

        def work(t: Tables) -> None:
            broadcast = t.broadcasts.get(broadcast_id)
            html = self._staff.render("staff/storm", broadcast=broadcast, reason=reason)
            if t.broadcasts.move(broadcast, BroadcastState.PAUSED, now):
                key = f"storm:{broadcast_id}:{milliseconds(now)}"
                self._staff.tell(t, key, html, now=now)

        await self._database.write(work)


def _beats(t: Tables) -> int:
    beats = t.meta.find("beats")
    return beats if isinstance(beats, int) else 0
