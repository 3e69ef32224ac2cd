"""A recall survives a kill at any moment: Telegram is asked to delete every message."""

import asyncio
import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.models import BroadcastKind, BroadcastState
from bot.services.audiences import Audiences
from tests.conftest import until
from tests.process.test_broadcast_killed import MEMBERS, copies, ledger, people

__all__ = ["ledger", "people"]  # fixtures
CHICAGO = ZoneInfo("America/Chicago")


async def begin_recall(ledger):
    """Write the recall of the first broadcast as the service does when staff approve it."""
    now = datetime.now(UTC)

    def work(t):
        number = t.broadcasts.add(BroadcastKind.RECALL, None, None, now, amends=1).broadcast_id
        for state in (BroadcastState.APPROVED, BroadcastState.SENDING):
            t.broadcasts.move(t.broadcasts.get(number), state, now)
        t.broadcasts.set_starts_at(number, now)
        Audiences(CHICAGO).write(t, t.broadcasts.get(number), now)

    await ledger.write(work)


async def outcomes(ledger):
    """Return the states of the deletions, one per message."""
    sql = "SELECT state FROM deliveries WHERE operation = 'delete'"
    return await ledger.write(lambda t: [row["state"] for row in t.deliveries._rows(sql)])


async def test_killed_again_and_again_every_message_is_asked_to_be_deleted(
    make_bot, sandbox, people, ledger
):
    chance = random.Random(11)
    await ledger.begin(people)
    bot = await make_bot().start()
    await until(lambda: copies(people).total() == MEMBERS, within=30)
    await bot.end()
    await begin_recall(ledger)
    sandbox.faults.add("late", method="deleteMessage", delay=0.15)
    kills = 0
    while {"pending", "sending"} & set(await outcomes(ledger)):
        bot = await make_bot().start()
        await asyncio.sleep(chance.uniform(0, 0.9))  # any moment
        await bot.kill()
        kills += 1
    states = await outcomes(ledger)
    assert kills >= 2
    assert states == ["sent"] * MEMBERS
    left = [
        m
        for p in people
        for m in p.chat.messages.values()
        if m.get("text", "").startswith("the e-blast of")
    ]
    assert left == []
