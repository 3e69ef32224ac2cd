"""The finder: the nearest places that fit, told honestly. Whoever asks leaves nothing here."""

import asyncio
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.library import Library
from bot.hours import Hours
from bot.models.sites import (
    Findings,
    Nearby,
    Need,
    Opening,
    Place,
    Search,
    StoredSite,
    Trait,
)
from bot.services.siteindex import NEAR_KM, Hit, SiteIndex
from bot.storage.database import Database

PAGE = 3  # cards in one message
LAST_OFFSET = 60  # nobody looks farther
NEED_KEPT = timedelta(minutes=30)  # for the place that follows "where are you?"; in memory only
_MOST_NEEDS = 10_000
_CHUNK = 2000  # rows of one read, so that nothing else waits long
_INDEX_GOOD_FOR = timedelta(hours=6)
_LOOKED_AT_FOR_OPENING = 20  # sites among which the next to open is sought


class _Asked(NamedTuple):
    need: Need
    until: datetime


class Finder:
    """Finds sites; the index is made anew when the directory has changed."""

    def __init__(self, database: Database, library: Library, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self.zone = zone
        self._hours = Hours(zone)
        self._index = SiteIndex(zone, self._hours)
        self._revision = -1
        self._good_until: datetime | None = None
        self._loading = asyncio.Lock()
        self._asked: OrderedDict[int, _Asked] = OrderedDict()

    # ------------------------------------------------------------------ searching

    async def first(self, need: Need, place: Place) -> Findings:
        """Return what is open now, or if nothing near a place is, whatever there is."""
        found = await self.find(Search(need, place, Trait.OPEN_NOW))
        if found.found and found.found[0].kilometres <= NEAR_KM:
            return found
        everything = await self.find(Search(need, place))
        return await self._with_next_to_open(everything)

    async def find(self, search: Search, offset: int = 0, count: int = PAGE) -> Findings:
        """Return a page of the sites that fit."""
        now = self._clock.now()
        await self._keep_current(now)
        offset = max(0, min(offset, LAST_OFFSET))
        nearby = await self._nearby(search, offset + count + 1, now)
        page, more = tuple(nearby[offset : offset + count]), len(nearby) > offset + count
        found = Findings(search, page, offset, more=more and offset + count <= LAST_OFFSET)
        return found if page or offset else await self._with_next_to_open(found)

    async def nearest(self, need: Need, place: Place, count: int) -> tuple[Nearby, ...]:
        """Return the nearest sites, open or not, for the command line."""
        return (await self.find(Search(need, place), count=count)).found

    async def get(self, site_id: int) -> StoredSite | None:
        """Return one site, or None if it is gone."""
        now = self._clock.now()
        return await self._database.read(lambda t: t.sites.find(site_id, now))

    async def _with_next_to_open(self, found: Findings) -> Findings:
        """Return the findings with the three that open first, if none of them is open."""
        if any(each.state.opening is Opening.OPEN for each in found.found):
            return found
        search = Search(
            found.search.need, found.search.place, found.search.traits & ~Trait.OPEN_NOW
        )
        nearby = await self._nearby(search, _LOOKED_AT_FOR_OPENING, self._clock.now())
        coming = [(n.state.changes_at, n) for n in nearby if n.state.changes_at]
        coming.sort(key=lambda pair: (pair[0], pair[1].kilometres))
        return Findings(
            found.search,
            found.found,
            found.offset,
            more=found.more,
            next_to_open=tuple(each for _, each in coming[:PAGE]),
        )

    async def _nearby(self, search: Search, count: int, now: datetime) -> list[Nearby]:
        # A few more, for those that are closed until further notice or were removed since.
        hits = self._index.nearest(search, count + PAGE, now)
        ids = [hit.site_id for hit in hits]
        stored = await self._database.read(lambda t: t.sites.list_some(ids, now))
        shown = (self._shown(hit, stored.get(hit.site_id), now) for hit in hits)
        return [each for each in shown if each is not None][:count]

    def _shown(self, hit: Hit, stored: StoredSite | None, now: datetime) -> Nearby | None:
        if stored is None:
            return None
        state = self._hours.state(stored.site.hours, now)
        if state.opening is Opening.CLOSED and state.changes_at is None:
            return None
        return Nearby(stored, hit.kilometres, state, hit.freshness)

    # ------------------------------------------------------------------ the index

    async def load(self) -> None:
        """Make the index, in small steps beside everything else."""
        now = self._clock.now()
        index = SiteIndex(self.zone, self._hours)
        revision, ends = await self._database.read(
            lambda t: (t.sites.revision(), t.sites.next_stock_end(now))
        )
        after = 0
        while True:
            start = after
            rows = await self._database.read(lambda t: t.sites.index_rows(start, _CHUNK, now))  # noqa: B023
            if not rows:
                break
            after = await asyncio.to_thread(index.add, rows)
        self._hours.forget_old(now)
        await asyncio.to_thread(index.warm, now)
        self._index, self._revision = index, revision
        self._good_until = min(now + _INDEX_GOOD_FOR, ends or now + _INDEX_GOOD_FOR)

    async def _keep_current(self, now: datetime) -> None:
        revision = await self._database.read(lambda t: t.sites.revision())
        if self._is_current(revision, now):
            return
        async with self._loading:
            if not self._is_current(revision, now):
                await self.load()

    def _is_current(self, revision: int, now: datetime) -> bool:
        return (
            self._revision >= revision and self._good_until is not None and now < self._good_until
        )

    # ------------------------------------------------------------------ places

    def place_in(self, text: str) -> Place | None:
        """Return the place that a text names, or None."""
        return self._library.places.find(text)

    def place_of(self, token: str) -> Place | None:
        """Return the place of a button, or None."""
        return self._library.places.of_token(token)

    def is_only_a_place(self, text: str) -> bool:
        """Return whether a text is the name of a place and nothing else."""
        return self._library.places.is_only_a_place(text)

    def west_side(self) -> tuple[Place, ...]:
        """Return the areas that are offered as buttons."""
        return self._library.places.west_side

    # ------------------------------------------------------------------ "where are you?"

    def remember_need(self, chat_id: int, need: Need) -> None:
        """Keep what a chat looks for until it says where, in memory and for half an hour."""
        self._asked.pop(chat_id, None)
        self._asked[chat_id] = _Asked(need, self._clock.now() + NEED_KEPT)
        while len(self._asked) > _MOST_NEEDS:
            self._asked.popitem(last=False)

    def remembered_need(self, chat_id: int) -> Need:
        """Return what a chat looked for last; anything if that is not known."""
        asked = self._asked.get(chat_id)
        return asked.need if asked and self._clock.now() < asked.until else Need.ANY

    def forget(self, chat_id: int) -> None:
        """Forget what a chat looked for."""
        self._asked.pop(chat_id, None)
