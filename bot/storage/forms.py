"""Half-finished forms: what the next plain message of a person answers. They survive a restart."""

from dataclasses import dataclass
from datetime import datetime

from bot.storage.rows import Table, milliseconds


@dataclass(frozen=True, slots=True)
class Form:
    """A question that the bot asked and that waits for its answer."""

    kind: str
    object_id: int


class Forms(Table):
    """At most one open form per person and chat."""

    def set(self, chat_id: int, person_id: int, form: Form, expires_at: datetime) -> None:
        """Open a form; an older one of the same person is dropped."""
        self._change(
            "INSERT OR REPLACE INTO forms (chat, person, kind, object_id, expires_at)"
            " VALUES (?, ?, ?, ?, ?)",
            self._sealer.id(chat_id),
            self._sealer.id(person_id),
            form.kind,
            form.object_id,
            milliseconds(expires_at),
        )

    def find(self, chat_id: int, person_id: int, now: datetime) -> Form | None:
        """Return the open form, or None."""
        row = self._row(
            "SELECT kind, object_id FROM forms WHERE chat = ? AND person = ? AND expires_at > ?",
            self._sealer.id(chat_id),
            self._sealer.id(person_id),
            milliseconds(now),
        )
        return None if row is None else Form(row["kind"], row["object_id"])

    def remove(self, chat_id: int, person_id: int) -> None:
        """Close the form."""
        self._change(
            "DELETE FROM forms WHERE chat = ? AND person = ?",
            self._sealer.id(chat_id),
            self._sealer.id(person_id),
        )

    def remove_expired(self, now: datetime) -> int:
        """Forget forms that nobody finished; return how many."""
        return self._change("DELETE FROM forms WHERE expires_at <= ?", milliseconds(now))
