"""A broadcast survives a kill at any moment: nobody is skipped, nobody gets it twice."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.courier import LEAST_IN_FLIGHT
from bot.models import (
    ALL_SECTIONS,
    BroadcastKind,
    BroadcastState,
    Content,
    Language,
    sections_text,
)
from bot.services.audiences import Audiences
from bot.storage import contents
from bot.storage.database import Database
from bot.storage.sealing import Sealer, load_key
from tests.conftest import until

CHICAGO = ZoneInfo("America/Chicago")
MEMBERS = 70
TEXT = "the e-blast of the week"


class Ledger:
    """The bot's database, looked at while the bot does not run."""

    def __init__(self, path):
        path.parent.mkdir(exist_ok=True)
        self._database = Database(path, Sealer(load_key("", path)))

    async def write(self, work):
        await self._database.open()
        try:
            return await self._database.write(work)
        finally:
            await self._database.close()

    async def begin(self, people, starts_in=0.0):
        """Write a broadcast to people as the service does when staff press send."""
        now = datetime.now(UTC)
        variant = f"en:{sections_text(ALL_SECTIONS)}"

        def work(t):
            for person in people:
                t.members.add(person.id, Language.EN, "v1", now)
            edition = t.broadcasts.add(BroadcastKind.EDITION, now.date(), now, now)
            rendition = (variant, 0, contents.to_json(Content(TEXT)))
            t.broadcasts.set_renditions(edition.broadcast_id, [rendition], [])
            for state in (BroadcastState.APPROVED, BroadcastState.SENDING):
                t.broadcasts.move(t.broadcasts.get(edition.broadcast_id), state, now)
            starts_at = now + timedelta(seconds=starts_in)
            t.broadcasts.set_starts_at(edition.broadcast_id, starts_at)
            Audiences(CHICAGO).write(t, t.broadcasts.get(edition.broadcast_id), starts_at)

        await self.write(work)

    async def states(self):
        """Return {chat id: state} of the broadcast."""
        sql = "SELECT chat, state FROM deliveries WHERE broadcast_id IS NOT NULL"

        def work(t):
            return {
                t.deliveries._sealer.open_id(r["chat"]): r["state"]
                for r in t.deliveries._rows(sql)
            }

        return await self.write(work)


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "data" / "bot.db")


@pytest.fixture
def people(sandbox):
    people = [sandbox.person(f"Member {n}") for n in range(MEMBERS)]
    for person in people:
        person.account.started = True
    return people


def copies(people):
    return Counter(p.id for p in people for m in p.messages if m.text == TEXT)


async def test_killed_again_and_again_nobody_is_skipped_and_nobody_gets_it_twice(
    make_bot, sandbox, people, ledger
):
    chance = random.Random(7)
    await ledger.begin(people)
    sandbox.faults.add("late", method="sendMessage", delay=0.15)  # so that there is much under way
    kills = 0
    while "pending" in (await ledger.states()).values():
        bot = await make_bot().start()
        await asyncio.sleep(chance.uniform(0, 0.9))  # any moment
        await bot.kill()
        kills += 1
    await (await make_bot().start()).end()
    states = await ledger.states()
    got = copies(people)
    assert kills >= 2
    assert max(got.values()) == 1
    unconfirmed = {chat_id for chat_id, state in states.items() if state == "unconfirmed"}
    assert len(unconfirmed) <= LEAST_IN_FLIGHT * kills
    assert set(states) == {person.id for person in people}
    assert set(states.values()) <= {"sent", "unconfirmed"}
    assert {person.id for person in people if not got[person.id]} <= unconfirmed  # all listed


async def test_killed_in_the_undo_window_it_goes_out_when_that_has_passed(
    make_bot, people, ledger
):
    await ledger.begin(people[:5], starts_in=3)
    bot = await make_bot().start()
    await bot.kill()
    assert copies(people).total() == 0
    await make_bot().start()
    await until(lambda: copies(people).total() == 5)


async def test_sigterm_in_the_middle_leaves_nothing_unconfirmed(make_bot, sandbox, people, ledger):
    await ledger.begin(people)
    sandbox.faults.add("late", method="sendMessage", delay=0.15)
    bot = await make_bot().start()
    await until(lambda: copies(people).total() > 10)
    assert await bot.end() == 0
    assert set((await ledger.states()).values()) == {"sent", "pending"}
    await make_bot().start()
    await until(lambda: copies(people).total() == MEMBERS)
    assert set(copies(people).values()) == {1}
