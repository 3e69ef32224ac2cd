"""Nothing that people write is lost, however the process ends."""

import asyncio
import signal

import pytest

from tests.conftest import until

PEOPLE = 50


@pytest.fixture
def crowd(sandbox):
    return [sandbox.person(f"Person {number}") for number in range(PEOPLE)]


async def ask(crowd):
    for person in crowd:
        await person.send("/help")


def answered(crowd):
    return sum(bool(person.messages) for person in crowd)


async def all_are_answered(crowd):
    await asyncio.gather(*(person.expect("/overdose") for person in crowd))


async def test_fifty_updates_that_wait_at_a_kill_are_each_answered_once(make_bot, sandbox, crowd):
    bot = await make_bot().start()
    sandbox.faults.add("429", method="sendMessage", retry_after=30)
    await ask(crowd)
    await until(lambda: not len(sandbox.updates))  # Telegram will not hand them out again
    await bot.kill()
    assert answered(crowd) == 0
    sandbox.faults.clear()
    bot = await make_bot().start()
    await all_are_answered(crowd)
    await bot.end()
    assert {len(person.messages) for person in crowd} == {1}


async def test_who_waits_while_the_bot_is_killed_again_and_again_is_answered(make_bot, crowd):
    await ask(crowd)
    for enough in (1, 15, 30):
        bot = await make_bot().start()
        await until(lambda enough=enough: answered(crowd) >= enough)
        await bot.kill()
    await make_bot().start()
    await all_are_answered(crowd)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_bot_cleanly_and_loses_nothing(make_bot, crowd, number):
    bot = await make_bot().start()
    await ask(crowd)
    await until(lambda: answered(crowd))
    assert await bot.end(number) == 0
    assert bot.err == ""
    bot = await make_bot().start()
    await all_are_answered(crowd)
    await bot.end()
    assert {len(person.messages) for person in crowd} == {1}
