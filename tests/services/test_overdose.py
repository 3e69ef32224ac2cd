"""The overdose timer as a small state machine: it does what people said last."""

import asyncio
import tempfile
from datetime import timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content.library import Library
from bot.errors import StorageUnavailableError
from bot.models import DeliveryState, Language
from bot.services.overdose import ASKS_AFTER, LATE_AFTER, USELESS_AFTER, Overdose
from bot.storage.database import Database
from bot.storage.deliveries import Outcome
from bot.storage.sealing import KEY_BYTES, Sealer
from bot.tasks import Tasks
from tests.conftest import START, MovedClock

CHAT, OTHER = 4711, 4712
LIBRARY = Library()

steps = st.one_of(
    st.sampled_from(["start", "end", "restart", "break", "mend"]),
    st.sampled_from(list(Language)),
    st.integers(min_value=1, max_value=200).map(lambda n: n * 40),  # seconds that pass
)


class FrozenClock(MovedClock):
    """Time passes only when it is moved; waiting takes a moment."""

    def __init__(self):
        self.time = START

    def now(self):
        return self.time

    def move(self, **duration):
        self.time += timedelta(**duration)

    async def sleep(self, seconds):
        await asyncio.sleep(0.001)


class Machine:
    """The service on a real database, beside what ought to be."""

    def __init__(self, folder):
        self.clock = FrozenClock()
        self.database = Database(Path(folder) / "bot.db", Sealer(bytes(range(KEY_BYTES))))
        self.write = self.database.write
        self.updates = count(1)
        self.said = []
        self.broken = False
        self.boot()
        # What ought to be: since when a timer runs, in which language, and whether it is stored.
        self.since = None
        self.language = Language.EN

    def boot(self):
        self.tasks = Tasks()
        self.service = Overdose(
            self.database, LIBRARY.guide, self.clock, ZoneInfo("UTC"), self.tasks, self.say
        )

    async def say(self, chat_id, thread_id, content):
        self.said.append((chat_id, content.html))

    async def step(self, step):  # noqa: C901 - one case a kind of step
        match step:
            case "start":
                waiting = await self.service.start(CHAT, None, self.language, next(self.updates))
                assert waiting.stored is not self.broken
                self.since = self.clock.now()
            case "end":
                assert await self.service.end(CHAT) is not self.broken
                self.since = None
            case Language():
                waiting = await self.service.speak(CHAT, step)
                if not self.broken:
                    assert (waiting is not None) == (self.since is not None)
                    self.language = step
                elif waiting is not None:
                    self.language = step
            case "restart" if not self.broken:
                await self.settle()
                await self.tasks.cancel()
                self.boot()
                await self.service.catch_up()
            case "break":
                self.broken = True
                self.database.write = self.refuse
            case "mend":
                self.broken = False
                self.database.write = self.write
                await self.settle()
            case int():
                self.clock.move(seconds=step)
                await self.settle()
        self.drop_what_is_too_old()
        await self.deliver()

    def drop_what_is_too_old(self):
        """Expect no question any more, if it can only come from the database."""
        age = self.clock.now() - self.since if self.since else timedelta()
        if age > USELESS_AFTER and not self.broken and not self.said:
            self.since = None

    async def refuse(self, _):
        raise StorageUnavailableError("locked")

    async def settle(self):
        """Let what runs in memory notice the time and the database."""
        for _ in range(5):
            await asyncio.sleep(0.002)

    async def deliver(self):
        """Do what the courier does, and compare."""
        if not self.broken:
            await self.settle()
            await self.service.catch_up()
            now = self.clock.now()
            due = await self.database.read(lambda t: t.deliveries.list_due(now, 9))
            ids = [each.delivery_id for each in due]
            for row in await self.database.read(lambda t: t.deliveries.list_by_id(ids)):
                self.said.append((row.chat_id, row.content.html))
                await self.write(lambda t, row=row: t.deliveries.claim([row], now))
                outcome = Outcome(row.delivery_id, DeliveryState.SENT)
                await self.write(lambda t, o=outcome: t.deliveries.finish([o], now))
        self.compare_what_was_said()
        if not self.broken:
            stored = await self.database.read(lambda t: t.timers.list_waiting())
            assert len(stored) == (self.since is not None)
            assert all(timer.language is self.language for timer in stored)
            assert all(timer.since == self.since for timer in stored)

    def compare_what_was_said(self):
        if not self.said:
            return
        assert self.since is not None, "it asked although they had ended it"
        age = self.clock.now() - self.since
        assert len(self.said) == 1
        ((chat_id, html),) = self.said
        assert chat_id == CHAT
        assert age >= ASKS_AFTER
        late = LIBRARY.words.render(
            "public/guide_ask",
            self.language,
            since=self.since,
            minutes=int(age.total_seconds() // 60),
            late=age > LATE_AFTER,
            zone=ZoneInfo("UTC"),
            sources=(),
            checked_on=START.date(),
        )
        assert html.startswith(late.split("<i>")[0])
        self.said.clear()
        self.since = None


async def play(steps):
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(folder)
        await machine.database.open()
        try:
            for step in steps:
                await machine.step(step)
            await machine.step("mend")
        finally:
            await machine.tasks.cancel()
            await machine.database.close()


@settings(max_examples=40, deadline=None)
@given(st.lists(steps, max_size=12))
def test_whatever_is_pressed_it_asks_once_for_what_was_said_last(steps):
    asyncio.run(play(steps))


async def test_the_timers_of_two_chats_are_two(tmp_path):
    machine = Machine(tmp_path)
    await machine.database.open()
    for chat_id in (CHAT, OTHER):
        await machine.service.start(chat_id, None, Language.ES, chat_id)
    await machine.service.end(CHAT)
    (left,) = await machine.database.read(lambda t: t.timers.list_waiting())
    assert (left.chat_id, left.language) == (OTHER, Language.ES)
    await machine.database.close()
