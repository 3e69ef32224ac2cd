"""Calendars of partners: files that wait for a yes, what they said last, and what was before."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from bot.models.calendars import Told
from bot.models.events import DateChange, Event
from bot.storage.rows import Table, milliseconds


@dataclass(frozen=True, slots=True)
class EventFile:
    """A file by Telegram's id, and what it would have done when staff looked at it."""

    file_id: str
    digest: str  # of its bytes
    name: str  # of the partner; empty: staff have not said it yet
    plan: str = ""  # a digest


@dataclass(frozen=True, slots=True)
class Before:
    """An event as it was before an import, with its dates and with what its calendar said."""

    event: Event
    changes: list[DateChange]
    told: Told | None


@dataclass(frozen=True, slots=True)
class Version:
    """One event of an import."""

    event_id: int
    revision: int  # after the import
    before: Before | None  # None: it is new


_TOLD: TypeAdapter[Told] = TypeAdapter(Told)
_BEFORE: TypeAdapter[Before] = TypeAdapter(Before)


class EventImports(Table):
    """One row per file that waits, per event that came from one, and per event of an import."""

    # ------------------------------------------------------------------ files

    def add_file(self, file: EventFile, now: datetime) -> int:
        """Keep a file; return its number."""
        return self._insert(
            "INSERT INTO event_files (file_id, digest, name, plan, created_at)"
            " VALUES (?, ?, ?, ?, ?)",
            file.file_id,
            file.digest,
            file.name,
            file.plan,
            milliseconds(now),
        )

    def find_file(self, number: int) -> EventFile | None:
        """Return a file, or None if it was imported or forgotten."""
        row = self._row(
            "SELECT file_id, digest, name, plan FROM event_files WHERE event_file_id = ?", number
        )
        return None if row is None else EventFile(*row)

    def set_look(self, number: int, name: str, plan: str) -> None:
        """Store under which name a file was looked at, and what it would do."""
        self._change(
            "UPDATE event_files SET name = ?, plan = ? WHERE event_file_id = ?", name, plan, number
        )

    def remove_file(self, number: int) -> int:
        """Forget a file; return 1, or 0 if it was gone."""
        return self._change("DELETE FROM event_files WHERE event_file_id = ?", number)

    def remove_old_files(self, before: datetime) -> int:
        """Forget files that nobody imported; return how many."""
        return self._change("DELETE FROM event_files WHERE created_at < ?", milliseconds(before))

    # ------------------------------------------------------------------ what was said

    def find_told(self, event_id: int) -> Told | None:
        """Return what a calendar said of an event last; None if it came from none."""
        row = self._row("SELECT told FROM event_sources WHERE event_id = ?", event_id)
        return None if row is None else _TOLD.validate_json(row["told"])

    def put_told(self, event_id: int, told: Told | None) -> None:
        """Store what a calendar says of an event; None: it came from none."""
        if told is None:
            self._change("DELETE FROM event_sources WHERE event_id = ?", event_id)
            return
        self._change(
            "INSERT OR REPLACE INTO event_sources (event_id, told) VALUES (?, ?)",
            event_id,
            _TOLD.dump_json(told).decode(),
        )

    def all_told(self) -> dict[int, Told]:
        """Return what calendars said of all events that came from one, by the event."""
        rows = self._rows("SELECT event_id, told FROM event_sources")
        return {row["event_id"]: _TOLD.validate_json(row["told"]) for row in rows}

    # ------------------------------------------------------------------ what was before

    def begin(self, now: datetime) -> int:
        """Write that something is imported; return its number."""
        return self._insert("INSERT INTO event_imports (made_at) VALUES (?)", milliseconds(now))

    def keep(self, number: int, version: Version) -> None:
        """Keep how an event was before an import."""
        before = None if version.before is None else _BEFORE.dump_json(version.before).decode()
        self._change(
            "INSERT INTO event_versions (event_import_id, event_id, revision, before)"
            " VALUES (?, ?, ?, ?)",
            number,
            version.event_id,
            version.revision,
            before,
        )

    def renumber(self, event_id: int, old: int, new: int) -> None:
        """Store that an event is again what it was after an import, under another revision."""
        self._change(
            "UPDATE event_versions SET revision = ? WHERE event_id = ? AND revision = ?",
            new,
            event_id,
            old,
        )

    def list_versions(self, number: int) -> list[Version]:
        """Return the events of an import as they were before; none if that was forgotten."""
        rows = self._rows("SELECT * FROM event_versions WHERE event_import_id = ?", number)
        return [
            Version(
                row["event_id"],
                row["revision"],
                None if row["before"] is None else _BEFORE.validate_json(row["before"]),
            )
            for row in rows
        ]

    def set_undone(self, number: int, now: datetime) -> int:
        """Write that an import was taken back; return 1, or 0 if it was before or is gone."""
        return self._change(
            "UPDATE event_imports SET undone_at = ?"
            " WHERE event_import_id = ? AND undone_at IS NULL",
            milliseconds(now),
            number,
        )

    def remove_old(self, before: datetime) -> int:
        """Forget imports, which then cannot be taken back any more; return how many."""
        return self._change("DELETE FROM event_imports WHERE made_at < ?", milliseconds(before))
