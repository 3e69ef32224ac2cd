"""Many sites at once: what a file brings is held beside what is stored, and then made so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.models.sites import Site
from bot.storage.rows import milliseconds
from bot.storage.sitechanges import SiteChanges
from bot.storage.siterows import (
    COLUMNS,
    MARKS,
    SAID,
    UPDATES,
    key_and_digest,
    prefixed,
    values_of,
)

# What staff said for some days stays, unless the file says something about it.
_KEEPING_CLOSED = UPDATES.replace(
    "closed_until = excluded.closed_until",
    "closed_until = coalesce(excluded.closed_until, sites.closed_until)",
)
_INCOMING_DIGEST = "(SELECT digest FROM incoming i WHERE i.key = s.key)"
# Which stored sites a kind of change may change.
_FREE = {"shipped": "s.origin = 'shipped'", "import": "s.origin IN ('shipped', 'import')"}
_NAMES_CHANGED = (
    "SELECT i.name FROM incoming i JOIN sites s USING (key)"  # noqa: S608 - constants
    f" WHERE {_FREE['import']} AND s.digest != i.digest"
)
# A site of the list that the incoming ones do not have; "" names no list.
_GONE = (
    "? != '' AND substr(s.key, 1, length(?)) = ? AND s.origin = 'import'"
    " AND s.key NOT IN (SELECT key FROM incoming)"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """What incoming sites would change."""

    added: int
    changed: int
    same: int
    removed: int


class Incoming(SiteChanges):
    """The sites of one file or of what ships, on their way into the directory."""

    def begin(self) -> None:
        """Make room for sites, in a temporary table of this connection."""
        self.drop()
        self._change(
            f"CREATE TEMP TABLE incoming (key TEXT PRIMARY KEY, digest, organization, {SAID})"
        )

    def add(self, sites: Iterable[Site]) -> None:
        """Put sites there; it may take many transactions, the last of them compares."""
        self._connection.executemany(
            f"INSERT INTO incoming VALUES ({MARKS})",  # noqa: S608 - marks only
            ((*key_and_digest(site), site.organization, *values_of(site)) for site in sites),
        )

    def drop(self) -> None:
        """Forget them, if they are not to be applied."""
        self._change("DROP TABLE IF EXISTS temp.incoming")

    def compare(self, kind: str, list_name: str) -> Difference:
        """Hold them beside the sites that are stored; apply() then makes these so.

        Sites of the list that are not among them count as removed; without a name none do. What
        staff changed by hand stays, and what ships changes only what shipped.
        """
        free = _FREE[kind]
        added = self._count(
            "SELECT count(*) FROM incoming i WHERE i.key NOT IN (SELECT key FROM sites)"
        )
        joined = "SELECT count(*) FROM incoming i JOIN sites s USING (key) WHERE"
        changed = self._count(f"{joined} {free} AND s.digest != i.digest")
        same = self._count(f"{joined} NOT {free} OR s.digest = i.digest")
        gone = f"SELECT count(*) FROM sites s WHERE {_GONE}"  # noqa: S608 - a constant
        removed = self._count(gone, *_gone(list_name))
        return Difference(added, changed, same, removed)

    def named(self, kind: str, list_name: str, limit: int) -> tuple[str, ...]:
        """Return names of sites that compare() found "added", "changed" or "removed"."""
        sql = {
            "added": "SELECT name FROM incoming i WHERE key NOT IN (SELECT key FROM sites)",
            "changed": _NAMES_CHANGED,
            "removed": f"SELECT name FROM sites s WHERE {_GONE}",  # noqa: S608 - a constant
        }[kind]
        values = _gone(list_name) if kind == "removed" else ()
        return tuple(row["name"] for row in self._rows(f"{sql} LIMIT ?", *values, limit))

    def apply(
        self, kind: str, list_name: str, author_id: int | None, found: Difference, now: datetime
    ) -> int:
        """Make the sites of compare() so, in the same transaction; return the change's id."""
        counts = (found.added, found.changed, found.removed)
        change_id = self._begin_change(kind, author_id, counts, now)
        self._connection.execute(
            "INSERT OR IGNORE INTO organizations (name)"
            " SELECT DISTINCT organization FROM incoming WHERE organization != ''"
        )
        gone = _gone(list_name)
        differ = f"{_FREE[kind]} AND s.digest != {_INCOMING_DIGEST}"
        self._keep_versions(change_id, f"{differ} OR ({_GONE})", *gone)
        last = self._count("SELECT coalesce(max(site_id), 0) FROM sites")
        self._change(f"DELETE FROM sites AS s WHERE {_GONE}", *gone)  # noqa: S608 - a constant
        self._change(
            f"INSERT INTO sites ({COLUMNS}) SELECT i.key, i.digest, ?, o.organization_id,"  # noqa: S608
            f" {prefixed('i')}, ? FROM incoming i"
            " LEFT JOIN organizations o ON o.name = i.organization WHERE true"
            " ON CONFLICT (key) DO UPDATE SET origin = excluded.origin, digest = excluded.digest,"
            f" organization_id = excluded.organization_id, {_KEEPING_CLOSED}"
            f" WHERE {_FREE[kind].replace('s.', 'sites.')} AND sites.digest != excluded.digest",
            kind,
            milliseconds(now),
        )
        self._change(
            "INSERT INTO site_versions (change_id, existed, site_id)"
            " SELECT ?, 0, site_id FROM sites WHERE site_id > ?",
            change_id,
            last,
        )
        self._touch(change_id)
        self.drop()
        return change_id


def _gone(list_name: str) -> tuple[str, str, str]:
    prefix = f"{list_name}/" if list_name else ""
    return prefix, prefix, prefix
