"""Save as answer: what a member of staff told somebody becomes a draft, with its questions."""

import pytest

from bot.errors import Refusal
from bot.models import AnswerSeed, AnswerState, Language
from bot.services.answerchecks import AnswerFlaw
from sandbox.world import STAFF_ID

REPLY = "Yes. The mural is <b>open</b> on Fridays."
ASKED = (
    "is the mural open? call me at 312-555-0188 or ana@example.org, i'm @ana_r in 60624",
    "what days\nis the mural open?",
)


@pytest.fixture
def draft_from(app):
    def draft_from(update_id=7, html=REPLY, questions=ASKED, language=Language.EN):
        return app.services.answer_drafts.draft_from(
            AnswerSeed(html, language, questions), author_id=STAFF_ID, update_id=update_id
        )

    return draft_from


async def test_text_and_questions_stand_in_a_draft_that_nobody_sees_yet(draft_from, app, library):
    view = await draft_from()
    assert view.version.state is AnswerState.DRAFT
    assert view.words.html == REPLY
    assert view.words.questions[1:] == ("what days", "is the mural open?")
    assert library.answers.find(view.version.topic, Language.EN) is None
    assert AnswerFlaw.NO_SOURCE in {hint.flaw for hint in view.hints}
    assert not view.may_go_live


async def test_what_could_tell_who_asked_is_masked(draft_from):
    (question, *_) = (await draft_from()).words.questions
    for secret in ("312", "0188", "ana", "60624"):
        assert secret not in question
    assert question.startswith("is the mural open? call me at …")


async def test_pressed_twice_it_is_one_draft(draft_from, app):
    first, second = await draft_from(), await draft_from()
    assert first.version.version_id == second.version.version_id
    assert len(await app.services.answer_drafts.list_drafts()) == 1


async def test_another_press_makes_another_topic(draft_from):
    first, second = await draft_from(7), await draft_from(8)
    assert first.version.topic != second.version.topic


async def test_who_replied_has_written_it(draft_from, app):
    view = await draft_from()
    number = view.version.version_id
    assert await app.database.read(lambda t: t.answers.wrote(number, STAFF_ID))
    assert not await app.database.read(lambda t: t.answers.wrote(number, STAFF_ID + 1))


async def test_a_reply_without_words_is_refused(draft_from, app):
    with pytest.raises(Refusal):
        await draft_from(html=" <b> </b>")
    assert await app.services.answer_drafts.list_drafts() == []


async def test_it_is_forgotten_when_nobody_touches_it(draft_from, app, clock):
    await draft_from()
    clock.move(days=29)
    await app.services.upkeep.clean()
    assert len(await app.services.answer_drafts.list_drafts()) == 1
    clock.move(days=2)
    await app.services.upkeep.clean()
    assert await app.services.answer_drafts.list_drafts() == []


async def test_a_name_for_the_topic_can_always_be_found(draft_from):
    names = {(await draft_from(n, html)).version.topic for n, html in enumerate(["!!!", "?", "ñ"])}
    assert len(names) == 3
    assert all(name.startswith("own-") and len(name) <= 40 for name in names)
