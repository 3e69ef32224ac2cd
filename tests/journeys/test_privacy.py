"""What a person can see of what is kept about them, and that erasing leaves no byte."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from bot.storage.traces import BY_STAFF, PERSONAL

ASKING = {"en": ["/mydata", "what do you know about me"], "es": ["/mydata", "qué sabes de mí"]}
FORGET = {"en": ["/forgetme", "forget me"], "es": ["/forgetme", "bórrame"]}
# Columns of bytes that are no person's number: sealed texts, the check of the key.
TEXTS = {
    ("inbox", "sealed"),
    ("deliveries", "content"),
    ("meta", "value"),
    ("corrections", "words"),
    ("case_messages", "said"),
    ("afterwords", "content"),  # what staff write to all who came
    ("afterwords", "translation"),
    ("calendar_links", "digest"),
    ("cases", "claimed_by"),  # the first name of a member of staff
}


@pytest.mark.parametrize("text", ASKING["en"] + FORGET["en"])
async def test_a_stranger_is_told_that_there_is_nothing(talk, nia, text):
    shown = await talk.one(nia, text)
    assert "Nothing. The database has no row about you." in shown.text
    assert shown.buttons == []


async def test_a_member_sees_every_choice(talk, nia, sam):
    await talk.join(nia)
    await talk.send_edition(sam)
    await talk.say(nia, "/settings")
    shown = await talk.one(nia, "/mydata")
    for line in ("You get the e-blast since Nov 18, 2026.", "language: English", "Trainings"):
        assert line in shown.text
    assert "a record of 1 message to you" in shown.text
    assert "no name" in shown.text
    assert shown.buttons == [["Erase it all"]]


@pytest.mark.parametrize("text", ASKING["es"])
async def test_the_same_in_spanish(talk, mateo, english_in, text):
    await talk.join(mateo)
    shown = await talk.one(mateo, text)
    assert "Recibes el boletín desde" in shown.text
    assert english_in(shown) == []


@pytest.mark.parametrize("text", FORGET["es"])
async def test_erasing_asks_once_and_a_no_changes_nothing(talk, mateo, english_in, rows, text):
    await talk.join(mateo)
    asked = await talk.one(mateo, text)
    assert asked.buttons == [["Sí, bórralo"], ["No"]]
    await talk.press(mateo, "No", message=asked)
    assert "No se borró nada." in mateo.last.text
    assert english_in(mateo.last) == []
    assert await rows("members") == {"members": 1}


async def test_erasing_leaves_no_byte(talk, nia, mateo, sam, app, rows, settings):
    await talk.join(nia, mateo)
    await talk.send_edition(sam)
    await talk.say(nia, "/settings")
    await talk.say(nia, "he is not breathing")
    await talk.press(nia, "I gave naloxone", message=nia.last)
    assert app.services.finder is not None
    sealed = app.database._sealer.id(nia.id)
    assert sealed in _raw(settings)
    asked = await talk.one(nia, "/forgetme")
    await talk.press(nia, "Yes, erase it", message=asked)
    assert "The database has nothing about you any more." in nia.last.text
    async with asyncio.timeout(5):
        while (await rows("inbox"))["inbox"]:  # noqa: ASYNC110 - a task of the receiver's own
            await asyncio.sleep(0.02)
    assert sealed not in _raw(settings)
    assert app.database._sealer.id(mateo.id) in _raw(settings)  # so this looks at the right files
    assert "Nothing. The database" in (await talk.one(nia, "/mydata")).text


async def test_pressing_twice_and_coming_back_are_fine(talk, nia, rows):
    await talk.join(nia)
    asked = await talk.one(nia, "/forgetme")
    await talk.press(nia, "Yes, erase it", message=asked)
    await talk.press_old(nia, asked, "forget:sure")
    assert await rows("members") == {"members": 0}
    await talk.join(nia)
    assert "You get the e-blast since" in (await talk.one(nia, "/mydata")).text


async def test_nobody_gets_what_was_on_its_way_to_somebody_who_is_forgotten(
    talk, nia, mateo, sam, sandbox, running, rows
):
    await talk.join(nia, mateo)
    sandbox.faults.add("429", method="sendMessage", chat_id=nia.id, retry_after=600, count=1)
    await talk.item(sam)
    draft = await talk.draft(sam)
    await sam.press("Approve and send now", message=draft)
    await sam.expect("It is on its way")
    await talk.press_old(nia, nia.last, "forget:sure")
    await running.outbox_empty()
    assert not [m for m in nia.messages if "Free Narcan training" in m.text]
    assert [
        m for m in mateo.messages if "Free Narcan training" in m.text or "Task Force" in m.text
    ]
    assert await rows("members") == {"members": 1}


async def test_in_a_group_it_leads_to_the_private_chat(talk, nia, sandbox):
    there = nia.in_group(sandbox.world.add_group("Neighbours"))
    for command in ("/mydata", "/forgetme"):
        shown = await talk.one(there, command)
        assert shown.buttons == [["Write to me privately"]]


async def test_staff_are_told_what_stays(talk, sam):
    await talk.join(sam)
    assert "You are staff." in (await talk.one(sam, "/mydata")).text
    asked = await talk.one(sam, "/forgetme")
    await talk.press(sam, "Yes, erase it", message=asked)
    assert "as staff stays" in sam.last.text


async def test_every_column_that_could_name_somebody_is_listed(app, settings):
    with closing(sqlite3.connect(settings.database_path)) as connection:
        found = {
            (table, column)
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
            for _, column, kind, *_ in connection.execute(f"PRAGMA table_info({table})")
            if kind in ("BLOB", "ANY")
        }
    assert found == {*PERSONAL, *BY_STAFF} | TEXTS


def _raw(settings):
    return b"".join(path.read_bytes() for path in settings.database_path.parent.glob("bot.db*"))
