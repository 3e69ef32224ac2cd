"""Questions in people's own words: a reviewed answer, suggestions, or an honest no."""

import pytest

from bot.content.understanding import Kind
from bot.models import Language

WORDS = {
    "narcan": "Get naloxone",
    "test strips": "Supplies",
    "detox": "Treatment and support",
    "when is the next ECHO?": "Harm Reduction ECHO",
    "help": "What I can do",
    "privacy": "Your privacy",
    "language": "Which language",
    "settings": "You don't get the e-blast yet",
    "newsletter": "The weekly e-blast",
}


async def test_a_question_gets_its_reviewed_answer_with_source_and_date(talk, nia):
    answer = await talk.one(nia, "how long does naloxone last")
    assert "Checked" in answer.text
    assert answer.button("Overdose")["style"] == "danger"
    asked = await talk.one(nia, "/ask how long does naloxone last")
    assert asked.text == answer.text


@pytest.fixture
def unsure(library):
    """Return a question to which the bot offers suggestions."""
    candidates = ["naloxone breathing", "fentanyl test", "is it safe", "overdose signs help"]
    for answer in library.answers.all():
        candidates += answer.title.lower().split()
    return next(
        text
        for text in candidates
        if library.understanding.of(text, Language.EN).kind is Kind.SUGGESTIONS
        and not library.emergencies.detect(text)
        and not library.command_words.command_of(text)
    )


async def test_when_unsure_it_offers_answers_and_each_button_works(talk, nia, unsure, library):
    offer = await talk.one(nia, unsure)
    assert "Is it one of these" in offer.text
    titles = [row[0] for row in offer.buttons[:-2]]  # the last two: a person, the card
    assert 1 <= len(titles) <= 3
    for title in titles:
        (answer,) = await talk.press(nia, title, message=offer)
        assert (
            title.split()[0].lower() in answer.text.lower()
        )  # a need's button and its heading differ a little
        assert "Checked" in answer.text


async def test_when_it_does_not_know_it_says_so_and_names_the_helpline(talk, nia, mateo):
    answer = await talk.one(nia, "quantum chromodynamics")
    assert "I won't guess" in answer.text
    assert "833-234-6343" in answer.text
    assert answer.button("Overdose")
    assert "833-234-6343" in (await talk.one(mateo, "cromodinámica cuántica")).text


@pytest.mark.parametrize("words", WORDS)
async def test_plain_words_do_what_the_command_does(talk, nia, words):
    assert WORDS[words] in (await talk.one(nia, words)).text


async def test_a_spanish_question_in_an_english_chat_is_answered_in_spanish(talk, nia):
    answer = await talk.one(nia, "¿cuánto dura la naloxona?")
    assert "Revisado" in answer.text


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("where do they give out narcan around 60624", "Legler Regional Library"),
        ("donde consigo jeringas limpias", "Jeringas"),
        ("i need to get on suboxone where do i start", "833-234-6343"),
    ],
)
async def test_words_for_supplies_get_the_ways_to_them(talk, nia, mateo, text, part):
    person = mateo if text.startswith("donde") else nia
    assert part in (await talk.one(person, text)).text


async def test_what_is_a_little_likely_is_offered_where_nothing_is_known(talk, nia):
    answer = await talk.one(nia, "who is the chair of it")
    assert "I won't guess" in answer.text
    assert answer.text.endswith("press /overdose.\n\nPerhaps this helps:")
    assert len(answer.buttons[0]) == 1
    title = answer.buttons[0][0]
    (about,) = await talk.press(nia, title, message=answer)
    assert about.text.startswith(title)


async def test_nothing_likely_is_offered_where_there_is_none(talk, nia):
    answer = await talk.one(nia, "quantum chromodynamics")
    assert "Perhaps" not in answer.text
