"""The weekly slot: what was approved goes out by itself, anything else asks staff first."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.clock import WeeklySlot
from bot.models import BroadcastState

CHICAGO = ZoneInfo("America/Chicago")
SLOT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # Tuesday 10:00 in Chicago, in winter


@pytest.fixture
async def approved(talk, nia, sam):
    await talk.join(nia)
    await talk.item(sam)
    draft = await talk.draft(sam)
    await talk.press(sam, "Approve", message=draft)
    return draft


def got(person, text="Free Narcan training"):
    return sum(text in each.text for each in person.messages)


async def settle(talk):
    for _ in range(3):
        await talk.running.outbox_empty()


async def test_an_approved_edition_goes_out_at_its_slot_by_itself(talk, approved, nia, sam, clock):
    clock.move_to(SLOT - timedelta(seconds=5))
    await settle(talk)
    assert got(nia) == 0
    clock.move_to(SLOT + timedelta(seconds=1))
    await settle(talk)
    assert got(nia) == 1
    await sam.expect("Report: E-blast")
    clock.move(days=3)
    await settle(talk)
    assert got(nia) == 1


async def test_what_is_not_as_it_was_approved_asks_at_the_slot(
    talk, approved, nia, sam, clock, app
):
    await app.database.write(
        lambda t: t.meta._connection.execute("UPDATE renditions SET content = content || ' '")
    )
    clock.move_to(SLOT + timedelta(seconds=1))
    await settle(talk)
    assert got(nia) == 0
    assert got(sam, "nobody has approved it") == 1


async def test_the_slot_has_its_undo_window_too(talk, running, nia, sam, clock):
    await running.stop()
    running.settings = running.settings.model_copy(update={"undo_seconds": 60})
    await running.start()
    await talk.join(nia)
    await talk.item(sam)
    await talk.press(sam, "Approve", message=await talk.draft(sam))
    clock.move_to(SLOT + timedelta(seconds=1))
    await running.tick()
    await running.tick()
    progress = await sam.expect("It leaves in")
    assert got(nia) == 0
    await talk.press(sam, "Undo", message=progress)
    clock.move(seconds=90)
    await settle(talk)
    assert got(nia) == 0


async def test_without_approval_staff_are_asked_once_and_nothing_leaves(talk, nia, sam, clock):
    await talk.join(nia)
    await talk.item(sam)
    await talk.draft(sam)
    clock.move_to(SLOT + timedelta(seconds=1))
    await settle(talk)
    clock.move(minutes=20)
    await settle(talk)
    asked = [each for each in sam.messages if "nobody has approved it" in each.text]
    assert len(asked) == 1
    assert got(nia) == 0
    (*steps, move, skip) = (button for (button,) in asked[0].buttons)
    assert steps == ["Look at it", "Approve and send now"]
    assert (move, skip) == ("Move", "Skip this week")
    await talk.press(sam, "Approve and send now", message=asked[0])
    await settle(talk)
    assert got(nia) == 1


@pytest.mark.parametrize("minutes", [31, 300, 3 * 1440])
async def test_what_is_late_asks_before_it_sends(
    talk, running, approved, nia, sam, clock, minutes
):
    await running.stop()
    clock.move_to(SLOT + timedelta(minutes=minutes))
    await running.start()
    await settle(talk)
    assert got(nia) == 0
    late = await sam.expect("It is late")
    await settle(talk)
    assert got(sam, "It is late") == 1
    await talk.press(sam, "Approve and send now", message=late)
    await settle(talk)
    assert got(nia) == 1


async def test_a_late_edition_can_be_skipped_and_its_items_wait(
    talk, running, approved, nia, sam, clock, app
):
    await running.stop()
    clock.move_to(SLOT + timedelta(hours=5))
    await running.start()
    await settle(talk)
    late = await sam.expect("It is late")
    await talk.press(sam, "Skip this week", message=late)
    assert "Left out this week" in late.text
    clock.move(days=2)
    await settle(talk)
    assert got(nia) == 0
    draft = await talk.draft(sam)
    assert "Draft for Tue, Dec 1" in draft.text
    assert "Trainings: 1" in draft.text


@pytest.mark.parametrize("minutes", [1, 24])
async def test_what_is_a_little_late_goes_out_without_asking(
    talk, running, approved, nia, sam, clock, minutes
):
    clock.move_to(SLOT - timedelta(minutes=5))
    await running.app.services.upkeep.beat()
    await running.stop()
    clock.move_to(SLOT + timedelta(minutes=minutes))
    await running.start()
    await settle(talk)
    assert got(nia) == 1


async def test_a_database_put_back_from_yesterday_asks_even_at_the_slot(
    talk, running, approved, nia, sam, clock
):
    await running.stop()  # the copy's heartbeat is days old
    clock.move_to(SLOT + timedelta(minutes=2))
    await running.start()
    await settle(talk)
    assert got(nia) == 0
    assert got(sam, "It is late") == 1


async def test_an_old_database_starts_with_the_running_edition_on_hold(
    talk, running, nia, sam, clock, app
):
    await talk.join(nia)
    app.courier._stopping = True
    app.courier.wake()
    await talk.item(sam)
    draft = await talk.draft(sam)
    await talk.press(sam, "Approve and send now", message=draft)
    await running.stop()
    clock.move(hours=7)
    await running.start()
    await settle(talk)
    assert got(nia) == 0
    await sam.expect("It is on hold")
    held = await talk.draft(sam)
    assert "On hold" in held.text
    await talk.press(sam, "Resume", message=held)
    await settle(talk)
    assert got(nia) == 1


async def test_at_the_cut_off_staff_see_once_what_is_collected(talk, sam, clock):
    await talk.item(sam)
    clock.move_to(datetime(2026, 11, 23, 20, 59, tzinfo=UTC))
    await settle(talk)
    assert got(sam, "Time to look") == 0
    clock.move_to(datetime(2026, 11, 23, 21, 1, tzinfo=UTC))  # Monday 15:01
    await settle(talk)
    await settle(talk)
    asked = await sam.expect("Time to look at the e-blast")
    assert "Trainings: 1" in asked.text
    assert got(sam, "Time to look") == 1
    await talk.press(sam, "Approve", message=asked)
    assert "Approved. It goes out Tue, Nov 24" in asked.text


async def test_who_approved_early_is_not_reminded_at_the_cut_off(talk, approved, sam, clock):
    clock.move_to(datetime(2026, 11, 23, 21, 1, tzinfo=UTC))
    await settle(talk)
    assert got(sam, "Time to look") == 0


async def test_a_draft_whose_slot_has_passed_moves_to_the_next_one(talk, sam, clock):
    await talk.item(sam)
    await talk.draft(sam)
    clock.move_to(SLOT + timedelta(days=1))
    assert "Draft for Tue, Dec 1" in (await talk.draft(sam)).text


CHANGES = [  # date of the change, slot, local time at which it goes out
    ("2026-11-01", "sun 01:30", "2026-11-01 01:30 CDT"),  # this hour comes twice
    ("2026-11-01", "sun 02:30", "2026-11-01 02:30 CST"),
    ("2026-11-01", "sun 10:00", "2026-11-01 10:00 CST"),
    ("2027-03-14", "sun 01:30", "2027-03-14 01:30 CST"),
    (
        "2027-03-14",
        "sun 02:30",
        "2027-03-14 03:30 CDT",
    ),  # this time does not exist: as calendars read it
    ("2027-03-14", "sun 10:00", "2027-03-14 10:00 CDT"),
    ("2027-01-01", "fri 00:00", "2027-01-01 00:00 CST"),
    ("2026-12-31", "thu 23:59", "2026-12-31 23:59 CST"),
]


@pytest.mark.parametrize(("day", "slot", "local"), CHANGES)
async def test_around_the_changes_of_clocks_and_years_it_goes_out_once_at_the_wall_time(
    running, sandbox, clock, day, slot, local, nia, sam
):
    running.settings = running.settings.model_copy(update={"eblast_slot": WeeklySlot.parse(slot)})
    midnight = datetime.fromisoformat(day).replace(tzinfo=CHICAGO)
    clock.move_to(midnight - timedelta(days=2))
    app = await running.start()
    await app.services.members.join(nia.id, "en")
    nia.account.started = True
    item = await app.services.items.collect(1, sam.id, "en", "Free Narcan training", None)
    await app.services.items.set_section(item.item_id, sam.id, "trainings")
    edition = (await app.services.editions.overview()).broadcast
    await app.services.broadcasts.approve(edition.broadcast_id, sam.id)
    went_out = []
    instant = midnight - timedelta(minutes=5)
    for _ in range(26 * 12):
        clock.move_to(instant.astimezone(UTC) + timedelta(seconds=1))
        before = (await app.services.broadcasts.overview(edition.broadcast_id)).broadcast.state
        await app.services.slots.tick()
        after = (await app.services.broadcasts.overview(edition.broadcast_id)).broadcast.state
        if before is BroadcastState.APPROVED and after is not before:
            went_out.append(instant.astimezone(CHICAGO))
        instant = (instant.astimezone(UTC) + timedelta(minutes=1)).astimezone(CHICAGO)
        if not went_out and instant.minute % 30 not in (0, 1, 29):
            instant = _next_half_hour(instant)
    assert [f"{each:%Y-%m-%d %H:%M %Z}" for each in went_out] == [local]


def _next_half_hour(instant):
    """Return the minute before the next half hour, to look at few instants only."""
    utc = instant.astimezone(UTC)
    return (utc + timedelta(minutes=29 - utc.minute % 30)).astimezone(CHICAGO)
