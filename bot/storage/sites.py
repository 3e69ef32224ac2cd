"""The directory of places: what each gives, when, how to get in; and what it was before."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.models.sites import Need, Notice, Site, StoredSite
from bot.storage.rows import instant, instant_or_none, milliseconds
from bot.storage.sitechanges import REVISION, SiteChanges
from bot.storage.siterows import (
    COLUMNS,
    MARKS,
    SAID,
    UPDATES,
    key_and_digest,
    prefixed,
    site_of,
    values_of,
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
    out_of: str  # needs, joined by commas


@dataclass(frozen=True, slots=True)
class Difference:
    """What incoming sites would change."""

    added: int
    changed: int
    same: int
    removed: int


class Sites(SiteChanges):
    """Sites, their notices and stock, and the history of changes."""

    # ------------------------------------------------------------------ reading

    def revision(self) -> int:
        """Return a number that grows with every change."""
        row = self._row("SELECT value FROM meta WHERE name = ?", REVISION)
        return 0 if row is None else int(row["value"])

    def next_stock_end(self, now: datetime) -> datetime | None:
        """Return when the next site has again what it ran out of, or None."""
        row = self._row(
            "SELECT min(out_until) AS ends FROM site_stock WHERE out_until > ?", milliseconds(now)
        )
        return instant_or_none(row["ends"] if row else None)

    def index_rows(self, after: int, limit: int, now: datetime) -> list[IndexRow]:
        """Return the next sites that are not closed for good, by id, as the index wants them."""
        rows = self._rows(
            "SELECT site_id, latitude, longitude, needs, hours, assured_on, closed_until,"
            " coalesce(walk_in, 0) * 2 + coalesce(no_id, 0) * 4 + coalesce(free, 0) * 8"
            " + coalesce(by_mail, 0) * 16"
            " + (instr(',' || languages || ',', ',es,') > 0) * 32"
            " + coalesce(wheelchair, 0) * 64 AS traits,"
            " coalesce((SELECT group_concat(need) FROM site_stock k"
            "   WHERE k.site_id = s.site_id AND k.out_until > ?), '') AS out_of"
            " FROM sites s WHERE site_id > ? AND closed = 0 ORDER BY site_id LIMIT ?",
            milliseconds(now),
            after,
            limit,
        )
        return [IndexRow(**{name: row[name] for name in IndexRow.__slots__}) for row in rows]

    def list_some(self, site_ids: Sequence[int], now: datetime) -> dict[int, StoredSite]:
        """Return sites by their ids, with the notices that hold."""
        marks = ", ".join("?" * len(site_ids))
        rows = self._rows(
            "SELECT s.*, o.name AS organization FROM sites s"  # noqa: S608 - marks only
            f" LEFT JOIN organizations o USING (organization_id) WHERE site_id IN ({marks})",
            *site_ids,
        )
        return {row["site_id"]: self._stored(row, now) for row in rows}

    def find(self, site_id: int, now: datetime) -> StoredSite | None:
        """Return a site, or None."""
        return self.list_some([site_id], now).get(site_id)

    def each(self) -> Iterator[StoredSite]:
        """Yield every site in the order of keys, without notices, for a file."""
        rows = self._connection.execute(
            "SELECT s.*, o.name AS organization FROM sites s"
            " LEFT JOIN organizations o USING (organization_id) ORDER BY key"
        )
        for row in rows:
            yield StoredSite(row["site_id"], site_of(row), row["origin"])

    # ------------------------------------------------------------------ many at once

    def compare(self, kind: str, incoming: Iterable[Site], list_name: str) -> Difference:
        """Hold sites beside those that are stored; apply() then makes them so.

        Sites of the list that are not among them count as removed; without a name none do. What
        staff changed by hand stays, and what ships changes only what shipped.
        """
        self._stage(incoming)
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

    def drop_compared(self) -> None:
        """Forget what compare() was given, if it is not to be applied."""
        self._change("DROP TABLE IF EXISTS temp.incoming")

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
        self._change("DROP TABLE incoming")
        return change_id

    # ------------------------------------------------------------------ one at a time

    def put(self, site: Site, author_id: int, now: datetime) -> tuple[int, int]:
        """Add or change one site by hand; return (site id, change id)."""
        row = self._row("SELECT site_id FROM sites WHERE key = ?", site.key)
        change_id = self._begin_change(
            "staff", author_id, (int(row is None), int(row is not None), 0), now
        )
        organization_id = self._organization(site.organization)
        values = (*key_and_digest(site), organization_id, *values_of(site), milliseconds(now))
        if row is not None:
            self._keep_versions(change_id, "s.site_id = ?", row["site_id"])
        self._change(
            f"INSERT INTO sites (key, digest, organization_id, {SAID}, changed_at, origin)"  # noqa: S608
            f" VALUES ({MARKS}, ?, 'staff')"
            " ON CONFLICT (key) DO UPDATE SET origin = 'staff', digest = excluded.digest,"
            f" organization_id = excluded.organization_id, {UPDATES}",
            *values,
        )
        site_id = self._count("SELECT site_id FROM sites WHERE key = ?", site.key)
        if row is None:
            self._change(
                "INSERT INTO site_versions (change_id, existed, site_id) VALUES (?, 0, ?)",
                change_id,
                site_id,
            )
        return site_id, change_id

    def set_assured(self, site_id: int, day: date) -> None:
        """Say that a site was confirmed on a day; whose it is stays: a file may change it."""
        self._change(
            "UPDATE sites SET assured_on = ?, hours_on = NULL WHERE site_id = ?",
            day.isoformat(),
            site_id,
        )

    def set_closed_until(self, site_id: int, day: date | None) -> None:
        """Say on which day a site is open again; None: it is not closed for some days."""
        self._change(
            "UPDATE sites SET closed_until = ? WHERE site_id = ?",
            day.isoformat() if day else None,
            site_id,
        )

    def find_by_key(self, key: str) -> int | None:
        """Return the id of the site of that key, or None."""
        row = self._row("SELECT site_id FROM sites WHERE key = ?", key)
        return None if row is None else row["site_id"]

    def search(self, words: Sequence[str], limit: int) -> list[int]:
        """Return the ids of sites in whose name, runner, address or key all the words occur."""
        parts = ("s.name", "coalesce(o.name, '')", "address", "zip_code", "key")
        said = " || ' ' || ".join(parts)
        where = " AND ".join([f"({said}) LIKE ? ESCAPE '\\'"] * len(words))
        rows = self._rows(
            "SELECT site_id FROM sites s LEFT JOIN organizations o USING (organization_id)"  # noqa: S608
            f" WHERE {where} ORDER BY closed, s.name LIMIT ?",
            *(f"%{_literal(word)}%" for word in words),
            limit,
        )
        return [row["site_id"] for row in rows]

    def add_notice(self, site_id: int, notice: Notice, author_id: int) -> int:
        """Hang a notice on a site."""
        self._raise_revision()
        return self._insert(
            "INSERT INTO site_notices (site_id, text, until, author) VALUES (?, ?, ?, ?)",
            site_id,
            notice.text,
            milliseconds(notice.until),
            self._sealer.id(author_id),
        )

    def set_notice_ends(self, site_id: int, until: datetime) -> None:
        """Let all notices of a site end then."""
        self._change(
            "UPDATE site_notices SET until = ? WHERE site_id = ?", milliseconds(until), site_id
        )

    def remove_notices(self, site_id: int) -> int:
        """Take all notices of a site down."""
        self._raise_revision()
        return self._change("DELETE FROM site_notices WHERE site_id = ?", site_id)

    def set_out(self, site_id: int, need: Need, until: datetime | None) -> None:
        """Say that a site has run out of something until then, or that it has it again."""
        self._raise_revision()
        self._change("DELETE FROM site_stock WHERE site_id = ? AND need = ?", site_id, need)
        if until is not None:
            self._change(
                "INSERT INTO site_stock (site_id, need, out_until) VALUES (?, ?, ?)",
                site_id,
                need,
                milliseconds(until),
            )

    def remove_expired(self, now: datetime) -> int:
        """Forget notices and stock words that have ended; return how many."""
        ended = milliseconds(now)
        return self._change("DELETE FROM site_notices WHERE until <= ?", ended) + self._change(
            "DELETE FROM site_stock WHERE out_until <= ?", ended
        )

    # ------------------------------------------------------------------ parts

    def _stage(self, incoming: Iterable[Site]) -> None:
        """Put sites into a temporary table of this connection."""
        self._change("DROP TABLE IF EXISTS temp.incoming")
        self._change(
            f"CREATE TEMP TABLE incoming (key TEXT PRIMARY KEY, digest, organization, {SAID})"
        )
        self._connection.executemany(
            f"INSERT INTO incoming VALUES ({MARKS})",  # noqa: S608 - marks only
            ((*key_and_digest(site), site.organization, *values_of(site)) for site in incoming),
        )

    def _organization(self, name: str) -> int | None:
        if not name:
            return None
        self._change("INSERT OR IGNORE INTO organizations (name) VALUES (?)", name)
        return self._count("SELECT organization_id FROM organizations WHERE name = ?", name)

    def _stored(self, row: sqlite3.Row, now: datetime) -> StoredSite:
        after = milliseconds(now)
        notices = self._rows(
            "SELECT text, until FROM site_notices WHERE site_id = ? AND until > ? ORDER BY until",
            row["site_id"],
            after,
        )
        out = self._rows(
            "SELECT need FROM site_stock WHERE site_id = ? AND out_until > ?",
            row["site_id"],
            after,
        )
        return StoredSite(
            row["site_id"],
            site_of(row),
            row["origin"],
            tuple(Notice(each["text"], instant(each["until"])) for each in notices),
            frozenset(Need(each["need"]) for each in out),
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


def _literal(word: str) -> str:
    """Return a word whose signs mean nothing to LIKE."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _gone(list_name: str) -> tuple[str, str, str]:
    prefix = f"{list_name}/" if list_name else ""
    return prefix, prefix, prefix
