"""The finder: the nearest places that fit, told honestly. Whoever asks leaves nothing here."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.library import Library
from bot.hours import Hours
from bot.models.sites import (
    SUPPLIES,
    Findings,
    Nearby,
    Need,
    Opening,
    Place,
    Search,
    StoredSite,
    Trait,
)
from bot.services.liveindex import LiveIndex
from bot.services.siteindex import NEAR_KM, freshness, kilometres
from bot.services.vans import other_stop
from bot.storage.database import Database
from bot.tasks import Tasks

PAGE = 3  # cards in one message
LAST_OFFSET = 60  # nobody looks farther
NEED_KEPT = timedelta(minutes=30)  # for the place that follows "where are you?"; in memory only
_MOST_NEEDS = 10_000
_MOST_LOOKED_AT = 400  # sites for one page, where many have just closed or run out
_LOOKED_AT_FOR_OPENING = 20  # sites among which the next to open is sought


class _Asked(NamedTuple):
    need: Need
    until: datetime


class Finder:
    """Finds sites. The index says where to look; what is shown is as the database has it."""

    def __init__(
        self,
        database: Database,
        library: Library,
        clock: Clock,
        zone: ZoneInfo,
        tasks: Tasks,
    ) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self.zone = zone
        self._hours = Hours(zone)
        self._index = LiveIndex(database, clock, zone, self._hours, tasks)
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
        offset = max(0, min(offset, LAST_OFFSET))
        nearby = await self._nearby(search, offset + count + 1, now)
        page = await self._with_stops(nearby[offset : offset + count], now)
        more = len(nearby) > offset + count
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
        index = await self._index.current()
        wanted = count + PAGE  # a few more, for those that have closed or run out of it since
        while True:
            ids = index.nearest(search, wanted, now)
            stored = await self._database.read(lambda t: t.sites.list_some(ids, now))  # noqa: B023
            shown = [s for each in ids if (s := self._shown(search, stored.get(each), now))]
            if len(shown) >= count or len(ids) < wanted or wanted >= _MOST_LOOKED_AT:
                return shown[:count]
            wanted *= 2

    async def _with_stops(self, page: Sequence[Nearby], now: datetime) -> tuple[Nearby, ...]:
        """Return vans with where they are, or go next, beside the stop that was found."""
        runners = {each.site.organization for each in page if each.site.mobile} - {""}
        if not runners:
            return tuple(page)
        stops = await self._database.read(lambda t: t.sites.list_stops(runners, now))
        return tuple(
            replace(each, stop=other_stop(each, stops, self._hours, now)) for each in page
        )

    def _shown(self, search: Search, stored: StoredSite | None, now: datetime) -> Nearby | None:
        """Return a site as an answer shows it, None if it does not fit as it is now."""
        today = now.astimezone(self.zone).date()
        if stored is None or not _fits(search, stored, today):
            return None
        site, place = stored.site, search.place
        state = self._hours.state(site.hours, now)
        if state.opening is Opening.CLOSED and state.changes_at is None:
            return None
        if Trait.OPEN_NOW in search.traits and state.opening is not Opening.OPEN:
            return None
        distance = kilometres(place.latitude, place.longitude, site.latitude, site.longitude)
        return Nearby(stored, distance, state, freshness(site.assured_on, today))

    async def refresh(self) -> None:
        """Return when people find all that is stored now; for whoever changes many sites."""
        await self._index.refresh()

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


def _fits(search: Search, stored: StoredSite, today: date) -> bool:
    """Return whether a site has what is looked for, whatever the hour."""
    site = stored.site
    wanted = SUPPLIES if search.need is Need.ANY else {search.need}
    open_again = site.closed_until is None or site.closed_until <= today
    traits = search.traits & ~Trait.OPEN_NOW
    return (
        not site.closed
        and open_again
        and bool((site.needs - stored.out_of) & wanted)
        and site.traits & traits == traits
    )
