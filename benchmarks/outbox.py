"""A bot's outbox without the rest of the bot: members, one broadcast, its courier."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.delivery.courier import Courier
from bot.delivery.pacing import Pacer
from bot.models import (
    ALL_SECTIONS,
    BroadcastKind,
    BroadcastState,
    Content,
    Language,
    Tally,
    sections_text,
)
from bot.services.audiences import Audiences
from bot.storage import contents
from bot.storage.database import Database
from bot.storage.sealing import KEY_BYTES, Sealer
from bot.storage.tables import Tables
from bot.tasks import Tasks
from bot.transport.request import Request

FIRST_CHAT = 100_000
RATE = 640  # a second: ten times as many as may be under way
TEXT = "This week: a free naloxone training on Friday at ten. " * 12


@dataclass(frozen=True, slots=True)
class Outbox:
    """What is measured."""

    database: Database
    courier: Courier

    async def fill(self, members: int) -> int:
        """Store that many members and a broadcast to all of them; return its id."""

        def work(t: Tables) -> int:
            for n in range(members):
                t.members.add(FIRST_CHAT + n, Language.EN, "v1", now())
            return add_broadcast(t, TEXT, now())

        return await self.database.write(work)

    async def emptied(self, broadcast_id: int) -> None:
        """Wait until everything has left; the looks are cheap, so that they are not measured."""
        while await self.database.read(lambda t: t.broadcasts.list_due(now())):  # noqa: ASYNC110 - a look, not a signal
            await asyncio.sleep(0.02)
        while (await self.tally(broadcast_id)).left:  # noqa: ASYNC110 - a look, too
            await asyncio.sleep(0.002)

    async def tally(self, broadcast_id: int) -> Tally:
        """Return how far it is."""
        return await self.database.read(lambda t: t.copies.tally(broadcast_id))


def now() -> datetime:
    """Return the real time, which is what is measured."""
    return datetime.now(UTC)  # noqa: TID251 - real time is what is measured


def add_broadcast(t: Tables, text: str, at: datetime) -> int:
    """Write a broadcast to all members as the service does at its start; return its id."""
    number = t.broadcasts.add(BroadcastKind.EDITION, at.date(), at, at).broadcast_id
    variant = f"{Language.EN}:{sections_text(ALL_SECTIONS)}"
    t.renditions.set(number, [(variant, 0, contents.to_json(Content(text)))], [])
    for state in (BroadcastState.APPROVED, BroadcastState.SENDING):
        t.broadcasts.move(t.broadcasts.get(number), state, at)
    t.broadcasts.set_starts_at(number, at)
    Audiences(ZoneInfo("America/Chicago")).write(t, t.broadcasts.get(number), at)
    return number


@contextlib.asynccontextmanager
async def outbox(url: str, token: str, *, rate: float = RATE) -> AsyncIterator[Outbox]:
    """Open an outbox on a fresh database, its courier not started, with no limit to its pace."""
    clock, tasks, request = Clock(), Tasks(), Request()
    await request.initialize()

    async def post(method: str, form: bytes) -> object:
        return await request.post_form(f"{url}/bot{token}/{method}", form)

    async def storm(_: int, reason: str) -> None:
        raise RuntimeError(f"the broadcast was refused: {reason}")

    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "bot.db", Sealer(b"k" * KEY_BYTES))
        await database.open()
        pacer = Pacer(rate, clock, limited=False)
        courier = Courier(database, post, pacer, clock, tasks, rate=rate, on_storm=storm)
        try:
            yield Outbox(database, courier)
        finally:
            await courier.stop(5)
            await tasks.cancel()
            await request.shutdown()
            await database.close()
