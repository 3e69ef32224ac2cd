"""The search finds the answers that share words with a question, the closest with most points."""

import pytest

from bot.content.answers import Answers
from bot.content.search import AnswerSearch
from bot.content.sources import Sources

ANSWERS = Answers(Sources())
ALL = [pytest.param(answer, id=f"{answer.topic}-{answer.language}") for answer in ANSWERS.all()]


@pytest.fixture(scope="module")
def search():
    return AnswerSearch(ANSWERS)


def _best(search, text, count=1):
    scores = search.scores(text)
    return sorted(scores, key=lambda topic: (-scores[topic], topic))[:count]


@pytest.mark.parametrize("answer", ALL)
def test_an_answers_own_questions_find_it(search, answer):
    missed = [q for q in answer.questions if answer.topic not in _best(search, q, 3)]
    assert missed == []


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
    assert _best(search, text) == [topic]


def test_the_question_itself_has_nearly_all_points(search):
    assert search.scores("what is the task force")["about-task-force"] > 0.8


@pytest.mark.parametrize("text", ["", "👍", "qwerty asdf"])
def test_words_that_no_answer_has_find_nothing(search, text):
    assert search.scores(text) == {}


def test_points_lie_between_none_and_one(search):
    for answer in ANSWERS.all():
        assert all(0 < points <= 1 for points in search.scores(answer.title).values())
