"""What all tables share: the connection, the sealer, and instants as integers."""

import sqlite3
from datetime import UTC, datetime

from bot.storage.sealing import Sealer


class Table:
    """A group of statements on one connection, inside one transaction."""

    def __init__(self, connection: sqlite3.Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def _rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        return self._connection.execute(sql, values).fetchall()

    def _row(self, sql: str, *values: object) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def _change(self, sql: str, *values: object) -> int:
        """Run a statement and return how many rows it changed."""
        return self._connection.execute(sql, values).rowcount

    def _insert(self, sql: str, *values: object) -> int:
        """Run an INSERT and return the new row's id."""
        return self._connection.execute(sql, values).lastrowid or 0


def milliseconds(instant: datetime) -> int:
    """Return an instant as stored."""
    return round(instant.timestamp() * 1000)


def milliseconds_or_none(instant: datetime | None) -> int | None:
    """Return an instant that may be missing, as stored."""
    return None if instant is None else milliseconds(instant)


def instant(stored: int) -> datetime:
    """Return a stored instant, aware, in UTC."""
    return datetime.fromtimestamp(stored / 1000, UTC)


def instant_or_none(stored: int | None) -> datetime | None:
    """Return a stored instant that may be missing."""
    return None if stored is None else instant(stored)
