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
from tests.process.test_database_trouble import full

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

    async def join(self, people):
        """Make members of people."""
        now = datetime.now(UTC)

        def work(t):
            for person in people:
                t.members.add(person.id, Language.EN, "v1", now)

        await self.write(work)

    async def begin(self, people, starts_in=0.0):
        """Write a broadcast to people as the service does when staff press send."""
        await self.join(people)
        now = datetime.now(UTC)
        variant = f"en:{sections_text(ALL_SECTIONS)}"

        def work(t):
            edition = t.broadcasts.add(BroadcastKind.EDITION, now.date(), now, now)
            rendition = (variant, 0, contents.to_json(Content(TEXT)))
            t.renditions.set(edition.broadcast_id, [rendition], [])
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


@pytest.fixture
def sam(sandbox):
    sam = sandbox.person("Sam")
    sam.account.started = True
    return sam


def copies(people):
    return Counter(p.id for p in people for m in p.messages if TEXT in m.text)


async def test_killed_again_and_again_nobody_is_skipped_and_nobody_gets_it_twice(
    make_bot, sandbox, people, ledger, sam
):
    chance = random.Random(7)
    await ledger.begin(people)
    sandbox.faults.add("late", method="sendMessage", delay=0.15)  # so that there is much under way
    kills = in_flight = 0
    while "pending" in (await ledger.states()).values():
        bot = await make_bot().start()
        await asyncio.sleep(chance.uniform(0, 0.9))  # any moment
        await bot.kill()
        kills += 1
        under_way = list((await ledger.states()).values()).count("sending")
        assert under_way <= 8  # at 30 a second
        in_flight += under_way
    sandbox.faults.clear()
    bot = await make_bot().start()
    report = await sam.expect("Report: E-blast")
    await bot.end()
    states = await ledger.states()
    got = copies(people)
    assert kills >= 2
    assert max(got.values()) == 1
    assert set(states) == {person.id for person in people}
    assert set(states.values()) == {"sent", "unconfirmed"}
    unconfirmed = {chat_id for chat_id, state in states.items() if state == "unconfirmed"}
    assert len(unconfirmed) == in_flight
    assert f"{in_flight} unconfirmed" in report.text  # all listed, and nobody else
    assert {person.id for person in people if not got[person.id]} <= unconfirmed
    assert not any("backup" in message.text for message in sam.messages)


async def test_killed_between_the_decision_and_the_first_message_it_goes_out_once(
    make_bot, people, ledger, sam
):
    await ledger.join(people[:5])
    bot = await make_bot(UNDO_SECONDS=2).start()
    await sam.send(f"/item {TEXT}")
    await sam.expect("section")
    await sam.press("Trainings")
    await sam.send("/blast")
    await sam.expect("Draft")
    await sam.press("Approve and send now")
    await sam.expect("leaves in")
    await bot.kill()
    assert copies(people).total() == 0
    await make_bot(UNDO_SECONDS=2).start()
    await until(lambda: copies(people).total() == 5)
    report = await sam.expect("Report: E-blast")
    assert "5 messages accepted" in report.text
    assert set(copies(people).values()) == {1}


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
    sandbox.faults.add("late", method="sendMessage", delay=2.5)  # a slow day at Telegram's
    bot = await make_bot().start()
    await until(lambda: copies(people).total() > 3)
    assert await bot.end() == 0  # within END_SECONDS
    assert set((await ledger.states()).values()) == {"sent", "pending"}
    sandbox.faults.clear()
    await make_bot().start()
    await until(lambda: copies(people).total() == MEMBERS)
    assert set(copies(people).values()) == {1}


async def test_sigterm_ends_it_in_time_even_if_telegram_never_answers(
    make_bot, sandbox, people, ledger
):
    await ledger.begin(people)
    sandbox.faults.add("late", method="sendMessage", delay=60)
    bot = await make_bot().start()
    await until(lambda: copies(people).total() == LEAST_IN_FLIGHT)
    assert await bot.end() == 0  # within END_SECONDS
    states = Counter((await ledger.states()).values())
    assert states == {"sending": LEAST_IN_FLIGHT, "pending": MEMBERS - LEAST_IN_FLIGHT}


async def test_a_full_disk_in_the_middle_loses_nobody(make_bot, sandbox, people, ledger, tmp_path):
    await ledger.begin(people)
    sandbox.faults.add("late", method="sendMessage", delay=0.15)
    bot = await make_bot().start()
    await until(lambda: copies(people).total() > 10)
    with full(tmp_path / "data/bot.db", bot.process.pid):
        await asyncio.sleep(1)
        before = copies(people).total()
        await asyncio.sleep(1)
        assert copies(people).total() == before < MEMBERS  # nothing leaves unclaimed
    await until(lambda: copies(people).total() == MEMBERS)
    assert await bot.end() == 0
    assert set(copies(people).values()) == {1}
    assert set((await ledger.states()).values()) == {"sent"}
