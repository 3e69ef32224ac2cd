"""Each fault of the network and of people on a broadcast, and what becomes of it for everybody."""

import asyncio
import shutil
import socket
import sqlite3
import time
from collections import Counter
from contextlib import closing

import pytest

from bot.errors import StartupError
from bot.models import DeliveryState, MemberState
from bot.storage import database
from tests.conftest import MovedClock, Running, until
from tests.delivery.outbox import Outbox


class JumpingClock(MovedClock):
    """Also measured time moves on, as the pacer sees it."""

    def __init__(self):
        super().__init__()
        self.jumped = 0.0

    def monotonic(self):
        return time.monotonic() + self.jumped


@pytest.fixture
def clock():
    return JumpingClock()


@pytest.fixture
def sam(sandbox):
    sam = sandbox.person("Sam")
    sam.account.started = True
    return sam


@pytest.fixture
def outbox(app, sam):
    return Outbox(app)


@pytest.fixture
def jump(running, sandbox, clock):
    """Let time pass for the bot and for Telegram, while nothing is under way."""

    async def jump(seconds):
        await until(lambda: not running.app.pacer._in_flight)
        clock.move(seconds=seconds)
        clock.jumped += seconds
        sandbox.clock.advance(seconds)
        running.app.pacer._serve()
        running.app.courier.wake()
        await asyncio.sleep(0.02)

    return jump


def copies(people):
    return [sum(m.text == "hello" for m in person.messages) for person in people]


async def outcomes(app):
    """Return {chat id: state} of the broadcast."""
    sql = "SELECT chat, state FROM deliveries WHERE broadcast_id IS NOT NULL"

    def work(t):
        opened = t.deliveries._sealer.open_id
        return {opened(row["chat"]): row["state"] for row in t.deliveries._rows(sql)}

    return await app.database.read(work)


# ---------------------------------------------------------------------- floods


@pytest.mark.parametrize("paced", [True])
@pytest.mark.parametrize("seconds", [1, 60, 600, 10_000])
async def test_a_429_for_one_chat_delays_that_one_only(
    outbox, sandbox, running, sam, jump, seconds
):
    people = await outbox.members(sandbox, 8)
    held = people[2]
    sandbox.faults.add("429", method="sendMessage", chat_id=held.id, retry_after=seconds, count=1)
    await outbox.broadcast("hello")
    await until(lambda: not sandbox.faults)
    for _ in range(2):
        await jump(min(61, seconds / 2 - 0.4))  # the others wait a minute at most
    await until(lambda: sum(copies(people)) == 7)
    assert copies([held]) == [0]
    await jump(seconds)
    await until(lambda: copies([held]) == [1])
    await running.outbox_empty()
    assert set(copies(people)) == {1}
    assert "8 messages accepted" in (await sam.expect("Report: E-blast")).text


@pytest.mark.parametrize("paced", [True])
@pytest.mark.parametrize("seconds", [1, 60, 600, 10_000])
async def test_a_429_for_all_is_waited_out_and_nobody_is_lost(
    outbox, sandbox, running, sam, jump, seconds
):
    people = await outbox.members(sandbox, 30)
    sandbox.faults.add("429", method="sendMessage", retry_after=seconds)
    await outbox.broadcast("hello")
    await until(lambda: sandbox.bot_api.calls.get("sendMessage"))
    await asyncio.sleep(0.3)
    tried = sandbox.bot_api.calls["sendMessage"]
    await asyncio.sleep(0.5)
    # No hammering: only who waits for the progress message is a probe.
    assert sandbox.bot_api.calls["sendMessage"] <= tried + 1
    assert sum(copies(people)) == 0
    sandbox.faults.clear()
    for _ in range(3):
        await jump(seconds)
    await running.outbox_empty()
    assert set(copies(people)) == {1}
    assert "30 messages accepted" in (await sam.expect("Report: E-blast")).text


# ---------------------------------------------------------------------- broken answers

# What comes to the person, whatever the bot can know of it.
BROKEN = {"500": 0, "502": 0, "reset_before": 0, "reset_after": 1, "truncated": 1, "late": 1}


@pytest.mark.parametrize("fault", BROKEN)
async def test_what_nobody_can_know_is_listed_and_never_repeated_by_itself(
    outbox, app, sandbox, running, sam, clock, fault
):
    people = await outbox.members(sandbox, 12)
    app._request._read_timeout = 0.3
    struck = people[::4]
    for person in struck:
        sandbox.faults.add(fault, method="sendMessage", chat_id=person.id, count=1, delay=0.8)
    await outbox.broadcast("hello")
    await running.outbox_empty()
    for _ in range(3):
        clock.move(hours=1)
        await running.outbox_empty()
    states = await outcomes(app)
    assert {id_ for id_, state in states.items() if state == "unconfirmed"} == {
        person.id for person in struck
    }
    assert copies(struck) == [BROKEN[fault]] * 3
    assert copies(p for p in people if p not in struck) == [1] * 9
    report = await sam.expect("Report: E-blast")
    assert "9 messages accepted" in report.text
    assert "3 unconfirmed" in report.text
    assert report.buttons == [["Send again to the unconfirmed"], ["Correct or recall"]]


# ---------------------------------------------------------------------- Telegram is away


async def test_telegram_away_for_an_hour_in_the_middle(outbox, app, sandbox, running, sam, clock):
    people = await outbox.members(sandbox, 60)
    sandbox.faults.add("late", method="sendMessage", delay=0.05)
    await outbox.broadcast("hello")
    await until(lambda: sum(copies(people)) > 10)
    await sandbox._runner.cleanup()  # what was read is answered, then nobody listens
    got = sum(copies(people))
    assert got < 60
    for _ in range(60):
        clock.move(minutes=1)
        app.courier.wake()
        await asyncio.sleep(0.01)
    assert sum(copies(people)) == got
    sandbox.faults.clear()
    await sandbox.start()
    clock.move(minutes=1)
    await running.outbox_empty(within=60)
    states = await outcomes(app)
    # A request that was written just when the connection closed may or may not have been read.
    doubtful = [person for person in people if states[person.id] == "unconfirmed"]
    assert len(doubtful) < 60 - 10
    assert max(copies(people)) == 1
    assert set(copies(p for p in people if p not in doubtful)) == {1}
    assert Counter(states.values())["sent"] == 60 - len(doubtful)
    report = await sam.expect("Report: E-blast")
    assert f"{60 - len(doubtful)} messages accepted" in report.text


class Names:
    """A network whose names can stop being resolved."""

    HOST = "telegram.test"

    def __init__(self, resolve):
        self.work = False
        self.asked = 0
        self._resolve = resolve

    def getaddrinfo(self, host, *args, **kwargs):
        if host != self.HOST:
            return self._resolve(host, *args, **kwargs)
        self.asked += 1
        if not self.work:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return self._resolve("127.0.0.1", *args, **kwargs)


@pytest.fixture
def names(monkeypatch):
    names = Names(socket.getaddrinfo)
    monkeypatch.setattr(socket, "getaddrinfo", names.getaddrinfo)
    return names


async def test_names_that_are_not_resolved_at_the_start_and_in_the_middle(
    running, sandbox, sam, clock, names
):
    address = f"http://{Names.HOST}:{sandbox.port}"
    running.settings = running.settings.model_copy(update={"telegram_api_url": address})
    starting = asyncio.create_task(running.start())
    await until(lambda: names.asked >= 2)
    assert not starting.done()
    names.work = True
    app = await starting
    outbox = Outbox(app)
    people = await outbox.members(sandbox, 60)
    sandbox.faults.add("late", method="sendMessage", delay=0.05)
    await outbox.broadcast("hello")
    await until(lambda: sum(copies(people)) > 10)
    names.work = False
    await sandbox._runner.cleanup()  # what is under way is answered, then all connections end
    app._request._session.connector.clear_dns_cache()
    sandbox.faults.clear()
    await sandbox.start()
    got, asked = sum(copies(people)), names.asked
    assert got < 60
    clock.move(minutes=1)
    app.courier.wake()
    await until(lambda: names.asked > asked)
    await asyncio.sleep(0.2)
    assert sum(copies(people)) == got
    names.work = True
    clock.move(minutes=1)
    await running.outbox_empty()
    assert set(copies(people)) == {1}
    assert set((await outcomes(app)).values()) == {"sent"}
    assert "60 messages accepted" in (await sam.expect("Report: E-blast")).text


# ---------------------------------------------------------------------- people


async def test_who_blocks_while_their_copy_waits_gets_none_and_holds_up_nobody(
    outbox, app, sandbox, running, sam, clock
):
    people = await outbox.members(sandbox, 5)
    sandbox.faults.add("429", method="sendMessage", chat_id=people[1].id, retry_after=600, count=1)
    await outbox.broadcast("hello")
    await until(lambda: sum(copies(people)) == 4)
    await people[1].block()
    await running.idle()
    assert (await outcomes(app))[people[1].id] == DeliveryState.UNREACHABLE
    await running.outbox_empty()  # the report does not wait ten minutes for them
    assert "1 cannot be reached" in (await sam.expect("Report: E-blast")).text
    await people[1].unblock()
    await running.idle()
    clock.move(hours=1)
    await running.outbox_empty()
    assert copies(people) == [1, 0, 1, 1, 1]
    member = await app.services.members.find(people[1].id)
    assert member.state is MemberState.ACTIVE


@pytest.mark.parametrize("fault", ["late", "429", "reset_after", "reset_before"])
async def test_who_blocks_while_their_copy_is_under_way_gets_it_once_at_most(
    outbox, app, sandbox, running, sam, clock, fault
):
    [person] = await outbox.members(sandbox, 1)
    sandbox.faults.add(fault, method="sendMessage", chat_id=person.id, count=1, delay=0.3)
    await outbox.broadcast("hello")
    await until(lambda: sandbox.bot_api.calls.get("sendMessage"))
    await person.block()
    await running.idle()
    await running.outbox_empty()
    clock.move(hours=1)
    await running.outbox_empty()
    sent = copies([person])[0]
    expected = {"late": "sent", "429": "unreachable"}.get(fault, "unconfirmed")
    assert await outcomes(app) == {person.id: expected}
    assert sent == (fault in {"late", "reset_after"})
    member = await app.services.members.find(person.id)
    assert member.state is MemberState.UNREACHABLE


async def test_the_staff_group_becomes_a_supergroup_in_the_middle(
    outbox, app, sandbox, running, clock
):
    group = sandbox.world.add_group("Staff", kind="group")
    app.services.staff._staff_chat_id = group.id
    people = await outbox.members(sandbox, 20)
    sandbox.faults.add("late", method="sendMessage", delay=0.1)
    await outbox.broadcast("hello")
    await until(lambda: sum(copies(people)) > 3)
    await running.tick()
    new = sandbox.people.migrate(group)
    await running.outbox_empty()
    clock.move(minutes=2)
    await running.outbox_empty()
    assert set(copies(people)) == {1}
    assert sum(text.startswith("Report: E-blast") for text in _texts(new)) == 1


# ---------------------------------------------------------------------- the database


async def test_another_program_locks_the_database_in_the_middle(
    running, sandbox, sam, monkeypatch, tmp_path
):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)  # so that it is given up several times
    app = await running.start()
    outbox = Outbox(app)
    people = await outbox.members(sandbox, 60)
    sandbox.faults.add("late", method="sendMessage", delay=0.05)
    await outbox.broadcast("hello")
    await until(lambda: sum(copies(people)) > 10)
    with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        await asyncio.sleep(3)
        before = sum(copies(people))
        assert before < 60
        await asyncio.sleep(0.5)
        assert sum(copies(people)) == before  # nothing leaves that cannot be claimed
        other.execute("ROLLBACK")
    await running.outbox_empty()
    assert set(copies(people)) == {1}
    assert set((await outcomes(app)).values()) == {"sent"}


# ---------------------------------------------------------------------- the staff group's limit


@pytest.mark.parametrize("paced", [True])
async def test_sixty_notices_to_the_staff_group_and_a_broadcast_break_no_limit(
    outbox, app, sandbox, running, jump
):
    group = sandbox.staff_group
    app.services.staff._staff_chat_id = group.id
    people = await outbox.members(sandbox, 40)
    now = app.clock.now()
    staff = app.services.staff

    def relay(t):
        for n in range(60):
            staff.tell(t, f"relay:{n}", f"question {n}", now=now)

    await app.database.write(relay)
    await outbox.broadcast("hello")
    async with asyncio.timeout(20):
        # 60 notices, the report, and the progress with its last edit
        while len(said := _texts(group)) < 62 or "It has been sent" not in "".join(said):
            await running.tick()
            await jump(5 if set(copies(people)) == {1} else 0)
    assert set(copies(people)) == {1}
    assert all(Counter(said)[f"question {n}"] == 1 for n in range(60))
    assert sandbox.limits.refused == 0


def _texts(group):
    return [message.get("text", "") for message in group.messages.values()]


# ---------------------------------------------------------------------- two processes


async def test_a_copy_of_the_whole_bot_started_in_the_middle_sends_nothing(
    outbox, app, sandbox, running, clock, library, tmp_path
):
    people = await outbox.members(sandbox, 60)
    clock.jumped += 61  # long enough to be the older one
    sandbox.faults.add("late", method="sendMessage", delay=0.1)
    await outbox.broadcast("hello")
    await until(lambda: sum(copies(people)) >= 10)
    copied = tmp_path / "copy"
    copied.mkdir()
    for name in ("bot.db.key", "bot.db.heartbeat"):
        shutil.copy(tmp_path / name, copied)
    with (
        closing(sqlite3.connect(tmp_path / "bot.db")) as live,
        closing(sqlite3.connect(copied / "bot.db")) as copy,
    ):
        live.backup(copy)
    settings = running.settings.model_copy(update={"database_path": copied / "bot.db"})
    newer = Running(sandbox, settings, MovedClock(), library)
    await newer.start()
    try:
        with pytest.raises(StartupError, match="Another copy of the bot is running"):
            await asyncio.wait_for(newer.receiving, 8)
    finally:
        await newer.stop()
    await running.outbox_empty()
    assert set(copies(people)) == {1}
    assert not running.receiving.done()
