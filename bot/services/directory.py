"""The directory: what ships and what files bring becomes rows, each change whole and undoable."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.errors import StartupError
from bot.models.sites import ImportReport, Rejected, Site
from bot.storage.database import Database
from bot.storage.sites import Difference
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
            found = t.sites.compare("shipped", self._shipped, "")
            if found.added or found.changed:
                t.sites.apply("shipped", "", None, found, now)

        await self._database.write(work)

    async def bring_in(
        self,
        sites: Sequence[Site],
        rejected: Sequence[Rejected],
        list_name: str = LIST,
        *,
        dry_run: bool,
    ) -> ImportReport:
        """Make the list what the sites say, in one transaction; a dry run changes nothing."""
        now = self._clock.now()

        def work(t: Tables) -> tuple[Difference, int | None]:
            found = t.sites.compare("import", sites, list_name)
            something = found.added or found.changed or found.removed
            if dry_run or not something:
                return found, None
            return found, t.sites.apply("import", list_name, None, found, now)

        found, change_id = await self._database.write(work)
        return ImportReport(
            found.added,
            found.changed,
            found.same,
            found.removed,
            tuple(rejected),
            change_id,
        )

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
