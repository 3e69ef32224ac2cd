"""Outages, refusals, and two copies with one token."""

import json
import logging

import pytest

from bot.errors import StartupError
from bot.tasks import Tasks
from bot.transport.polling import Polling
from bot.transport.request import Request
from tests.transport.wire import CONFLICT, ManualClock, error, eventually, message, settle

pytestmark = pytest.mark.filterwarnings("ignore:.*`retry_after`")  # PTB warns of its own plans

WORKS = (200, '{"ok":true,"result":[]}')
BROKEN = (502, "<html>Bad Gateway</html>")
REFUSED = error(401, "Unauthorized")
SECOND = error(409, CONFLICT)


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
async def start(wire):
    """Start polling; what it accepts is in its attribute got."""
    tasks, requests = Tasks(), []

    async def start(clock):
        request = Request()
        requests.append(request)
        await request.initialize()
        polling = Polling(request, wire.base_url, clock)
        polling.got = []

        async def ready():
            pass

        async def accept(batch):
            polling.got.extend(batch)

        polling.running = tasks.start(polling.run(ready, accept), "polling")
        return polling

    yield start
    await tasks.cancel()
    for request in requests:
        await request.shutdown()


async def ends(polling):
    """The one sentence with which polling gives up."""
    with pytest.raises(StartupError) as caught:
        await polling.running
    assert caught.value.__cause__ is None
    return str(caught.value)


async def delays(clock, wire, number):
    """The pauses between the next polls."""
    pauses = []
    for _ in range(number):
        await eventually(lambda: clock.next_sleep)
        pauses.append(round(clock.next_sleep, 2))
        polls = len(wire.polls)
        await clock.advance(clock.next_sleep)
        await eventually(lambda: len(wire.polls) > polls)  # noqa: B023
        await settle()
    return pauses


async def test_an_outage_is_retried_ever_more_slowly_and_logged_twice(wire, clock, start, caplog):
    wire.scripted.extend([*[BROKEN] * 11, WORKS])
    await start(clock)
    pauses = await delays(clock, wire, 11)
    assert pauses[:4] == [1, 1.5, 2.25, 3.38]
    assert pauses[-1] == 30
    await eventually(lambda: len(caplog.records) == 2)
    began, ended = caplog.records
    assert began.levelno == ended.levelno == logging.WARNING
    assert ended.getMessage() == "Telegram answers again after 135 s"


async def test_after_an_outage_the_first_poll_returns_at_once(wire, clock, start):
    wire.scripted.append(BROKEN)
    await start(clock)
    await delays(clock, wire, 1)
    await eventually(lambda: len(wire.polls) == 3)
    assert [poll["timeout"] for poll in wire.polls] == ["50", "0", "50"]


async def test_the_delay_starts_small_again_with_the_next_outage(wire, clock, start):
    wire.scripted.extend([BROKEN, BROKEN, WORKS, BROKEN])
    await start(clock)
    assert await delays(clock, wire, 3) == [1, 1.5, 1]


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"ok":true}', '{"ok":true,"result":{"a":1}}'])
async def test_an_answer_without_updates_is_an_outage(wire, clock, start, body):
    wire.scripted.append((200, body))
    wire.push(message(1))
    polling = await start(clock)
    assert await delays(clock, wire, 1) == [1]
    await eventually(lambda: polling.got)


async def test_a_flood_limit_is_waited_for(wire, clock, start, caplog):
    wire.scripted.append((429, json.dumps({"ok": False, "parameters": {"retry_after": 17}})))
    await start(clock)
    assert await delays(clock, wire, 1) == [17]
    assert not caplog.records


@pytest.mark.parametrize("status", [401, 404])
async def test_a_wrong_token_ends_the_program(wire, clock, start, status):
    wire.scripted.append(error(status, "Unauthorized"))
    assert "BOT_TOKEN" in await ends(await start(clock))


async def test_a_token_that_has_worked_is_not_given_up_at_once(wire, clock, start):
    wire.scripted.extend([WORKS, REFUSED, REFUSED, WORKS, REFUSED, REFUSED, REFUSED])
    polling = await start(clock)
    await delays(clock, wire, 4)
    assert "BOT_TOKEN" in await ends(polling)
    assert len(wire.polls) == 7


async def test_a_newcomer_gives_up_at_its_first_conflict(wire, clock, start):
    wire.scripted.append(SECOND)
    assert (
        await ends(await start(clock))
        == "Another copy of the bot is running with this token. Stop it first."
    )


async def test_an_older_copy_goes_on(wire, clock, start):
    polling = await start(clock)
    await eventually(lambda: wire.waiting)
    await clock.advance(61)
    wire.waiting.set_result(False)
    await eventually(lambda: clock.next_sleep)
    assert 1 <= clock.next_sleep <= 3
    await clock.advance(3)
    await eventually(lambda: len(wire.polls) == 2)
    assert not polling.running.done()


async def test_five_conflicts_in_two_minutes_end_an_older_copy_too(wire, clock, start):
    wire.scripted.append(BROKEN)
    polling = await start(clock)
    await delays(clock, wire, 1)
    await eventually(lambda: wire.waiting)
    await clock.advance(61)
    wire.scripted.extend([SECOND] * 4)
    wire.waiting.set_result(False)
    await delays(clock, wire, 4)
    assert "Another copy" in await ends(polling)


async def test_conflicts_far_apart_do_not_end_an_older_copy(wire, clock, start):
    polling = await start(clock)
    await eventually(lambda: wire.waiting)
    await clock.advance(61)
    for _ in range(10):
        polls, poll = len(wire.polls), wire.waiting
        poll.set_result(False)
        await eventually(lambda: clock.next_sleep)
        await clock.advance(40)
        await eventually(lambda: len(wire.polls) > polls)  # noqa: B023
        await eventually(lambda: wire.waiting is not poll)  # noqa: B023
    assert not polling.running.done()


async def test_a_copy_that_could_not_reach_telegram_yet_is_still_a_newcomer(wire, clock, start):
    wire.scripted.extend([*[BROKEN] * 10, SECOND])
    polling = await start(clock)
    await delays(clock, wire, 10)
    assert "Another copy" in await ends(polling)


async def test_of_two_copies_the_older_one_keeps_polling(wire, start):
    old_clock, new_clock = ManualClock(), ManualClock()
    old = await start(old_clock)
    await eventually(lambda: wire.waiting)
    await old_clock.advance(100)
    new = await start(new_clock)
    await eventually(lambda: old_clock.next_sleep)  # the older one got the 409
    await old_clock.advance(3)
    assert "Another copy" in await ends(new)
    wire.push(message(1))
    await eventually(lambda: old.got)
    assert not new.got


async def test_a_webhook_that_is_set_is_named(wire, clock, start):
    text = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook"
    wire.scripted.append(error(409, text))
    assert "webhook" in await ends(await start(clock))
