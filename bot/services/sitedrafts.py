"""Adding a place: a few short texts one after the other, or one line of a table."""

import csv
import re
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.library import Library
from bot.content.sitetable import COLUMNS, RowError
from bot.content.sitewords import emptied, point_in
from bot.errors import Refusal
from bot.models.sites import Site
from bot.services.siteforms import FORM_OPEN_FOR
from bot.storage.database import Database
from bot.storage.forms import Form
from bot.storage.tables import Tables

ADD = "site-add"
STEPS = ("name", "needs", "address", "hours", "phone")
SHORT = ("name", "needs", "address", "zip", "hours", "phone", "note_en", "note_es")
LIST = "staff"  # the list that a place belongs to which staff add by hand
_ZIP = re.compile(r"\b(6\d{4})\b")
# What stands in for the steps that are still to come, so that a file's rules can look at one.
_STAND_IN = {"name": "x", "needs": "naloxone", "latitude": "41.9", "longitude": "-87.7"}
_FEWEST_CELLS = 3  # a text with fewer is a name with a comma in it


@dataclass(frozen=True, slots=True)
class SiteDraft:
    """A place that is being added."""

    draft_id: int
    step: str  # the column that is asked next; empty: it is complete
    site: Site | None  # what it will be, when it is complete


class SiteDrafts:
    """Keeps what was said about a new place, and puts it into the list."""

    def __init__(self, database: Database, library: Library, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self._zone = zone

    async def begin(self, chat_id: int, person_id: int) -> SiteDraft:
        """Begin a new place; the person's next message is its name, or a whole line."""
        now = self._clock.now()

        def work(t: Tables) -> SiteDraft:
            draft_id = t.sitedrafts.add({}, now)
            form = Form(ADD, draft_id)
            t.forms.set(chat_id, person_id, form, now + FORM_OPEN_FOR)
            return SiteDraft(draft_id, STEPS[0], None)

        return await self._database.write(work)

    async def answer(self, chat_id: int, person_id: int, draft_id: int, text: str) -> SiteDraft:
        """Take what was asked for; raise Refusal if it cannot be taken, and wait on."""
        now = self._clock.now()
        today = now.astimezone(self._zone).date()

        def work(t: Tables) -> SiteDraft:
            cells = t.sitedrafts.find(draft_id)
            if cells is None:
                raise Refusal("staff/site_draft_gone")
            cells |= self._cells(cells, text, today)
            step = _next_step(cells)
            t.sitedrafts.set(draft_id, cells)
            if step:
                form = Form(ADD, draft_id)
                t.forms.set(chat_id, person_id, form, now + FORM_OPEN_FOR)
                return SiteDraft(draft_id, step, None)
            t.forms.remove(chat_id, person_id)
            return SiteDraft(draft_id, "", self._site(cells, today))

        return await self._database.write(work)

    async def publish(self, draft_id: int, author_id: int) -> int:
        """Put a place into the list; return the site's id."""
        now = self._clock.now()
        today = now.astimezone(self._zone).date()

        def work(t: Tables) -> int:
            cells = t.sitedrafts.find(draft_id)
            if cells is None:
                raise Refusal("staff/site_draft_gone")
            site = self._site(cells, today)
            if t.sites.find_by_key(site.key) is not None:
                raise Refusal("staff/site_exists", name=site.name)
            site_id, change_id = t.sites.put(site, author_id, now)
            t.sites.describe(change_id, site_id, "added", "", site.name)
            t.sitedrafts.remove(draft_id)
            return site_id

        return await self._database.write(work)

    async def drop(self, chat_id: int, person_id: int, draft_id: int) -> None:
        """Throw a draft away."""

        def work(t: Tables) -> None:
            t.sitedrafts.remove(draft_id)
            t.forms.remove(chat_id, person_id)

        await self._database.write(work)

    # ------------------------------------------------------------------ inside

    def _cells(self, known: dict[str, str], text: str, today: date) -> dict[str, str]:
        """Return the cells that a text fills."""
        step = _next_step(known)
        line = _line(text) if step == "name" else {}
        if line:
            self._site(line | {step: "" for step in STEPS if step not in line}, today)
            return dict.fromkeys(STEPS, "") | line
        cells = _place(text) if step == "address" else {step: emptied(text)}
        self._site(_STAND_IN | known | cells, today)
        if step == "address":  # there it has to stand by itself
            self._site({"name": "x", "needs": "naloxone"} | cells, today)
        return cells

    def _site(self, cells: dict[str, str], today: date) -> Site:
        row = {column: cells.get(column, "") for column in COLUMNS}
        row["checked_on"] = row["checked_on"] or today.isoformat()
        try:
            return self._library.site_table.site(row, LIST, today)
        except RowError as error:
            raise Refusal("staff/site_wrong", reason=error.reason) from error


def _next_step(cells: dict[str, str]) -> str:
    return next((step for step in STEPS if step not in cells), "")


def _place(text: str) -> dict[str, str]:
    """Return the cells of an address with or without a ZIP code, or of degrees."""
    point = point_in(text)
    if point is not None:
        return {"address": "", "latitude": str(point[0]), "longitude": str(point[1])}
    zip_code = _ZIP.search(text)
    address = emptied(_ZIP.sub("", text, count=1).strip(" ,"))
    return {"address": address, "zip": zip_code[1] if zip_code else ""}


def _line(text: str) -> dict[str, str]:
    """Return the cells of a pasted line, with or without the line of columns above it."""
    try:
        rows = [row for row in csv.reader(text.strip().splitlines(), strict=True) if row]
    except csv.Error:
        return {}
    if not rows or len(rows[-1]) < _FEWEST_CELLS:
        return {}
    head = [cell.strip().lower() for cell in rows[0]]
    if len(rows) == 2 and "name" in head:
        return {name: cell for name, cell in zip(head, rows[1], strict=False) if name in COLUMNS}
    return dict(zip(SHORT, rows[0], strict=False)) if len(rows) == 1 else {}
