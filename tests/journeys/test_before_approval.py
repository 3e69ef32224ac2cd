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
