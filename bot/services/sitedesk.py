"""The desk for places: staff find, change and undo by short texts; each change is logged."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.dates import datetime_text
from bot.content.library import Library
from bot.content.moments import read_day
from bot.content.normalise import without_accents
from bot.content.sitetable import COLUMNS, RowError
from bot.content.sitewords import days_from, emptied, end_in, end_of_day, point_in
from bot.errors import Refusal
from bot.hours import Hours
from bot.models import Language
from bot.models.sites import (
    Freshness,
    Nearby,
    Need,
    Notice,
    OpenState,
    Site,
    SiteChange,
    StoredSite,
)
from bot.services.finder import Finder
from bot.services.sitefiles import cells_of
from bot.services.siteindex import freshness
from bot.storage.database import Database
from bot.storage.forms import Form
from bot.storage.tables import Tables

FORM_OPEN_FOR = timedelta(hours=1)  # a short text is awaited that long
FOUND = 8  # sites in a list
CHANGES_SHOWN = 12
LONGEST_NOTICE = 200  # characters
FARTHEST = timedelta(days=366)  # nothing is closed or noted for longer
FIND, NOTICE, CLOSED, POINT, FIELD = (
    "site-find", "site-notice", "site-closed", "site-point", "site-field-",
)  # fmt: skip
FLAGS = ("walk_in", "no_id", "free", "mail", "wheelchair", "mobile")
TEXTS = (
    "name", "organization", "needs", "address", "city", "zip", "hours", "phone", "website",
    "languages", "note_en", "note_es", "source",
)  # fmt: skip
# What an edit does; it returns (what, before, after) for the log.
Edit = Callable[[Tables, Site], tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Desk:
    """A site as staff see it."""

    stored: StoredSite
    state: OpenState
    freshness: Freshness
    has_contact: bool = False
    changed: SiteChange | None = None  # what was just done, for the words and the way back


class SiteDesk:
    """Looks places up and changes them for staff."""

    def __init__(
        self, database: Database, library: Library, finder: Finder, clock: Clock, zone: ZoneInfo
    ) -> None:
        self._database = database
        self._library = library
        self._finder = finder
        self._clock = clock
        self.zone = zone
        self._hours = Hours(zone)

    # ------------------------------------------------------------------ looking

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
        return await self._database.read(lambda t: self._desk(t, site_id, now))

    async def get_added(self, site_id: int) -> Desk:
        """Return a site that was just added, with the way back from that."""
        now = self._clock.now()

        def work(t: Tables) -> Desk:
            last = t.sites.list_changes(site_id, 1)
            return self._desk(t, site_id, now, last[0].change_id if last else None)

        return await self._database.read(work)

    def said(self, site: Site, what: str) -> str:
        """Return what a site says now in a column of a file; nothing for what is no column."""
        return _position(site) if what == "position" else _row(site).get(what, "")

    def day_after(self, days: int) -> date:
        """Return the day after the one so many days from now."""
        return days_from(self._clock.now(), days + 1, self.zone)

    async def history(self, site_id: int | None) -> list[SiteChange]:
        """Return the last changes of a site, or of all."""
        return await self._database.read(lambda t: t.sites.list_changes(site_id, CHANGES_SHOWN))

    # ------------------------------------------------------------------ what is asked

    async def ask(self, chat_id: int, person_id: int, kind: str, site_id: int) -> None:
        """Remember that the person's next message is what was asked for."""
        expires_at = self._clock.now() + FORM_OPEN_FOR
        form = Form(kind, site_id)
        await self._database.write(lambda t: t.forms.set(chat_id, person_id, form, expires_at))

    async def asked(self, chat_id: int, person_id: int) -> Form | None:
        """Return what this person was asked about a place, or None."""
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))
        return form if form is not None and form.kind.startswith("site-") else None

    async def close_form(self, chat_id: int, person_id: int) -> None:
        """Forget what was asked."""
        await self._database.write(lambda t: t.forms.remove(chat_id, person_id))

    async def answer(self, form: Form, text: str, author_id: int, language: Language) -> Desk:
        """Change a site as a short text says; raise Refusal if that cannot be."""
        site_id = form.object_id
        match form.kind:
            case "site-notice":
                return await self.add_notice(site_id, text, author_id, language)
            case "site-closed":
                day = read_day(text, self._clock.now(), self.zone, language)
                if day is None:
                    raise Refusal("staff/day_unclear")
                return await self.close_until(site_id, day, author_id)
            case "site-point":
                point = point_in(text)
                if point is None:
                    raise Refusal("staff/site_point_unclear")
                return await self.move(site_id, point, author_id)
            case field:
                return await self.change(site_id, field.removeprefix(FIELD), text, author_id)

    # ------------------------------------------------------------------ changing what it is

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
        today = now.astimezone(self.zone).date()

        def work(t: Tables) -> Desk:
            before = _existing(t, site_id, now).site
            old = _row(before)
            row = old | self._with_point(cells) | {"id": ""}
            new = replace(self._read(row, today), key=before.key)
            if new == before:
                raise Refusal("staff/site_same")
            _, change_id = t.sites.put(new, author_id, now)
            after = _row(new)
            if what == "position":
                old["position"], after["position"] = _position(before), _position(new)
            t.sites.describe(change_id, site_id, what, old[what], after[what])
            return self._desk(t, site_id, now, change_id)

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
        today = self._clock.now().astimezone(self.zone).date()

        def work(t: Tables, site: Site) -> tuple[str, str, str]:
            t.sites.set_assured(site_id, today)
            return what, str(site.assured_on or ""), str(today)

        return await self._edit(site_id, author_id, work)

    async def close_until(
        self, site_id: int, day: date, author_id: int | None, what: str = "closed_until"
    ) -> Desk:
        """Say on which day it is open again; today or earlier: it is open."""
        today = self._clock.now().astimezone(self.zone).date()
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
        until = end_in(said, now, self.zone, language)
        if until <= now or until > now + FARTHEST:
            raise Refusal("staff/time_past", when=until, zone=self.zone)

        def work(t: Tables, _: Site) -> tuple[str, str, str]:
            t.sites.add_notice(site_id, Notice(said, until), author_id)
            return "notice", "", f"{said} ({self._written(until)})"

        return await self._edit(site_id, author_id, work)

    async def move_notice_end(self, site_id: int, days: int, author_id: int) -> Desk:
        """Let the notices of a site hold until the end of a day."""
        until = self._end_of(days)

        def work(t: Tables, _: Site) -> tuple[str, str, str]:
            before = _existing(t, site_id, self._clock.now()).notices
            t.sites.set_notice_ends(site_id, until)
            ends = ", ".join(self._written(each.until) for each in before)
            return "notice_end", ends, self._written(until)

        return await self._edit(site_id, author_id, work)

    async def take_down(self, site_id: int, author_id: int) -> Desk:
        """Take all notices of a site down."""

        def work(t: Tables, _: Site) -> tuple[str, str, str]:
            notices = _existing(t, site_id, self._clock.now()).notices
            t.sites.remove_notices(site_id)
            return "notice", "; ".join(each.text for each in notices), ""

        return await self._edit(site_id, author_id, work)

    async def set_out(self, site_id: int, need: Need, days: int | None, author_id: int) -> Desk:
        """Say that something has run out until the end of a day; None: it is back."""
        until = None if days is None else self._end_of(days)

        def work(t: Tables, _: Site) -> tuple[str, str, str]:
            was_out = need in _existing(t, site_id, self._clock.now()).out_of
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
            site = _existing(t, site_id, now).site
            change_id = t.sites.begin_edit(site_id, author_id, now)
            t.sites.describe(change_id, site_id, *edit(t, site))
            return self._desk(t, site_id, now, change_id)

        return await self._database.write(work)

    # ------------------------------------------------------------------ parts

    def _desk(self, t: Tables, site_id: int, now: datetime, change_id: int | None = None) -> Desk:
        stored = _existing(t, site_id, now)
        changed = next(
            (c for c in t.sites.list_changes(site_id, 1) if c.change_id == change_id), None
        )
        today = now.astimezone(self.zone).date()
        state = self._hours.state(stored.site.hours, now)
        how_old = freshness(stored.site.assured_on, today)
        return Desk(stored, state, how_old, t.sitechecks.has_contact(site_id), changed)

    def _end_of(self, days: int) -> datetime:
        return end_of_day(days_from(self._clock.now(), days, self.zone), self.zone)

    def _written(self, until: datetime) -> str:
        return datetime_text(until, Language.EN, self.zone)


def _existing(t: Tables, site_id: int, now: datetime) -> StoredSite:
    stored = t.sites.find(site_id, now)
    if stored is None:
        raise Refusal("staff/site_gone")
    return stored


def _row(site: Site) -> dict[str, str]:
    """Return a site as a line of a file says it."""
    return dict(zip(COLUMNS, map(str, cells_of(site)), strict=True))


def _position(site: Site) -> str:
    return f"{site.latitude:.5f}, {site.longitude:.5f}"
