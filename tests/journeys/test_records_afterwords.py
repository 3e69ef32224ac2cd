"""One message to those who said that they come: shown as it leaves, approved, sent once."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.config import Settings
from bot.models import QuietHours
from sandbox.world import STAFF_ID
from tests.journeys.conftest import LANGUAGES
from tests.journeys.test_announce import written

DEC_1 = datetime(2026, 12, 1, 18, tzinfo=UTC)
ON = date(2026, 12, 8)
OVER = datetime(2026, 12, 8, 18, tzinfo=UTC)  # noon in Chicago; it ended at 11
TEXT = "Thank you all. The slides: https://example.org/slides"
SMALL = "You get this once, because you said that you come."


@pytest.fixture
async def event(add_event, clock, app):
    clock.move_to(DEC_1)
    return await add_event("Class", ON, place="Austin", url="https://example.org/z")


@pytest.fixture
def come(talk, event):
    """Return a function with which people say that they come."""

    async def come(*people):
        for person in people:
            shown = await talk.one(person, "/events")
            spanish = person.account.language_code == "es"
            await talk.press(person, "8 dic" if spanish else "Tue, Dec 8", message=shown)
            await talk.press(person, "Voy a venir" if spanish else "I'm coming", message=shown)
            await talk.press(
                person, "Vengo en persona" if spanish else "I come in person", message=shown
            )

    return come


@pytest.fixture
def write(talk, event):
    """Return a function with which staff write to those who came; it returns all that it shows."""

    async def write(staff, text=TEXT):
        spanish = staff.account.language_code == "es"
        card = await talk.one(staff, "/event")
        await talk.press_old(staff, card, f"after:show:{event.event_id}:{ON}")
        label = "Escribir a quienes vinieron" if spanish else "Write to those who came"
        await talk.press(staff, label, message=card)
        return await talk.say(staff, text)

    return write


def got(person, text="Thank you all"):
    return [m for m in person.messages if text in m.text]


async def test_it_is_shown_exactly_as_it_leaves_and_sent_once(
    come, write, talk, pass_to, sam, nia, darnell, rows, english_in
):
    await come(nia, darnell)
    await pass_to(OVER)
    shown, panel = await write(sam)
    assert "To 2 people who said that they come." in panel.text
    assert got(nia) == []
    send = panel.buttons[0][0]
    assert send == "Send it (2)"
    data = panel.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await talk.press(sam, send, message=panel)
    assert "is on its way" in panel.text
    await talk.press_old(sam, panel, data)  # a double tap
    await pass_to(OVER + timedelta(minutes=1))
    for person in (nia, darnell):
        (message,) = got(person)
        assert message.html == shown.html
        assert SMALL in message.text
    assert got(sam) == [shown]


@LANGUAGES
async def test_each_reads_it_in_their_language_if_there_is_a_version(
    come, write, talk, pass_to, sam, nia, mateo, english_in, language
):
    sam.account.language_code = language.value
    spanish = language.value == "es"
    await come(nia, mateo)
    await pass_to(OVER)
    mine, other = ("Gracias a todos", "Thank you all") if spanish else (TEXT, "Gracias a todos")
    *_, panel = await write(sam, mine)
    assert "⚠️" in panel.text
    add = "Agregar versión en inglés" if spanish else "Add Spanish version"
    await talk.press(sam, add, message=panel)
    english, translated, panel = await talk.say(sam, other)
    assert "⚠️" not in panel.text
    if spanish:
        assert english_in(panel) == []
    await talk.press(sam, panel.buttons[0][0], message=panel)
    await pass_to(OVER + timedelta(minutes=1))
    (message,) = got(nia)
    assert message.html == english.html
    (message,) = got(mateo, "Gracias a todos")
    assert message.html == translated.html
    assert english_in(message) == []


async def test_without_a_version_it_says_in_which_language_it_is(
    come, write, talk, pass_to, sam, mateo
):
    await come(mateo)
    await pass_to(OVER)
    shown, panel = await write(sam)
    assert "(en inglés)" in shown.text
    assert "porque dijiste que venías" in shown.text
    await talk.press(sam, "This text is Spanish", message=panel)
    shown, panel = sam.messages[-2:]
    assert "(en inglés)" not in shown.text


async def test_who_cancelled_waits_or_cannot_be_reached_does_not_get_it(
    come, write, talk, pass_to, sam, nia, darnell, rosa
):
    await come(nia, darnell, rosa)
    shown = await talk.one(nia, "/events")
    await talk.press(nia, "Tue, Dec 8", message=shown)
    await talk.press(nia, "I'm coming", message=shown)
    await talk.press(nia, "I am not coming after all", message=shown)
    await darnell.block()
    await talk.running.idle()
    await pass_to(OVER)
    _, panel = await write(sam)
    assert "To 1 person who said that they come." in panel.text
    await talk.press(sam, "Send it (1)", message=panel)
    await pass_to(OVER + timedelta(minutes=1))
    assert [len(got(each)) for each in (nia, darnell, rosa)] == [0, 0, 1]


async def test_leaving_the_list_after_the_event_is_heard(
    come, write, talk, pass_to, sam, nia, event
):
    await come(nia)
    await pass_to(OVER)
    shown = await talk.one(nia, "/events")
    await talk.press_old(nia, shown, f"coming:leave:{event.event_id}:{ON}")
    card = await talk.one(sam, "/event")
    await talk.press_old(sam, card, f"after:show:{event.event_id}:{ON}")
    assert "Write to those who came" not in str(card.buttons)
    (refused,) = await talk.press_old(sam, card, f"after:write:{event.event_id}:{ON}")
    assert "nobody to write to" in refused.text


async def test_quiet_hours_and_pauses_hold_it_and_a_long_pause_leaves_it_out(
    come, write, talk, pass_to, sam, nia, darnell, rosa, app, find_member, joy
):
    await talk.join(nia, darnell, rosa)
    await come(nia, darnell, rosa, joy)

    async def change(person, **kwargs):
        member = await find_member(person)

        def work(t):
            for name, value in kwargs.items():
                getattr(t.members, f"set_{name}")(member.chat_id, value)

        await app.database.write(work)

    await change(nia, quiet=QuietHours(time(11), time(14)))
    await change(darnell, paused_until=date(2026, 12, 10))
    await change(rosa, paused_until=date(2027, 3, 1))
    await pass_to(OVER)
    _, panel = await write(sam)
    assert "To 3 people" in panel.text
    assert "2 of them get it when quiet hours or a pause end." in panel.text
    assert "1 more does not get it: a long pause." in panel.text
    await talk.press(sam, "Send it (3)", message=panel)
    await pass_to(OVER + timedelta(minutes=1))
    assert [len(got(each)) for each in (nia, darnell, rosa, joy)] == [0, 0, 0, 1]
    await pass_to(OVER + timedelta(hours=2, minutes=1))  # 2 PM
    assert [len(got(each)) for each in (nia, darnell, rosa)] == [1, 0, 0]
    await pass_to(datetime(2026, 12, 10, 15, 1, tzinfo=UTC))  # 9 AM
    assert [len(got(each)) for each in (nia, darnell, rosa)] == [1, 1, 0]
    await pass_to(datetime(2027, 3, 2, 16, tzinfo=UTC))
    assert [len(got(each)) for each in (nia, darnell, rosa, joy)] == [1, 1, 0, 1]


async def test_who_says_no_while_their_copy_is_held_does_not_get_it(
    come, write, talk, pass_to, sam, nia, darnell, app, event
):
    await talk.join(nia)
    await come(nia, darnell)
    quiet = QuietHours(time(11), time(14))
    await app.database.write(lambda t: t.members.set_quiet(nia.id, quiet))
    await pass_to(OVER)
    _, panel = await write(sam)
    await talk.press(sam, "Send it (2)", message=panel)
    await talk.press_old(nia, nia.last, f"coming:leave:{event.event_id}:{ON}")
    await pass_to(OVER + timedelta(hours=3))
    assert [len(got(each)) for each in (nia, darnell)] == [0, 1]


async def test_a_restart_between_approval_and_delivery_sends_once(
    come, write, talk, clock, pass_to, sam, nia, darnell, running, sandbox
):
    await come(nia, darnell)
    await pass_to(OVER)
    _, panel = await write(sam)
    await talk.press(sam, "Send it (2)", message=panel)
    await running.stop()
    await running.start()
    await running.outbox_empty()
    await running.stop()
    await running.start()
    await running.outbox_empty()
    assert [len(got(each)) for each in (nia, darnell)] == [1, 1]


async def test_a_half_written_message_survives_a_restart(
    come, write, talk, pass_to, sam, nia, running
):
    await come(nia)
    await pass_to(OVER)
    _, panel = await write(sam)
    await talk.press(sam, "Change it", message=panel)
    await running.stop()
    await running.start()
    shown, panel = await talk.say(sam, "Thank you all, again")
    assert "again" in shown.text
    await talk.press(sam, "Send it (1)", message=panel)
    await pass_to(OVER + timedelta(minutes=1))
    assert ["again" in m.text for m in got(nia)] == [True]


async def test_what_changed_after_the_look_is_not_sent(come, write, talk, pass_to, sam, nia):
    await come(nia)
    await pass_to(OVER)
    _, old = await write(sam)
    await talk.press(sam, "Change it", message=old)
    await talk.say(sam, "Thank you all, corrected")
    (refused,) = await talk.press(sam, "Send it (1)", message=old)
    assert "was changed or thrown away" in refused.text
    await pass_to(OVER + timedelta(minutes=1))
    assert got(nia) == []


async def test_it_can_be_thrown_away(come, write, talk, pass_to, sam, nia, rows):
    await come(nia)
    await pass_to(OVER)
    _, panel = await write(sam)
    await talk.press(sam, "Throw away", message=panel)
    assert "Nobody got it" in panel.text
    assert (await rows("afterwords"))["afterwords"] == 0


async def test_there_is_one_message_for_each_date_and_it_is_in_the_log(
    come, write, talk, pass_to, sam, nia, event
):
    await come(nia)
    await pass_to(OVER)
    _, panel = await write(sam)
    await talk.press(sam, "Send it (1)", message=panel)
    await pass_to(OVER + timedelta(minutes=1))
    (refused,) = await talk.press_old(sam, panel, f"after:write:{event.event_id}:{ON}")
    assert "only one for each date" in refused.text
    await talk.press_old(sam, panel, "training:changes")
    assert "Class: message to 1 person" in panel.text
    assert "Undo" not in str(panel.buttons)


async def test_a_reply_with_the_command_takes_that_message(come, talk, pass_to, sam, nia, sandbox):
    await come(nia)
    await pass_to(OVER)
    source = await written(talk, sam, {"text": "Thank you all for coming"})
    (offer,) = await talk.say(sam, "/event", reply_to=source)
    assert "Choose the event" in offer.text
    shown, panel = await talk.press(sam, "Class", message=offer)
    assert "Thank you all for coming" in shown.text
    await talk.press(sam, "Send it (1)", message=panel)
    await pass_to(OVER + timedelta(minutes=1))
    assert len(got(nia)) == 1


async def test_a_photo_goes_along_and_a_poll_does_not(come, write, talk, pass_to, sam, nia, event):
    await come(nia)
    await pass_to(OVER)
    card = await talk.one(sam, "/event")
    await talk.press_old(sam, card, f"after:write:{event.event_id}:{ON}")
    (refused,) = await talk.after(sam, sam.send_location(41.9, -87.7))
    assert "cannot be sent" in refused.text
    shown, panel = await talk.after(sam, sam.send_photo(b"png", caption="Thank you all"))
    assert "photo" in shown.raw
    await talk.press(sam, "Send it (1)", message=panel)
    await pass_to(OVER + timedelta(minutes=1))
    (message,) = got(nia)
    assert "photo" in message.raw


async def test_before_the_end_and_three_days_after_it_nobody_can_be_written_to(
    come, talk, pass_to, sam, nia, event, rows
):
    await come(nia)
    shown = await talk.one(sam, "/event")
    data = f"after:write:{event.event_id}:{ON}"
    (refused,) = await talk.press_old(sam, shown, data)
    assert "not over yet" in refused.text
    await pass_to(OVER + timedelta(days=3))
    (refused,) = await talk.press_old(sam, shown, data)
    assert "nobody to write to" in refused.text
    assert (await rows("attendances"))["attendances"] == 0


async def test_what_was_written_is_forgotten_after_a_week(
    come, write, pass_to, sam, nia, clock, app, rows
):
    await come(nia)
    await pass_to(OVER)
    await write(sam)
    clock.move(days=8)
    await app.services.upkeep.clean()
    assert (await rows("afterwords"))["afterwords"] == 0


async def test_only_staff_write_to_those_who_came(come, talk, pass_to, nia, event, rows):
    await come(nia)
    await pass_to(OVER)
    shown = await talk.one(nia, "/events")
    where = f"{event.event_id}:{ON}"
    for verb in ("write", "version", "unwrite", "take", "look", "swap", "drop", "unsend"):
        (answer,) = await talk.press_old(nia, shown, f"after:{verb}:{where}")
        assert "staff" in answer.text
    (answer,) = await talk.press_old(nia, shown, f"after:send:{where}:0a1b2c3d")
    assert "staff" in answer.text
    assert await rows("afterwords", "forms") == {"afterwords": 0, "forms": 0}


class TestUndo:
    """For some seconds after the approval nothing leaves."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"undo_seconds": 60})

    async def test_it_can_be_taken_back_and_sent_later(
        self, come, write, talk, pass_to, clock, sam, nia
    ):
        await come(nia)
        await pass_to(OVER)
        _, panel = await write(sam)
        await talk.press(sam, "Send it (1)", message=panel)
        await pass_to(OVER + timedelta(seconds=30))
        assert got(nia) == []
        await talk.press(sam, "Undo", message=panel)
        await pass_to(OVER + timedelta(minutes=5))
        assert got(nia) == []
        await talk.press(sam, "Send it (1)", message=panel)
        await pass_to(OVER + timedelta(minutes=7))
        assert len(got(nia)) == 1
        (refused,) = await talk.press(sam, "Undo", message=panel)
        assert "has left already" in refused.text


class TestTwoPersons:
    """With two-person approval nobody sends what they were the last to write."""

    @pytest.fixture
    def settings(self, settings: Settings, sandbox) -> Settings:
        second = sandbox.person("Joy").id
        return settings.model_copy(
            update={"two_person_approval": True, "owner_ids": frozenset({STAFF_ID, second})}
        )

    async def test_a_second_person_is_asked_and_approves(
        self, come, write, talk, pass_to, sam, joy, nia
    ):
        await talk.say(joy, "/help")
        await come(nia)
        await pass_to(OVER)
        _, panel = await write(sam)
        await talk.press(sam, "Send it (1)", message=panel)
        await pass_to(OVER + timedelta(minutes=1))
        assert got(nia) == []
        assert "A second person must approve it" in joy.last.text
        *_, panel = await talk.press(joy, "Look at it", message=joy.last)
        await talk.press(joy, "Send it (1)", message=panel)
        await pass_to(OVER + timedelta(minutes=2))
        assert len(got(nia)) == 1
