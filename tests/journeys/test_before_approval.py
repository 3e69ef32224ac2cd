"""What staff are told before they approve, and who may."""

import pytest

from bot.models import BroadcastState
from tests.journeys.test_edition import state  # noqa: F401 - a fixture


async def test_the_draft_says_what_looks_wrong(talk, sam):
    await talk.item(sam, "Training on Nov 3, sign up at http:/example")
    draft = await talk.draft(sam)
    assert "This date has passed: Nov 3" in draft.text
    assert "This link leads nowhere: http:/example" in draft.text
    assert "1 text is missing in Spanish" in draft.text
    assert "Nothing in: Overdose prevention, Harm reduction" in draft.text
    assert "went out before" not in draft.text


async def test_the_same_text_as_last_week_is_shown(talk, nia, sam):
    await talk.join(nia)
    await talk.send_edition(sam, "Free Narcan training")
    await talk.item(sam, "free  narcan training")
    assert "1 text went out before in the same words." in (await talk.draft(sam)).text


async def test_what_telegram_would_refuse_cannot_be_approved(talk, sam, app, state):  # noqa: F811
    shown = await talk.item(sam)
    number = (await app.services.items.list_open())[0].item_id
    await app.database.write(lambda t: t.items.set_text(number, "<b>never closed"))
    draft = await talk.draft(sam)
    assert "formatting that Telegram does not take" in draft.text
    await talk.press(sam, "Approve", message=draft)
    assert "Mend what has a" in sam.last.text
    assert "formatting that Telegram does not take" in sam.last.text
    assert await state() is BroadcastState.DRAFT
    assert shown


class TestTwoPeople:
    """TWO_PERSON_APPROVAL: nobody approves what they wrote themselves."""

    @pytest.fixture
    def settings(self, settings, sandbox):
        joy = sandbox.person("Joy")
        joy.account.started = True
        owners = settings.owner_ids | {joy.id}
        return settings.model_copy(update={"two_person_approval": True, "owner_ids": owners})

    async def test_who_wrote_it_can_ask_and_another_approves(self, talk, sam, joy, state):  # noqa: F811
        await talk.item(sam)
        draft = await talk.draft(sam)
        answer = await sam.press("Approve", message=draft)
        await talk.running.idle()
        assert "Somebody else must approve it" in answer.text
        assert await state() is BroadcastState.DRAFT
        await joy.expect("A second person must approve it")
        draft = await talk.draft(joy)
        await talk.press(joy, "Approve", message=draft)
        assert await state() is BroadcastState.APPROVED

    async def test_sending_at_once_needs_another_too(self, talk, nia, sam, joy, state):  # noqa: F811
        await talk.join(nia)
        await talk.item(sam)
        for _ in range(2):
            await talk.press(sam, "Approve and send now", message=await talk.panel(sam))
            assert await state() is BroadcastState.DRAFT
        await talk.press(joy, "Approve and send now", message=await talk.draft(joy))
        assert await state() is BroadcastState.SENDING

    async def test_who_wrote_none_of_it_approves_at_once(self, talk, sam, joy, state):  # noqa: F811
        await talk.item(sam)
        await talk.press(joy, "Approve", message=await talk.draft(joy))
        assert await state() is BroadcastState.APPROVED

    async def test_whoever_changed_it_last_cannot_approve_it(self, talk, nia, sam, joy, app):
        await talk.join(nia)
        shown = await talk.one(sam, "/announce The office is closed on Friday")
        hers = await talk.one(joy, "/announce")
        await talk.press_old(joy, hers, "draft:ask:1:draft-text")
        await talk.one(joy, "The office is closed for good")
        answer = await joy.press("Approve", message=joy.last)
        assert "Somebody else must approve it" in answer.text
        await talk.press_old(sam, shown, "blast:approve:1")
        overview = await app.services.broadcasts.overview(1)
        assert overview.broadcast.state is BroadcastState.APPROVED

    @pytest.mark.parametrize(
        "change", ["draft:swap:1", "draft:language:1:es", "draft:by-hand:1", "draft:alert:1"]
    )
    async def test_every_change_of_a_draft_counts(self, talk, sam, joy, app, change):
        await talk.one(sam, "/announce The office is closed on Friday")
        await talk.press_old(joy, await talk.one(joy, "/announce"), change)

        def is_author(t, person):
            return t.broadcasts.is_author(t.broadcasts.get(1), person.id)

        assert await app.database.read(lambda t: is_author(t, joy))

    async def test_the_text_of_a_correction_counts(self, talk, nia, sam, joy, app):
        await talk.join(nia)
        await talk.one(sam, "/announce The office is closed on Friday")
        await talk.press_old(joy, await talk.one(joy, "/announce"), "blast:now:1")
        await talk.running.outbox_empty()
        await talk.press_old(sam, sam.last, "amend:correct:1")
        await talk.one(sam, "It is open")
        await talk.press_old(joy, joy.last, "amend:text:2:0:en")
        await talk.one(joy, "It is open on Friday")
        for person, expected in ((joy, BroadcastState.DRAFT), (sam, BroadcastState.APPROVED)):
            await talk.press_old(person, person.last, "blast:approve:2")
            overview = await app.services.broadcasts.overview(2)
            assert overview.broadcast.state is expected

    async def test_a_changed_item_is_whose_who_changed_it(self, talk, sam, joy, state):  # noqa: F811
        await talk.item(sam)
        hers = await talk.one(joy, "/items")
        await talk.press_old(joy, hers, "item:ask:1:item-text")
        await talk.one(joy, "No training this week")
        await talk.draft(joy)  # it exists only from now on
        for person, expected in ((joy, BroadcastState.DRAFT), (sam, BroadcastState.APPROVED)):
            await talk.press_old(person, person.last, "blast:approve:1")
            assert await state() is expected

    async def test_where_both_wrote_one_asks_and_the_other_approves(self, talk, sam, joy, state):  # noqa: F811
        await talk.item(sam, "Training")
        await talk.item(joy, "Concert", "Community events")
        await talk.draft(sam)
        for person, expected in ((sam, BroadcastState.DRAFT), (joy, BroadcastState.APPROVED)):
            await talk.press_old(person, person.last, "blast:approve:1")
            assert await state() is expected

    async def test_a_change_after_asking_makes_it_theirs(self, talk, sam, joy, state):  # noqa: F811
        await talk.item(sam, "Training")
        await talk.item(joy, "Concert", "Community events")
        await talk.press(sam, "Approve", message=await talk.draft(sam))
        await talk.press_old(joy, joy.last, "item:remove:1")
        for person, expected in ((joy, BroadcastState.DRAFT), (sam, BroadcastState.APPROVED)):
            await talk.press_old(person, person.last, "blast:approve:1")
            assert await state() is expected

    async def test_what_is_not_whole_is_refused_before_anybody_else_is_asked(
        self, talk, sam, joy, app
    ):
        shown, _ = await talk.say(sam, "/alert Very strong fentanyl is sold as heroin")
        await talk.one(sam, "Garfield Park")
        heard = len(joy.messages)
        for verb in ("approve", "now"):
            (refusal,) = await talk.press_old(sam, shown, f"blast:{verb}:1")
            assert "Who says so: ⚠️ missing" in refusal.text
            assert "Where: ⚠️ missing" not in refusal.text
        await talk.item(sam)
        await app.database.write(lambda t: t.items.set_text(1, "<b>never closed"))
        await talk.press(sam, "Approve", message=await talk.draft(sam))
        assert "Mend what has a" in sam.last.text
        await talk.running.outbox_empty()
        assert len(joy.messages) == heard

    async def test_who_wrote_an_announcement_cannot_send_it_alone(self, talk, nia, sam, joy):
        await talk.join(nia)
        shown = await talk.one(sam, "/announce We moved")
        for button in ("Approve", "send now"):
            await talk.press(sam, button, message=shown)
            await talk.running.outbox_empty()
            assert "We moved" not in nia.last.text
        asked = await joy.expect("A second person must approve it")
        await talk.press(joy, "Look at it", message=asked)
        await talk.press(joy, "send now", message=asked)
        await talk.running.outbox_empty()
        assert nia.last.text == "We moved"
