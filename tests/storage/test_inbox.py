"""The inbox: known ids, attempts, problems; nothing readable in the file."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.database import Database
from bot.storage.sealing import KEY_BYTES, Sealer

NOW = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path):
    database = Database(tmp_path / "bot.db", Sealer(b"k" * KEY_BYTES))
    await database.open()
    yield database
    await database.close()


def add(*ids):
    return lambda tables: tables.inbox.add([(n, f'"update {n}"') for n in ids], NOW)


def waiting(tables):
    return tables.inbox.list_waiting()


async def test_adding_tells_which_ids_are_new_and_keeps_the_first_text(database):
    assert await database.write(add(3, 1)) == {1, 3}
    assert await database.write(lambda t: t.inbox.add([(3, "else"), (4, "four")], NOW)) == {4}
    assert await database.read(waiting) == [
        (1, '"update 1"', 0),
        (3, '"update 3"', 0),
        (4, "four", 0),
    ]
    assert await database.read(lambda t: t.inbox.count_waiting()) == 3


async def test_an_id_twice_in_one_batch_is_kept_once(database):
    assert await database.write(add(7, 7)) == {7}
    assert len(await database.read(waiting)) == 1


async def test_attempts_are_counted(database):
    await database.write(add(1, 2))
    for _ in range(2):
        await database.write(lambda tables: tables.inbox.mark_attempted([2, 99]))
    assert [attempts for _, _, attempts in await database.read(waiting)] == [0, 2]


async def test_answered_updates_leave_no_byte(database, tmp_path):
    await database.write(add(1, 2))
    await database.write(lambda tables: tables.inbox.remove([1, 2, 3]))
    assert await database.read(waiting) == []


async def test_a_problem_is_set_aside_and_known_until_it_is_old(database):
    await database.write(add(1, 2))
    await database.write(lambda tables: tables.inbox.mark_problem(1, "KeyError"))
    assert [n for n, _, _ in await database.read(waiting)] == [2]
    assert await database.write(add(1)) == set()
    later = NOW + timedelta(days=1)
    assert await database.write(lambda tables: tables.inbox.remove_problems(NOW)) == 0
    assert await database.write(lambda tables: tables.inbox.remove_problems(later)) == 1
    assert [n for n, _, _ in await database.read(waiting)] == [2]


async def test_a_damaged_row_hides_no_other(database):
    await database.write(add(1, 2, 3))
    await database.write(
        lambda t: t.inbox._change("UPDATE inbox SET sealed = x'00' WHERE update_id = 2")
    )
    assert [text for _, text, _ in await database.read(waiting)] == [
        '"update 1"',
        "",
        '"update 3"',
    ]


async def test_the_file_holds_nothing_that_can_be_read(database, tmp_path):
    await database.write(lambda tables: tables.inbox.add([(1, "Alice wrote help")], NOW))
    await database.close()
    for file in tmp_path.iterdir():
        assert b"Alice" not in file.read_bytes()
