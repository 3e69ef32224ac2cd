"""The outbox and its courier on the strict server, with its faults switched on."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app import App
from bot.models import (
    BroadcastKind,
    BroadcastState,
    Content,
    DeliveryState,
    Lane,
    MemberState,
    Operation,
    Section,
    sections_text,
)
from bot.services.audiences import Audiences
from bot.storage import contents
from bot.storage.deliveries import NewDelivery
from bot.storage.tables import Tables
from sandbox.client import PersonClient
from sandbox.server import Sandbox
from tests.conftest import MovedClock, Running

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
            t.broadcasts.set_renditions(number, parts, [])
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


@pytest.fixture
def outbox(app: App) -> Outbox:
    return Outbox(app)


async def test_everybody_gets_a_broadcast_once(outbox: Outbox, sandbox: Sandbox) -> None:
    people = await outbox.members(sandbox, 12)
    await outbox.broadcast("hello")
    await outbox.until(sent=12)
    assert [[m.text for m in p.messages] for p in people] == [["hello"]] * 12
    assert sandbox.limits.refused == 0


async def test_later_parts_leave_after_the_earlier_ones(outbox: Outbox, sandbox: Sandbox) -> None:
    people = await outbox.members(sandbox, 3)
    sandbox.faults.add("429", method="sendMessage", count=2, retry_after=1)
    await outbox.broadcast("first", "second", "third")
    await outbox.until(sent=9)
    for person in people:
        assert [m.text for m in person.messages] == ["first", "second", "third"]


async def test_429_delays_and_loses_nothing(outbox: Outbox, sandbox: Sandbox) -> None:
    people = await outbox.members(sandbox, 6)
    sandbox.faults.add(
        "429", method="sendMessage", chat_id=people[2].account.id, retry_after=1, count=1
    )
    await outbox.broadcast("hello")
    await outbox.until(sent=6)
    assert all(len(p.messages) == 1 for p in people)


async def test_blocked_and_gone_members_are_stopped_and_nobody_else(
    outbox: Outbox, sandbox: Sandbox, app: App
) -> None:
    people = await outbox.members(sandbox, 5)
    people[0].account.blocked = True
    people[1].account.deactivated = True
    people[2].account.started = False
    await outbox.broadcast("hello")
    await outbox.until(sent=2, unreachable=3)
    count = await app.database.read(lambda t: t.members.count(MemberState.UNREACHABLE))
    assert count == 3
    reasons = await app.database.read(lambda t: t.copies.list_reasons(1))
    assert {reason for _, reason, _ in reasons} == {"blocked", "deactivated", "never-started"}


@pytest.mark.parametrize("fault", ["500", "502", "reset_after", "reset_before", "truncated"])
async def test_what_nobody_can_know_is_unconfirmed_and_never_repeated(
    outbox: Outbox, sandbox: Sandbox, fault: str
) -> None:
    people = await outbox.members(sandbox, 4)
    sandbox.faults.add(fault, method="sendMessage", count=1)
    await outbox.broadcast("hello")
    await outbox.until(sent=3, unconfirmed=1)
    assert all(len(p.messages) <= 1 for p in people)


@pytest.mark.parametrize("lane", [Lane.URGENT, Lane.REPLY])
async def test_urgent_ones_and_replies_are_repeated(
    outbox: Outbox, sandbox: Sandbox, lane: Lane
) -> None:
    [person] = await outbox.members(sandbox, 1)
    sandbox.faults.add("reset_before", method="sendMessage", count=1)
    await outbox.single(person.account.id, "help is here", lane)
    await person.expect("help is here")
    await outbox.until(sent=1)


async def test_refused_message_fails_and_the_member_stays(
    outbox: Outbox, sandbox: Sandbox, app: App
) -> None:
    [person] = await outbox.members(sandbox, 1)
    await outbox.broadcast("<b>broken")
    await outbox.until(failed=1)
    member = await app.services.members.find(person.account.id)
    assert member
    assert member.state is MemberState.ACTIVE


async def test_storm_of_refusals_pauses_the_broadcast_and_tells_staff(
    outbox: Outbox, sandbox: Sandbox, app: App
) -> None:
    sam = sandbox.person("Sam")
    sam.account.started = True
    await outbox.members(sandbox, 45)
    number = await outbox.broadcast("<b>broken")
    await sam.expect("did not take many messages")
    broadcast = await app.database.read(lambda t: t.broadcasts.get(number))
    assert broadcast.state is BroadcastState.PAUSED
    assert await app.database.read(lambda t: t.members.count(MemberState.ACTIVE)) == 45


async def test_migrated_group_gets_its_message_at_its_new_place(
    outbox: Outbox, sandbox: Sandbox
) -> None:
    old = sandbox.world.add_group("Outreach", kind="group")
    new = sandbox.people.migrate(old)
    await outbox.single(old.id, "for the group")
    await outbox.until(sent=1)
    assert "for the group" in [message.get("text") for message in new.messages.values()]


async def test_edit_and_delete_find_the_message_of_their_delivery(
    outbox: Outbox, sandbox: Sandbox, app: App
) -> None:
    [person] = await outbox.members(sandbox, 1)
    chat_id = person.account.id
    await outbox.single(chat_id, "first text", key="a")
    await person.expect("first text")
    await outbox.until(sent=1)
    target, _ = await app.database.read(lambda t: t.deliveries.find_by_key("a"))
    await outbox.single(chat_id, "second text", operation=Operation.EDIT, target_id=target)
    await person.expect("second text")
    await outbox.single(chat_id, "", operation=Operation.DELETE, target_id=target)
    await outbox.until(sent=3)
    assert person.messages[0].deleted


async def test_edit_without_a_message_fails(outbox: Outbox, sandbox: Sandbox) -> None:
    [person] = await outbox.members(sandbox, 1)
    await outbox.single(person.account.id, "text", operation=Operation.EDIT)
    await outbox.until(failed=1)


async def test_paused_broadcast_sends_nothing_until_it_goes_on(
    outbox: Outbox, sandbox: Sandbox, app: App
) -> None:
    people = await outbox.members(sandbox, 60)
    number = await outbox.broadcast("hello")
    await people[3].expect("hello")
    await app.services.broadcasts.pause(number)
    await app.clock.sleep(0.4)  # what was under way lands
    before = (await outbox.states())["sent"]
    await app.clock.sleep(0.5)
    assert (await outbox.states())["sent"] == before < 60
    await app.services.broadcasts.resume(number)
    app.courier.wake()
    await outbox.until(sent=60)


async def test_stop_leaves_nothing_unconfirmed_and_a_new_start_goes_on(
    running: Running, sandbox: Sandbox
) -> None:
    app = await running.start()
    outbox = Outbox(app)
    people = await outbox.members(sandbox, 60)
    await outbox.broadcast("hello")
    await people[5].expect("hello")
    await running.stop()
    outbox.app = await running.start()
    await outbox.until(sent=60)
    assert all(len(p.messages) == 1 for p in people)


async def test_delivery_waits_for_its_time(
    outbox: Outbox, sandbox: Sandbox, clock: MovedClock, app: App
) -> None:
    [person] = await outbox.members(sandbox, 1)
    later = clock.now() + timedelta(hours=1)
    new = NewDelivery(person.account.id, Content("later"), Lane.NOTICE, later)
    await app.database.write(lambda t: t.deliveries.add(new))
    app.courier.wake()
    await person.expect_silence()
    clock.move(hours=1)
    app.courier.wake()
    await person.expect("later")


async def test_what_was_being_sent_at_a_crash_is_unconfirmed_or_repeated(
    outbox: Outbox, sandbox: Sandbox, app: App
) -> None:
    [person] = await outbox.members(sandbox, 1)
    person.account.blocked = True
    await app.courier.stop(1)
    for lane in Lane:
        await outbox.single(person.account.id, "x", lane)
    now = app.clock.now()

    def crash(t: Tables) -> int:
        t.deliveries._change("UPDATE deliveries SET state = 'sending'")
        return t.deliveries.recover(now)

    assert await app.database.write(crash) == 2
    assert await outbox.states() == {DeliveryState.PENDING: 2, DeliveryState.UNCONFIRMED: 2}
