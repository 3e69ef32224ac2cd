"""Places that staff are adding step by step: what was said so far."""

import json
from datetime import datetime

from bot.storage.rows import Table, milliseconds


class SiteDrafts(Table):
    """One row per place that is half added."""

    def add(self, cells: dict[str, str], now: datetime) -> int:
        """Keep a new draft, cells by the columns of a file; return its id."""
        return self._insert(
            "INSERT INTO site_drafts (cells, created_at) VALUES (?, ?)",
            json.dumps(cells),
            milliseconds(now),
        )

    def find(self, draft_id: int) -> dict[str, str] | None:
        """Return what was said so far, or None if it is gone."""
        row = self._row("SELECT cells FROM site_drafts WHERE draft_id = ?", draft_id)
        return None if row is None else json.loads(row["cells"])

    def set(self, draft_id: int, cells: dict[str, str]) -> None:
        """Keep what is said by now."""
        self._change(
            "UPDATE site_drafts SET cells = ? WHERE draft_id = ?", json.dumps(cells), draft_id
        )

    def remove(self, draft_id: int) -> int:
        """Throw a draft away; return 1, or 0 if it was gone."""
        return self._change("DELETE FROM site_drafts WHERE draft_id = ?", draft_id)

    def remove_old(self, before: datetime) -> int:
        """Forget what nobody finished; return how many."""
        return self._change("DELETE FROM site_drafts WHERE created_at < ?", milliseconds(before))
