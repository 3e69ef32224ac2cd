"""Links to private calendars: by a digest of their secret. Whose they are is sealed."""

import hmac
from dataclasses import dataclass
from datetime import date

from bot.storage.rows import Table


@dataclass(frozen=True, slots=True)
class Wish:
    """A date of an event that somebody said yes to."""

    event_id: int
    on: date
    is_sure: bool  # False: they wait for a place
    every: bool  # and to the dates of the series that follow


class CalendarLinks(Table):
    """At most one per chat."""

    def put(self, chat_id: int, digest: bytes, today: date) -> None:
        """Store a new link; the one before, if there was one, is no more."""
        self._change(
            "INSERT OR REPLACE INTO calendar_links (chat, digest, read_on) VALUES (?, ?, ?)",
            self._sealer.id(chat_id),
            digest,
            today.isoformat(),
        )

    def find_of_chat(self, chat_id: int) -> date | None:
        """Return the day on which a chat's link was last read, None if there is no link."""
        row = self._row(
            "SELECT read_on FROM calendar_links WHERE chat = ?", self._sealer.id(chat_id)
        )
        return None if row is None else date.fromisoformat(row["read_on"])

    def find(self, digest: bytes) -> date | None:
        """Return the day on which a link was last read, None if there is no such link.

        What the time of the answer tells is about digests: nobody can choose one of those.
        """
        row = self._row("SELECT digest, read_on FROM calendar_links WHERE digest = ?", digest)
        if row is None or not hmac.compare_digest(row["digest"], digest):
            return None
        return date.fromisoformat(row["read_on"])

    def list_wishes(self, digest: bytes) -> list[Wish]:
        """Return the dates that whoever made a link comes to, waits for or is reminded of."""
        rows = self._rows(
            "SELECT event_id, on_date, min(sure) AS sure, max(every) AS every FROM ("
            " SELECT chat, event_id, on_date, standing = 'coming' AS sure, 0 AS every"
            " FROM attendances"
            " UNION ALL SELECT chat, event_id, on_date, 1, every FROM reminders)"
            " JOIN calendar_links USING (chat) WHERE digest = ?"
            " GROUP BY event_id, on_date ORDER BY on_date",
            digest,
        )
        return [
            Wish(
                row["event_id"],
                date.fromisoformat(row["on_date"]),
                is_sure=bool(row["sure"]),
                every=bool(row["every"]),
            )
            for row in rows
        ]

    def set_read(self, digest: bytes, today: date) -> None:
        """Remember the day on which a link was read."""
        self._change(
            "UPDATE calendar_links SET read_on = ? WHERE digest = ?", today.isoformat(), digest
        )

    def remove_chat(self, chat_id: int) -> None:
        """Let a chat's link lead nowhere."""
        self._change("DELETE FROM calendar_links WHERE chat = ?", self._sealer.id(chat_id))

    def remove_unread(self, before: date) -> None:
        """Forget links that no calendar has read since a day."""
        self._change("DELETE FROM calendar_links WHERE read_on < ?", before.isoformat())

    def remove_all(self) -> None:
        """Forget all links: a backup may have some that were revoked since."""
        self._change("DELETE FROM calendar_links")
