"""The directory: what ships and what files bring becomes rows, each change whole and undoable."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.errors import StartupError
from bot.models.sites import ImportReport, Rejected, Site
from bot.services.intake import take_in
from bot.storage.database import Database
from bot.storage.tables import Tables

LIST = "directory"  # the list that a file belongs to if nobody says another


class Directory:
    """Changes many sites at once."""

    def __init__(
        self, database: Database, clock: Clock, zone: ZoneInfo, shipped: Sequence[Site]
    ) -> None:
        self._database = database
        self._clock = clock
        self.zone = zone
        self._shipped = shipped

    async def ship(self) -> None:
        """Bring what ships into the database; what staff changed by hand stays."""
        now = self._clock.now()

        def work(t: Tables) -> None:
            t.incoming.begin()
            t.incoming.add(self._shipped)
            found = t.incoming.compare("shipped", "")
            if found.added or found.changed:
                t.incoming.apply("shipped", "", None, found, now)
            else:
                t.incoming.drop()

        await self._database.write(work)

    async def bring_in(
        self, rows: Iterator[Site | Rejected], list_name: str = LIST, *, dry_run: bool
    ) -> ImportReport:
        """Make the list what a file says, in one transaction; a dry run changes nothing."""
        now = self._clock.now()

        def work(t: Tables) -> ImportReport:
            found = t.incoming.compare("import", list_name)
            something = found.added or found.changed or found.removed
            if dry_run or not something:
                t.incoming.drop()
                return taken.report(found)
            return taken.report(found, t.incoming.apply("import", list_name, None, found, now))

        taken = await take_in(self._database, rows)
        return await self._database.write(work)

    async def every_site(self) -> list[Site]:
        """Return all sites, for a file."""
        return await self._database.read(lambda t: [stored.site for stored in t.sites.each()])

    async def undo(self, change_id: int) -> int:
        """Take a change back; return how many sites that touched, raise StartupError if none."""
        now = self._clock.now()
        touched = await self._database.write(lambda t: t.sites.undo(change_id, now))
        if touched is None:
            message = (
                f"Change {change_id} cannot be undone: it was undone before, is too old, "
                "or its sites changed again since."
            )
            raise StartupError(message)
        return touched
