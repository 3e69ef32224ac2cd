"""The whole bot on the sandbox, as its tests run it, with members who came some other way."""

import asyncio
import contextlib
import itertools
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from benchmarks.outbox import add_broadcast
from bot.app import App
from bot.config import Settings
from bot.models import Language
from bot.storage.tables import Tables
from sandbox.client import PersonClient
from sandbox.server import Sandbox
from sandbox.world import STAFF_ID


@dataclass(slots=True)
class WholeBot:
    """A running bot and the Telegram that it talks to."""

    app: App
    sandbox: Sandbox
    _names: "itertools.count[int]" = field(default_factory=itertools.count)

    def newcomer(self) -> PersonClient:
        """Return somebody whom the bot has never met."""
        return self.sandbox.person(f"Visitor {next(self._names)}")

    async def add_members(self, count: int) -> None:
        """Store members who have written to the bot before."""
        people = [self.sandbox.world.add_person(f"Member {n}", "en") for n in range(count)]
        now = self.app.clock.now()

        def work(t: Tables) -> None:
            for person in people:
                person.started = True
                t.members.add(person.id, Language.EN, "v1", now)

        await self.app.database.write(work)

    async def broadcast(self) -> int:
        """Start a broadcast to all members, as the service does; return its id."""
        now = self.app.clock.now()
        number = await self.app.database.write(lambda t: add_broadcast(t, "the e-blast", now))
        self.app.courier.wake()
        return number

    async def until_sent(self, number: int, count: int, within: float) -> None:
        """Wait until so many have it; at most that many seconds."""
        async with asyncio.timeout(within):
            while True:
                tally = await self.app.database.read(lambda t: t.copies.tally(number))
                if tally.sent >= count:
                    return
                await asyncio.sleep(0.02)

    async def seconds_to_first(self, number: int) -> float:
        """Return how long after its start the first message was claimed."""
        sql = (
            "SELECT min(d.claimed_at) - b.starts_at AS ms FROM broadcasts b"
            " JOIN deliveries d USING (broadcast_id) WHERE b.broadcast_id = ?"
        )
        [row] = await self.app.database.read(
            lambda t: t.deliveries._rows(sql, number)  # noqa: SLF001 - a question only asked here
        )
        return float(row["ms"]) / 1000


@contextlib.asynccontextmanager
async def whole_bot(sandbox: Sandbox) -> AsyncIterator[WholeBot]:
    """Run the bot on a fresh database."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            bot_token=SecretStr(sandbox.token),
            telegram_api_url=sandbox.url,
            database_path=Path(folder) / "bot.db",
            owner_ids=frozenset({STAFF_ID}),
        )
        app = App(settings)
        try:
            await app.start()
            _ = app.tasks.start(app.run(), "receiver")
            yield WholeBot(app, sandbox)
        finally:
            await app.stop()
