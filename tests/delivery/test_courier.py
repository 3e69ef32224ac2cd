"""The outbox and its courier on the strict server, with its faults switched on."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.app import App
from bot.models import (
    BroadcastState,
    Content,
    DeliveryState,
    Lane,
    MemberState,
    Operation,
    Reason,
)
from bot.storage.deliveries import NewDelivery
from bot.storage.tables import Tables
from sandbox.server import Sandbox
from tests.conftest import MovedClock, Running
from tests.delivery.outbox import Outbox

CHICAGO = ZoneInfo("America/Chicago")


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
    causes = await app.database.read(lambda t: t.copies.list_causes(1))
    expected = {Reason.BLOCKED, Reason.DEACTIVATED, Reason.NEVER_STARTED}
    assert {each.reason for each in causes} == expected


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
