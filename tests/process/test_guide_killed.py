"""The promise to ask survives a kill, and nothing of it stays."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from tests.conftest import until

ASKS = "Are they breathing better?"


def rows(path, table):
    """Return the rows of a table as they lie in the file."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


def timers(path):
    """Return key and state of what is in the outbox."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT key, state FROM deliveries").fetchall()


def age(path, seconds):
    """Make a stored timer older, as if it had been started earlier."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        ((key,),) = connection.execute("SELECT key FROM deliveries").fetchall()
        prefix, language, since, end = key.split(":")
        older = f"{prefix}:{language}:{int(since) - seconds * 1000}:{end}"
        connection.execute(
            "UPDATE deliveries SET key = ?, due_at = due_at - ?", (older, seconds * 1000)
        )


@pytest.mark.parametrize(
    ("seconds", "says"), [(118, "2 to 3 minutes have passed."), (700, "This message comes late.")]
)
async def test_killed_after_the_promise_it_asks_once_and_forgets(
    make_bot, sandbox, tmp_path, seconds, says
):
    path = tmp_path / "data/bot.db"
    nia = sandbox.person("Nia")
    bot = await make_bot().start()
    await nia.send("he is not breathing")
    await nia.expect("Call 911 and give naloxone now")
    await nia.press("I gave naloxone")
    await nia.expect("Naloxone given")  # what it has promised is stored by now
    await until(lambda: not rows(path, "inbox"))  # the press is done with
    await bot.kill()
    assert [state for _, state in timers(path)] == ["pending"]
    age(path, seconds)
    bot = await make_bot().start()
    asks = await nia.expect(ASKS)
    assert says in asks.text
    await until(lambda: not timers(path))
    assert await bot.end() == 0
    await (await make_bot().start()).end()
    assert sum(ASKS in message.text for message in nia.messages) == 1


async def test_killed_while_it_asks_it_asks_again_rather_than_never(make_bot, sandbox, tmp_path):
    path = tmp_path / "data/bot.db"
    nia = sandbox.person("Nia")
    bot = await make_bot().start()
    await nia.send("/overdose")
    await nia.expect("Call 911")
    await nia.press("I gave naloxone")
    await nia.expect("Naloxone given")
    await until(lambda: not rows(path, "inbox"))  # the press is done with
    await bot.kill()
    age(path, 120)
    sandbox.faults.add("late", method="sendMessage", delay=4, count=1)
    bot = await make_bot().start()
    await until(lambda: [state for _, state in timers(path)] == ["sending"])
    await bot.kill()
    bot = await make_bot().start()
    await nia.expect(ASKS)
    await until(lambda: not timers(path))
    assert await bot.end() == 0


async def test_a_press_that_comes_again_after_a_kill_does_not_start_anew(
    make_bot, sandbox, tmp_path
):
    path = tmp_path / "data/bot.db"
    nia = sandbox.person("Nia")
    bot = await make_bot().start()
    await nia.send("/overdose")
    await nia.expect("Call 911")
    sandbox.faults.add("late", method="answerCallbackQuery", delay=4)
    pressed = asyncio.create_task(nia.press("I gave naloxone", within=60))
    await nia.expect("Naloxone given")
    await bot.kill()  # before the press was done with
    pressed.cancel()
    sandbox.faults.clear()
    before = timers(path)
    await make_bot().start()
    await until(lambda: not sandbox.updates.pending() and not rows(path, "inbox"))
    assert len(before) == 1
    assert timers(path) == before
