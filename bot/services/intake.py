"""A file on its way into the directory: taken in piece by piece, so that nobody waits for it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bot.models.sites import ImportReport, Rejected, Site
from bot.storage.database import Database
from bot.storage.incoming import Difference

REJECTED_KEPT = 20  # lines that are told; of the others only the number is kept
_PIECE = 100  # rows read at once: some milliseconds of a thread


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file held, once its sites wait beside the directory."""

    rejected: tuple[Rejected, ...]  # the first of them
    rejected_count: int

    def report(self, found: Difference, change_id: int | None = None) -> ImportReport:
        """Return what the file did, or would do."""
        return ImportReport(
            found.added,
            found.changed,
            found.same,
            found.removed,
            self.rejected,
            self.rejected_count,
            change_id,
        )


async def take_in(database: Database, rows: Iterator[Site | Rejected]) -> Taken:
    """Put what a file holds beside the directory, where one transaction can then compare it.

    Each piece is read in a thread and stored in a transaction of its own, which changes nothing
    that anybody sees. What reading raises is passed on, and what was put there is gone.
    """
    await database.write(lambda t: t.incoming.begin())
    try:
        return await _pieces(database, rows)
    except Exception:
        await database.write(lambda t: t.incoming.drop())
        raise


async def _pieces(database: Database, rows: Iterator[Site | Rejected]) -> Taken:
    rejected: list[Rejected] = []
    count = 0
    while piece := await asyncio.to_thread(lambda: list(islice(rows, _PIECE))):
        sites = [row for row in piece if isinstance(row, Site)]
        bad = [row for row in piece if isinstance(row, Rejected)]
        await database.write(lambda t: t.incoming.add(sites))  # noqa: B023
        count += len(bad)
        rejected += bad[: REJECTED_KEPT - len(rejected)]
    return Taken(tuple(rejected), count)
