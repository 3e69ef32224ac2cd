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
