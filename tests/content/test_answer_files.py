"""The answers: there in both languages, valid, sourced, reviewed, and easy to read."""

import re
from datetime import date, timedelta

import pytest

from bot.content.answers import Answers
from bot.content.files import DEFAULT_DIR
from bot.content.readability import grade, sentences, words
from bot.content.sources import Sources
from bot.content.telegram_html import check, visible_text
from bot.errors import StartupError
from bot.models import Language

ALL = [pytest.param(a, id=f"{a.topic}-{a.language}") for a in Answers(Sources()).all()]
ENGLISH = [case for case in ALL if case.values[0].language is Language.EN]
OWN = """---
title: Our meeting
questions: [when do you meet]
sources: [taskforce-page]
reviewed_on: 2026-11-01
review_every: 90
---
We meet **here**.
"""


@pytest.mark.parametrize("answer", ALL)
def test_an_answer_is_short_and_as_telegram_takes_it(answer):
    assert check(answer.html) == []
    assert 20 < len(visible_text(answer.html)) < 1200
    assert not re.search(r"[*_#]{2}|\]\(", visible_text(answer.html))


@pytest.mark.parametrize("answer", ALL)
def test_an_answer_has_sources_and_questions_and_a_date(answer):
    assert answer.sources
    assert 4 <= len(answer.questions) <= 10
    assert len(set(answer.questions)) == len(answer.questions)
    assert answer.reviewed_on <= date(2026, 11, 21)
    assert answer.review_every in (90, 180)


@pytest.mark.parametrize("answer", ALL)
def test_sentences_are_short(answer):
    assert [s for s in sentences(answer.html) if len(words(s)) > 15] == []


@pytest.mark.parametrize("answer", ENGLISH)
def test_english_reads_at_sixth_grade(answer):
    assert grade(answer.html) <= 6


@pytest.mark.parametrize("answer", ALL)
def test_phones_and_links_are_the_same_in_both_languages(answer, answers):
    numbers = re.compile(r"https?://\S+|\b\d[\d-]{4,}\b|\b(?:911|988|211)\b|/\w+\b")
    other = answers.get(answer.topic, answer.language.other)
    assert set(numbers.findall(answer.text)) == set(numbers.findall(other.text))


@pytest.mark.parametrize("answer", ALL)
def test_both_languages_name_the_same_sources_and_review(answer, answers):
    other = answers.get(answer.topic, answer.language.other)
    assert (answer.sources, answer.reviewed_on) == (other.sources, other.reviewed_on)


def test_answers_with_phones_and_places_are_reviewed_more_often(answers):
    for topic in ("using-alone", "start-treatment", "poison-center", "basic-needs"):
        assert answers.get(topic, Language.EN).review_every == 90


def test_an_answer_is_overdue_the_day_after_its_review_was_due(answers):
    answer = answers.get("good-samaritan", Language.EN)
    due = answer.reviewed_on + timedelta(days=answer.review_every)
    assert not answer.overdue(due)
    assert answer.overdue(due + timedelta(days=1))


def _own(tmp_path, text=OWN, topic="task-force-meetings", languages=("en", "es")):
    for language in languages:
        folder = tmp_path / "answers" / language
        folder.mkdir(parents=True)
        (folder / f"{topic}.md").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_coalitions_answer_replaces_the_default(tmp_path, sources):
    own = Answers(sources, _own(tmp_path))
    assert own.get("task-force-meetings", Language.ES).html == "We meet <b>here</b>."
    assert own.get("good-samaritan", Language.ES).title == "La ley cuando llamas al 911"


def test_a_new_topic_in_one_language_only_is_refused(tmp_path, sources):
    with pytest.raises(StartupError, match="one language only: picnic"):
        Answers(sources, _own(tmp_path, topic="picnic", languages=("en",)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("taskforce-page", "no-such-page"), "no-such-page"),
        (("title: Our meeting\n", ""), "title"),
        (("reviewed_on: 2026-11-01", "reviewed_on: soon"), "reviewed_on"),
        (("review_every", "reviewed_every"), "reviewed_every"),
        (("---\ntitle", "title"), "YAML head"),
    ],
)
def test_a_mistake_in_an_answer_names_the_file(tmp_path, sources, change, said):
    with pytest.raises(StartupError, match=said) as caught:
        Answers(sources, _own(tmp_path, OWN.replace(*change)))
    assert "task-force-meetings.md" in str(caught.value)


def test_every_source_is_used_and_every_one_that_ships_can_be_opened(sources):
    shipped = "".join(
        path.read_text(encoding="utf-8")
        for path in DEFAULT_DIR.rglob("*")
        if path.suffix in (".md", ".yaml") and path.name != "sources.yaml"
    )
    keys = sorted(sources.keys())
    assert [key for key in keys if not re.search(rf"\b{key}\b", shipped)] == []
    without_address = {key for key in keys if not sources.get(key, "test").url}
    assert without_address == {"bot-design", "harm-reduction-webinar"}
