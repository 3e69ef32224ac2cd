"""Holds: the later times of copies, as SQL joins them to members."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.models import Held
from bot.storage.rows import milliseconds

HOLDS = """
    WITH holds AS (SELECT value ->> 0 AS quiet, value ->> 1 AS paused_until,
                          value ->> 2 AS due_at, value ->> 3 AS held FROM json_each(?))
"""
ON_HOLD = "LEFT JOIN holds h ON h.quiet IS m.quiet AND h.paused_until IS m.paused_until"


@dataclass(frozen=True, slots=True)
class Hold:
    """Members with these quiet hours and this pause, both as stored, get their copy later."""

    quiet: str | None
    paused_until: str | None
    due_at: datetime
    held: Held


def packed(holds: Iterable[Hold]) -> str:
    """Return holds as the value that HOLDS takes."""
    return json.dumps([[h.quiet, h.paused_until, milliseconds(h.due_at), h.held] for h in holds])
