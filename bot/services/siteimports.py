"""Files of places that staff send: looked at first, imported whole by a second tap, undoable.

The file stays with Telegram: what is kept is its id, a digest of what was looked at and the state
of the directory then, so that what was shown is what happens, also after a restart.
"""

import asyncio
import gc
import hashlib
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.library import Library
from bot.content.sitetable import FileRefusedError
from bot.errors import Refusal
from bot.models.sites import ImportReport, Site
from bot.services.directory import LIST
from bot.services.sitefiles import Parsed, read_sites
from bot.storage.database import Database
from bot.storage.forms import Form
from bot.storage.sitefiles import SiteFile
from bot.storage.sites import Difference
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

    def __init__(self, database: Database, library: Library, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self._zone = zone
        self._one = asyncio.Lock()  # two large files at once would need twice the memory

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
        digest = hashlib.sha256(content).hexdigest()
        now = self._clock.now()

        def work(t: Tables) -> Look:
            found = t.sites.compare("import", _taken_from(parsed), name)
            named = Named(*(t.sites.named(kind, name, _NAMED) for kind in _KINDS))
            t.sites.drop_compared()
            number = None
            if found.added or found.changed or found.removed:
                number = t.sitefiles.add(SiteFile(file_id, digest, name, t.sites.revision()), now)
            return Look(number, name, _report(found, parsed), named)

        async with self._beside_everything_else():
            parsed = await self._parse(content, name)
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
        if hashlib.sha256(content).hexdigest() != file.digest:
            raise Refusal("staff/import_stale")
        now = self._clock.now()

        def work(t: Tables) -> ImportReport:
            if not t.sitefiles.remove(number):
                raise Refusal("staff/import_gone")
            if t.sites.revision() != file.revision:
                raise Refusal("staff/import_stale")
            found = t.sites.compare("import", _taken_from(parsed), file.list_name)
            change_id = t.sites.apply("import", file.list_name, author_id, found, now)
            return _report(found, parsed, change_id)

        async with self._beside_everything_else():
            parsed = await self._parse(content, file.list_name)
            return await self._database.write(work)

    @asynccontextmanager
    async def _beside_everything_else(self) -> AsyncIterator[None]:
        """Let one file at a time be read without the garbage collector, which stops all threads.

        It would walk through all rows again and again, a tenth of a second each; they have no
        cycles, and go as soon as they are stored.
        """
        async with self._one:
            gc.disable()
            try:
                yield
            finally:
                gc.enable()

    async def _parse(self, content: bytes, list_name: str) -> Parsed:
        """Read a file beside the event loop; raise Refusal with the reason."""
        today = self._clock.now().astimezone(self._zone).date()
        table = self._library.site_table

        def read() -> Parsed:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "sites"
                path.write_bytes(content)
                return read_sites(path, table, list_name, today)

        try:
            return await asyncio.to_thread(read)
        except FileRefusedError as error:
            raise Refusal(
                "staff/import_refused", reason=error.reason, first=error.first
            ) from error


def _taken_from(parsed: Parsed) -> Iterator[Site]:
    """Yield the sites and let each go, so that they do not all go at once on the event loop."""
    parsed.sites.reverse()
    while parsed.sites:
        yield parsed.sites.pop()


_KINDS = ("added", "changed", "removed")


def _report(found: Difference, parsed: Parsed, change_id: int | None = None) -> ImportReport:
    return ImportReport(
        found.added,
        found.changed,
        found.same,
        found.removed,
        tuple(parsed.rejected),
        change_id,
    )
