"""Changes of single places: each is one transaction, with how it was before for a way back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.clock import Clock
from bot.content.dates import datetime_text
from bot.content.library import Library
from bot.content.sitetable import RowError
from bot.content.sitewords import days_from, emptied, end_in, end_of_day
from bot.errors import Refusal
from bot.models import Language
from bot.models.sites import Need, Notice, Site
from bot.services.finder import Finder
from bot.services.sitedesk import Desk, SiteDesk, existing, position_of, row_of
from bot.storage.database import Database
from bot.storage.tables import Tables

LONGEST_NOTICE = 200  # characters
FARTHEST = timedelta(days=366)  # nothing is closed or noted for longer
# What an edit does; it returns (what, before, after) for the log.
Edit = Callable[[Tables, Site], tuple[str, str, str]]


class SiteEdits:
    """Changes places for staff and for those who answer for one."""

    def __init__(
        self, database: Database, library: Library, finder: Finder, desk: SiteDesk, clock: Clock
    ) -> None:
        self._database = database
        self._library = library
        self._finder = finder
        self._desk = desk
        self._clock = clock
        self._zone = desk.zone

    # ------------------------------------------------------------------ what it is

    async def change(self, site_id: int, column: str, text: str, author_id: int) -> Desk:
        """Put a text into a column, as a file would; "-" empties it."""
        return await self._change(site_id, {column: emptied(text)}, column, author_id)

    async def move(self, site_id: int, point: tuple[float, float], author_id: int) -> Desk:
        """Put a site elsewhere on the map, in degrees."""
        cells = {"latitude": f"{point[0]:.6f}", "longitude": f"{point[1]:.6f}"}
        return await self._change(site_id, cells, "position", author_id)

    async def set_closed(self, site_id: int, author_id: int, *, closed: bool) -> Desk:
        """Close a site for good, or open it again."""
        cells = {"closed": "yes"} if closed else {"closed": "", "closed_until": ""}
        return await self._change(site_id, cells, "closed", author_id)

    async def _change(
        self, site_id: int, cells: dict[str, str], what: str, author_id: int
    ) -> Desk:
        now = self._clock.now()
        today = now.astimezone(self._zone).date()

        def work(t: Tables) -> Desk:
            before = existing(t, site_id, now).site
            old = row_of(before)
            row = old | self._with_point(cells) | {"id": ""}
            new = replace(self._read(row, today), key=before.key)
            if new == before:
                raise Refusal("staff/site_same")
            _, change_id = t.sites.put(new, author_id, now)
            after = row_of(new)
            if what == "position":
                old["position"], after["position"] = position_of(before), position_of(new)
            t.sites.describe(change_id, site_id, what, old[what], after[what])
            return self._desk.in_transaction(t, site_id, now, change_id)

        return await self._database.write(work)

    def _read(self, row: dict[str, str], today: date) -> Site:
        try:
            return self._library.site_table.site(row, "staff", today)
        except RowError as error:
            raise Refusal("staff/site_wrong", reason=error.reason) from error

    def _with_point(self, cells: dict[str, str]) -> dict[str, str]:
        """Return cells that leave the point to a new address, where the street grid tells it."""
        address = cells.get("address", "")
        if address and self._library.places.of_address(address):
            return cells | {"latitude": "", "longitude": ""}
        return cells

    # ------------------------------------------------------------------ for some time

    async def confirm(self, site_id: int, author_id: int | None, what: str = "checked_on") -> Desk:
        """Say that all is right with a site today."""
        today = self._clock.now().astimezone(self._zone).date()

        def work(t: Tables, site: Site) -> tuple[str, str, str]:
            t.sites.set_assured(site_id, today)
            return what, str(site.assured_on or ""), str(today)

        return await self._edit(site_id, author_id, work)

    async def close_until(
        self, site_id: int, day: date, author_id: int | None, what: str = "closed_until"
    ) -> Desk:
        """Say on which day it is open again; today or earlier: it is open."""
        today = self._clock.now().astimezone(self._zone).date()
        if day > today + FARTHEST:
            raise Refusal("staff/site_too_far")
        until = day if day > today else None

        def work(t: Tables, site: Site) -> tuple[str, str, str]:
            t.sites.set_closed_until(site_id, until)
            return what, str(site.closed_until or ""), str(until or "")

        return await self._edit(site_id, author_id, work)

    async def add_notice(
        self, site_id: int, text: str, author_id: int, language: Language
    ) -> Desk:
        """Hang up a short notice; its end is in its words, else it is the end of today."""
        said = " ".join(text.split())
        if not said or len(said) > LONGEST_NOTICE:
            raise Refusal("staff/site_notice_length", limit=LONGEST_NOTICE)
        now = self._clock.now()
        until = end_in(said, now, self._zone, language)
        if until <= now or until > now + FARTHEST:
            raise Refusal("staff/time_past", when=until, zone=self._zone)

        def work(t: Tables, _: Site) -> tuple[str, str, str]:
            t.sites.add_notice(site_id, Notice(said, until), author_id)
            return "notice", "", f"{said} ({self._written(until)})"

        return await self._edit(site_id, author_id, work)

    async def move_notice_end(self, site_id: int, days: int, author_id: int) -> Desk:
        """Let the notices of a site hold until the end of a day."""
        until = self._end_of(days)

        def work(t: Tables, _: Site) -> tuple[str, str, str]:
            before = existing(t, site_id, self._clock.now()).notices
            t.sites.set_notice_ends(site_id, until)
            ends = ", ".join(self._written(each.until) for each in before)
            return "notice_end", ends, self._written(until)

        return await self._edit(site_id, author_id, work)

    async def take_down(self, site_id: int, author_id: int) -> Desk:
        """Take all notices of a site down."""

        def work(t: Tables, _: Site) -> tuple[str, str, str]:
            notices = existing(t, site_id, self._clock.now()).notices
            t.sites.remove_notices(site_id)
            return "notice", "; ".join(each.text for each in notices), ""

        return await self._edit(site_id, author_id, work)

    async def set_out(self, site_id: int, need: Need, days: int | None, author_id: int) -> Desk:
        """Say that something has run out until the end of a day; None: it is back."""
        until = None if days is None else self._end_of(days)

        def work(t: Tables, _: Site) -> tuple[str, str, str]:
            was_out = need in existing(t, site_id, self._clock.now()).out_of
            t.sites.set_out(site_id, need, until)
            after = f"{need}: {self._written(until)}" if until else ""
            return "stock", need.value if was_out else "", after

        return await self._edit(site_id, author_id, work)

    async def undo(self, change_id: int, author_id: int) -> int | None:
        """Take a change back; return the site's id, None if it was about many or removed one.

        Raise Refusal if it cannot be taken back any more.
        """
        now = self._clock.now()

        def work(t: Tables) -> int | None:
            if t.sites.undo(change_id, now, author_id) is None:
                raise Refusal("staff/site_not_undone")
            site_id = t.sites.site_of_change(change_id)
            return site_id if site_id and t.sites.find(site_id, now) else None

        site_id = await self._database.write(work)
        await self._finder.refresh()  # a file may have been taken back
        return site_id

    async def _edit(self, site_id: int, author_id: int | None, edit: Edit) -> Desk:
        """Do what is not in a file, keep what was before, and say in the log what it was."""
        now = self._clock.now()

        def work(t: Tables) -> Desk:
            site = existing(t, site_id, now).site
            change_id = t.sites.begin_edit(site_id, author_id, now)
            t.sites.describe(change_id, site_id, *edit(t, site))
            return self._desk.in_transaction(t, site_id, now, change_id)

        return await self._database.write(work)

    # ------------------------------------------------------------------ days

    def day_after(self, days: int) -> date:
        """Return the day after the one so many days from now."""
        return days_from(self._clock.now(), days + 1, self._zone)

    def _end_of(self, days: int) -> datetime:
        return end_of_day(days_from(self._clock.now(), days, self._zone), self._zone)

    def _written(self, until: datetime) -> str:
        return datetime_text(until, Language.EN, self._zone)
