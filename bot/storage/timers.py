"""Overdose timers: those rows of the outbox that ask how somebody is, at most one a chat.

A row's key says what the timer is, so that its words can be written anew: "overdose:", the
language, when it was started, and the update that started it: handled again after a crash, it does
not start anew. It names nobody.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from bot.models import Content, Lane, Language
from bot.storage import contents
from bot.storage.deliveries import Deliveries, NewDelivery
from bot.storage.rows import Table, instant, milliseconds

# The keys are asked for as a range, so that their index serves it.
_WAITING = """
    SELECT key, chat, thread_id FROM deliveries
    WHERE key >= 'overdose:' AND key < 'overdose;' AND state = 'pending'
"""


@dataclass(frozen=True, slots=True)
class Timer:
    """A promise to ask a chat how somebody is."""

    chat_id: int
    thread_id: int | None
    language: Language
    since: datetime  # when the person said what it counts from
    update_id: int  # by what


class Timers(Table):
    """The overdose timers among the deliveries."""

    def put(self, timer: Timer, content: Content, due_at: datetime) -> None:
        """Store a timer with its message, in place of any other of the chat."""
        self.remove(timer.chat_id)
        new = NewDelivery(
            timer.chat_id,
            content,
            Lane.URGENT,
            due_at,
            key=f"overdose:{timer.language}:{milliseconds(timer.since)}:{timer.update_id}",
            thread_id=timer.thread_id,
            forget=True,
        )
        Deliveries(self._connection, self._sealer).add(new)

    def remove(self, chat_id: int) -> bool:
        """Forget a chat's timer, also while it is being sent; return whether there was one."""
        removed = self._change(
            "DELETE FROM deliveries WHERE key >= 'overdose:' AND key < 'overdose;' AND chat = ?",
            self._sealer.id(chat_id),
        )
        return bool(removed)

    def find(self, chat_id: int) -> Timer | None:
        """Return the timer of a chat that has still to ask, or None."""
        row = self._row(f"{_WAITING} AND chat = ?", self._sealer.id(chat_id))
        return None if row is None else self._timer(row)

    def list_waiting(self) -> list[Timer]:
        """Return all timers that have still to ask, the oldest first."""
        rows = self._rows(f"{_WAITING} ORDER BY delivery_id")
        return [self._timer(row) for row in rows]

    def reword(self, chat_id: int, content: Content) -> None:
        """Give the timer of a chat another message; when it is due stays."""
        self._change(
            "UPDATE deliveries SET content = ? WHERE key >= 'overdose:' AND key < 'overdose;'"
            " AND chat = ? AND state = 'pending'",
            self._sealer.text(contents.to_json(content)),
            self._sealer.id(chat_id),
        )

    def _timer(self, row: sqlite3.Row) -> Timer:
        _, language, since, update_id = row["key"].split(":")
        return Timer(
            chat_id=self._sealer.open_id(row["chat"]),
            thread_id=row["thread_id"],
            language=Language(language),
            since=instant(int(since)),
            update_id=int(update_id),
        )
