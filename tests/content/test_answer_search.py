"""The search finds the answer that was meant, says when it is not sure, and is quick."""

import time

import pytest

from bot.content.answers import Answers
from bot.content.search import AnswerSearch, MatchKind
from bot.content.sources import Sources
from bot.models import Language

ANSWERS = Answers(Sources())
ALL = [pytest.param(answer, id=f"{answer.topic}-{answer.language}") for answer in ANSWERS.all()]


@pytest.fixture(scope="module")
def search():
    return AnswerSearch(ANSWERS)


@pytest.mark.parametrize("answer", ALL)
def test_an_answers_own_questions_find_it(search, answer):
    found = {question: search.find(question, answer.language) for question in answer.questions}
    assert [q for q, match in found.items() if answer.topic not in match.topics] == []


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("how long does narkan last", "naloxone-duration"),
        ("is expird narcan ok", "naloxone-expired"),
        ("what is tranq dope", "xylazine-medetomidine"),
        ("good samaratin law", "good-samaritan"),
        ("how many rigs can i have, law", "syringe-law"),
        ("¿cuánto dura la naloxona?", "naloxone-duration"),
        ("cuando es el proximo eco echo", "echo-sign-up"),
    ],
)
def test_slang_and_typos_are_understood(search, text, topic):
    assert search.find(text, Language.EN).topics[0] == topic


def test_the_language_of_the_question_wins_over_the_hint(search):
    assert search.find("¿cuánto dura la naloxona?", Language.EN).language is Language.ES
    assert search.find("how long does naloxone last", Language.ES).language is Language.EN


@pytest.mark.parametrize(
    "text", ["", "👍", "what is the weather tomorrow", "who won the bears game", "ok", "la la la"]
)
def test_what_nothing_answers_finds_nothing(search, text):
    match = search.find(text, Language.EN)
    assert (match.kind, match.topics) == (MatchKind.NONE, ())


def test_an_unsure_match_offers_at_most_three(search):
    match = search.find("law", Language.EN)
    assert match.kind is MatchKind.UNSURE
    assert 1 < len(match.topics) <= 3


def test_the_same_question_has_the_same_answer(search):
    assert search.find("narcan law", Language.EN) == search.find("narcan law", Language.EN)


def test_a_search_takes_less_than_five_milliseconds(search):
    started = time.process_time()
    for answer in ANSWERS.all():
        search.find(answer.questions[0], Language.EN)
    assert (time.process_time() - started) / len(ANSWERS.all()) < 0.005
