"""Answers get old: people are told, staff are asked each week, one tap says "still right"."""

from datetime import UTC, datetime

import pytest

from bot.models import Language

# The shipped answers were checked on November 21, 2026; those with phones hold 90 days.
MONDAY = datetime(2027, 2, 22, 15, 0, tzinfo=UTC)  # 9 in the morning in Chicago, after 93 days
TOPIC, QUESTION = "poison-center", "what is the number of the poison center"


@pytest.fixture
async def on_monday(app, sam, clock, running):
    clock.move_to(MONDAY)
    await running.tick()
    await running.outbox_empty()


async def test_staff_are_told_once_a_week_what_is_late(on_monday, sam, clock, running):
    notice = await sam.expect("Answers to check")
    assert "⚠️" in notice.text
    assert "Feb 19, 2027" in notice.text
    assert all(row[1] == "Still right" for row in notice.buttons)
    assert len(notice.buttons) <= 10
    for hours in (1, 20, 24 * 6):
        clock.move(hours=hours)
        await running.outbox_empty()
    assert sum("Answers to check" in m.text for m in sam.messages) == 1
    clock.move(hours=24)
    await running.outbox_empty()
    assert sum("Answers to check" in m.text for m in sam.messages) == 2


async def test_it_is_told_once_also_across_a_restart(on_monday, sam, running):
    await running.stop()
    await running.start()
    await running.outbox_empty()
    assert sum("Answers to check" in m.text for m in sam.messages) == 1


async def test_nothing_is_said_when_nothing_is_due(app, sam, clock, running):
    clock.move_to(datetime(2026, 11, 23, 15, 0, tzinfo=UTC))
    await running.outbox_empty()
    assert sam.messages == []


async def test_a_late_answer_says_so_until_somebody_says_still_right(
    on_monday, talk, nia, mateo, sam, running
):
    assert "may be out of date" in (await talk.one(nia, QUESTION)).text
    notice = await sam.expect("Answers to check")
    while "⚠️ is late" in notice.text:  # each press takes the first one off the list
        first = notice.buttons[0][0]
        await talk.press(sam, "Still right", message=notice)
        assert first not in notice.text
    fresh = await talk.one(nia, QUESTION)
    assert "may be out of date" not in fresh.text
    assert "Checked Feb 22, 2027" in fresh.text
    await running.stop()
    await running.start()
    assert (await talk.one(nia, QUESTION)).text == fresh.text
    spanish = await talk.one(mateo, "cuál es el número del centro de envenenamiento")
    assert "22 feb 2027" in spanish.text


async def test_still_right_on_the_panel_can_be_undone(on_monday, talk, nia, sam):
    found = await talk.one(sam, "/answer poison center number")
    await talk.press(sam, found.buttons[0][0], message=found)
    assert "people are told so" in found.text
    await talk.press(sam, "Still right", message=found)
    assert "Checked Feb 22, 2027" in found.text
    await talk.press(sam, "Undo", message=found)
    assert "people are told so" in found.text


async def test_still_right_twice_is_one_version(on_monday, talk, sam, app):
    before = len(await app.database.read(lambda t: t.answers.list_live()))
    for _ in range(2):
        await app.services.answers.still_right(TOPIC, sam.id)
    live = await app.database.read(lambda t: t.answers.list_live())
    assert len(live) == before + len(Language)
    assert {version.number for version in live} == {1}


async def test_a_text_that_a_new_release_brings_is_not_taken_for_the_checked_one(
    on_monday, talk, nia, sam, app, running, library
):
    await app.services.answers.still_right(TOPIC, sam.id)
    await app.database.write(
        lambda t: t.meta._change("UPDATE answer_versions SET file_digest = 'another'")
    )
    await app.services.answers.load()
    assert "may be out of date" in (await talk.one(nia, QUESTION)).text
