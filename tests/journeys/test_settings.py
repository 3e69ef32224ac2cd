"""Settings: what a member chooses is what they get."""

import pytest

from bot.models import Language, Section

BUTTONS = {
    Section.OVERDOSE_PREVENTION: "Overdose prevention",
    Section.HARM_REDUCTION: "Harm reduction",
    Section.TREATMENT: "Treatment and recovery",
    Section.TRAININGS: "Trainings",
    Section.EVENTS: "Community events",
}


@pytest.fixture
async def settings_of_nia(talk, nia):
    await talk.join(nia)
    return await talk.one(nia, "/settings")


@pytest.mark.parametrize("section", BUTTONS)
async def test_a_topic_is_left_out_and_taken_back(
    talk, nia, settings_of_nia, find_member, section
):
    assert await talk.press(nia, BUTTONS[section]) == []
    assert section not in (await find_member(nia)).sections
    assert settings_of_nia.place(f"⬜ {BUTTONS[section]}")
    await talk.press(nia, BUTTONS[section])
    assert section in (await find_member(nia)).sections
    assert settings_of_nia.place(f"✅ {BUTTONS[section]}")


async def test_the_last_topic_cannot_be_left_out(talk, nia, settings_of_nia, find_member):
    for name in list(BUTTONS.values())[1:]:
        await talk.press(nia, name)
    (refusal,) = await talk.press(nia, "Overdose prevention")
    assert "Keep at least one topic" in refusal.text
    assert (await find_member(nia)).sections == {Section.OVERDOSE_PREVENTION}


async def test_the_language_changes_for_everything(
    talk, nia, settings_of_nia, find_member, english_in
):
    await talk.press(nia, "Español")
    assert english_in(settings_of_nia) == []
    assert (await find_member(nia)).language is Language.ES
    assert english_in(await talk.one(nia, "/help")) == []


@pytest.mark.parametrize(
    ("button", "days"),
    [("1 week", 7), ("2 weeks", 14), ("1 month", 30), ("3 months", 91)],
)
async def test_a_pause_holds_until_its_date_and_ends_by_itself(
    talk, nia, sam, settings_of_nia, clock, button, days
):
    await talk.press(nia, "Pause")
    await talk.press(nia, f"Pause {button}")
    assert "On hold until" in settings_of_nia.text
    overview = await _audience(talk, sam)
    assert "1 of them is on a pause" in overview
    clock.move(days=days - 1)
    assert "1 of them is on a pause" in await _audience(talk, sam)
    clock.move(days=1)
    assert "on a pause" not in await _audience(talk, sam)
    assert "On hold" not in (await talk.one(nia, "/settings")).text


async def _audience(talk, sam):
    await talk.item(sam)
    return (await talk.draft(sam)).text


async def test_a_pause_is_ended_by_hand(talk, nia, settings_of_nia, find_member):
    await talk.press(nia, "Pause")
    await talk.press(nia, "Pause 2 weeks")
    await talk.press(nia, "Start again now")
    assert (await find_member(nia)).paused_until is None
    assert settings_of_nia.place("Pause")


async def test_the_pauses_have_a_way_back(talk, nia, settings_of_nia):
    await talk.press(nia, "Pause")
    assert "How long" in settings_of_nia.text
    assert await talk.press(nia, "Back") == []
    assert "Your e-blast" in settings_of_nia.text


async def test_a_pause_button_of_long_ago_is_refused(
    talk, nia, settings_of_nia, find_member, clock
):
    await talk.press(nia, "Pause")
    clock.move(days=8)
    (refusal,) = await talk.press(nia, "Pause 1 week")
    assert "That date has passed" in refusal.text
    assert (await find_member(nia)).paused_until is None


@pytest.mark.parametrize(
    "button", ["Trainings", "Español", "Pause", "Stop the e-blast"], ids=str.lower
)
async def test_buttons_of_old_settings_are_refused_after_leaving(
    talk, nia, settings_of_nia, find_member, button
):
    await talk.one(nia, "stop")
    before = await find_member(nia)
    await nia.press(button, message=settings_of_nia)  # ends with an answer, whichever it is
    await talk.running.idle()
    after = await find_member(nia)
    assert (after.state, after.sections, after.paused_until) == (
        before.state,
        before.sections,
        before.paused_until,
    )


async def test_settings_of_a_stranger_are_explained_not_made(talk, nia, mateo, rows):
    assert "You don't get the e-blast yet" in (await talk.one(nia, "/settings")).text
    assert "Todavía no recibes" in (await talk.one(mateo, "ajustes")).text
    assert await rows("members") == {"members": 0}


async def test_the_button_below_an_edition_leaves_the_edition_as_it_is(talk, nia, sam):
    await talk.join(nia)
    await talk.send_edition(sam)
    edition = await nia.expect("Free Narcan training")
    (settings,) = await talk.press(nia, "Settings", message=edition)
    assert "Your e-blast" in settings.text
    assert "Free Narcan training" in edition.text


async def test_members_see_their_topics_only_and_in_their_language(talk, nia, mateo, darnell, sam):
    await talk.join(nia, mateo, darnell)
    for name in ("Trainings", "Community events"):
        await talk.one(nia, "/settings")
        await talk.press(nia, name)
    await talk.one(darnell, "/settings")
    for name in ("Overdose prevention", "Harm reduction", "Treatment"):
        await talk.press(darnell, name)
    await talk.item(sam, "Vigil on Saturday", "Community events")
    await talk.item(sam, "New detox beds", "Treatment")
    await talk.send_edition(sam, "Free Narcan training", "Trainings")
    copy = (await nia.expect("New detox beds")).text
    assert "Narcan training" not in copy
    assert "Vigil" not in copy
    assert "Treatment and recovery" in copy
    copy = (await darnell.expect("Vigil on Saturday")).text
    assert "detox" not in copy
    copia = await mateo.expect("New detox beds")
    assert "El boletín de esta semana" in copia.text
    assert "(en inglés)" in copia.text
    assert copia.buttons == [["Ajustes"]]
