"""Broadcasts and single deliveries as services write them, for tests of what becomes of them."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app import App
from bot.models import (
    BroadcastKind,
    BroadcastState,
    Content,
    Lane,
    Section,
    sections_text,
)
from bot.services.audiences import Audiences
from bot.storage import contents
from bot.storage.deliveries import NewDelivery
from bot.storage.tables import Tables
from sandbox.client import PersonClient
from sandbox.server import Sandbox

CHICAGO = ZoneInfo("America/Chicago")
VARIANT = f"en:{sections_text(frozenset(Section))}"


class Outbox:
    """Broadcasts and single deliveries, written as services write them."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def members(self, sandbox: Sandbox, count: int) -> list[PersonClient]:
        people = [sandbox.person(f"Member {n}") for n in range(count)]
        for person in people:
            person.account.started = True
        now = self.app.clock.now()

        def add(t: Tables) -> None:
            for person in people:
                t.members.add(person.account.id, "en", "v1", now)

        await self.app.database.write(add)
        return people

    async def broadcast(self, *htmls: str) -> int:
        now = self.app.clock.now()

        def add(t: Tables) -> int:
            number = t.broadcasts.add(BroadcastKind.EDITION, now.date(), now, now).broadcast_id
            parts = [(VARIANT, n, contents.to_json(Content(h))) for n, h in enumerate(htmls)]
            t.renditions.set(number, parts, [])
            for state in (BroadcastState.APPROVED, BroadcastState.SENDING):
                t.broadcasts.move(t.broadcasts.get(number), state, now)
            t.broadcasts.set_starts_at(number, now)
            Audiences(CHICAGO).write(t, t.broadcasts.get(number), now)
            return number

        number = await self.app.database.write(add)
        self.app.courier.wake()
        return number

    async def single(self, chat_id: int, html: str, lane: Lane = Lane.NOTICE, **more: Any) -> None:
        new = NewDelivery(chat_id, Content(html), lane, self.app.clock.now(), **more)
        await self.app.database.write(lambda t: t.deliveries.add(new))
        self.app.courier.wake()

    async def states(self) -> dict[str, int]:
        # What the bot tells staff of its own accord has a key; it does not count here.
        sql = "SELECT state, count(*) n FROM deliveries WHERE key IS NULL OR key = 'a' GROUP BY 1"
        rows = await self.app.database.read(lambda t: t.deliveries._rows(sql))
        return {row["state"]: row["n"] for row in rows}

    async def until(self, **expected: int) -> None:
        """Wait until the deliveries stand like this."""
        for _ in range(400):
            if await self.states() == expected:
                return
            await self.app.clock.sleep(0.02)
        pytest.fail(f"deliveries stand at {await self.states()}, not {expected}")
