"""A receiver with a real database file, on a wire of its own."""

import asyncio
from dataclasses import dataclass, field

import pytest
from telegram import Bot

from bot.clock import Clock
from bot.storage.database import Database
from bot.storage.sealing import KEY_BYTES, Sealer
from bot.tasks import Tasks
from bot.transport.receiver import Hooks, Receiver
from bot.transport.request import Request
from tests.transport.wire import TOKEN, Wire


@pytest.fixture
async def wire():
    async with Wire() as wire:
        yield wire


@pytest.fixture
async def database(tmp_path):
    database = Database(tmp_path / "bot.db", Sealer(b"k" * KEY_BYTES))
    await database.open()
    yield database
    await database.close()


@dataclass
class Front:
    """The hooks: what was processed, in order, and what was told."""

    processed: list[int] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    quarantined: int = 0
    blocked: dict[int, asyncio.Event] = field(default_factory=dict)
    failing: dict[int, Exception] = field(default_factory=dict)

    async def process(self, update):
        self.processed.append(update.update_id)
        if update.update_id in self.blocked:
            await self.blocked[update.update_id].wait()
        if update.update_id in self.failing:
            raise self.failing[update.update_id]

    def is_urgent(self, raw):
        return "overdose" in raw["message"]["text"]

    async def on_quarantine(self):
        self.quarantined += 1

    async def on_trouble(self, error):
        self.troubles.append(error)

    @property
    def hooks(self):
        return Hooks(self.process, self.is_urgent, self.on_quarantine, self.on_trouble)


@pytest.fixture
def front():
    return Front()


@pytest.fixture
async def make_receiver(wire, database):
    """Make receivers on the wire, and run them if asked."""
    tasks, made = Tasks(), []

    async def make(front, clock=None, run=False):
        request = Request()
        await request.initialize()
        bot = Bot(TOKEN, base_url=wire.root, request=request, get_updates_request=request)
        receiver = Receiver(bot, request, database, front.hooks, clock or Clock())
        running = tasks.start(receiver.run(), "receiver") if run else None
        made.append((receiver, request))
        receiver.running = running
        return receiver

    yield make
    for receiver, request in made:
        await receiver._tasks.cancel()
        await request.shutdown()
    await tasks.cancel()
