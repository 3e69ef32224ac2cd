"""Verification rounds: which places are due for a check, who answers for them, who was invited."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.models import Language
from bot.storage.rows import Table, milliseconds

_OPEN = "s.closed = 0 AND coalesce(s.closed_until, '') <= ?"  # closed ones are asked about later
_CHECKED = "coalesce(s.assured_on, '')"  # never is before all dates


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who answers for a place."""

    chat_id: int
    language: Language


@dataclass(frozen=True, slots=True)
class DueSite:
    """A place that is due for a check."""

    site_id: int
    name: str
    assured_on: date | None
    contact: Contact | None


class SiteChecks(Table):
    """Contacts, invites, and what was asked when."""

    def list_due(
        self, checked_until: date, asked_until: date, today: date, limit: int
    ) -> list[DueSite]:
        """Return places last checked and last asked about no later than those days."""
        return self._due(
            f"{_OPEN} AND {_CHECKED} <= ? AND coalesce(a.asked_on, '') <= ?",
            limit,
            today.isoformat(),
            checked_until.isoformat(),
            asked_until.isoformat(),
        )

    def list_old(self, checked_until: date, today: date, limit: int) -> list[DueSite]:
        """Return places last checked no later than that day, the oldest first."""
        return self._due(
            f"{_OPEN} AND {_CHECKED} <= ?", limit, today.isoformat(), checked_until.isoformat()
        )

    def list_asked(self, asked_on: str, today: date, limit: int) -> list[DueSite]:
        """Return places without a contact that were asked about that day and not checked since."""
        return self._due(
            f"{_OPEN} AND a.asked_on = ? AND {_CHECKED} < ? AND c.chat IS NULL",
            limit,
            today.isoformat(),
            asked_on,
            asked_on,
        )

    def count_old(self, checked_until: date, today: date) -> int:
        """Return how many places were last checked no later than that day."""
        row = self._row(
            f"SELECT count(*) AS n FROM sites s WHERE {_OPEN} AND {_CHECKED} <= ?",  # noqa: S608
            today.isoformat(),
            checked_until.isoformat(),
        )
        return 0 if row is None else row["n"]

    def mark_asked(self, site_id: int, today: date) -> None:
        """Note that somebody is asked about a place."""
        self._change(
            "INSERT INTO site_asks VALUES (?1, ?2)"
            " ON CONFLICT (site_id) DO UPDATE SET asked_on = ?2",
            site_id,
            today.isoformat(),
        )

    # ------------------------------------------------------------------ contacts

    def add_invite(self, token: str, site_id: int, now: datetime) -> None:
        """Keep a link for one person."""
        self._change(
            "INSERT INTO site_invites VALUES (?, ?, ?)", token, site_id, milliseconds(now)
        )

    def find_invite(self, token: str, made_after: datetime) -> int | None:
        """Return the place that a link is for, or None if it is used or too old."""
        row = self._row(
            "SELECT site_id FROM site_invites WHERE token = ? AND made_at > ?",
            token,
            milliseconds(made_after),
        )
        return None if row is None else row["site_id"]

    def remove_invite(self, token: str) -> int:
        """Use a link up; return 1, or 0 if it was used."""
        return self._change("DELETE FROM site_invites WHERE token = ?", token)

    def remove_old_invites(self, before: datetime) -> int:
        """Forget links that nobody used; return how many."""
        return self._change("DELETE FROM site_invites WHERE made_at < ?", milliseconds(before))

    def set_contact(self, site_id: int, contact: Contact, now: datetime) -> None:
        """Let somebody answer for a place, in place of whoever did."""
        self._change(
            "INSERT OR REPLACE INTO site_contacts (site_id, chat, language, since)"
            " VALUES (?, ?, ?, ?)",
            site_id,
            self._sealer.id(contact.chat_id),
            contact.language,
            milliseconds(now),
        )

    def is_contact(self, site_id: int, chat_id: int) -> bool:
        """Return whether somebody answers for a place."""
        row = self._row(
            "SELECT 1 FROM site_contacts WHERE site_id = ? AND chat = ?",
            site_id,
            self._sealer.id(chat_id),
        )
        return row is not None

    def has_contact(self, site_id: int) -> bool:
        """Return whether anybody answers for a place."""
        return self._row("SELECT 1 FROM site_contacts WHERE site_id = ?", site_id) is not None

    def remove_contact(self, site_id: int) -> int:
        """Let nobody answer for a place; return 1, or 0 if nobody did."""
        return self._change("DELETE FROM site_contacts WHERE site_id = ?", site_id)

    def _due(self, where: str, limit: int, *values: object) -> list[DueSite]:
        rows = self._rows(
            "SELECT s.site_id, s.name, s.assured_on, c.chat, c.language FROM sites s"  # noqa: S608
            " LEFT JOIN site_contacts c USING (site_id) LEFT JOIN site_asks a USING (site_id)"
            f" WHERE {where} ORDER BY {_CHECKED}, s.site_id LIMIT ?",
            *values,
            limit,
        )
        return [
            DueSite(
                row["site_id"],
                row["name"],
                date.fromisoformat(row["assured_on"]) if row["assured_on"] else None,
                None
                if row["chat"] is None
                else Contact(self._sealer.open_id(row["chat"]), Language(row["language"])),
            )
            for row in rows
        ]
