"""The directory of places: what each gives, when, how to get in; and what it was before."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from bot.models.sites import Need, Notice, Site, StoredSite
from bot.storage.rows import instant, milliseconds
from bot.storage.sitechanges import SiteChanges
from bot.storage.siterows import MARKS, SAID, UPDATES, key_and_digest, site_of, values_of

_MOST_STOPS = 100  # looked at to find where a van is next


class Sites(SiteChanges):
    """Sites, their notices and stock, and the history of changes."""

    # ------------------------------------------------------------------ reading

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

    def list_stops(self, organizations: Collection[str], now: datetime) -> list[StoredSite]:
        """Return the stops of the vans that these organizations run."""
        marks = ", ".join("?" * len(organizations))
        rows = self._rows(
            "SELECT site_id FROM sites JOIN organizations o USING (organization_id)"  # noqa: S608
            f" WHERE mobile = 1 AND closed = 0 AND o.name IN ({marks}) LIMIT ?",
            *organizations,
            _MOST_STOPS,
        )
        return list(self.list_some([row["site_id"] for row in rows], now).values())

    def each(self) -> Iterator[StoredSite]:
        """Yield every site in the order of keys, without notices, for a file."""
        rows = self._connection.execute(
            "SELECT s.*, o.name AS organization FROM sites s"
            " LEFT JOIN organizations o USING (organization_id) ORDER BY key"
        )
        for row in rows:
            yield StoredSite(row["site_id"], site_of(row), row["origin"])

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
        self._touch(change_id)
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
        return self._change("DELETE FROM site_notices WHERE site_id = ?", site_id)

    def set_out(self, site_id: int, need: Need, until: datetime | None) -> None:
        """Say that a site has run out of something until then, or that it has it again."""
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


def _literal(word: str) -> str:
    """Return a word whose signs mean nothing to LIKE."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
