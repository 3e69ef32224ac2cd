"""Thumbs and the weekly list: counts and everyday words, and never a person."""

from datetime import UTC, datetime

import pytest

from bot.content.library import Library
from bot.models import Language

QUESTION = "can naloxone hurt someone"
NO_ANSWER = "does Terrence Zuberi at 4512 Madison 312-555-0188 paint teeth for a poem"
MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # nine in Chicago


@pytest.fixture
def votes(app, library):
    async def votes(topic="naloxone-harmless", language=Language.EN):
        digest = library.answers.get(topic, language).digest
        found = await app.database.read(lambda t: t.feedback.votes(topic, language, digest))
        return found.helpful, found.unhelpful

    return votes


async def test_a_thumb_counts_once_and_moves_with_a_second_thought(talk, nia, votes):
    told = await talk.one(nia, QUESTION)
    assert told.buttons[0] == ["👍", "👎"]
    for _ in range(3):
        assert "Thank you" in (await nia.press("👍", message=told)).text
    assert await votes() == (1, 0)
    await nia.press("👎", message=told)
    assert await votes() == (0, 1)
    again = await talk.one(nia, QUESTION)
    await nia.press("👎", message=again)
    assert await votes() == (0, 1)


async def test_thumbs_of_several_people_add_up_by_language(talk, nia, rosa, mateo, votes):
    for person in (nia, mateo):
        question = QUESTION if person is nia else "¿la naloxona hace daño?"
        await person.press("👍", message=await talk.one(person, question))
    assert await votes() == (1, 0)
    assert await votes(language=Language.ES) == (1, 0)


async def test_a_new_wording_starts_at_zero(talk, nia, sam, votes):
    told = await talk.one(nia, QUESTION)
    await nia.press("👎", message=told)
    found = await talk.one(sam, f"/answer {QUESTION}")
    await talk.press(sam, found.buttons[0][0], message=found)
    assert "👍 0 👎 1" in found.text
    await talk.press(sam, "Change it", message=found)
    await talk.press(sam, "Text", message=found)
    draft = await talk.one(sam, "No. It cannot hurt.")
    await talk.press(sam, "Approve", message=draft)
    assert "👎" not in draft.text
    assert await votes() == (0, 0)


async def test_no_person_is_in_the_rows(talk, nia, app, settings):
    await nia.press("👍", message=await talk.one(nia, QUESTION))
    rows = await app.database.read(
        lambda t: [tuple(r) for r in t.feedback._rows("SELECT * FROM answer_votes")]
    )
    digest = rows[0][2]
    assert rows == [("naloxone-harmless", "en", digest, 1, 0)]
    assert len(digest) == 8


async def test_of_a_question_without_an_answer_only_everyday_words_are_counted(
    talk, nia, app, settings, running
):
    assert "I won't guess" in (await talk.one(nia, NO_ANSWER)).text
    rows = await app.database.read(
        lambda t: [tuple(r) for r in t.feedback._rows("SELECT * FROM unanswered")]
    )
    assert rows == [("2026-11-16", "en", "poem, teeth", 1)]
    await running.stop()
    raw = b"".join(path.read_bytes() for path in settings.database_path.parent.glob("bot.db*"))
    for secret in (b"Terrence", b"terrence", b"Zuberi", b"zuberi", b"4512", b"0188", b"Madison"):
        assert secret not in raw


async def test_staff_get_the_list_once_on_monday_and_it_is_erased(
    talk, nia, rosa, sam, app, clock, running, rows
):
    for person in (nia, rosa):
        await talk.one(person, NO_ANSWER)
    await talk.one(sam, "is there a poem about my zebra")  # staff who try things do not count
    clock.move_to(MONDAY)
    await running.outbox_empty()
    notice = await sam.expect("Asked last week")
    assert "poem, teeth ×2" in notice.text
    assert notice.text.count("•") == 1
    assert notice.button("New answer")
    await running.stop()
    await running.start()
    await running.outbox_empty()
    assert sum("Asked last week" in m.text for m in sam.messages) == 1
    clock.move(days=15)
    await running.app.services.upkeep.clean()
    assert (
        await running.app.database.read(lambda t: t.feedback._rows("SELECT * FROM unanswered"))
        == []
    )


async def test_answers_that_did_not_help_are_listed_with_a_way_to_them(
    talk, sandbox, sam, clock, running
):
    for name in ("Ana", "Ben", "Cleo"):
        person = sandbox.person(name)
        await person.press("👎", message=await talk.one(person, QUESTION))
    clock.move_to(MONDAY)
    await running.outbox_empty()
    notice = await sam.expect("Answers that did not help")
    assert "👍 0 👎 3" in notice.text
    await talk.press(sam, "Can naloxone hurt", message=notice)
    assert "Draft" not in notice.text
    assert "👎 3" in notice.text


async def test_nothing_to_tell_is_not_told(app, sam, clock, running):
    clock.move_to(MONDAY)
    await running.outbox_empty()
    assert sam.messages == []


class TestSwitchedOff:
    """UNANSWERED_WORDS=false: nothing is counted of questions."""

    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"unanswered_words": False})

    async def test_nothing_is_counted(self, talk, nia, rows):
        await talk.one(nia, NO_ANSWER)
        assert await rows("unanswered") == {"unanswered": 0}


def test_a_coalition_adds_its_own_everyday_words(tmp_path):
    (tmp_path / "everyday.yaml").write_text("en: [zebra]\nes: [cebra]\n")
    assert Library(tmp_path).everyday.words_in("A ZEBRA and Zelda need a poem") == (
        "poem",
        "zebra",
    )
