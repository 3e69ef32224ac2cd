"""The index follows the directory: single changes go into it, after many a new one is made."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.hours import Hours
from bot.models.sites import Need, Place, Search
from bot.services.directory import Directory
from bot.services.liveindex import GOOD_FOR, LiveIndex
from bot.storage.database import Database
from bot.storage.sealing import KEY_BYTES, Sealer
from bot.storage.sitenews import MOST_TOUCHED
from bot.tasks import Tasks
from tests.journeys.places import site

ZONE = ZoneInfo("America/Chicago")
HERE = Search(Need.WOUND_CARE, Place("", "", 41.8807, -87.7266))
AUTHOR = 1


@pytest.fixture
async def database(tmp_path):
    database = Database(tmp_path / "bot.db", Sealer(bytes(KEY_BYTES)))
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def tasks():
    tasks = Tasks()
    yield tasks
    await tasks.cancel()


@pytest.fixture
def live(database, clock, tasks):
    return LiveIndex(database, clock, ZONE, Hours(ZONE), tasks)


@pytest.fixture
def put(database, clock):
    async def put(given):
        return await database.write(lambda t: t.sites.put(given, AUTHOR, clock.now()))

    return put


async def found(live, clock):
    return (await live.current()).nearest(HERE, 5, clock.now())


async def test_a_change_goes_into_the_index_that_is_there(live, put, database, clock):
    first, _ = await put(site("First"))
    index = await live.current()
    second, _ = await put(site("Second", latitude=41.881))
    assert await found(live, clock) == [first, second]
    await put(site("Second", latitude=41.8807, longitude=-87.72659))
    _, change = await put(replace(site("First"), closed=True))
    assert await found(live, clock) == [second]
    assert len(index) == 1
    await database.write(lambda t: t.sites.undo(change, clock.now()))
    assert sorted(await found(live, clock)) == [first, second]
    assert await live.current() is index


async def test_after_a_large_file_the_old_one_answers_until_the_new_one_is_made(
    live, put, database, clock
):
    first, _ = await put(site("First"))
    old = await live.current()
    rows = (site(f"Place {n}", key=f"list/{n}") for n in range(MOST_TOUCHED + 1))
    await Directory(database, clock, ZONE, ()).bring_in(rows, "list", dry_run=False)
    assert await live.current() is old
    assert await found(live, clock) == [first]
    await live.refresh()
    new = await live.current()
    assert new is not old
    assert len(new) == MOST_TOUCHED + 2


async def test_what_changes_while_a_new_one_is_made_is_in_it(live, put, clock, tasks):
    first, _ = await put(site("First"))
    old = await live.current()
    clock.move(hours=GOOD_FOR / timedelta(hours=1))
    assert await live.current() is old  # it begins to make a new one
    second, _ = await put(site("Second", latitude=41.881))
    await tasks.wait(5)
    assert await found(live, clock) == [first, second]
    assert await live.current() is not old


async def test_after_days_without_a_search_hours_are_worked_out_before_it_answers(
    live, put, clock
):
    await put(site("First"))
    old = await live.current()
    clock.move(days=9)
    assert await live.current() is not old
