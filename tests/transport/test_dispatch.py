"""Order within a chat, chats side by side, a bound that emergencies ignore."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.tasks import Tasks
from bot.transport.dispatch import AT_ONCE, PAUSE_ABOVE, RESUME_BELOW, Dispatcher
from tests.transport.wire import settle


class Handler:
    """Handles jobs (key, number); each takes the turns of the loop that the test says."""

    def __init__(self, turns=()):
        self.turns = list(turns)
        self.began = []
        self.under_way = 0
        self.most = 0

    async def __call__(self, job):
        self.began.append(job)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        for _ in range(self.turns.pop() if self.turns else 1):
            await asyncio.sleep(0)
        self.under_way -= 1


@settings(max_examples=60, deadline=None)
@given(
    chats=st.lists(st.integers(0, 5), max_size=150),
    turns=st.lists(st.integers(0, 7), max_size=150),
    pauses=st.sets(st.integers(0, 149)),
)
def test_whatever_the_interleaving_each_chat_is_handled_in_order(chats, turns, pauses):
    async def scenario():
        handler = Handler(turns)
        dispatcher = Dispatcher(handler, Tasks())
        for number, chat in enumerate(chats):
            dispatcher.submit(("chat", chat), (chat, number))
            if number in pauses:
                await asyncio.sleep(0)
        await dispatcher.until_idle()
        return handler

    handler = asyncio.run(scenario())
    assert sorted(n for _, n in handler.began) == list(range(len(chats)))
    for chat in set(chats):
        mine = [n for c, n in handler.began if c == chat]
        assert mine == sorted(mine)


@pytest.fixture
async def tasks():
    tasks = Tasks()
    yield tasks
    await tasks.cancel()


async def test_a_chat_never_has_two_handlers_at_once(tasks):
    handler = Handler([3] * 20)
    dispatcher = Dispatcher(handler, tasks)
    for number in range(20):
        dispatcher.submit(("chat", 1), number)
    await dispatcher.until_idle()
    assert handler.most == 1


async def test_at_most_so_many_handlers_run_at_once(tasks):
    handler = Handler([5] * 300)
    dispatcher = Dispatcher(handler, tasks)
    for number in range(300):
        dispatcher.submit(("chat", number), number)
    await dispatcher.until_idle()
    assert handler.most == AT_ONCE


async def test_an_urgent_job_passes_its_own_blocked_chat_and_a_full_house(tasks):
    blocked = asyncio.Event()
    handled = []

    async def handle(job):
        if job != "urgent":
            await blocked.wait()
        handled.append(job)

    dispatcher = Dispatcher(handle, tasks)
    for number in range(AT_ONCE + 10):
        dispatcher.submit(("chat", number), number)
    await settle()
    dispatcher.start_now("urgent")
    await settle()
    assert handled == ["urgent"]
    blocked.set()
    await dispatcher.until_idle()
    assert len(handled) == AT_ONCE + 11


async def test_a_handler_that_fails_does_not_block_its_chat(tasks, caplog):
    handled = []

    async def handle(job):
        handled.append(job)
        if job == 1:
            raise ValueError("Alice")

    dispatcher = Dispatcher(handle, tasks)
    for number in (1, 2):
        dispatcher.submit(("chat", 1), number)
    await dispatcher.until_idle()
    assert handled == [1, 2]
    assert [r.getMessage() for r in caplog.records] == ["An update was not handled"]


async def test_a_full_queue_asks_for_a_pause_until_half_of_it_is_done(tasks):
    go = asyncio.Semaphore(0)

    async def handle(_job):
        await go.acquire()

    dispatcher = Dispatcher(handle, tasks)
    for number in range(PAUSE_ABOVE):
        dispatcher.submit(("chat", number), number)
    async with asyncio.timeout(1):
        await dispatcher.until_calm()
    for number in range(AT_ONCE + 1):
        dispatcher.submit(("more", number), number)
    calm = tasks.start(dispatcher.until_calm(), "calm")
    await settle()  # now 64 have begun
    for _ in range(PAUSE_ABOVE + 1 - RESUME_BELOW):
        assert not calm.done()
        go.release()
        await settle()
    go.release()
    await settle()
    assert calm.done()
    for _ in range(PAUSE_ABOVE):
        go.release()
    await dispatcher.until_idle()
