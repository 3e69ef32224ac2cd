"""Transactions, migrations, and a file that is damaged, missing or locked."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StartupError, StorageUnavailableError
from bot.storage import database as database_module
from bot.storage.database import Database
from bot.storage.sealing import KEY_BYTES, Sealer

ROOT = Path(__file__).parents[2]
SEALER = Sealer(b"k" * KEY_BYTES)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "bot.db"


@pytest.fixture
async def database(path):
    database = Database(path, SEALER)
    await database.open()
    yield database
    await database.close()


def put(name, value=1):
    return lambda tables: tables.meta.set(name, value)


def find(name):
    return lambda tables: tables.meta.find(name)


def query(path, sql):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


async def test_what_is_written_is_read(database):
    await database.write(put("a", "x"))
    assert await database.read(find("a")) == "x"


async def test_the_file_is_kept_as_the_design_says(database, path):
    def pragmas(tables):
        connection = tables.meta._connection
        names = ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    assert await database.write(pragmas) == ["wal", 2, 1, 1]


async def test_an_error_in_the_middle_undoes_the_whole_transaction(database):
    def work(tables):
        tables.meta.set("a", 1)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(work)
    assert await database.read(find("a")) is None
    await database.write(put("b"))  # the next transaction is not inside the failed one
    assert await database.read(find("b")) == 1


async def test_a_broken_rule_of_the_schema_is_a_mistake_and_not_trouble(database):
    def work(tables):
        tables.meta._change("INSERT INTO meta (name, value) VALUES ('a', 1), ('a', 2)")

    with pytest.raises(sqlite3.IntegrityError):
        await database.write(work)
    assert await database.read(find("a")) is None


async def test_transactions_started_together_do_not_mix(database):
    def add_one(tables):
        tables.meta.set("n", (tables.meta.find("n") or 0) + 1)

    def fail(tables):
        tables.meta.set("n", -1000)
        raise LookupError

    outcomes = await asyncio.gather(
        *(database.write(work) for work in [add_one, fail] * 50), return_exceptions=True
    )
    assert sum(isinstance(o, LookupError) for o in outcomes) == 50
    assert await database.read(find("n")) == 50


async def test_a_cancelled_caller_leaves_a_whole_transaction(database):
    begun, go_on = threading.Event(), threading.Event()

    def work(tables):
        tables.meta.set("a", 1)
        begun.set()
        go_on.wait(5)
        tables.meta.set("b", 2)

    writing = asyncio.ensure_future(database.write(work))
    await asyncio.to_thread(begun.wait, 5)
    writing.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await writing
    await database.write(put("c"))
    assert [await database.read(find(n)) for n in "abc"] == [1, 2, 1]


async def test_a_reader_can_change_nothing(database):
    with pytest.raises(StorageUnavailableError):
        await database.read(put("a"))
    await database.write(put("a"))
    assert await database.read(find("a")) == 1


async def test_reading_does_not_wait_for_a_writer(database):
    begun, go_on = threading.Event(), threading.Event()

    def work(tables):
        tables.meta.set("a", 1)
        begun.set()
        go_on.wait(5)

    writing = asyncio.ensure_future(database.write(work))
    await asyncio.to_thread(begun.wait, 5)
    assert await database.read(find("a")) is None
    go_on.set()
    await writing
    assert await database.read(find("a")) == 1


async def test_a_database_locked_by_another_program_is_unavailable_until_it_is_free(
    path, monkeypatch
):
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.1)
    database = Database(path, SEALER)
    await database.open()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageUnavailableError):
            await database.write(put("a"))
        assert await database.read(find("a")) is None
        other.execute("ROLLBACK")
    await database.write(put("a"))
    assert await database.read(find("a")) == 1
    await database.close()


async def test_a_file_that_is_moved_away_is_unavailable_until_it_is_put_back(database, path):
    await database.write(put("a"))
    aside = path.with_suffix(".aside")
    path.rename(aside)
    for _ in range(2):
        with pytest.raises(StorageUnavailableError):
            await database.write(put("b"))
        with pytest.raises(StorageUnavailableError):
            await database.read(find("a"))
    assert not path.exists()  # no empty database in its place
    aside.rename(path)
    assert await database.read(find("a")) == 1
    await database.write(put("b"))
    assert await database.read(find("b")) == 1


async def write_much(database):
    for number in range(50):  # pages that SQLite still has in memory may answer at first
        await database.write(put(f"n{number}", "x" * 5000))


async def test_a_damaged_file_is_unavailable_until_a_good_one_is_back(database, path):
    await database.write(put("a"))
    await database.close()
    await database.open()
    good = path.read_bytes()
    path.write_bytes(b"garbage! " * 5000)
    with pytest.raises(StorageUnavailableError):
        await write_much(database)
    with pytest.raises(StorageUnavailableError):
        await database.read(find("a"))
    for extra in path.parent.glob("bot.db-*"):
        extra.unlink()
    path.write_bytes(good)
    assert await database.read(find("a")) == 1
    await database.write(put("b"))


async def test_a_folder_in_its_place_is_unavailable(database, path):
    path.unlink()
    path.mkdir()
    with pytest.raises(StorageUnavailableError):
        await database.write(put("a"))


async def test_a_full_disk_is_unavailable_and_undone(database):
    def limit(tables):
        connection = tables.meta._connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")

    await database.write(limit)
    with pytest.raises(StorageUnavailableError, match="full"):
        await database.write(put("a", "x" * 100_000))
    assert await database.read(find("a")) is None
    await database.write(put("b", "small"))


async def test_many_callers_meeting_trouble_at_once_open_the_file_once_more(database, path):
    aside = path.with_suffix(".aside")
    path.rename(aside)
    calls = [database.write(put("a")) for _ in range(10)]
    calls += [database.read(find("a")) for _ in range(10)]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(o) for o in outcomes} == {StorageUnavailableError}
    aside.rename(path)
    calls = [database.write(put(f"n{n}")) for n in range(10)]
    calls += [database.read(find("a")) for _ in range(10)]
    assert set(await asyncio.gather(*calls)) == {None}
    await database.close()
    for thread in threading.enumerate():
        if "connection_worker" in thread.name:
            await asyncio.to_thread(thread.join, 2)
            assert not thread.is_alive()


async def test_callers_that_give_up_while_the_file_is_opened_leave_no_thread(path):
    """A thread that nobody ends would keep the process alive after its end."""
    for n in range(20):
        database = Database(path, SEALER)
        await database.open()
        await database._drop_connections()
        calls = [asyncio.create_task(database.read(find("a"))) for _ in range(4)]
        await asyncio.sleep(n / 1000)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await database.close()
    for thread in threading.enumerate():
        if "connection_worker" in thread.name:
            await asyncio.to_thread(thread.join, 2)
            assert not thread.is_alive()


async def test_a_closed_database_stays_closed_until_it_is_opened(database):
    await database.close()
    await database.close()
    with pytest.raises(StorageUnavailableError):
        await database.write(put("a"))
    with pytest.raises(StorageUnavailableError):
        await database.read(find("a"))
    await database.open()
    await database.write(put("a"))


async def test_a_missing_folder_is_made(tmp_path):
    database = Database(tmp_path / "some data" / "50%" / "bot.db", SEALER)
    await database.open()
    await database.close()
    assert (tmp_path / "some data" / "50%" / "bot.db").exists()


async def test_a_file_that_is_no_database_cannot_be_opened(path):
    path.write_text("a letter to Alice\n" * 100)
    with pytest.raises(StorageUnavailableError):
        await Database(path, SEALER).open()
    assert path.read_text().startswith("a letter")


async def test_another_key_is_refused(database, path):
    with pytest.raises(StartupError, match="key does not fit"):
        await Database(path, Sealer(b"x" * KEY_BYTES)).open()
    await database.write(put("a"))


@pytest.fixture
def migrations(tmp_path, monkeypatch):
    """A folder with one migration, to which tests add others."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    original = database_module.MIGRATIONS / "0001_start.sql"
    (folder / original.name).write_text(original.read_text())
    monkeypatch.setattr(database_module, "MIGRATIONS", folder)
    return folder


async def test_a_new_migration_is_applied_once_after_a_backup(path, migrations):
    database = Database(path, SEALER)
    await database.open()
    await database.write(put("a"))
    await database.close()
    assert not list(path.parent.glob("*.before-*"))
    (migrations / "0002_more.sql").write_text(
        "CREATE TABLE more (x) STRICT;".replace("x", "x INT")
    )
    for _ in range(2):
        await database.open()
        assert await database.read(find("a")) == 1
        await database.close()
    assert query(path, "PRAGMA user_version") == [(2,)]
    backup = path.with_name("bot.db.before-2")
    assert query(backup, "PRAGMA user_version") == [(1,)]
    assert query(backup, "SELECT value FROM meta WHERE name = 'a'") == [(1,)]


async def test_a_migration_that_fails_leaves_nothing_behind(path, migrations):
    database = Database(path, SEALER)
    await database.open()
    await database.write(put("a"))
    await database.close()
    broken = migrations / "0002_more.sql"
    broken.write_text("CREATE TABLE more (x INT) STRICT; INSERT INTO nowhere VALUES (1);")
    with pytest.raises(StorageUnavailableError):
        await database.open()
    assert query(path, "PRAGMA user_version") == [(1,)]
    assert query(path, "SELECT * FROM sqlite_master WHERE name = 'more'") == []
    broken.write_text("CREATE TABLE more (x INT) STRICT;")
    await database.open()
    assert await database.read(find("a")) == 1
    await database.close()


async def test_a_newer_schema_is_refused(database, path):
    await database.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")
    with pytest.raises(StartupError, match="newer version"):
        await database.open()
    assert query(path, "PRAGMA user_version") == [(999,)]


def test_a_process_that_forgets_to_close_after_a_failed_start_still_ends(tmp_path):
    script = """
import asyncio, sys
from pathlib import Path
from bot.storage.database import Database
from bot.storage.sealing import Sealer
path = Path(sys.argv[1])
path.write_text("no database" * 100)
asyncio.run(Database(path, Sealer(b"k" * 64)).open())
"""
    ended = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "bot.db")],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=10,
    )
    assert b"StorageUnavailableError" in ended.stderr


def test_each_migration_has_a_number_of_its_own():
    """Of two with the same number only one would be applied."""
    numbers = [int(path.name[:4]) for path in database_module.MIGRATIONS.glob("*.sql")]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
