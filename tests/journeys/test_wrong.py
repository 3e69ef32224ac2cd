"""Anybody can say what is wrong with a place; staff decide; nothing of the person stays."""

import pytest

from bot.models.sites import Need
from tests.journeys.places import names, site
from tests.journeys.test_site import press


@pytest.fixture
async def van(put):
    both = frozenset({Need.WOUND_CARE, Need.NALOXONE})
    (site_id,) = await put(site("Wound Van", needs=both))
    return site_id


async def about(talk, person, text="wound care 60624"):
    """Look for the van and press the button under its card."""
    found = await talk.one(person, text)
    button = "¿Algo mal?" if person.account.language_code == "es" else "Something wrong?"
    (asked,) = await talk.press(person, button, message=found)
    return asked


def report(sam):
    return next(m for m in reversed(sam.messages) if "something is wrong" in m.text)


async def test_what_ran_out_is_told_in_four_taps_and_accepted_with_one(
    talk, nia, sam, van, running, rows
):
    asked = await about(talk, nia)
    assert "Something wrong here? Wound Van" in asked.text
    which = await press(talk, nia, "They are out of supplies", asked)
    sure = await press(talk, nia, "Wound care", which)
    assert (await rows("corrections", "forms", "deliveries")) == {
        "corrections": 0, "forms": 0, "deliveries": 0,
    }  # fmt: skip
    thanks = await press(talk, nia, "Send it", sure)
    assert "Nothing about you is kept." in thanks.text
    await running.outbox_empty()
    told = report(sam)
    assert "They are out of supplies: Wound care" in told.text
    decided = await press(talk, sam, "Accept", told)
    assert "It counts as out until the end of today." in decided.text
    assert names(await talk.one(nia, "wound care 60624")) == []
    await press(talk, sam, "Undo", decided)
    assert names(await talk.one(nia, "wound care 60624")) == ["Wound Van"]


async def test_of_several_places_one_is_chosen_by_its_name(talk, nia, put, van):
    await put(site("Other Van", latitude=41.89))
    which = await about(talk, nia)
    assert which.buttons == [["Wound Van"], ["Other Van"], ["Cancel"]]
    asked = await press(talk, nia, "Other Van", which)
    assert "Something wrong here? Other Van" in asked.text


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ("The hours are wrong", "only until 2 now"),
        ("It has moved", "to 5th and Pulaski"),
        ("Something else", "ring twice"),
    ],
)
async def test_words_are_asked_for_and_shown_before_they_are_sent(
    talk, nia, sam, van, running, button, words
):
    asked = await press(talk, nia, button, await about(talk, nia))
    assert "Please leave out names of people." in asked.text
    sure = await talk.one(nia, words)
    assert words in sure.text
    assert "They do not see who you are." in sure.text
    await press(talk, nia, "Send it", sure)
    await running.outbox_empty()
    told = report(sam)
    assert words in told.text
    assert "Nia" not in told.text
    new = await talk.press(sam, "Accept", message=told)
    assert "Wound Van" in new[-1].text
    assert any("Change something" in row for row in new[-1].buttons)


async def test_they_hear_what_became_of_it_in_their_language(
    talk, mateo, sam, van, running, app, english_in
):
    for decision, words in (("Accept", "está de acuerdo"), ("Reject", "se queda igual")):
        asked = await about(talk, mateo, "curar heridas 60624")
        assert english_in(asked) == []
        sure = await press(talk, mateo, "Está cerrado", asked)
        assert english_in(sure) == []
        await press(talk, mateo, "dime qué pasa", sure)
        await running.outbox_empty()
        assert "They want to hear what you decide" in report(sam).text
        await talk.press(sam, decision, message=report(sam))
        await running.outbox_empty()
        assert words in mateo.last.text
        assert english_in(mateo.last) == []


async def test_nothing_of_them_stays(talk, nia, sam, van, running, settings, rows, app):
    asked = await press(talk, nia, "Something else", await about(talk, nia))
    assert asked
    sure = await talk.one(nia, "Terrence says it is gone")
    await press(talk, nia, "tell me what comes of it", sure)
    await running.outbox_empty()
    assert "until staff decide" in (await talk.one(nia, "/mydata")).text
    await talk.press(sam, "Reject", message=report(sam))
    await running.outbox_empty()
    sealed = await app.database.read(
        lambda t: t.meta._connection.execute("SELECT chat, words FROM corrections").fetchall()
    )
    assert [tuple(row) for row in sealed] == [(None, None)]
    assert not await app.database.read(lambda t: t.traces.count(nia.id))
    raw = b"".join(path.read_bytes() for path in settings.database_path.parent.glob("bot.db*"))
    assert b"Terrence" not in raw
    assert str(nia.id).encode() not in raw


async def test_only_the_first_decision_counts(talk, nia, sam, van, running):
    await press(
        talk, nia, "Send it", await press(talk, nia, "It is closed", await about(talk, nia))
    )
    await running.outbox_empty()
    told = report(sam)
    await talk.press(sam, "Reject", message=told)
    again = await talk.press_old(sam, told, "correction:accept:1")
    assert "decided on this already" in again[-1].text


async def test_a_cry_for_help_or_a_place_is_not_taken_for_the_words(talk, nia, van, rows):
    await press(talk, nia, "Something else", await about(talk, nia))
    assert "911" in (await talk.one(nia, "he is not breathing")).text
    assert names(await talk.one(nia, "60624"))
    await press(talk, nia, "Something else", await about(talk, nia))
    assert "at most 300" in (await talk.one(nia, "x" * 301)).text
    assert (await rows("corrections"))["corrections"] == 0


async def test_it_can_be_dropped_and_is_forgotten_after_a_while(talk, nia, van, clock, rows):
    sure = await press(talk, nia, "It is closed", await about(talk, nia))
    assert "Nothing was sent." in (await press(talk, nia, "Cancel", sure)).text
    sure = await press(talk, nia, "It is closed", await about(talk, nia))
    clock.move(minutes=16)
    late = await talk.press(nia, "Send it", message=sure)
    assert "too long ago" in late[-1].text
    assert (await rows("corrections"))["corrections"] == 0


async def test_nobody_floods_staff(talk, nia, van, clock, rows):
    for _ in range(5):
        sure = await press(talk, nia, "It is closed", await about(talk, nia))
        assert "Thank you" in (await press(talk, nia, "Send it", sure)).text
    sure = await press(talk, nia, "It is closed", await about(talk, nia))
    assert "a lot in one hour" in (await press(talk, nia, "Send it", sure)).text
    clock.move(hours=1, minutes=1)
    sure = await press(talk, nia, "It is closed", await about(talk, nia))
    assert "Thank you" in (await press(talk, nia, "Send it", sure)).text
    assert (await rows("corrections"))["corrections"] == 6


async def test_only_staff_decide(talk, nia, mateo, van, rows):
    await press(
        talk, nia, "Send it", await press(talk, nia, "It is closed", await about(talk, nia))
    )
    shown = await talk.one(mateo, "/start")
    refused = await talk.press_old(mateo, shown, "correction:accept:1")
    assert "equipo" in refused[-1].text


async def test_what_nobody_decides_is_forgotten(talk, nia, van, app, clock, rows):
    await press(
        talk, nia, "Send it", await press(talk, nia, "It is closed", await about(talk, nia))
    )
    clock.move(days=31)
    await app.services.upkeep.clean()
    assert (await rows("corrections"))["corrections"] == 0
