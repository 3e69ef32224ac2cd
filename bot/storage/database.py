"""One SQLite file: a single writer, a few readers, each transaction one callable.

A transaction runs whole inside the connection's own thread, so it can neither be cancelled
half-way nor be mixed with another one, and it cannot wait for the network.
"""

import asyncio
import logging
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import aiosqlite

from bot.errors import StartupError, StorageUnavailableError
from bot.storage.sealing import Sealer
from bot.storage.tables import Tables

log = logging.getLogger(__name__)
T = TypeVar("T")

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_SECONDS = 5.0
READERS = 2
_PRAGMAS = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = ON;
    PRAGMA foreign_keys = ON;
"""


class _Worker(aiosqlite.Connection):
    """An aiosqlite connection that runs a whole callable in its thread, once per call."""

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        result: T = await self._execute(lambda: work(self._conn))  # type: ignore[no-untyped-call]  # its own
        return result

    async def ended(self) -> None:
        """Wait for the thread of a connection that failed: it still reports to the loop."""
        await asyncio.to_thread(self._thread.join)


class Database:
    """The bot's one database."""

    def __init__(self, path: Path, sealer: Sealer) -> None:
        self.path = path
        self._sealer = sealer
        self._writer: _Worker | None = None
        self._readers: list[_Worker] = []
        self._turn = 0
        self._closed = True
        self._file: tuple[int, int] | None = None  # the file that was opened, by device and inode
        # Looks at a file that is opened again before anything else does: it may be another one.
        self.on_reopen: Callable[[Tables], None] | None = None

    async def open(self) -> None:
        """Open the file, bring its schema up to date and check that the key fits it."""
        self._closed = False
        await self._open(create=True)
        try:
            await self._run(self._writer, _migrate)
            await self.write(self._check_key)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close every connection, until the next open; safe to call twice."""
        # A late call must not open the file again: nobody would close it, and its thread would
        # keep the process alive.
        self._closed = True
        await self._drop_connections()

    async def _drop_connections(self) -> None:
        """Close the connections, also spoilt ones; the next call may open the file anew."""
        workers = [*self._readers, *([self._writer] if self._writer else [])]
        self._readers, self._writer = [], None
        await _close(workers)

    async def write(self, work: Callable[[Tables], T]) -> T:
        """Run work in one transaction of the writer and return what it returns.

        Raise StorageUnavailableError if the database cannot be written; nothing has changed then.
        """

        if self._writer is None:
            await self._open(create=False)
        return await self._run(self._writer, lambda connection: self._transact(connection, work))

    def _transact(self, connection: sqlite3.Connection, work: Callable[[Tables], T]) -> T:
        if self._closed:  # what is still in the queue must not wait for a lock, one by one
            raise sqlite3.OperationalError("the database is closed")
        self._check_file()
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = work(Tables(connection, self._sealer))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result

    async def read(self, work: Callable[[Tables], T]) -> T:
        """Run work on a read-only connection and return what it returns.

        Raise StorageUnavailableError if the database cannot be read.
        """
        if not self._readers:
            await self._open(create=False)
        self._turn = (self._turn + 1) % len(self._readers)
        reader = self._readers[self._turn]

        def reading(connection: sqlite3.Connection) -> T:
            self._check_file()
            return work(Tables(connection, self._sealer))

        return await self._run(reader, reading)

    async def overwrite_old(self) -> None:
        """Empty the write-ahead file, so that no deleted row stands in it any more.

        Readers or another program can be in the way: then it is emptied later by itself. Raise
        StorageUnavailableError if the database cannot be written.
        """

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

        if self._writer is None:
            await self._open(create=False)
        await self._run(self._writer, work)

    @property
    def place(self) -> str:
        """Return what tells this file from a copy of it, also one at the same path elsewhere."""
        return ":".join(map(str, self._file or ()))

    def _check_file(self) -> None:
        """Raise if the file was moved or locked away: SQLite has it open and would go on."""
        if self._file != _identity(self.path):
            raise sqlite3.OperationalError(
                "the database file is not where it was, or cannot be read"
            )

    async def _run(self, worker: _Worker | None, work: Callable[[sqlite3.Connection], T]) -> T:
        if worker is None:
            raise StorageUnavailableError("the database is closed")
        try:
            return await worker.run(work)
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError):
            raise  # a mistake in the program, not trouble with the file
        except sqlite3.DatabaseError as error:
            if not _is_busy(error):
                await self._drop_connections()
            raise StorageUnavailableError(str(error)) from error

    async def _open(self, *, create: bool) -> None:
        if self._closed:
            raise StorageUnavailableError("the database is closed")
        workers: list[_Worker] = []
        try:
            if create:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            for mode in ("rwc" if create else "rw", *["ro"] * READERS):
                workers.append(await self._connect(mode))  # noqa: PERF401 - what is open must be closed
            if (look := self.on_reopen) is not None and not create:
                await workers[0].run(lambda connection: self._transact(connection, look))
            if self._writer is None and not self._closed:  # else another caller was faster
                self._writer, *self._readers = workers
                workers = []
        except (sqlite3.Error, OSError) as error:
            raise StorageUnavailableError(str(error)) from error
        finally:
            await _close(workers)

    async def _connect(self, mode: str) -> _Worker:
        address = f"file:{quote(str(self.path))}?mode={mode}"

        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(
                address,
                uri=True,
                isolation_level=None,
                timeout=BUSY_SECONDS,
                check_same_thread=False,
            )
            connection.row_factory = sqlite3.Row
            try:
                self._file = _identity(self.path)
                connection.executescript("PRAGMA query_only = ON" if mode == "ro" else _PRAGMAS)
            except BaseException:
                connection.close()
                raise
            return connection

        worker = _Worker(connect, iter_chunk_size=64)
        try:
            _ = await worker
        except BaseException:
            await worker.ended()
            raise
        return worker

    def _check_key(self, tables: Tables) -> None:
        stored = tables.meta.find("key_check")
        if stored is None:
            tables.meta.set("key_check", self._sealer.text("the key fits"))
        elif not isinstance(stored, bytes) or not self._sealer.opens(stored):
            raise StartupError(
                "The data key does not fit this database: "
                "use the DATA_KEY or key file that it was made with."
            )


async def _close(workers: list[_Worker]) -> None:
    """Close connections, every one of them, also if one is spoilt or the caller is cancelled.

    One that is left has a thread, which would keep the process alive.
    """
    ends = asyncio.gather(*(worker.close() for worker in workers), return_exceptions=True)
    for outcome in await asyncio.shield(ends):
        if isinstance(outcome, sqlite3.Error):
            log.warning("Closing a spoilt database connection failed: %s", outcome)


def _is_busy(error: sqlite3.DatabaseError) -> bool:
    """Return whether waiting helps: another program holds the lock, or the disk is full."""
    # Errors that Python raises without asking SQLite have no such name.
    name: str = getattr(error, "sqlite_errorname", "")
    return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL"))


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells the file from another one in its place; None if it cannot be used."""
    if not os.access(path, os.R_OK):  # SQLite has it open and would not notice
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _migrate(connection: sqlite3.Connection) -> None:
    """Apply the numbered migrations that are missing, each with its number in one transaction."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    steps = {_number(path): path for path in sorted(MIGRATIONS.glob("*.sql"))}
    if version > max(steps):
        raise StartupError(
            f"The database was written by a newer version of this program (schema {version}, "
            f"this one knows {max(steps)}): update the program."
        )
    for number, path in steps.items():
        if number > version:
            if version:
                _back_up(connection, version)
            _apply(connection, number, path.read_text())


def _number(path: Path) -> int:
    match = re.match(r"\d+", path.name)
    return int(match[0]) if match else 0


def _apply(connection: sqlite3.Connection, number: int, sql: str) -> None:
    # executescript commits first, so the transaction has to be part of the script itself.
    script = f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {number};\nCOMMIT;"
    try:
        connection.executescript(script)
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _back_up(connection: sqlite3.Connection, version: int) -> None:
    (_, _, file) = connection.execute("PRAGMA database_list").fetchone()
    with closing(sqlite3.connect(f"{file}.before-{version + 1}")) as copy:
        connection.backup(copy)
