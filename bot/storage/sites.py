"""The directory of places: what each gives, when, how to get in; and what it was before."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.models.sites import Need, Notice, Site, StoredSite
from bot.storage.rows import Table, instant, instant_or_none, milliseconds

CHANGES_KEPT = 20  # older ones can no longer be undone, and their rows are gone
REVISION = "sites_revision"  # a number in meta that every change raises
# The columns of a site that a file or a person can say, in the order of _values.
_SAID = (
    "name, needs, latitude, longitude, address, city, zip_code, hours, mobile, walk_in, no_id,"
    " free, by_mail, wheelchair, languages, phone, url, note_en, note_es,"
    " source, assured_on, hours_on, closed, closed_until"
)
_COLUMNS = f"key, digest, origin, organization_id, {_SAID}, changed_at"
_STORED = f"site_id, {_COLUMNS}"
_MARKS = ", ".join("?" * (len(_SAID.split(",")) + 3))  # with key, digest and organization


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


class Sites(Table):
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
            yield StoredSite(row["site_id"], _site(row), row["origin"])

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

    def apply(
        self, kind: str, list_name: str, author_id: int | None, found: Difference, now: datetime
    ) -> int:
        """Make the sites of compare() so, in the same transaction; return the change's id."""
        change_id = self._begin_change(kind, author_id, found, now)
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
            f"INSERT INTO sites ({_COLUMNS}) SELECT i.key, i.digest, ?, o.organization_id,"  # noqa: S608
            f" {_prefixed('i')}, ? FROM incoming i"
            " LEFT JOIN organizations o ON o.name = i.organization WHERE true"
            " ON CONFLICT (key) DO UPDATE SET origin = excluded.origin, digest = excluded.digest,"
            f" organization_id = excluded.organization_id, {_UPDATES}"
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

    def undo(self, change_id: int, now: datetime) -> int | None:
        """Take a change back and return how many sites that touched.

        None if it was undone before, is too old, or some of its sites changed again since.
        """
        if not self._change(
            "UPDATE site_changes SET undone_at = ? WHERE change_id = ? AND undone_at IS NULL",
            milliseconds(now),
            change_id,
        ):
            return None
        later = self._count(
            "SELECT count(*) FROM site_versions a JOIN site_versions b USING (site_id)"
            " JOIN site_changes c ON c.change_id = b.change_id"
            " WHERE a.change_id = ?1 AND b.change_id > ?1 AND c.undone_at IS NULL",
            change_id,
        )
        if later:
            self._change("UPDATE site_changes SET undone_at = NULL WHERE change_id = ?", change_id)
            return None
        touched = self._change(
            "DELETE FROM sites WHERE site_id IN"
            " (SELECT site_id FROM site_versions WHERE change_id = ? AND existed = 0)",
            change_id,
        )
        touched += self._change(
            f"INSERT INTO sites ({_STORED}) SELECT {_STORED} FROM site_versions"  # noqa: S608
            " WHERE change_id = ? AND existed = 1"
            " ON CONFLICT (site_id) DO UPDATE SET origin = excluded.origin,"
            f" digest = excluded.digest, organization_id = excluded.organization_id, {_UPDATES}",
            change_id,
        )
        self._raise_revision()
        return touched

    # ------------------------------------------------------------------ one at a time

    def put(self, site: Site, author_id: int, now: datetime) -> tuple[int, int]:
        """Add or change one site by hand; return (site id, change id)."""
        row = self._row("SELECT site_id FROM sites WHERE key = ?", site.key)
        found = Difference(int(row is None), int(row is not None), 0, 0)
        change_id = self._begin_change("staff", author_id, found, now)
        organization_id = self._organization(site.organization)
        values = (*_key_and_digest(site), organization_id, *_values(site), milliseconds(now))
        if row is not None:
            self._keep_versions(change_id, "s.site_id = ?", row["site_id"])
        self._change(
            f"INSERT INTO sites (key, digest, organization_id, {_SAID}, changed_at, origin)"  # noqa: S608
            f" VALUES ({_MARKS}, ?, 'staff')"
            " ON CONFLICT (key) DO UPDATE SET origin = 'staff', digest = excluded.digest,"
            f" organization_id = excluded.organization_id, {_UPDATES}",
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
            f"CREATE TEMP TABLE incoming (key TEXT PRIMARY KEY, digest, organization, {_SAID})"
        )
        self._connection.executemany(
            f"INSERT INTO incoming VALUES ({_MARKS})",  # noqa: S608 - marks only
            ((*_key_and_digest(site), site.organization, *_values(site)) for site in incoming),
        )

    def _begin_change(
        self, kind: str, author_id: int | None, found: Difference, now: datetime
    ) -> int:
        self._raise_revision()
        change_id = self._insert(
            "INSERT INTO site_changes (kind, made_at, author, added, changed, removed)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            kind,
            milliseconds(now),
            None if author_id is None else self._sealer.id(author_id),
            found.added,
            found.changed,
            found.removed,
        )
        self._change("DELETE FROM site_changes WHERE change_id <= ?", change_id - CHANGES_KEPT)
        return change_id

    def _keep_versions(self, change_id: int, which: str, *values: object) -> None:
        self._change(
            f"INSERT INTO site_versions (change_id, existed, {_STORED})"  # noqa: S608 - constants
            f" SELECT {change_id:d}, 1, {_STORED} FROM sites AS s WHERE {which}",
            *values,
        )

    def _raise_revision(self) -> None:
        self._change(
            "INSERT INTO meta (name, value) VALUES (?, 1)"
            " ON CONFLICT (name) DO UPDATE SET value = value + 1",
            REVISION,
        )

    def _organization(self, name: str) -> int | None:
        if not name:
            return None
        self._change("INSERT OR IGNORE INTO organizations (name) VALUES (?)", name)
        return self._count("SELECT organization_id FROM organizations WHERE name = ?", name)

    def _count(self, sql: str, *values: object) -> int:
        row = self._row(sql, *values)
        return 0 if row is None else int(row[0])

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
            _site(row),
            row["origin"],
            tuple(Notice(each["text"], instant(each["until"])) for each in notices),
            frozenset(Need(each["need"]) for each in out),
        )


_UPDATES = ", ".join(
    f"{name.strip()} = excluded.{name.strip()}" for name in f"{_SAID}, changed_at".split(",")
)
_INCOMING_DIGEST = "(SELECT digest FROM incoming i WHERE i.key = s.key)"
# Which stored sites a kind of change may change.
_FREE = {"shipped": "s.origin = 'shipped'", "import": "s.origin IN ('shipped', 'import')"}
# A site of the list that the incoming ones do not have; "" names no list.
_GONE = (
    "? != '' AND substr(s.key, 1, length(?)) = ? AND s.origin = 'import'"
    " AND s.key NOT IN (SELECT key FROM incoming)"
)


def _gone(list_name: str) -> tuple[str, str, str]:
    prefix = f"{list_name}/" if list_name else ""
    return prefix, prefix, prefix


def _prefixed(table: str) -> str:
    return ", ".join(f"{table}.{name.strip()}" for name in _SAID.split(","))


def _key_and_digest(site: Site) -> tuple[str, int]:
    said = repr((site.organization, *_values(site))).encode()
    digest = hashlib.blake2b(said, digest_size=8).digest()
    return site.key, int.from_bytes(digest, "big", signed=True)


def _values(site: Site) -> tuple[object, ...]:
    """Return what a site says, in the order of _SAID."""
    return (
        site.name,
        ",".join(sorted(site.needs)),
        site.latitude,
        site.longitude,
        site.address,
        site.city,
        site.zip_code,
        site.hours,
        int(site.mobile),
        *map(_flag, (site.walk_in, site.no_id, site.free, site.by_mail, site.wheelchair)),
        ",".join(sorted(site.languages)),
        site.phone,
        site.url,
        site.note_en,
        site.note_es,
        site.source,
        site.assured_on.isoformat() if site.assured_on else None,
        site.hours_on.isoformat() if site.hours_on else None,
        int(site.closed),
        site.closed_until.isoformat() if site.closed_until else None,
    )


def _site(row: sqlite3.Row) -> Site:
    return Site(
        key=row["key"],
        name=row["name"],
        needs=frozenset(Need(need) for need in row["needs"].split(",") if need),
        latitude=row["latitude"],
        longitude=row["longitude"],
        organization=row["organization"] or "",
        address=row["address"],
        city=row["city"],
        zip_code=row["zip_code"],
        hours=row["hours"],
        mobile=bool(row["mobile"]),
        walk_in=_yes_no(row["walk_in"]),
        no_id=_yes_no(row["no_id"]),
        free=_yes_no(row["free"]),
        by_mail=_yes_no(row["by_mail"]),
        wheelchair=_yes_no(row["wheelchair"]),
        languages=frozenset(code for code in row["languages"].split(",") if code),
        phone=row["phone"],
        url=row["url"],
        note_en=row["note_en"],
        note_es=row["note_es"],
        source=row["source"],
        assured_on=_day(row["assured_on"]),
        hours_on=_day(row["hours_on"]),
        closed=bool(row["closed"]),
        closed_until=_day(row["closed_until"]),
    )


def _flag(value: bool | None) -> int | None:  # noqa: FBT001 - it is the value
    return None if value is None else int(value)


def _yes_no(stored: int | None) -> bool | None:
    return None if stored is None else bool(stored)


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None
