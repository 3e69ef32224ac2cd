"""Somebody sets the system's clock: nothing is lost, doubled, or waits for that time again."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import apscheduler.schedulers.base
import apscheduler.triggers.interval
import pytest

from bot.clock import WeeklySlot
from bot.models import QuietHours
from tests.conftest import until

CHICAGO = ZoneInfo("America/Chicago")
SLOT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # Tuesday 10:00 in Chicago, in winter
NEWS = "Free Narcan training"


@pytest.fixture(autouse=True)
def system_clock(clock, monkeypatch):
    """APScheduler reads the system's clock by itself: give it the one that is moved."""

    class Moved(datetime):
        @classmethod
        def now(cls, tz=None):
            return clock.now().astimezone(tz)

    for module in (apscheduler.schedulers.base, apscheduler.triggers.interval):
        monkeypatch.setattr(module, "datetime", Moved)


@pytest.fixture
async def members(sandbox, app):
    people = [sandbox.person(f"Member {n}") for n in range(40)]
    for person in people:
        person.account.started = True
        await app.services.members.join(person.id, "en")
    return people


def copies(people):
    return [sum(NEWS in m.text for m in person.messages) for person in people]


@pytest.mark.parametrize("hours", [-1, 1])
async def test_set_in_the_middle_of_a_broadcast(talk, sandbox, members, sam, clock, hours):
    sandbox.faults.add("late", method="sendMessage", delay=0.2)
    held = members[3]
    sandbox.faults.add("429", method="sendMessage", chat_id=held.id, count=1, retry_after=2)
    sandbox.faults._faults.reverse()
    await talk.item(sam)
    await talk.press(sam, "Approve and send now", message=await talk.draft(sam))
    await until(lambda: sum(copies(members)) >= 10)
    clock.move(hours=hours)
    # The bot's own scheduler does all from here: no test ticks.
    report = await sam.expect("Report: E-blast", within=8)
    assert "40 messages accepted" in report.text
    assert set(copies(members)) == {1}


async def test_set_back_in_the_undo_window(talk, running, sandbox, sam, nia, clock):
    await running.stop()
    running.settings = running.settings.model_copy(update={"undo_seconds": 2})
    await running.start()
    await talk.join(nia)
    await talk.item(sam)
    await talk.press(sam, "Approve and send now", message=await talk.draft(sam))
    await sam.expect("leaves in")
    clock.move(hours=-1)
    await sam.expect("Report: E-blast", within=8)
    assert copies([nia]) == [1]


async def test_a_copy_in_quiet_hours_leaves_at_their_end_on_the_wall(
    talk, running, sandbox, sam, nia, darnell, clock, app
):
    async def at(hour, minute=0):
        clock.move_to(datetime(2026, 11, 18, hour, minute, tzinfo=CHICAGO).astimezone(UTC))
        app.courier.wake()
        await asyncio.sleep(1.1)  # what is due follows the clock

    await talk.join(nia, darnell)
    await app.services.members.set_quiet(nia.id, QuietHours(time(22), time(15)))
    hours = 3600 * 6  # Telegram puts the other copy off, so the broadcast is under way
    sandbox.faults.add("429", method="sendMessage", chat_id=darnell.id, count=1, retry_after=hours)
    await talk.item(sam)
    await talk.press(sam, "Approve and send now", message=await talk.draft(sam))
    await until(lambda: not sandbox.faults)
    await at(14, 30)
    await at(13, 30)  # set right
    await at(14, 58)
    assert copies([nia, darnell]) == [0, 0]
    await at(15)
    assert copies([nia, darnell]) == [1, 0]
    await at(14)
    await at(17, 30)
    assert copies([nia, darnell]) == [1, 1]


async def test_set_back_while_the_bot_is_off(talk, running, sandbox, sam, nia, clock):
    await running.stop()
    running.settings = running.settings.model_copy(update={"undo_seconds": 2})
    await running.start()
    await talk.join(nia)
    await talk.item(sam)
    await talk.press(sam, "Approve and send now", message=await talk.draft(sam))
    await running.stop()
    clock.move(hours=-1)
    await running.start()
    await sam.expect("Report: E-blast", within=8)
    assert copies([nia]) == [1]


async def test_set_back_after_the_slot_it_does_not_come_twice(talk, running, sam, nia, clock):
    await talk.join(nia)
    await talk.item(sam)
    await talk.press(sam, "Approve", message=await talk.draft(sam))
    clock.move_to(SLOT + timedelta(seconds=1))
    await sam.expect("Report: E-blast")
    clock.move(hours=-1)
    await asyncio.sleep(1.1)  # the jobs of the past hour are planned anew
    for minutes in (59, 2, 20):
        clock.move(minutes=minutes)
        await running.outbox_empty()
    assert copies([nia]) == [1]
    assert sum("Report" in m.text for m in sam.messages) == 1


async def test_set_forward_over_the_slot_asks_and_set_right_again_it_still_goes_out_once(
    talk, running, sam, nia, clock
):
    await talk.join(nia)
    await talk.item(sam)
    await talk.press(sam, "Approve", message=await talk.draft(sam))
    clock.move_to(SLOT - timedelta(minutes=20))
    await running.outbox_empty()
    clock.move(hours=1)
    await sam.expect("It is late")
    assert copies([nia]) == [0]
    clock.move(hours=-1)
    clock.move(minutes=21)
    await sam.expect("Report: E-blast")
    assert copies([nia]) == [1]


async def test_a_clock_that_was_never_set_jumps_over_decades(running, clock, nia):
    clock.move_to(datetime(1970, 1, 2, tzinfo=UTC))  # a small computer, before it knows the time
    await running.start()
    clock.move_to(SLOT)
    await nia.send("/overdose")
    await nia.expect("Call 911", within=1)
    await asyncio.sleep(1.1)  # the next tick
    await nia.send("/help")
    await nia.expect("/overdose", within=1)


@pytest.mark.parametrize(("change", "summer_first"), [("2026-11-01", True), ("2027-03-14", False)])
@pytest.mark.parametrize(
    ("slot", "utc"),
    [
        # the Sunday before, the change, the Sunday after; hours in UTC
        ("sun 01:30", {True: ("06:30", "06:30", "07:30"), False: ("07:30", "07:30", "06:30")}),
        ("sun 02:30", {True: ("07:30", "08:30", "08:30"), False: ("08:30", "08:30", "07:30")}),
        ("sun 10:00", {True: ("15:00", "16:00", "16:00"), False: ("16:00", "15:00", "15:00")}),
    ],
)
async def test_three_weeks_around_a_change_bring_three_editions_at_the_wall_time(
    talk, running, sam, nia, clock, change, summer_first, slot, utc
):
    await running.stop()
    running.settings = running.settings.model_copy(update={"eblast_slot": WeeklySlot.parse(slot)})
    first = datetime.fromisoformat(change).replace(tzinfo=UTC) - timedelta(days=7)
    clock.move_to(first - timedelta(days=2))
    await running.start()
    await talk.join(nia)
    for week, hour in enumerate(utc[summer_first]):
        day = first + timedelta(days=7 * week)
        at = datetime.combine(day, time.fromisoformat(hour), tzinfo=UTC)
        clock.move_to(at - timedelta(days=1))
        await talk.item(sam)
        await talk.press(sam, "Approve", message=await talk.draft(sam))
        for seconds, editions in ((-2, week), (1, week + 1), (3601, week + 1), (7201, week + 1)):
            clock.move_to(at + timedelta(seconds=seconds))
            await running.outbox_empty()
            assert copies([nia]) == [editions], f"{seconds} s from {at}"
