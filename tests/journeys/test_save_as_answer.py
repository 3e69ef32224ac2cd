"""Save as answer: what staff reply to a person becomes a draft, with the question, no person."""

import pytest

from tests.journeys.line import with_staff_group

ASKED = "who paints the mural, my name is Keisha Brown, call 773-555-0142"


@pytest.fixture
def settings(settings):
    return with_staff_group(settings)


async def test_a_reply_to_a_person_becomes_an_answer_for_all(talk, line, sam, nia, rosa, app):
    await line.ask(nia, ASKED)
    told = await line.answer(sam, "Our mural team does. It is free.")
    staff = line.staff(sam)
    draft = await talk.one(staff, "/answer", reply_to=told)
    assert "Our mural team does." in draft.text
    assert "who paints the mural" in draft.text
    for secret in ("Keisha", "Brown", "773", "0142"):
        assert secret not in draft.text
    await talk.press(staff, "Title", message=draft)
    await talk.one(staff, "Who paints the mural?", reply_to=staff.last)
    await talk.press(staff, "Sources", message=staff.last)
    ready = await talk.one(staff, "Our mural team", reply_to=staff.last)
    await talk.press(staff, "Approve", message=ready)
    assert "Our mural team does." in (await talk.one(rosa, "who paints the mural")).text


async def test_what_the_person_wrote_is_never_a_draft(talk, line, sam, nia, app):
    await line.ask(nia, ASKED)
    staff = line.staff(sam)
    shown = [m for m in staff.messages if "#case" in m.text][-1]
    refused = await talk.one(staff, "/answer", reply_to=shown)
    assert "A person wrote that" in refused.text
    assert await app.services.answer_drafts.list_drafts() == []


async def test_what_a_person_takes_back_goes_from_the_draft_too(talk, line, sam, nia, app):
    await line.ask(nia, ASKED)
    told = await line.answer(sam, "Our mural team does. It is free.")
    await talk.one(line.staff(sam), "/answer", reply_to=told)
    (before,) = await app.services.answer_drafts.list_drafts()
    assert before.words.questions
    (sure,) = await talk.say(nia, "/delete")
    await talk.press(nia, "Yes, delete it", message=sure)
    (after,) = await app.services.answer_drafts.list_drafts()
    assert after.words.questions == ()
    assert after.words.html == before.words.html
    assert after.revision > before.revision, "who looked at it before must look again"


async def test_an_erased_case_leaves_nothing_in_a_draft(talk, line, sam, nia, app):
    await line.ask(nia, ASKED)
    told = await line.answer(sam, "Our mural team does. It is free.")
    await talk.one(line.staff(sam), "/answer", reply_to=told)
    (sure,) = await talk.say(nia, "/forgetme")
    await talk.press(nia, "Yes", message=sure)
    (after,) = await app.services.answer_drafts.list_drafts()
    assert after.words.questions == ()
