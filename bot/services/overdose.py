"""Overdose help by the clock: at most one timer a chat, which asks how somebody is and forgets.

A timer is a row of the outbox in the urgent lane, so it survives a restart. Until the row is
written it runs in memory; if the database takes no row, it asks from there.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.guide import Guide
from bot.errors import StorageUnavailableError
from bot.models import Content, Language
from bot.storage.database import Database
from bot.storage.tables import Tables
from bot.storage.timers import Timer
from bot.tasks import Tasks

log = logging.getLogger(__name__)

# A second dose is due 2 to 3 minutes after the first (facts.md 0.2, 1.2.5): the question comes at
# the beginning of that time, because opening another spray takes a while, too.
ASKS_AFTER = timedelta(minutes=2)
LATE_AFTER = timedelta(minutes=3)  # then the message says that it is late
# Naloxone wears off in 30 to 90 minutes (facts.md 1.2.7): after that the question helps nobody,
# and a message about an overdose that comes out of nowhere may be seen by the wrong eyes.
USELESS_AFTER = timedelta(minutes=90)
PATIENCE_SECONDS = 0.3  # help does not wait for the database
RETRY_SECONDS = 1.0

Say = Callable[[int, int | None, Content], Awaitable[object]]  # chat, thread, message


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a person is told about their timer."""

    asks_at: datetime
    stored: bool  # in the database: a restart does not lose it


@dataclass(slots=True)
class _Work:
    """What is being done about a chat's timer.

    timer is None while one is being erased; renew says whether it is to ask in any case, or only
    if the one in the database has not asked yet.
    """

    timer: Timer | None
    renew: bool
    task: "asyncio.Task[Any]"


class Overdose:
    """Starts, renews and ends the timers; whatever the database does, no call waits for it long.

    A new wish about a chat's timer takes the place of the one before. The database has a single
    writer that works in order, so what is written last is what the person said last.
    """

    def __init__(
        self,
        database: Database,
        guide: Guide,
        clock: Clock,
        zone: ZoneInfo,
        tasks: Tasks,
        say: Say,
    ) -> None:
        self._database = database
        self._guide = guide
        self._clock = clock
        self.zone = zone
        self._tasks = tasks
        self._say = say
        self._under_way: dict[int, _Work] = {}

    async def start(
        self, chat_id: int, thread_id: int | None, language: Language, update_id: int
    ) -> Waiting:
        """Start the timer of a chat, or start it again; the same update starts it only once."""
        known = await self._find(chat_id)
        if known and known.update_id == update_id:
            return Waiting(known.since + ASKS_AFTER, stored=True)
        timer = Timer(chat_id, thread_id, language, self._clock.now(), update_id)
        return await self._keep(timer, renew=True)

    async def end(self, chat_id: int) -> bool:
        """Stop and erase the timer of a chat; return whether nothing of it is left already.

        If the database can't be reached, it is erased as soon as that is possible.
        """
        return await self._do(chat_id, self._erase(chat_id))

    async def speak(self, chat_id: int, language: Language) -> Waiting | None:
        """Let a chat's timer ask in that language; return the timer, None if there is none."""
        work = self._under_way.get(chat_id)
        timer = work.timer if work else await self._find(chat_id)
        if timer is None:
            return None
        renew = work.renew if work else False
        return await self._keep(replace(timer, language=language), renew=renew)

    async def catch_up(self) -> None:
        """Let timers that are late say so, with the minutes; drop those that help nobody now."""
        now = self._clock.now()

        def work(t: Tables) -> int:
            dropped = 0
            for timer in t.timers.list_waiting():
                age = now - timer.since
                if age > USELESS_AFTER:
                    dropped += t.timers.remove(timer.chat_id)
                elif age > LATE_AFTER:
                    t.timers.reword(timer.chat_id, self._message(timer, late=True))
            return dropped

        if not await self._database.read(lambda t: t.timers.list_waiting()):
            return
        if dropped := await self._database.write(work):
            log.warning("%d overdose timers came too late to be of use", dropped)

    # ------------------------------------------------------------------ inside

    async def _find(self, chat_id: int) -> Timer | None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._database.read(lambda t: t.timers.find(chat_id))
        except (StorageUnavailableError, TimeoutError):
            return None

    async def _keep(self, timer: Timer, *, renew: bool) -> Waiting:
        keeping = self._store_or_ask(timer, renew=renew)
        stored = await self._do(timer.chat_id, keeping, timer, renew=renew)
        return Waiting(timer.since + ASKS_AFTER, stored)

    async def _do(
        self,
        chat_id: int,
        coroutine: Coroutine[Any, Any, None],
        timer: Timer | None = None,
        *,
        renew: bool = False,
    ) -> bool:
        """Replace what is under way about a chat's timer; return whether it is done already."""
        if earlier := self._under_way.get(chat_id):
            earlier.task.cancel()
        task = self._tasks.start(coroutine, "overdose timer")
        work = self._under_way[chat_id] = _Work(timer, renew, task)
        task.add_done_callback(partial(self._done, chat_id, work))
        await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        return task.done() and not task.cancelled() and task.exception() is None

    def _done(self, chat_id: int, work: _Work, _: "asyncio.Task[Any]") -> None:
        if self._under_way.get(chat_id) is work:
            del self._under_way[chat_id]

    async def _store_or_ask(self, timer: Timer, *, renew: bool) -> None:
        """Hand a timer to the outbox; if that fails until it is due, ask without it."""
        due_at = timer.since + ASKS_AFTER
        content = self._message(timer, late=False)

        def store(t: Tables) -> None:
            # In another language only if it has not asked meanwhile.
            if renew or t.timers.find(timer.chat_id):
                t.timers.put(timer, content, due_at)

        while True:
            try:
                await self._database.write(store)
            except StorageUnavailableError:
                left = (due_at - self._clock.now()).total_seconds()
            else:
                return
            if left <= 0:
                break
            await self._clock.sleep(min(RETRY_SECONDS, left))
        late = self._clock.now() - timer.since > LATE_AFTER
        await self._say(timer.chat_id, timer.thread_id, self._message(timer, late=late))
        # One that was stored before the trouble must not ask again after it.
        self._under_way[timer.chat_id].timer = None
        await self._erase(timer.chat_id)

    async def _erase(self, chat_id: int) -> None:
        while True:
            try:
                await self._database.write(lambda t: t.timers.remove(chat_id))
            except StorageUnavailableError:
                await self._clock.sleep(RETRY_SECONDS)
            else:
                return

    def _message(self, timer: Timer, *, late: bool) -> Content:
        """Return what a timer asks: as it will be when it is due, or as it is now if late."""
        now = self._clock.now() if late else timer.since + ASKS_AFTER
        return self._guide.ask(timer.language, self.zone, timer.since, now, late=late)
