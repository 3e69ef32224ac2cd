"""How many came: asked once after the end, answered by a button or a short text, never a name."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.models.events import EventKind, EventState
from tests.journeys.conftest import LANGUAGES

DEC_1 = datetime(2026, 12, 1, 18, tzinfo=UTC)
ON = date(2026, 12, 8)
ENDS_AT = datetime(2026, 12, 8, 17, tzinfo=UTC)  # 11 AM in Chicago
ASKED_AT = ENDS_AT + timedelta(minutes=30)


@pytest.fixture(autouse=True)
def december(clock, app):
    clock.move_to(DEC_1)


@pytest.fixture
def pass_to(clock, running):
    """Return a function that moves the clock and lets what is due leave."""

    async def pass_to(then):
        clock.move_to(then)
        await running.outbox_empty()

    return pass_to


def asked(staff):
    return [m for m in staff.messages if "How many came?" in m.text]


def data_of(shown):
    keyboard = shown.raw["reply_markup"]["inline_keyboard"]
    return {b["text"]: b["callback_data"] for row in keyboard for b in row}


async def test_staff_are_asked_once_half_an_hour_after_the_end(add_event, pass_to, sam, group):
    await add_event("ECHO talk", ON, kind=EventKind.ECHO, place="Austin", url="https://e.org/z")
    await pass_to(ASKED_AT - timedelta(minutes=1))
    assert asked(sam) == []
    await pass_to(ASKED_AT + timedelta(seconds=1))
    (ask,) = asked(sam)
    assert "ECHO talk" in ask.text
    assert "no names" in ask.text
    assert "15 in person" in data_of(ask)
    assert "15 online" in data_of(ask)
    for hours in (1, 5, 23, 30):
        await pass_to(ASKED_AT + timedelta(hours=hours))
    assert len(asked(sam)) == 1


async def test_a_button_or_a_short_text_counts_and_can_be_changed(
    add_event, pass_to, talk, sam, app
):
    event = await add_event("ECHO talk", ON, kind=EventKind.ECHO, place="A", url="https://e.org/z")
    await pass_to(ASKED_AT + timedelta(seconds=1))
    (ask,) = asked(sam)
    await talk.press(sam, "15 in person", message=ask)
    assert "Came: 15 in person." in ask.text
    await talk.press(sam, "Change the number", message=ask)
    await talk.press(sam, "5 online", message=ask)
    assert "Came: 15 in person, 5 online." in ask.text
    await talk.press(sam, "Change the number", message=ask)
    (how,) = await talk.press(sam, "Another number", message=ask)
    assert "How many came?" in how.text
    assert "one or two numbers" in (await talk.one(sam, "quite a few")).text
    shown = await talk.one(sam, "17 in person, 0 online")
    assert "Came: 17 in person, 0 online." in shown.text
    sheet = await app.services.planning.sheet(event.event_id)
    assert sheet.count.total == 17
    listed = await talk.one(sam, "/event")
    await talk.press(sam, "Past events", message=listed)
    assert any("17 · ECHO talk" in row[0] for row in listed.buttons)


async def test_the_card_of_the_event_shows_how_many_came(add_event, pass_to, talk, sam):
    event = await add_event("Monthly meeting", ON, kind=EventKind.MEETING)
    await pass_to(ASKED_AT + timedelta(seconds=1))
    await talk.press(sam, "30 in person", message=asked(sam)[0])
    card = await talk.one(sam, "/event")
    await talk.press_old(sam, card, f"plan:show:{event.event_id}")
    assert "Came: 30 in person." in card.text


@LANGUAGES
async def test_the_screens_speak_the_language_of_whoever_presses(
    add_event, pass_to, talk, sam, english_in, language
):
    sam.account.language_code = language.value
    await add_event("Reunión", ON, kind=EventKind.MEETING)
    await pass_to(ASKED_AT + timedelta(seconds=1))
    shown = asked(sam)[0]
    await talk.press(sam, "20 in person", message=shown)
    if language.value == "es":
        assert "Vinieron: 20 en persona." in shown.text
        assert english_in(shown) == []
    else:
        assert "Came: 20 in person." in shown.text


async def test_nobody_counted_is_an_answer_and_can_be_taken_back(add_event, pass_to, talk, sam):
    await add_event("Monthly meeting", ON, kind=EventKind.MEETING)
    await pass_to(ASKED_AT + timedelta(seconds=1))
    (ask,) = asked(sam)
    await talk.press(sam, "Nobody counted", message=ask)
    assert "You can still do it" in ask.text
    await talk.press(sam, "Count after all", message=ask)
    await talk.press(sam, "5 in person", message=ask)
    assert "Came: 5 in person." in ask.text


@pytest.mark.parametrize("kind", list(EventKind))
async def test_only_kinds_that_are_counted_are_asked_about(add_event, pass_to, sam, kind):
    await add_event("Something", ON, kind=kind)
    await pass_to(ASKED_AT + timedelta(seconds=1))
    counted = kind not in (EventKind.COMMUNITY, EventKind.AWARENESS)
    assert len(asked(sam)) == counted


async def test_staff_switch_a_kind_off_and_on(add_event, pass_to, talk, sam):
    await add_event("Fentanyl group", ON, kind=EventKind.WORKGROUP)
    await add_event("Picnic", date(2026, 12, 9), kind=EventKind.COMMUNITY)
    listed = await talk.one(sam, "/event")
    await talk.press(sam, "Trainings", message=listed)
    await talk.press(sam, "When I ask", message=listed)
    await talk.press(sam, "✅ Workgroup meeting", message=listed)
    await talk.press(sam, "⬜ Community event", message=listed)
    await pass_to(ASKED_AT + timedelta(seconds=1))
    assert asked(sam) == []
    await pass_to(ASKED_AT + timedelta(days=1, seconds=1))
    assert ["Picnic" in m.text for m in asked(sam)] == [True]


async def test_what_was_cancelled_or_moved_is_not_asked_about_or_later(
    add_event, pass_to, talk, sam, app
):
    gone = await add_event("Gone", ON, kind=EventKind.MEETING)
    later = await add_event("Later", ON, kind=EventKind.MEETING)
    await app.services.planning.cancel(gone.event_id, None, cancelled=True)
    shown = await talk.one(sam, "/event")
    await talk.press_old(sam, shown, f"plan:ask:{later.event_id}:all:event-when")
    proposal = await talk.one(sam, "Dec 8 3-4 pm")
    await talk.press(sam, "Yes, change it", message=proposal)
    await pass_to(ASKED_AT + timedelta(seconds=1))
    assert asked(sam) == []
    await pass_to(datetime(2026, 12, 8, 22, 30, 1, tzinfo=UTC))
    assert ["Later" in m.text for m in asked(sam)] == [True]


async def test_drafts_and_what_lasts_all_day_are_not_asked_about_at_night(
    add_event, pass_to, sam, app
):
    event = await add_event("Retreat", ON, starts=None, kind=EventKind.TRAINING)
    draft = await add_event("Draft", ON, kind=EventKind.TRAINING)

    def to_draft(t):
        t.events._change(
            "UPDATE events SET state = ? WHERE event_id = ?", EventState.DRAFT, draft.event_id
        )

    await app.database.write(to_draft)
    await pass_to(datetime(2026, 12, 9, 7, 0, tzinfo=UTC))  # 1 AM in Chicago
    assert asked(sam) == []
    await pass_to(datetime(2026, 12, 9, 15, 0, 1, tzinfo=UTC))  # 9 AM
    assert ["Retreat" in m.text for m in asked(sam)] == [True]
    assert event


async def test_a_restart_neither_loses_nor_doubles_the_question(
    add_event, clock, running, sam, talk
):
    await add_event("Monthly meeting", ON, kind=EventKind.MEETING)
    await running.stop()
    clock.move_to(ASKED_AT + timedelta(hours=2))
    await running.start()
    await running.outbox_empty()
    await running.stop()
    await running.start()
    clock.move(minutes=2)
    await running.outbox_empty()
    assert len(asked(sam)) == 1


async def test_a_question_that_would_be_two_days_late_is_not_asked(add_event, clock, running, sam):
    await add_event("Monthly meeting", ON, kind=EventKind.MEETING)
    await running.stop()
    clock.move_to(ASKED_AT + timedelta(hours=49))
    await running.start()
    await running.outbox_empty()
    assert asked(sam) == []


async def test_a_series_is_asked_about_date_by_date(add_event, pass_to, sam, talk, app):
    await add_event(
        "Street talk", ON, kind=EventKind.TRAINING, rule="FREQ=WEEKLY;BYDAY=TU", place="A"
    )
    await pass_to(ASKED_AT + timedelta(seconds=1))
    await talk.press(sam, "10 in person", message=asked(sam)[0])
    await pass_to(ASKED_AT + timedelta(days=7, seconds=1))
    (ask,) = asked(sam)  # the first one has been answered in place
    assert "Dec 15" in ask.text
    counts = [each.count for each in await app.services.headcounts.list_past()]
    assert [each and each.total for each in counts] == [None, 10]


async def test_a_count_is_in_the_log_and_can_be_undone(add_event, pass_to, talk, sam, app):
    event = await add_event("Monthly meeting", ON, kind=EventKind.MEETING)
    await pass_to(ASKED_AT + timedelta(seconds=1))
    shown = asked(sam)[0]
    await talk.press(sam, "10 in person", message=shown)
    await talk.press(sam, "Change the number", message=shown)
    await talk.press(sam, "20 in person", message=shown)
    await talk.press_old(sam, shown, "training:changes")
    assert "Monthly meeting: 10 in person → 20 in person" in shown.text
    await talk.press(sam, "Undo 2", message=shown)
    past = await app.services.headcounts.get(event.event_id, ON)
    assert past.count.total == 10
    await talk.press(sam, "Undo 1", message=shown)
    past = await app.services.headcounts.get(event.event_id, ON)
    assert past.count is None


async def test_what_is_not_over_cannot_be_counted(add_event, talk, sam):
    event = await add_event("Monthly meeting", ON, kind=EventKind.MEETING)
    shown = await talk.one(sam, "/event")
    data = f"after:count:{event.event_id}:{ON}:in-person:5"
    (refused,) = await talk.press_old(sam, shown, data)
    assert "not over yet" in refused.text


class TestGroup:
    """Where staff have a group, the question comes there, once."""

    @pytest.fixture
    def settings(self, settings, group):
        return settings.model_copy(update={"staff_chat_id": group.id})

    async def test_it_is_asked_and_answered_in_the_group(
        self, add_event, pass_to, talk, sam, joy, group, app
    ):
        event = await add_event("Monthly meeting", ON, kind=EventKind.MEETING)
        await pass_to(ASKED_AT + timedelta(seconds=1))
        here = sam.in_group(group)
        (ask,) = asked(here)
        assert asked(sam) == []
        (refused,) = await talk.press(joy.in_group(group), "5 in person", message=ask)
        assert "staff" in refused.text
        (how,) = await talk.press(here, "Another number", message=ask)
        assert await talk.say(here, "we were 40 last time") == []  # not to the bot
        shown = await talk.one(here, "17", reply_to=how)
        assert "Came: 17 in person." in shown.text
        assert (await app.services.headcounts.get(event.event_id, ON)).count.total == 17


async def test_only_staff_count(add_event, pass_to, talk, nia, rows):
    event = await add_event("Class", ON)
    await pass_to(ASKED_AT + timedelta(seconds=1))
    shown = await talk.one(nia, "/events")
    where = f"{event.event_id}:{ON}"
    for data in (
        "after:past",
        "after:kinds",
        "after:kind:echo",
        f"after:show:{where}",
        f"after:again:{where}",
        f"after:dismiss:{where}",
        f"after:ask:{where}",
        f"after:stop:{where}",
        f"after:count:{where}:in-person:5",
    ):
        (answer,) = await talk.press_old(nia, shown, data)
        assert "staff" in answer.text
    assert await rows("headcounts", "trainings", "record_changes", "forms") == {
        "headcounts": 0,
        "trainings": 0,
        "record_changes": 0,
        "forms": 0,
    }
