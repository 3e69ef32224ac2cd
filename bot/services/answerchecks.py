"""Checks of an answer that staff write: what must be there, and what makes it hard to read. Pure.

The measures are those that the tests hold the files to.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.content.answers import Answer
from bot.content.readability import grade, sentences, words
from bot.content.telegram_html import visible_length
from bot.models import AnswerWords, Content, Language
from bot.services import checks

LONGEST_TITLE = 80  # characters; it stands on a button too
LONGEST_TEXT = 1200
LONGEST_QUESTION = 150
MOST_QUESTIONS = 20
MOST_SOURCES = 6
FEWEST_QUESTIONS = 4  # fewer are hard to find
LONGEST_SENTENCE = 15  # words
HIGHEST_GRADE = 6  # Flesch-Kincaid, English only
_NUMBERS = re.compile(r"https?://[^\s\"<]+|\b\d[\d-]{4,}\b|\b(?:911|988|211)\b|/[a-z]+\b")


class AnswerFlaw(StrEnum):
    """What may be wrong with an answer."""

    NO_TITLE = "no-title"
    LONG_TITLE = "long-title"
    NO_TEXT = "no-text"
    LONG_TEXT = "long-text"
    NO_QUESTION = "no-question"
    NO_SOURCE = "no-source"
    NO_DATE = "no-date"
    FUTURE_DATE = "future-date"
    FEW_QUESTIONS = "few-questions"
    LONG_SENTENCE = "long-sentence"
    HARD_WORDS = "hard-words"
    ONE_LANGUAGE = "one-language"
    NUMBERS_DIFFER = "numbers-differ"
    FILE_CHANGED = "file-changed"
    REVIEW_DUE = "review-due"

    @property
    def stops(self) -> bool:
        """Return whether it must be mended before anybody can approve."""
        return self in _STOPS


_STOPS = frozenset(
    {
        *(AnswerFlaw.NO_TITLE, AnswerFlaw.LONG_TITLE, AnswerFlaw.NO_TEXT, AnswerFlaw.LONG_TEXT),
        *(AnswerFlaw.NO_QUESTION, AnswerFlaw.NO_SOURCE, AnswerFlaw.NO_DATE),
    }
)


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing that staff should look at."""

    flaw: AnswerFlaw
    detail: str = ""  # the sentence, or the numbers
    count: int = 0  # words, characters or the grade


def of_words(said: AnswerWords, language: Language, today: date) -> Iterator[Hint]:
    """Return what is wrong with the words themselves, the gravest first."""
    yield from _missing(said, today)
    for sentence in sentences(said.html):
        count = len(words(sentence))
        if count > LONGEST_SENTENCE:
            yield Hint(AnswerFlaw.LONG_SENTENCE, _short(sentence), count)
    if language is Language.EN and sentences(said.html):
        found = grade(said.html)
        if found > HIGHEST_GRADE:
            yield Hint(AnswerFlaw.HARD_WORDS, count=round(found))
    if 0 < len(said.questions) < FEWEST_QUESTIONS:
        yield Hint(AnswerFlaw.FEW_QUESTIONS, count=len(said.questions))


def beside(said: AnswerWords, other: Answer | None) -> Iterator[Hint]:
    """Return what does not go with the answer in the other language."""
    if other is None:
        yield Hint(AnswerFlaw.ONE_LANGUAGE)
        return
    differ = set(_NUMBERS.findall(said.html)) ^ set(_NUMBERS.findall(other.html))
    if differ:
        yield Hint(AnswerFlaw.NUMBERS_DIFFER, ", ".join(sorted(differ)))


def of_message(html: str, language: Language, today: date) -> list[checks.Problem]:
    """Return what is wrong with an answer as it is sent: length, markup, links, past dates."""
    return checks.of_messages([(language, Content(html))], today)


def _missing(said: AnswerWords, today: date) -> Iterator[Hint]:
    if not said.title:
        yield Hint(AnswerFlaw.NO_TITLE)
    elif len(said.title) > LONGEST_TITLE:
        yield Hint(AnswerFlaw.LONG_TITLE, count=len(said.title) - LONGEST_TITLE)
    length = visible_length(said.html)
    if not length:
        yield Hint(AnswerFlaw.NO_TEXT)
    elif length > LONGEST_TEXT:
        yield Hint(AnswerFlaw.LONG_TEXT, count=length - LONGEST_TEXT)
    if not said.questions:
        yield Hint(AnswerFlaw.NO_QUESTION)
    if not said.sources:
        yield Hint(AnswerFlaw.NO_SOURCE)
    yield from _dated(said, today)


def _dated(said: AnswerWords, today: date) -> Iterator[Hint]:
    if said.reviewed_on is None:
        yield Hint(AnswerFlaw.NO_DATE)
    elif said.reviewed_on > today:
        yield Hint(AnswerFlaw.FUTURE_DATE)
    elif (today - said.reviewed_on).days > said.review_every:
        yield Hint(AnswerFlaw.REVIEW_DUE)


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= 60 else f"{sentence[:59]}…"
