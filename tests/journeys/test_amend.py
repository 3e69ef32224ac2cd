"""What has gone out wrong: new text in place, a correction, a recall; an outcome for everybody."""

import asyncio
from datetime import time, timedelta

import pytest

from bot.delivery.courier import STORM
from bot.models import (
    BroadcastKind,
    BroadcastState,
    Content,
    Draft,
    Language,
    Media,
    MediaKind,
    Poll,
    QuietHours,
)
from bot.models import Place as Point
from sandbox.contents import media_content

WRONG, RIGHT = "Free Narcan training on Friday", "The training is on Saturday"
BIEN = "El taller es el sábado"


@pytest.fixture
def announce(app, talk, sam):
    """Return a function that sends an announcement and returns its number."""

    async def announce(html=WRONG, spanish=None, attachment=None, kind=BroadcastKind.ANNOUNCEMENT):
        now = app.clock.now()
        urgent = kind is BroadcastKind.ALERT

        def write(t):
            made = t.broadcasts.add(kind, None, None, now, author_id=sam.id, urgent=urgent)
            number = made.broadcast_id
            t.drafts.add(Draft(number, Language.EN, Content(html, attachment)), 10_000 + number)
            if spanish:
                t.drafts.set_translation(number, Content(spanish, attachment), None)
            return number

        number = await app.database.write(write)
        await app.services.broadcasts.send_now(number, sam.id)
        app.courier.wake()
        await talk.running.outbox_empty()
        return number

    return announce


@pytest.fixture
def later(clock, sandbox):
    """Return a function that lets hours pass for the bot and for Telegram."""

    def later(hours):
        clock.move(hours=hours)
        sandbox.clock.advance(hours * 3600)

    return later


@pytest.fixture
def steps(talk, sam):
    """Return a function that opens what can be done to the latest broadcast that went out."""

    async def steps():
        panel = await talk.draft(sam)
        await talk.press(sam, "Sent lately", message=panel)
        first = panel.buttons[0][0]
        await talk.press(sam, first, message=panel)
        return panel

    return steps


async def approve(talk, sam, panel):
    """Approve what a panel shows and wait for its report."""
    await talk.press(sam, "Approve and send now", message=panel)
    await talk.running.outbox_empty()
    return next(m for m in reversed(sam.messages) if m.text.startswith("Report"))


async def recall(talk, sam, shown):
    await talk.press(sam, "Recall", message=shown)
    assert "What has not left yet stops for good" in shown.text
    await talk.press(sam, "Yes, prepare", message=shown)
    return await approve(talk, sam, shown)


def texts(person):
    return [message.text for message in person.messages]


@pytest.fixture
async def five(talk, sandbox, sam, clock, later):
    """Return five members with the same edition: one has had it for 49 hours."""
    people = [sandbox.person(f"Member {n}") for n in range(5)]
    await talk.join(people[0])
    await talk.send_edition(sam, WRONG)
    later(49)
    await talk.join(*people[1:])
    for person in people[1:]:
        await talk.press(person, "Send me this week's", message=person.last)
    await talk.running.outbox_empty()
    assert all(any(WRONG in text for text in texts(person)) for person in people)
    blocker, loser = people[1], people[2]
    wrong = next(m for m in loser.messages if WRONG in m.text)
    del loser.chat.messages[wrong.id]
    await blocker.block()
    await talk.running.idle()
    return people


async def test_a_recall_names_an_outcome_for_everybody(talk, sam, five, steps):
    shown = await steps()
    assert "5 messages accepted by Telegram" in shown.text
    assert "4 of them are younger than 48 hours" in shown.text
    report = await recall(talk, sam, shown)
    # The sandbox deletes for who blocked the bot, too; that Telegram does is likely, not certain.
    assert "3 asked to delete" in report.text
    assert "1 too old: it stays" in report.text
    assert "1 gone" in report.text
    assert "deleted" not in report.text.replace("member deleted it", "")
    for person in five[3:]:
        assert not any(WRONG in m.get("text", "") for m in person.chat.messages.values())
    assert any(WRONG in m.get("text", "") for m in five[0].chat.messages.values())


async def test_a_correction_answers_those_who_have_it_and_nobody_else(talk, sam, five, steps, nia):
    await talk.join(nia)  # never got it
    shown = await steps()
    await talk.press(sam, "Send a correction", message=shown)
    panel = await talk.one(sam, RIGHT)
    assert "4 members would get it" in panel.text
    report = await approve(talk, sam, panel)
    assert "4 corrected" in report.text
    assert "1 cannot be reached\n• blocked the bot or left Telegram meanwhile: 1" in report.text
    assert not any(RIGHT in text for text in texts(nia))
    assert not any(RIGHT in text for text in texts(five[1]))
    for person in (five[0], five[3], five[4]):
        (got,) = [m for m in person.messages if RIGHT in m.text]
        assert WRONG in got.raw["reply_to_message"]["text"]
    assert sum(RIGHT in text for text in texts(five[2])) == 1
    (offer,) = [m for m in nia.messages if "e-blast" in m.text][-1:]
    await talk.press_old(nia, offer, "eblast:current")
    await talk.running.outbox_empty()
    assert not any(WRONG in text for text in texts(nia)), "a wrong text goes to nobody else"


async def test_the_text_of_an_announcement_changes_in_place_in_both_languages(
    talk, sam, nia, mateo, announce, steps
):
    await talk.join(nia, mateo)
    await announce(WRONG, "Taller el viernes")
    before = [len(nia.messages), len(mateo.messages)]
    shown = await steps()
    await talk.press(sam, "Change the text", message=shown)
    for language, text in (("English", RIGHT), ("Spanish", BIEN)):
        await talk.press(sam, f"{language} text", message=shown)
        panel = await talk.one(sam, text)
        await talk.press(sam, "Texts", message=panel)
        shown = panel
    await talk.press(sam, "Back", message=panel)
    previewed = await talk.press(sam, "Preview", message=panel)
    report = await approve(talk, sam, panel)
    assert "2 messages edited" in report.text
    assert [len(nia.messages), len(mateo.messages)] == before, "nothing new came"
    assert any(text.startswith(RIGHT) for text in texts(nia))
    assert any(text.startswith(BIEN) for text in texts(mateo))
    assert [m.text for m in previewed[:2]] == [nia.messages[-1].text, mateo.messages[-1].text]


async def test_the_text_of_an_item_changes_in_place_and_late_joiners_get_it(
    talk, sam, nia, mateo, rosa, steps
):
    await talk.join(nia, mateo)
    await talk.send_edition(sam, WRONG)
    shown = await steps()
    await talk.press(sam, "Change the text", message=shown)
    await talk.press(sam, WRONG, message=shown)
    await talk.press(sam, "English text", message=shown)
    panel = await talk.one(sam, RIGHT)
    report = await approve(talk, sam, panel)
    assert "2 messages edited" in report.text
    for person in (nia, mateo):
        assert any(RIGHT in text for text in texts(person))
        assert not any(WRONG in text for text in texts(person))
    await talk.join(rosa)
    await talk.press_old(rosa, rosa.last, "eblast:current")
    await talk.running.outbox_empty()
    assert any(RIGHT in text for text in texts(rosa))


@pytest.mark.parametrize(
    "attachment", [Point(41.9, -87.7), Poll("Which day suits you?", ("Mon", "Fri"))]
)
async def test_what_has_no_words_cannot_be_edited(talk, sam, nia, announce, steps, attachment):
    await talk.join(nia)
    await announce("", attachment=attachment)
    shown = await steps()
    (refusal,) = await talk.press(sam, "Change the text", message=shown)
    assert "cannot be changed in place" in refusal.text
    assert "correction" in refusal.text


async def test_a_text_cannot_become_a_photo(talk, sam, nia, announce, steps):
    await talk.join(nia)
    await announce()
    shown = await steps()
    await talk.press(sam, "Change the text", message=shown)
    await talk.press(sam, "English text", message=shown)
    (refusal,) = await talk.after(sam, sam.send_photo(b"png", caption="A flyer"))
    assert "text stays text" in refusal.text
    panel = await talk.one(sam, RIGHT)  # the form is still open
    report = await approve(talk, sam, panel)
    assert "1 message edited" in report.text


@pytest.fixture
def flyer(sandbox):
    """Return a function that makes a photo as it is sent, and as the bot knows it."""

    def flyer(caption):
        fields = media_content(sandbox.world, "photo") | {"caption": caption}
        return fields, Media(MediaKind.PHOTO, fields["photo"][-1]["file_id"])

    return flyer


async def test_a_photo_becomes_another_photo_in_place(talk, sam, nia, announce, steps, flyer):
    await talk.join(nia)
    _, wrong = flyer(WRONG)
    right, new = flyer(RIGHT)
    await announce(WRONG, attachment=wrong)
    got, before = nia.last, len(nia.messages)
    assert got.raw["photo"][-1]["file_id"] == wrong.file_id
    shown = await steps()
    await talk.press(sam, "Change the text", message=shown)
    await talk.press(sam, "English text", message=shown)
    (panel,) = await talk.raw(sam, right)
    report = await approve(talk, sam, panel)
    assert "1 message edited" in report.text
    assert len(nia.messages) == before, "nothing new came"
    assert got.raw["photo"][-1]["file_id"] == new.file_id != wrong.file_id
    assert got.raw["caption"] == RIGHT


async def test_only_the_words_of_a_photo_change_in_place(talk, sam, nia, announce, steps, flyer):
    await talk.join(nia)
    _, photo = flyer(WRONG)
    await announce(WRONG, attachment=photo)
    got = nia.last
    shown = await steps()
    await talk.press(sam, "Change the text", message=shown)
    await talk.press(sam, "English text", message=shown)
    report = await approve(talk, sam, await talk.one(sam, RIGHT))
    assert "1 message edited" in report.text
    assert got.raw["photo"][-1]["file_id"] == photo.file_id
    assert got.raw["caption"] == RIGHT


async def test_an_edit_that_would_need_another_message_is_refused(talk, sam, nia, steps):
    await talk.join(nia)
    await talk.item(sam, "One " + "word " * 500)
    await talk.send_edition(sam, WRONG)
    shown = await steps()
    await talk.press(sam, "Change the text", message=shown)
    await talk.press(sam, WRONG, message=shown)
    await talk.press(sam, "English text", message=shown)
    refusal = await talk.one(sam, "Two " + "word " * 500)
    assert "there would be more or fewer messages than went out" in refusal.text
    report = await approve(talk, sam, await talk.one(sam, RIGHT))  # the form is still open
    assert "1 message edited" in report.text
    assert any(RIGHT in text for text in texts(nia))


async def test_a_correction_is_corrected_in_place(talk, sam, nia, announce, steps):
    await talk.join(nia)
    await announce()
    await talk.press(sam, "Send a correction", message=await steps())
    report = await approve(talk, sam, await talk.one(sam, "On Sunday"))
    got, before = nia.last, len(nia.messages)
    assert "On Sunday" in got.text
    await talk.press(sam, "Correct or recall", message=report)
    await talk.press(sam, "Change the text", message=report)
    await talk.press(sam, "English text", message=report)
    report = await approve(talk, sam, await talk.one(sam, RIGHT))
    assert "1 message edited" in report.text
    assert len(nia.messages) == before, "nothing new came"
    assert got.text == f"Correction\n{RIGHT}"
    assert WRONG in got.raw["reply_to_message"]["text"]


async def test_tapping_twice_is_harmless(talk, sam, nia, announce, steps, app):
    await talk.join(nia)
    number = await announce()
    shown = await steps()
    for _ in range(2):
        await talk.press_old(sam, shown, f"amend:sure:{number}")
        await talk.press_old(sam, shown, f"amend:edit:{number}")
    made = await app.database.read(lambda t: t.broadcasts.list_amendments(number))
    assert [each.kind for each in made] == [BroadcastKind.RECALL, BroadcastKind.EDIT]
    (edit,) = [each for each in made if each.kind is BroadcastKind.EDIT]
    (refusal,) = await talk.press_old(sam, shown, f"blast:now:{edit.broadcast_id}")
    assert "Nothing has changed yet" in refusal.text


async def test_what_is_still_being_sent_is_held_first_and_stops_for_good(
    talk, sam, nia, app, running
):
    await talk.join(nia)
    await talk.item(sam, WRONG)
    app.courier._stopping = True  # hold the courier, so that all is still to be sent
    app.courier.wake()
    draft = await talk.draft(sam)
    await talk.press(sam, "Approve and send now", message=draft)
    panel = await talk.panel(sam)
    await talk.press(sam, "Correct or recall", message=panel)
    assert "It is on hold" in panel.text
    await talk.press(sam, "Recall", message=panel)
    await talk.press(sam, "Yes, prepare", message=panel)
    await talk.press(sam, "Approve and send now", message=panel)
    await running.stop()
    await running.start()
    await running.outbox_empty()
    assert not any(WRONG in text for text in texts(nia))
    (refusal,) = await talk.press_old(sam, sam.last, "blast:resume:1")
    assert "moved on" in refusal.text


async def test_the_unconfirmed_are_unknown_and_get_nothing_again_after_a_recall(
    talk, sam, nia, rosa, announce, steps, sandbox
):
    await talk.join(nia, rosa)
    sandbox.faults.add("500", method="sendMessage", chat_id=nia.id, count=1)
    number = await announce()
    report = await recall(talk, sam, await steps())
    assert "1 asked to delete" in report.text
    assert "1 unknown" in report.text
    (refusal,) = await talk.press_old(sam, report, f"blast:resend:{number}")
    assert "recalled" in refusal.text


@pytest.mark.parametrize("how", ["blocks", "leaves"])
async def test_who_goes_while_a_recall_waits_is_recalled_from_too(
    talk, sam, nia, rosa, announce, steps, app, running, how
):
    await talk.join(nia, rosa)
    await announce()
    shown = await steps()
    app.courier._stopping = True  # hold the courier, so that all is still to be asked for
    app.courier.wake()
    await talk.press(sam, "Recall", message=shown)
    await talk.press(sam, "Yes, prepare", message=shown)
    await talk.press(sam, "Approve and send now", message=shown)
    await (nia.block() if how == "blocks" else nia.send("/stop"))
    await running.idle()
    await running.stop()
    await running.start()
    await running.outbox_empty()
    assert "2 asked to delete" in (await sam.expect("Report: Recall")).text
    assert not any(WRONG in m.get("text", "") for m in nia.chat.messages.values())


async def test_many_members_who_deleted_it_are_no_storm(talk, sam, sandbox, announce, steps, app):
    people = [sandbox.person(f"Member {n}") for n in range(STORM + 5)]
    for person in people:
        person.account.started = True
        await app.services.members.join(person.id, "en")
    await announce()
    for person in people:
        assert WRONG in person.last.text
        del person.chat.messages[person.last.id]
    report = await recall(talk, sam, await steps())
    assert f"{STORM + 5} gone" in report.text
    assert not any("many messages in a row" in text for text in texts(sam))


class TestUndo:
    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"undo_seconds": 60})

    @pytest.fixture
    async def sent(self, talk, nia, sam, clock, app):
        await talk.join(nia)
        await talk.item(sam, WRONG)
        await talk.press(sam, "Approve and send now", message=await talk.draft(sam))
        clock.move(seconds=61)
        await talk.running.outbox_empty()
        return 1

    async def undo(self, talk, sam, clock, app):
        made = await app.database.read(lambda t: t.broadcasts.list_amendments(1))
        await talk.press_old(sam, sam.last, f"blast:undo:{made[-1].broadcast_id}")
        clock.move(minutes=5)
        await talk.running.outbox_empty()
        found = await app.database.read(lambda t: t.broadcasts.list_amendments(1))
        assert found[-1].state is BroadcastState.DRAFT

    async def test_a_recall_is_undone(self, talk, sam, nia, sent, steps, clock, app):
        shown = await steps()
        await talk.press_old(sam, shown, f"amend:sure:{sent}")
        await talk.press(sam, "Approve and send now", message=shown)
        await self.undo(talk, sam, clock, app)
        assert any(WRONG in m.get("text", "") for m in nia.chat.messages.values())

    @pytest.mark.parametrize("how", ["Recall", "Change the text"])
    async def test_recalls_and_edits_make_no_sound_and_wait_for_no_quiet_hours_or_pause(
        self, talk, sam, nia, mateo, sent, steps, clock, app, how
    ):
        await talk.join(mateo)
        await talk.press_old(mateo, mateo.last, "eblast:current")
        await talk.running.outbox_empty()
        assert any(WRONG in text for text in texts(mateo))
        await app.services.members.set_quiet(nia.id, QuietHours(time(0), time(23, 59)))
        panel = await steps()
        await talk.press(sam, how, message=panel)
        if how == "Recall":
            await talk.press(sam, "Yes, prepare", message=panel)
        else:
            await talk.press(sam, WRONG, message=panel)
            await talk.press(sam, "English text", message=panel)
            panel = await talk.one(sam, RIGHT)
        await talk.press(sam, "Approve and send now", message=panel)
        await app.services.members.pause(mateo.id, (clock.now() + timedelta(days=9)).date())
        now = clock.now()
        await app.database.write(lambda t: app.services.broadcasts.keep_hours(t, now))
        clock.move(seconds=61)
        await talk.running.outbox_empty()
        for person in (nia, mateo):
            shown = [m.get("text", "") for m in person.chat.messages.values()]
            assert not any(WRONG in text for text in shown)

    async def test_a_correction_is_undone(self, talk, sam, nia, sent, steps, clock, app):
        shown = await steps()
        await talk.press(sam, "Send a correction", message=shown)
        panel = await talk.one(sam, RIGHT)
        await talk.press(sam, "Approve and send now", message=panel)
        await self.undo(talk, sam, clock, app)
        assert not any(RIGHT in text for text in texts(nia))

    async def test_an_edit_is_undone_and_late_joiners_get_the_old_text(
        self, talk, sam, nia, rosa, sent, steps, clock, app
    ):
        shown = await steps()
        await talk.press(sam, "Change the text", message=shown)
        await talk.press(sam, WRONG, message=shown)
        await talk.press(sam, "English text", message=shown)
        panel = await talk.one(sam, RIGHT)
        await talk.press(sam, "Approve and send now", message=panel)
        await self.undo(talk, sam, clock, app)
        assert any(WRONG in text for text in texts(nia))
        await talk.join(rosa)
        await talk.press_old(rosa, rosa.last, "eblast:current")
        await talk.running.outbox_empty()
        assert any(WRONG in text for text in texts(rosa))
        assert not any(RIGHT in text for text in texts(rosa))

    async def test_after_an_undo_the_other_language_changes_alone(
        self, talk, sam, nia, mateo, steps, clock, app
    ):
        await talk.join(nia, mateo)
        shown = await talk.one(sam, f"/announce {WRONG}")
        await talk.press(sam, "Add Spanish version", message=shown)
        shown = await talk.one(sam, "Taller el viernes")
        await talk.press(sam, "send now", message=shown)
        clock.move(seconds=61)
        await talk.running.outbox_empty()
        shown = await steps()
        await talk.press(sam, "Change the text", message=shown)
        await talk.press(sam, "English text", message=shown)
        panel = await talk.one(sam, RIGHT)
        await talk.press(sam, "Approve and send now", message=panel)
        (edit,) = await app.database.read(lambda t: t.broadcasts.list_amendments(1))
        await talk.press_old(sam, sam.last, f"blast:undo:{edit.broadcast_id}")
        await talk.press_old(sam, sam.last, f"blast:skip:{edit.broadcast_id}")
        shown = await steps()
        await talk.press(sam, "Change the text", message=shown)
        await talk.press(sam, "Spanish text", message=shown)
        panel = await talk.one(sam, BIEN)
        await talk.press(sam, "Approve and send now", message=panel)
        clock.move(seconds=61)
        await talk.running.outbox_empty()
        assert any(text.startswith(WRONG) for text in texts(nia))
        assert not any(RIGHT in text for text in texts(nia))
        assert any(text.startswith(BIEN) for text in texts(mateo))

    @pytest.mark.parametrize(("is_undone", "text"), [(True, WRONG), (False, RIGHT)])
    async def test_nothing_leaves_with_a_text_that_can_still_be_undone(
        self, talk, sam, nia, rosa, sent, steps, clock, app, is_undone, text
    ):
        shown = await steps()
        await talk.press(sam, "Change the text", message=shown)
        await talk.press(sam, WRONG, message=shown)
        await talk.press(sam, "English text", message=shown)
        panel = await talk.one(sam, RIGHT)
        await talk.press(sam, "Approve and send now", message=panel)
        await talk.join(rosa)
        await talk.press_old(rosa, rosa.last, "eblast:current")
        await talk.running.tick()
        app.courier.wake()
        await asyncio.sleep(0.2)
        assert not any(WRONG in each or RIGHT in each for each in texts(rosa))
        if is_undone:
            await self.undo(talk, sam, clock, app)
        else:
            app.courier._stopping = True  # nothing of the edit itself is under way yet
            app.courier.wake()
            clock.move(seconds=61)
            edit = (await app.database.read(lambda t: t.broadcasts.list_amendments(1)))[-1]
            (refusal,) = await talk.press_old(sam, shown, f"blast:undo:{edit.broadcast_id}")
            assert "moved on" in refusal.text
            app.courier._stopping = False
            app.courier.start()
        clock.move(seconds=61)
        await talk.running.outbox_empty()
        assert [WRONG in each or RIGHT in each for each in texts(rosa)].count(True) == 1
        assert any(text in each for each in texts(rosa))
