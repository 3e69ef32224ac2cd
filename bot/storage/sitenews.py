"""What the index of places keeps of each site, and which sites were touched since it was made."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.storage.rows import Table

REVISION = "sites_revision"  # a number in meta that every change of the directory raises
MOST_TOUCHED = 200  # sites; after more than that the index is made anew

_ROWS = (
    "SELECT site_id, latitude, longitude, needs, hours, assured_on, closed_until,"
    " coalesce(walk_in, 0) * 2 + coalesce(no_id, 0) * 4 + coalesce(free, 0) * 8"
    " + coalesce(by_mail, 0) * 16"
    " + (instr(',' || languages || ',', ',es,') > 0) * 32"
    " + coalesce(wheelchair, 0) * 64 AS traits"
    " FROM sites WHERE closed = 0 AND"
)


@dataclass(frozen=True, slots=True)
class IndexRow:
    """What the index keeps of a site."""

    site_id: int
    latitude: float
    longitude: float
    needs: str
    traits: int
    hours: str
    assured_on: str | None
    closed_until: str | None


@dataclass(frozen=True, slots=True)
class News:
    """What happened to sites between two revisions."""

    revision: int
    touched: tuple[int, ...] | None  # ids; None: too many to name
    rows: tuple[IndexRow, ...] = ()  # those of them that are not gone or closed for good


class SiteNews(Table):
    """Sites as the index wants them."""

    def revision(self) -> int:
        """Return a number that grows with every change."""
        row = self._row("SELECT value FROM meta WHERE name = ?", REVISION)
        return 0 if row is None else int(row["value"])

    def list_after(self, site_id: int, limit: int) -> list[IndexRow]:
        """Return the next sites that are not closed for good, by id."""
        return self._index_rows("site_id > ? ORDER BY site_id LIMIT ?", site_id, limit)

    def since(self, revision: int) -> News:
        """Return what was touched after a revision."""
        now = self.revision()
        if now == revision:
            return News(now, ())
        found = self._rows(
            "SELECT site_id FROM site_touched WHERE revision > ? LIMIT ?",
            revision,
            MOST_TOUCHED + 1,
        )
        if len(found) > MOST_TOUCHED:
            return News(now, None)
        touched = tuple(row["site_id"] for row in found)
        return News(now, touched, tuple(self._some(touched)))

    def _some(self, site_ids: Sequence[int]) -> list[IndexRow]:
        marks = ", ".join("?" * len(site_ids))
        return self._index_rows(f"site_id IN ({marks})", *site_ids)

    def _index_rows(self, which: str, *values: object) -> list[IndexRow]:
        rows = self._rows(f"{_ROWS} {which}", *values)
        return [IndexRow(**{name: row[name] for name in IndexRow.__slots__}) for row in rows]
