"""The index of places, kept in step with the directory while people search.

What staff change goes into it with the next search. After a file a new one is made, in small steps
beside everything else; meanwhile the old one answers. That is safe, because whoever searches looks
at each site in the database before it is shown.
"""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.hours import PREPARED_FOR, Hours
from bot.services.siteindex import SiteIndex
from bot.storage.database import Database
from bot.storage.sitenews import IndexRow, News
from bot.tasks import Tasks

GOOD_FOR = timedelta(hours=6)  # after that a new one is made, with the hours of the next days
_STEP = 200  # sites taken in at once: about a millisecond


class LiveIndex:
    """Has an index that is right, or right enough to look in."""

    def __init__(
        self, database: Database, clock: Clock, zone: ZoneInfo, hours: Hours, tasks: Tasks
    ) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone
        self._hours = hours
        self._tasks = tasks
        self._index = SiteIndex(zone, hours)
        self._revision = 0
        self._made_at: datetime | None = None
        self._making: asyncio.Task[None] | None = None

    async def current(self) -> SiteIndex:
        """Return the index with what was changed since; after a large change still the old one."""
        if not self._is_usable():
            await self._made()
        if not await self._follow() or self._is_old():
            _ = self._make_soon()
        return self._index

    async def refresh(self) -> None:
        """Return when the index has all that is stored now."""
        while self._made_at is None or not await self._follow():
            await self._made()

    async def _follow(self) -> bool:
        """Take in what was changed since; return False if that is too much."""
        since = self._revision
        news: News = await self._database.read(lambda t: t.sitenews.since(since))
        if news.touched is None:
            return False
        if news.revision > self._revision and since == self._revision:
            for site_id in news.touched:
                self._index.remove(site_id)
            self._index.put(news.rows)
            self._revision = news.revision
        return True

    async def _made(self) -> None:
        await asyncio.shield(self._make_soon())

    def _make_soon(self) -> "asyncio.Task[None]":
        if self._making is None or self._making.done():
            self._making = self._tasks.start(self._make(), "index of sites")
        return self._making

    async def _make(self) -> None:
        """Make a new index; every step is short, so that nothing waits for it."""
        now = self._clock.now()
        index = SiteIndex(self._zone, self._hours)
        revision = await self._database.read(lambda t: t.sitenews.revision())
        last = 0
        while rows := await self._after(last):
            index.put(rows)
            last = rows[-1].site_id
        self._hours.forget_old(now)
        for expression in index.expressions:
            if self._hours.prepare(expression, now):
                await self._clock.sleep(0)
        self._index, self._revision, self._made_at = index, revision, now

    async def _after(self, site_id: int) -> list[IndexRow]:
        return await self._database.read(lambda t: t.sitenews.list_after(site_id, _STEP))

    def _is_usable(self) -> bool:
        """Return whether hours are worked out for now: all at once would take too long."""
        now = self._clock.now()
        return self._made_at is not None and self._made_at <= now < self._made_at + PREPARED_FOR

    def _is_old(self) -> bool:
        return self._made_at is None or self._clock.now() >= self._made_at + GOOD_FOR
