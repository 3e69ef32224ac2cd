"""What was said in cases, sealed, and which deliveries carry it."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.models import (
    CaseMessage,
    CasePart,
    DeliveryState,
    Hidden,
    Mark,
    Media,
    MediaKind,
    Operation,
    Said,
)
from bot.storage.rows import Table, instant, milliseconds

_ENDED = "('sent', 'unreachable', 'failed', 'unconfirmed', 'cancelled')"


@dataclass(frozen=True, slots=True)
class Copy:
    """A delivery that shows a message of a case in a chat."""

    delivery_id: int
    chat_id: int
    state: DeliveryState
    message_id: int | None
    thread_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class NewCaseMessage:
    """A message of a case to store."""

    case_id: int
    part: CasePart
    update_id: int | None = None
    chat_id: int | None = None
    message_id: int | None = None
    said: Said | None = None


class CaseMessages(Table):
    """One row per message of a case."""

    def add(self, new: NewCaseMessage, now: datetime) -> int | None:
        """Store a message; return its id, or None if its update brought one before."""
        cursor = self._connection.execute(
            "INSERT INTO case_messages (case_id, part, update_id, chat, message_id, said, sent_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (update_id) DO NOTHING",
            (
                new.case_id,
                new.part,
                new.update_id,
                None if new.chat_id is None else self._sealer.id(new.chat_id),
                new.message_id,
                None if new.said is None else self._sealer.text(_to_json(new.said)),
                milliseconds(now),
            ),
        )
        return cursor.lastrowid if cursor.rowcount else None

    def find(self, case_message_id: int) -> CaseMessage | None:
        """Return a message, or None."""
        row = self._row("SELECT * FROM case_messages WHERE case_message_id = ?", case_message_id)
        return None if row is None else self._message(row)

    def find_by_update(self, update_id: int) -> CaseMessage | None:
        """Return the message that an update brought, or None."""
        row = self._row("SELECT * FROM case_messages WHERE update_id = ?", update_id)
        return None if row is None else self._message(row)

    def find_written(self, chat_id: int, message_id: int) -> CaseMessage | None:
        """Return what was written in a chat as that message, or None."""
        row = self._row(
            "SELECT * FROM case_messages WHERE message_id = ? AND chat = ?",
            message_id,
            self._sealer.id(chat_id),
        )
        return None if row is None else self._message(row)

    def find_shown(self, chat_id: int, message_id: int) -> CaseMessage | None:
        """Return what the bot shows in a chat as that message, or None."""
        row = self._row(
            "SELECT m.* FROM deliveries d JOIN case_messages m USING (case_message_id)"
            " WHERE d.message_id = ? AND d.chat = ? AND d.operation = 'send'",
            message_id,
            self._sealer.id(chat_id),
        )
        return None if row is None else self._message(row)

    def list_of(self, case_id: int, *parts: CasePart) -> list[CaseMessage]:
        """Return the messages of a case, the oldest first."""
        marks = ",".join("?" * len(parts))
        rows = self._rows(
            f"SELECT * FROM case_messages WHERE case_id = ? AND part IN ({marks})"  # noqa: S608
            " ORDER BY case_message_id",
            case_id,
            *parts,
        )
        return [self._message(row) for row in rows]

    def count_written(self, case_id: int, since: datetime) -> int:
        """Return how many messages a person wrote since then."""
        row = self._row(
            "SELECT count(*) AS n FROM case_messages WHERE case_id = ? AND part = 'person'"
            " AND sent_at > ?",
            case_id,
            milliseconds(since),
        )
        return int(row["n"]) if row else 0

    def set_said(self, case_message_id: int, said: Said | None) -> None:
        """Give a message another text, or erase it with None."""
        self._change(
            "UPDATE case_messages SET said = ? WHERE case_message_id = ?",
            None if said is None else self._sealer.text(_to_json(said)),
            case_message_id,
        )

    # ------------------------------------------------------------------ deliveries

    def list_copies(self, case_message_id: int) -> list[Copy]:
        """Return the deliveries that show a message."""
        rows = self._rows(
            "SELECT d.*, coalesce(d.thread_id, p.message_id) AS thread FROM deliveries d"
            " LEFT JOIN deliveries p ON p.delivery_id = d.topic_id"
            " WHERE d.case_message_id = ? AND d.operation = ? ORDER BY d.delivery_id",
            case_message_id,
            Operation.SEND,
        )
        return [
            Copy(
                delivery_id=row["delivery_id"],
                chat_id=self._sealer.open_id(row["chat"]),
                state=DeliveryState(row["state"]),
                message_id=row["message_id"],
                thread_id=row["thread"],
                reason=row["reason"] or "",
            )
            for row in rows
        ]

    def list_unsettled(self) -> list[CaseMessage]:
        """Return messages whose deliveries have all ended since this was last asked."""
        rows = self._rows(
            "SELECT * FROM case_messages m WHERE settled = 0 AND NOT EXISTS"  # noqa: S608
            " (SELECT 1 FROM deliveries d WHERE d.case_message_id = m.case_message_id"
            f" AND d.operation = 'send' AND d.state NOT IN {_ENDED})"
            " ORDER BY case_message_id LIMIT 100"
        )
        return [self._message(row) for row in rows]

    def mark_settled(self, case_message_ids: Sequence[int], *, settled: bool = True) -> None:
        """Note that what became of the deliveries has been dealt with, or is to be again."""
        self._connection.executemany(
            "UPDATE case_messages SET settled = ? WHERE case_message_id = ?",
            [(settled, each) for each in case_message_ids],
        )

    def drop_waiting(self, case_message_id: int, operation: Operation) -> None:
        """Drop what has not left yet: something newer takes its place."""
        self._change(
            "DELETE FROM deliveries WHERE case_message_id = ? AND operation = ?"
            " AND state = 'pending'",
            case_message_id,
            operation,
        )

    def remove_case(self, case_id: int) -> None:
        """Forget every message of a case and every delivery of them, also those that wait."""
        self._change(
            "DELETE FROM deliveries WHERE case_message_id IN"
            " (SELECT case_message_id FROM case_messages WHERE case_id = ?)",
            case_id,
        )
        self._change("DELETE FROM case_messages WHERE case_id = ?", case_id)

    def _message(self, row: sqlite3.Row) -> CaseMessage:
        return CaseMessage(
            case_message_id=row["case_message_id"],
            case_id=row["case_id"],
            part=CasePart(row["part"]),
            chat_id=None if row["chat"] is None else self._sealer.open_id(row["chat"]),
            message_id=row["message_id"],
            said=None if row["said"] is None else _from_json(self._sealer.open_text(row["said"])),
            sent_at=instant(row["sent_at"]),
        )


def _to_json(said: Said) -> str:
    media = None if said.media is None else [said.media.kind, said.media.file_id]
    marks = [[mark.start, mark.end, mark.kind] for mark in said.marks]
    return json.dumps({"text": said.text, "media": media, "marks": marks}, ensure_ascii=False)


def _from_json(text: str) -> Said:
    data = json.loads(text)
    media = Media(MediaKind(data["media"][0]), data["media"][1]) if data["media"] else None
    marks = tuple(Mark(start, end, Hidden(kind)) for start, end, kind in data["marks"])
    return Said(data["text"], media, marks)
