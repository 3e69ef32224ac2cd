"""Files of places that staff send: looked at first, imported whole by a second tap, undoable.

The file stays with Telegram: what is kept is its id, a digest of what was looked at and the state
of the directory then, so that what was shown is what happens, also after a restart.
"""

import asyncio
import hashlib
import re
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.library import Library
from bot.content.sitetable import FileRefusedError
from bot.errors import Refusal
from bot.models.sites import ImportReport
from bot.services.directory import LIST
from bot.services.finder import Finder
from bot.services.intake import Taken, take_in
from bot.services.sitefiles import read_sites, write_csv
from bot.storage.database import Database
from bot.storage.forms import Form
from bot.storage.sitefiles import SiteFile
from bot.storage.tables import Tables

LARGEST_SENT = 20_000_000  # bytes; bots cannot fetch larger files (telegram.md 1.1)
FORM_OPEN_FOR = timedelta(hours=1)
_FORM = "import-sites"
_NAMED = 5  # sites that a report names of each kind
_LIST_NAME = re.compile(r"[\w-]{1,30}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Named:
    """Some of the sites that a file adds, changes and removes, by their names."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What a file would do."""

    number: int | None  # by which it is imported; None: it would change nothing
    list_name: str
    report: ImportReport
    named: Named


class SiteImports:
    """Looks at files and brings them in."""

    def __init__(
        self, database: Database, library: Library, finder: Finder, clock: Clock, zone: ZoneInfo
    ) -> None:
        self._database = database
        self._library = library
        self._finder = finder
        self._clock = clock
        self._zone = zone
        self._one = asyncio.Lock()  # there is room beside the directory for one file at a time

    async def ask(self, chat_id: int, person_id: int) -> None:
        """Remember that the person's next file is one of places."""
        expires_at = self._clock.now() + FORM_OPEN_FOR
        form = Form(_FORM, 0)
        await self._database.write(lambda t: t.forms.set(chat_id, person_id, form, expires_at))

    async def is_asked(self, chat_id: int, person_id: int) -> bool:
        """Return whether a file was asked for."""
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))
        return form is not None and form.kind == _FORM

    async def close_form(self, chat_id: int, person_id: int) -> None:
        """Forget what was asked."""
        await self._database.write(lambda t: t.forms.remove(chat_id, person_id))

    async def look(self, file_id: str, content: bytes, list_name: str) -> Look:
        """Return what a file would do; raise Refusal if it cannot be taken as a whole."""
        name = list_name or LIST
        if not _LIST_NAME.fullmatch(name):
            raise Refusal("staff/import_list_name")
        now = self._clock.now()

        def work(t: Tables) -> Look:
            found = t.incoming.compare("import", name)
            named = Named(*(t.incoming.named(kind, name, _NAMED) for kind in _KINDS))
            t.incoming.drop()
            number = None
            if found.added or found.changed or found.removed:
                file = SiteFile(file_id, digest, name, t.sitenews.revision())
                number = t.sitefiles.add(file, now)
            return Look(number, name, taken.report(found), named)

        async with self._one:
            digest = await _digest(content)
            taken = await self._take_in(content, name)
            return await self._database.write(work)

    async def file_id(self, number: int) -> str:
        """Return Telegram's id of a file that was looked at; raise Refusal if it is gone."""
        file = await self._database.read(lambda t: t.sitefiles.find(number))
        if file is None:
            raise Refusal("staff/import_gone")
        return file.file_id

    async def bring_in(self, number: int, content: bytes, author_id: int) -> ImportReport:
        """Import a file that was looked at, in one transaction.

        Raise Refusal if it was imported, or if the directory is not the one it was compared with.
        """
        file = await self._database.read(lambda t: t.sitefiles.find(number))
        if file is None:
            raise Refusal("staff/import_gone")
        if await _digest(content) != file.digest:
            raise Refusal("staff/import_stale")
        now = self._clock.now()

        def work(t: Tables) -> ImportReport:
            if not t.sitefiles.remove(number):
                raise Refusal("staff/import_gone")
            if t.sitenews.revision() != file.revision:
                raise Refusal("staff/import_stale")
            found = t.incoming.compare("import", file.list_name)
            change_id = t.incoming.apply("import", file.list_name, author_id, found, now)
            return taken.report(found, change_id)

        async with self._one:
            taken = await self._take_in(content, file.list_name)
            report = await self._database.write(work)
        await self._finder.refresh()  # so that people find it as soon as staff are told
        return report

    async def export(self) -> bytes:
        """Return the whole directory as the CSV that look() takes."""

        def written(t: Tables) -> bytes:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "sites.csv"
                write_csv((stored.site for stored in t.sites.each()), path)
                return path.read_bytes()

        return await self._database.read(written)

    async def _take_in(self, content: bytes, list_name: str) -> Taken:
        """Read a file beside everything else; raise Refusal with the reason."""
        today = self._clock.now().astimezone(self._zone).date()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sites"
            await asyncio.to_thread(path.write_bytes, content)
            rows = read_sites(path, self._library.site_table, list_name, today)
            try:
                with closing(rows):
                    return await take_in(self._database, rows)
            except FileRefusedError as error:
                raise Refusal(
                    "staff/import_refused", reason=error.reason, first=error.first
                ) from error


_KINDS = ("added", "changed", "removed")


async def _digest(content: bytes) -> str:
    return await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest())
