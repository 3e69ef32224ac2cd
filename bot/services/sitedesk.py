"""The desk for places: staff find them and see all that is known of them."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.normalise import without_accents
from bot.content.sitetable import COLUMNS
from bot.errors import Refusal
from bot.hours import Hours
from bot.models.sites import (
    Freshness,
    Nearby,
    Need,
    OpenState,
    Site,
    SiteChange,
    StoredSite,
)
from bot.services.finder import Finder
from bot.services.sitefiles import cells_of
from bot.services.siteindex import freshness
from bot.storage.database import Database
from bot.storage.tables import Tables

FOUND = 8  # sites in a list
CHANGES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Desk:
    """A site as staff see it."""

    stored: StoredSite
    state: OpenState
    freshness: Freshness
    has_contact: bool = False
    changed: SiteChange | None = None  # what was just done, for the words and the way back


class SiteDesk:
    """Looks places up for staff."""

    def __init__(self, database: Database, finder: Finder, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._finder = finder
        self._clock = clock
        self.zone = zone
        self._hours = Hours(zone)

    async def find(self, text: str) -> list[StoredSite]:
        """Return sites by the words of their name or address, and those near a place."""
        words = without_accents(text).split()[:6]
        place = self._finder.place_in(text)
        near: list[Nearby] = []
        if place is not None:
            for need in (Need.ANY, Need.TREATMENT):
                near += await self._finder.nearest(need, place, FOUND)
        near.sort(key=lambda each: each.kilometres)
        now = self._clock.now()

        def work(t: Tables) -> list[StoredSite]:
            ids = dict.fromkeys(t.sites.search(words, FOUND)) if words else {}
            if len(ids) != 1 or text.strip().isdigit():  # else that one is meant
                ids |= dict.fromkeys(each.stored.site_id for each in near)
            found = t.sites.list_some(list(ids)[:FOUND], now)
            return [found[each] for each in ids if each in found]

        return await self._database.read(work)

    async def get(self, site_id: int) -> Desk:
        """Return a site; raise Refusal if it is gone."""
        now = self._clock.now()
        return await self._database.read(lambda t: self.in_transaction(t, site_id, now))

    async def get_added(self, site_id: int) -> Desk:
        """Return a site that was just added, with the way back from that."""
        now = self._clock.now()

        def work(t: Tables) -> Desk:
            last = t.sites.list_changes(site_id, 1)
            return self.in_transaction(t, site_id, now, last[0].change_id if last else None)

        return await self._database.read(work)

    def said(self, site: Site, what: str) -> str:
        """Return what a site says now in a column of a file; nothing for what is no column."""
        return position_of(site) if what == "position" else row_of(site).get(what, "")

    async def history(self, site_id: int | None) -> list[SiteChange]:
        """Return the last changes of a site, or of all."""
        return await self._database.read(lambda t: t.sites.list_changes(site_id, CHANGES_SHOWN))

    def in_transaction(
        self, t: Tables, site_id: int, now: datetime, change_id: int | None = None
    ) -> Desk:
        """Return a site as it is now, with the change that was just made, if one was."""
        stored = existing(t, site_id, now)
        changed = next(
            (c for c in t.sites.list_changes(site_id, 1) if c.change_id == change_id), None
        )
        today = now.astimezone(self.zone).date()
        state = self._hours.state(stored.site.hours, now)
        how_old = freshness(stored.site.assured_on, today)
        return Desk(stored, state, how_old, t.sitechecks.has_contact(site_id), changed)


def existing(t: Tables, site_id: int, now: datetime) -> StoredSite:
    """Return a site; raise Refusal if it is gone."""
    stored = t.sites.find(site_id, now)
    if stored is None:
        raise Refusal("staff/site_gone")
    return stored


def row_of(site: Site) -> dict[str, str]:
    """Return a site as a line of a file says it."""
    return dict(zip(COLUMNS, map(str, cells_of(site)), strict=True))


def position_of(site: Site) -> str:
    """Return where a site is, for the log."""
    return f"{site.latitude:.5f}, {site.longitude:.5f}"
