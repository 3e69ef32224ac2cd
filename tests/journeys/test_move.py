"""The week's e-blast at its cut-off, and moved to another time by hand, also when it is late."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.clock import WeeklySlot

CHICAGO = ZoneInfo("America/Chicago")
CUT_OFF = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)  # Monday 15:00 in Chicago, in winter
SLOT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # Tuesday 10:00
MINUTE = timedelta(minutes=1)


def got(person, text="Free Narcan training"):
    return sum(text in each.text for each in person.messages)


async def settle(talk):
    for _ in range(3):
        await talk.running.outbox_empty()


async def goes_on_until(talk, clock, instant):
    """Let time pass as a running bot sees it, without a silence that would hold anything."""
    clock.move_to(instant - MINUTE)
    await talk.running.app.services.upkeep.beat()
    clock.move_to(instant)
    await settle(talk)


@pytest.fixture
async def collected(talk, nia, sam):
    await talk.join(nia)
    await talk.item(sam)


async def choose(talk, sam, shown, *buttons):
    for button in buttons:
        await talk.press(sam, button, message=shown)
    return shown


# ---------------------------------------------------------------------- the cut-off


async def test_the_cut_off_shows_what_members_get_and_what_can_be_done(
    talk, collected, nia, sam, clock
):
    (ask,) = await talk.after(sam, sam.send_photo(caption="/item Our flyer"))
    await talk.press(sam, "Harm reduction", message=ask)
    before = len(sam.messages)
    await goes_on_until(talk, clock, CUT_OFF + MINUTE)
    *shown, panel = sam.messages[before:]
    assert panel.text.startswith("Time to look at the e-blast")
    assert "Draft for Tue, Nov 24, 10:00 AM CST" in panel.text
    assert "1 member would get it" in panel.text
    labels = [button for row in panel.buttons for button in row]
    for button in ("Preview", "Test to me", "Approve", "Items", "Move", "Skip this week"):
        assert button in labels
    await talk.press(sam, "Approve and send now", message=panel)
    arrived = len(nia.messages)
    await settle(talk)
    sent = nia.messages[arrived:]
    assert len(shown) == len(sent) == 2
    assert [(m.html, m.buttons, m.kind) for m in shown] == [
        (m.html, m.buttons, m.kind) for m in sent
    ]


async def test_the_cut_off_comes_once_also_over_a_restart(talk, running, collected, sam, clock):
    await goes_on_until(talk, clock, CUT_OFF + MINUTE)
    await running.stop()
    await running.start()
    await goes_on_until(talk, clock, CUT_OFF + 2 * MINUTE)
    assert got(sam, "Time to look") == 1


async def test_a_cut_off_that_passed_while_the_bot_was_off_is_caught_up(
    talk, running, collected, sam, clock
):
    await running.stop()
    clock.move_to(CUT_OFF + timedelta(hours=9))
    await running.start()
    await settle(talk)
    assert got(sam, "Time to look") == 1


async def test_without_items_the_cut_off_says_so(talk, sam, clock):
    await goes_on_until(talk, clock, CUT_OFF + MINUTE)
    panel = await sam.expect("Time to look")
    assert "Nothing is collected yet" in panel.text
    assert ["Approve"] not in panel.buttons


async def test_what_was_moved_before_the_cut_off_is_shown_at_it(talk, collected, sam, clock):
    await choose(talk, sam, await talk.draft(sam), "Move", "Wed, Nov 25, 12:00 PM CST")
    await goes_on_until(talk, clock, CUT_OFF + MINUTE)
    panel = await sam.expect("Time to look")
    assert "Draft for Wed, Nov 25, 12:00 PM CST" in panel.text


# ---------------------------------------------------------------------- moving


async def test_hours_about_the_planned_day_are_offered(talk, collected, sam):
    shown = await choose(talk, sam, await talk.draft(sam), "Move")
    assert "Now it is for Tue, Nov 24, 10:00 AM CST" in shown.text
    assert "before the next e-blast: Tue, Dec 1, 10:00 AM CST" in shown.text
    assert [button for (button,) in shown.buttons] == [
        "Tue, Nov 24, 9:00 AM CST",
        "Tue, Nov 24, 12:00 PM CST",
        "Tue, Nov 24, 5:00 PM CST",
        "Wed, Nov 25, 9:00 AM CST",
        "Wed, Nov 25, 12:00 PM CST",
        "Wed, Nov 25, 5:00 PM CST",
        "Another time",
        "Skip this week",
        "Back",
    ]


async def test_it_goes_out_once_at_its_new_time_and_the_next_week_is_not_touched(
    talk, running, collected, nia, sam, clock
):
    shown = await choose(talk, sam, await talk.draft(sam), "Move", "Wed, Nov 25, 9:00 AM CST")
    await talk.press(sam, "Approve", message=shown)
    assert "It goes out Wed, Nov 25, 9:00 AM CST" in shown.text
    await goes_on_until(talk, clock, SLOT + MINUTE)
    await running.stop()
    await running.start()
    await settle(talk)
    assert got(nia) == 0
    await goes_on_until(talk, clock, SLOT + timedelta(hours=23, minutes=1))
    assert got(nia) == 1
    assert "Draft for Tue, Dec 1, 10:00 AM CST" in (await talk.draft(sam)).text
    await goes_on_until(talk, clock, SLOT + timedelta(days=2))
    assert got(nia) == 1


async def test_moved_forward_it_takes_the_place_of_its_own_slot(talk, collected, nia, sam, clock):
    shown = await choose(talk, sam, await talk.draft(sam), "Move")
    (ask,) = await talk.press(sam, "Another time", message=shown)
    assert "It is Wed, Nov 18, 12:0" in ask.text
    shown = await talk.one(sam, "Nov 20 4 PM")
    assert "Draft for Fri, Nov 20, 4:00 PM CST" in shown.text
    await talk.press(sam, "Approve", message=shown)
    await goes_on_until(talk, clock, datetime(2026, 11, 20, 22, 1, tzinfo=UTC))
    assert got(nia) == 1
    assert "Draft for Tue, Dec 1" in (await talk.draft(sam)).text
    await goes_on_until(talk, clock, CUT_OFF + MINUTE)
    assert got(sam, "Time to look") == 0


async def test_moving_takes_the_approval_back_and_says_so(talk, collected, sam):
    shown = await choose(talk, sam, await talk.draft(sam), "Approve", "Move")
    await talk.press(sam, "Tue, Nov 24, 5:00 PM CST", message=shown)
    assert "It is a draft again" in shown.text
    assert "Draft for Tue, Nov 24, 5:00 PM CST" in shown.text


async def test_an_item_past_its_last_day_is_not_moved_along(talk, app, collected, sam):
    (item,) = await app.services.items.list_open()
    day = SLOT.astimezone(CHICAGO).date()
    await app.services.items.set_until(item.item_id, sam.id, day)
    shown = await choose(talk, sam, await talk.draft(sam), "Move", "Wed, Nov 25, 9:00 AM CST")
    assert "1 item is past its last day" in shown.text
    assert "Trainings" not in shown.text.split("Nothing in")[0]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("Dec 1 10:00", "Tue, Dec 1, 10:00 AM CST is too late"),
        ("Dec 24 9 AM", "is too late: the next e-blast is due Tue, Dec 1, 10:00 AM CST"),
        ("Nov 17 9 AM", "That time has passed: Tue, Nov 17, 9:00 AM CST"),
        ("some day", "did not understand that time"),
    ],
)
async def test_a_time_that_cannot_be_is_refused_and_asked_for_again(
    talk, running, collected, sam, typed, answer
):
    shown = await choose(talk, sam, await talk.draft(sam), "Move")
    await talk.press(sam, "Another time", message=shown)
    assert answer in (await talk.one(sam, typed)).text
    await running.stop()
    await running.start()
    assert "Draft for Mon, Nov 30, 5:00 PM CST" in (await talk.one(sam, "Nov 30 5 PM")).text


@pytest.mark.parametrize("approve", [True, False])
async def test_what_is_late_can_be_moved(talk, running, collected, nia, sam, clock, approve):
    if approve:
        await choose(talk, sam, await talk.draft(sam), "Approve")
    else:
        await talk.draft(sam)
    await running.stop()
    clock.move_to(SLOT + timedelta(minutes=45))
    await running.start()
    await settle(talk)
    late = await sam.expect("It is late" if approve else "nobody has approved it")
    await talk.press(sam, "Move", message=late)
    assert late.buttons[0] == ["Tue, Nov 24, 12:00 PM CST"]
    noon = late.button("12:00 PM")["callback_data"]
    await talk.press(sam, "Tue, Nov 24, 12:00 PM CST", message=late)
    assert "Draft for Tue, Nov 24, 12:00 PM CST" in late.text
    await talk.press_old(sam, late, noon)  # a second tap
    assert "Draft for Tue, Nov 24, 12:00 PM CST" in late.text
    await talk.press(sam, "Approve", message=await talk.draft(sam))
    await running.stop()
    await running.start()
    await goes_on_until(talk, clock, SLOT + timedelta(hours=2, minutes=1))
    assert got(nia) == 1
    await settle(talk)
    assert got(nia) == 1


async def test_what_was_moved_and_forgotten_asks_again_at_its_new_time(
    talk, collected, nia, sam, clock
):
    await choose(talk, sam, await talk.draft(sam), "Move", "Tue, Nov 24, 5:00 PM CST")
    await goes_on_until(talk, clock, SLOT + MINUTE)
    assert got(sam, "nobody has approved it") == 0
    await goes_on_until(talk, clock, SLOT + timedelta(hours=7, minutes=1))
    assert got(sam, "nobody has approved it") == 1
    assert got(nia) == 0


async def test_what_is_being_sent_cannot_be_moved(talk, collected, sam):
    shown = await choose(talk, sam, await talk.draft(sam), "Move")
    noon = shown.button("12:00 PM")["callback_data"]
    await choose(talk, sam, shown, "Back", "Approve and send now")
    await settle(talk)
    (answer,) = await talk.press_old(sam, shown, noon)
    assert "moved on" in answer.text


async def test_in_spanish_too(talk, nia, mateo, sam, english_in):
    await talk.join(nia)
    sam.account.language_code = "es"
    shown = await talk.one(sam, "/blast")
    await talk.press(sam, "Cambiar la hora", message=shown)
    assert "Tiene que ser antes del siguiente boletín" in shown.text
    assert english_in(shown) == []
    (ask,) = await talk.press(sam, "Otra hora", message=shown)
    assert english_in(ask) == []
    assert "25 nov, 5:00 p. m. CST" in (await talk.one(sam, "25 de noviembre 5 pm")).text


@pytest.mark.parametrize(
    ("slot", "now", "typed", "shown", "instant"),
    [
        # In spring 2:30 does not exist and is 3:30; in autumn 1:30 comes twice: the first counts.
        ("fri 10:00", "2027-03-11", "Mar 14 2:30 AM", "3:30 AM CDT", "2027-03-14T08:30"),
        ("fri 10:00", "2027-03-11", "Mar 14 10:00", "10:00 AM CDT", "2027-03-14T15:00"),
        ("fri 10:00", "2026-10-29", "Nov 1 1:30 AM", "1:30 AM CDT", "2026-11-01T06:30"),
        ("fri 10:00", "2026-10-29", "Nov 1 10:00", "10:00 AM CST", "2026-11-01T16:00"),
    ],
)
async def test_a_move_over_a_change_of_clocks_goes_by_the_wall(
    running, sandbox, talk, clock, nia, sam, slot, now, typed, shown, instant
):
    await running.stop()
    running.settings = running.settings.model_copy(update={"eblast_slot": WeeklySlot.parse(slot)})
    clock.move_to(datetime.fromisoformat(now).replace(tzinfo=CHICAGO))
    await running.start()
    await talk.join(nia)
    await talk.item(sam)
    panel = await choose(talk, sam, await talk.draft(sam), "Move")
    await talk.press(sam, "Another time", message=panel)
    moved = await talk.one(sam, typed)
    assert shown in moved.text
    await talk.press(sam, "Approve", message=moved)
    due = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    await goes_on_until(talk, clock, due - MINUTE)
    assert got(nia) == 0
    await goes_on_until(talk, clock, due + MINUTE)
    assert got(nia) == 1
