"""Files of places that staff looked at and have not imported yet."""

from dataclasses import dataclass
from datetime import datetime

from bot.storage.rows import Table, milliseconds


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A file by Telegram's id, and what it was compared with."""

    file_id: str
    digest: str  # of its bytes
    list_name: str
    revision: int  # of the directory


class SiteFiles(Table):
    """One row per file that waits for a yes."""

    def add(self, file: SiteFile, now: datetime) -> int:
        """Keep a file; return its number."""
        return self._insert(
            "INSERT INTO site_files (file_id, digest, list_name, revision, created_at)"
            " VALUES (?, ?, ?, ?, ?)",
            file.file_id,
            file.digest,
            file.list_name,
            file.revision,
            milliseconds(now),
        )

    def find(self, number: int) -> SiteFile | None:
        """Return a file, or None if it was imported or forgotten."""
        row = self._row(
            "SELECT file_id, digest, list_name, revision FROM site_files WHERE site_file_id = ?",
            number,
        )
        return None if row is None else SiteFile(*row)

    def remove(self, number: int) -> int:
        """Forget a file; return 1, or 0 if it was gone."""
        return self._change("DELETE FROM site_files WHERE site_file_id = ?", number)

    def remove_old(self, before: datetime) -> int:
        """Forget files that nobody imported; return how many."""
        return self._change("DELETE FROM site_files WHERE created_at < ?", milliseconds(before))
