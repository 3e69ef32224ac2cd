"""Follow-up words use the last answer for ten minutes, in memory, for the one who got it."""

import pytest

from bot.models import Language

HARMLESS = "can naloxone hurt someone"
HARMLESS_ES = "¿la naloxona hace daño?"


@pytest.fixture
def title(library):
    def title(topic, language=Language.EN):
        return library.answers.get(topic, language).title

    return title


@pytest.mark.parametrize("words", ["in Spanish", "en español", "Spanish please", "¿En español?"])
async def test_the_last_answer_in_the_other_language(talk, nia, title, words):
    await talk.one(nia, HARMLESS)
    told = await talk.one(nia, words)
    assert title("naloxone-harmless", Language.ES) in told.text
    assert told.button("Sobredosis")
    assert "What I can do" not in (await talk.one(nia, "/help")).text  # and it stays Spanish


async def test_it_works_the_other_way_round(talk, mateo, title):
    await talk.one(mateo, HARMLESS_ES)
    told = await talk.one(mateo, "in English")
    assert title("naloxone-harmless") in told.text


@pytest.mark.parametrize("words", ["more", "Tell me more!", "más", "dime más"])
async def test_more_says_that_this_is_all_and_offers_what_is_close(talk, nia, words):
    await talk.one(nia, HARMLESS)
    told = await talk.one(nia, words)
    assert "That is all I have on this" in told.text
    assert 'href="http' in told.html
    assert len(told.buttons) >= 2
    (close,) = await talk.press(nia, told.buttons[0][0], message=told)
    assert "Checked" in close.text


@pytest.mark.parametrize("words", ["source?", "Who says so", "fuente?", "how do you know?"])
async def test_the_sources_of_the_last_answer(talk, nia, title, words):
    await talk.one(nia, HARMLESS)
    told = await talk.one(nia, words)
    assert "This is where it comes from" in told.text
    assert title("naloxone-harmless") in told.text
    assert 'href="http' in told.html


@pytest.mark.parametrize(
    ("question", "follow", "topic"),
    [
        (HARMLESS, "what about kids", "naloxone-children-pregnancy"),
        (HARMLESS, "and for pregnant women?", "naloxone-children-pregnancy"),
        ("how long does naloxone last", "what about fentanyl", "naloxone-fentanyl"),
        ("does narcan expire", "what about cold weather?", "naloxone-storage"),
    ],
)
async def test_what_about_something_is_asked_of_the_same_subject(
    talk, nia, title, question, follow, topic
):
    await talk.one(nia, question)
    assert title(topic) in (await talk.one(nia, follow)).text


@pytest.mark.parametrize("follow", ["y para niños", "¿y para embarazadas?", "y los niños"])
async def test_it_is_understood_in_spanish(talk, mateo, title, follow):
    await talk.one(mateo, HARMLESS_ES)
    told = await talk.one(mateo, follow)
    assert title("naloxone-children-pregnancy", Language.ES) in told.text


async def test_one_follow_up_leads_to_the_next(talk, nia, title):
    await talk.one(nia, HARMLESS)
    await talk.one(nia, "what about kids")
    told = await talk.one(nia, "in Spanish")
    assert title("naloxone-children-pregnancy", Language.ES) in told.text


async def test_a_button_is_a_last_answer_too(talk, nia, title):
    await talk.one(nia, HARMLESS)
    offer = await talk.one(nia, "more")
    supplies = "Naloxone (Narcan)"
    shown = next(text for [text] in offer.buttons if text != supplies)
    (told,) = await talk.press(nia, shown, message=offer)
    again = await talk.one(nia, "source?")
    assert again.text.splitlines()[0] == told.text.splitlines()[0]


async def test_it_is_forgotten_after_ten_minutes(talk, nia, clock):
    await talk.one(nia, HARMLESS)
    clock.move(minutes=11)
    assert "comes from" not in (await talk.one(nia, "source?")).text


async def test_it_is_forgotten_by_a_restart_and_leaves_no_row(talk, nia, running, rows):
    await talk.one(nia, HARMLESS)
    assert await rows("forms", "members", "deliveries") == dict.fromkeys(
        ("forms", "members", "deliveries"), 0
    )
    await running.stop()
    await running.start()
    assert "comes from" not in (await talk.one(nia, "source?")).text


async def test_it_is_the_answer_of_the_person_who_asks(talk, nia, rosa):
    await talk.one(nia, HARMLESS)
    assert "comes from" not in (await talk.one(rosa, "source?")).text


async def test_nobody_in_a_group_hears_of_an_answer_by_it(talk, nia, group):
    await talk.one(nia, HARMLESS)
    inside = nia.in_group(group)
    assert await talk.say(inside, "source?") == []
    assert "privat" in (await talk.one(inside, "/ask source?")).text


async def test_after_the_card_the_words_are_not_about_the_answer_before(talk, nia):
    await talk.one(nia, HARMLESS)
    await talk.one(nia, "he is not breathing")
    assert "Can naloxone" not in (await talk.one(nia, "in Spanish")).text
    assert "comes from" not in (await talk.one(nia, "source?")).text


async def test_an_emergency_in_a_follow_up_gets_the_card(talk, nia):
    await talk.one(nia, HARMLESS)
    (card,) = await talk.say(nia, "what about he is not breathing")
    assert "911" in card.text


@pytest.mark.parametrize("words", ["more", "what about kids", "source?"])
async def test_without_an_answer_before_the_words_are_a_question(talk, nia, words):
    assert "comes from" not in (await talk.one(nia, words)).text


async def test_a_place_can_follow(talk, nia):
    await talk.one(nia, "where can I get narcan")
    assert "Legler" in (await talk.one(nia, "what about 60624")).text


async def test_who_wants_to_be_forgotten_is_forgotten_here_too(talk, nia):
    await talk.join(nia)
    await talk.one(nia, HARMLESS)
    asked = await talk.one(nia, "/forgetme")
    await talk.press(nia, "Yes", message=asked)
    assert "comes from" not in (await talk.one(nia, "source?")).text
