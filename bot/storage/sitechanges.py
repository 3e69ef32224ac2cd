"""Changes of the directory: who changed what and when, and enough of before to undo it."""

import json
from datetime import datetime

from bot.models.sites import SiteChange
from bot.storage.rows import Table, instant, milliseconds
from bot.storage.sitenews import REVISION
from bot.storage.siterows import STORED, UPDATES

CHANGES_KEPT = 20  # of files and of what ships; older ones can no longer be undone
EDITS_KEPT = 500  # the same of single sites
_SHORT = 4  # signs of a pseudonym: enough to tell a staff apart
_NOTICES = (
    "(SELECT json_group_array(json_array(text, until, hex(author))) FROM site_notices n"
    " WHERE n.site_id = s.site_id)"
)
_STOCK = (
    "(SELECT json_group_array(json_array(need, out_until)) FROM site_stock k"
    " WHERE k.site_id = s.site_id)"
)


class SiteChanges(Table):
    """The history; Sites adds what is now."""

    def begin_edit(self, site_id: int, author_id: int | None, now: datetime) -> int:
        """Keep how a site is before it is changed by hand; return the change's id."""
        change_id = self._begin_change("staff", author_id, (0, 1, 0), now)
        self._keep_versions(change_id, "s.site_id = ?", site_id)
        self._touch(change_id)
        return change_id

    def describe(self, change_id: int, site_id: int, what: str, before: str, after: str) -> None:
        """Say what a change of a single site was: what, and the words before and after it."""
        self._change(
            "UPDATE site_changes SET site_id = ?1, what = ?2, before = ?3, after = ?4,"
            " name = (SELECT name FROM sites WHERE site_id = ?1) WHERE change_id = ?5",
            site_id,
            what,
            before,
            after,
            change_id,
        )

    def list_changes(self, site_id: int | None, limit: int) -> list[SiteChange]:
        """Return the last changes, of one site or of all, the latest first."""
        where = "site_id = ?" if site_id is not None else "? IS NULL"
        rows = self._rows(
            f"SELECT * FROM site_changes WHERE {where} ORDER BY change_id DESC LIMIT ?",  # noqa: S608
            site_id,
            limit,
        )
        return [
            SiteChange(
                row["change_id"],
                row["kind"],
                instant(row["made_at"]),
                self._pseudonym(row["author"]),
                row["site_id"],
                row["name"] or "",
                row["what"],
                row["before"],
                row["after"],
                (row["added"], row["changed"], row["removed"]),
                undone=row["undone_at"] is not None,
            )
            for row in rows
        ]

    def site_of_change(self, change_id: int) -> int | None:
        """Return the id of the one site that a change was about, None if it was about many."""
        row = self._row("SELECT site_id FROM site_changes WHERE change_id = ?", change_id)
        return None if row is None else row["site_id"]

    def remove_changes(self, before: datetime) -> int:
        """Forget changes that were made before; return how many."""
        return self._change("DELETE FROM site_changes WHERE made_at < ?", milliseconds(before))

    def undo(self, change_id: int, now: datetime, author_id: int | None = None) -> int | None:
        """Take a change back and return how many sites that touched.

        None if it was undone before, is too old, or some of its sites changed again since.
        """
        later = self._count(
            "SELECT count(*) FROM site_versions a JOIN site_versions b USING (site_id)"
            " JOIN site_changes c ON c.change_id = b.change_id"
            " WHERE a.change_id = ?1 AND b.change_id > ?1 AND c.undone_at IS NULL",
            change_id,
        )
        kept = self._count("SELECT count(*) FROM site_versions WHERE change_id = ?", change_id)
        if later or not kept:
            return None
        if not self._change(
            "UPDATE site_changes SET undone_at = ?, undone_by = ?"
            " WHERE change_id = ? AND undone_at IS NULL",
            milliseconds(now),
            None if author_id is None else self._sealer.id(author_id),
            change_id,
        ):
            return None
        touched = self._change(
            "DELETE FROM sites WHERE site_id IN"
            " (SELECT site_id FROM site_versions WHERE change_id = ? AND existed = 0)",
            change_id,
        )
        touched += self._change(
            f"INSERT INTO sites ({STORED}) SELECT {STORED} FROM site_versions"  # noqa: S608
            " WHERE change_id = ? AND existed = 1"
            " ON CONFLICT (site_id) DO UPDATE SET origin = excluded.origin,"
            f" digest = excluded.digest, organization_id = excluded.organization_id, {UPDATES}",
            change_id,
        )
        self._restore_extras(change_id)
        self._touch(change_id)
        return touched

    # ------------------------------------------------------------------ parts

    def _begin_change(
        self, kind: str, author_id: int | None, counts: tuple[int, int, int], now: datetime
    ) -> int:
        """Write that something changes: how many sites are added, changed and removed."""
        change_id = self._insert(
            "INSERT INTO site_changes (kind, made_at, author, added, changed, removed)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            kind,
            milliseconds(now),
            None if author_id is None else self._sealer.id(author_id),
            *counts,
        )
        for sort, kept in (("kind != 'staff'", CHANGES_KEPT), ("kind = 'staff'", EDITS_KEPT)):
            self._change(
                "DELETE FROM site_versions WHERE change_id <= (SELECT change_id FROM site_changes"  # noqa: S608
                f" WHERE {sort} ORDER BY change_id DESC LIMIT 1 OFFSET ?) AND change_id IN"
                f" (SELECT change_id FROM site_changes WHERE {sort})",
                kept,
            )
        return change_id

    def _keep_versions(self, change_id: int, which: str, *values: object) -> None:
        self._change(
            f"INSERT INTO site_versions (change_id, existed, {STORED}, notices, stock)"  # noqa: S608
            f" SELECT {change_id:d}, 1, {STORED}, {_NOTICES}, {_STOCK} FROM sites AS s"
            f" WHERE {which}",
            *values,
        )

    def _restore_extras(self, change_id: int) -> None:
        """Hang up the notices again, and the words on stock, that were there before a change."""
        restored = "(SELECT site_id FROM site_versions WHERE change_id = ? AND existed = 1)"
        for table in ("site_notices", "site_stock"):
            self._change(f"DELETE FROM {table} WHERE site_id IN {restored}", change_id)  # noqa: S608
        rows = self._rows(
            "SELECT site_id, notices, stock FROM site_versions"
            " WHERE change_id = ? AND existed = 1 AND (notices != '[]' OR stock != '[]')",
            change_id,
        )
        for row in rows:
            site_id = row["site_id"]
            for text, until, author in json.loads(row["notices"] or "[]"):
                self._change(
                    "INSERT INTO site_notices (site_id, text, until, author) VALUES (?, ?, ?, ?)",
                    site_id,
                    text,
                    until,
                    bytes.fromhex(author),
                )
            for need, until in json.loads(row["stock"] or "[]"):
                self._change("INSERT INTO site_stock VALUES (?, ?, ?)", site_id, need, until)

    def _touch(self, change_id: int) -> None:
        """Raise the revision of the directory, and mark the sites of a change with it."""
        self._change(
            "INSERT INTO meta (name, value) VALUES (?, 1)"
            " ON CONFLICT (name) DO UPDATE SET value = value + 1",
            REVISION,
        )
        self._change(
            "INSERT OR REPLACE INTO site_touched (site_id, revision)"
            " SELECT site_id, (SELECT value FROM meta WHERE name = ?)"
            " FROM site_versions WHERE change_id = ?",
            REVISION,
            change_id,
        )

    def _pseudonym(self, author: bytes | None) -> str:
        if author is None:
            return ""
        return self._sealer.pseudonym(self._sealer.open_id(author), "staff")[:_SHORT]

    def _count(self, sql: str, *values: object) -> int:
        row = self._row(sql, *values)
        return 0 if row is None else int(row[0])
