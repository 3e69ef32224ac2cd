"""What amends a broadcast survives a kill at any moment: each message is changed or answered."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.models import ALL_SECTIONS, BroadcastKind, BroadcastState, Content, sections_text
from bot.services.audiences import Audiences
from bot.storage import contents
from tests.conftest import until
from tests.process.test_broadcast_killed import MEMBERS, TEXT, copies, ledger, people

__all__ = ["ledger", "people"]  # fixtures
CHICAGO = ZoneInfo("America/Chicago")
VARIANT = f"en:{sections_text(ALL_SECTIONS)}"


async def begin(ledger, kind, text=None):
    """Write what amends the first broadcast as the service does when staff approve it."""
    now = datetime.now(UTC)
    variant = "en" if kind is BroadcastKind.CORRECTION else VARIANT

    def work(t):
        number = t.broadcasts.add(kind, None, None, now, amends=1).broadcast_id
        if text:
            rendition = (variant, 0, contents.to_json(Content(text)))
            t.renditions.set(number, [rendition], [])
        for state in (BroadcastState.APPROVED, BroadcastState.SENDING):
            t.broadcasts.move(t.broadcasts.get(number), state, now)
        t.broadcasts.set_starts_at(number, now)
        Audiences(CHICAGO).write(t, t.broadcasts.get(number), now)

    await ledger.write(work)


async def outcomes(ledger):
    """Return the states of what was done to the messages, one per message."""
    sql = "SELECT state FROM deliveries WHERE broadcast_id = 2"
    return await ledger.write(lambda t: [row["state"] for row in t.deliveries._rows(sql)])


async def kill_until_done(make_bot, ledger, seed):
    """Kill the bot at random moments until nothing is left; return how many were in flight."""
    chance = random.Random(seed)
    kills = in_flight = 0
    while {"pending", "sending"} & set(await outcomes(ledger)):
        bot = await make_bot().start()
        await asyncio.sleep(chance.uniform(0, 0.9))  # any moment
        await bot.kill()
        kills += 1
        in_flight += (await outcomes(ledger)).count("sending")
    assert kills >= 2
    return in_flight


@pytest.fixture
async def sent(make_bot, people, ledger):
    """Send a broadcast to everybody and end the bot."""
    await ledger.begin(people)
    bot = await make_bot().start()
    await until(lambda: copies(people).total() == MEMBERS, within=30)
    await bot.end()
    assert set((await ledger.states()).values()) == {"sent"}


async def test_killed_again_and_again_every_message_is_asked_to_be_deleted(
    make_bot, sandbox, people, ledger, sent
):
    await begin(ledger, BroadcastKind.RECALL)
    sandbox.faults.add("late", method="deleteMessage", delay=0.15)
    await kill_until_done(make_bot, ledger, seed=11)
    assert await outcomes(ledger) == ["sent"] * MEMBERS
    assert not any(TEXT in m.get("text", "") for p in people for m in p.chat.messages.values())


async def test_killed_again_and_again_every_message_is_edited(
    make_bot, sandbox, people, ledger, sent
):
    await begin(ledger, BroadcastKind.EDIT, "what is right")
    sandbox.faults.add("late", method="editMessageText", delay=0.15)
    await kill_until_done(make_bot, ledger, seed=5)
    assert await outcomes(ledger) == ["sent"] * MEMBERS
    assert {m.text for p in people for m in p.messages} == {"what is right"}
    assert {len(p.messages) for p in people} == {1}


async def test_killed_again_and_again_nobody_is_corrected_twice(
    make_bot, sandbox, people, ledger, sent
):
    await begin(ledger, BroadcastKind.CORRECTION, "what is right")
    sandbox.faults.add("late", method="sendMessage", delay=0.15)
    in_flight = await kill_until_done(make_bot, ledger, seed=3)
    states = Counter(await outcomes(ledger))
    assert states["sent"] + states["unconfirmed"] == MEMBERS
    assert states["unconfirmed"] <= in_flight
    got = [[m for m in p.messages if m.text == "what is right"] for p in people]
    assert max(map(len, got)) == 1
    assert sum(map(len, got)) >= states["sent"]
    assert all(TEXT in m.raw["reply_to_message"]["text"] for each in got for m in each)
