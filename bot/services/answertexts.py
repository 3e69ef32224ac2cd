"""Answers as staff type them: titles, questions and sources, one a line. Pure."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from itertools import count
from urllib.parse import urlsplit

from bot.content.answers import Answer
from bot.content.normalise import words as plain_words
from bot.content.sources import Source, Sources
from bot.models import AnswerVersion, AnswerWords, WrittenSource
from bot.services.answerchecks import LONGEST_QUESTION, MOST_QUESTIONS, MOST_SOURCES

LONGEST_SOURCE = 200  # characters of its title
_ADDS = "+"  # at the start of a line: add it, rather than replace them all
_NAME_WORDS, _NAME_LENGTH = 5, 30
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[•*–—-]|\d{1,2}[.)])\s+")
# What could tell who asked: long numbers, addresses of mail, names of Telegram.
_TELLING = re.compile(r"\S+@\S+|@\w+|\+?\d[\d ().-]{4,}\d|\b\d{3,}\b")


def answer_of(version: AnswerVersion, words: AnswerWords, today: date) -> Answer:
    """Return words of staff as an answer; one without a date counts as of today."""
    return Answer(
        topic=version.topic,
        language=version.language,
        title=words.title,
        questions=words.questions,
        sources=tuple(Source("", **asdict(source)) for source in words.sources),
        reviewed_on=words.reviewed_on or today,
        review_every=words.review_every,
        text=words.html,
        html=words.html,
    )


def words_of(answer: Answer) -> AnswerWords:
    """Return the words of an answer, to be changed."""
    return AnswerWords(
        title=answer.title,
        html=answer.html,
        questions=answer.questions,
        sources=tuple(WrittenSource(s.title, s.publisher, s.url, s.date) for s in answer.sources),
        reviewed_on=answer.reviewed_on,
        review_every=answer.review_every,
    )


def topic_names(title: str) -> Iterator[str]:
    """Yield names for a topic of staff, from its title; "own-" keeps them apart from files."""
    name = "-".join(plain_words(title)[:_NAME_WORDS])[:_NAME_LENGTH].strip("-") or "answer"
    yield f"own-{name}"
    yield from (f"own-{name}-{number}" for number in count(2))


def one_line(text: str) -> str:
    """Return a text without breaks of lines."""
    return " ".join(text.split())


def masked(text: str) -> str:
    """Return a text without what could tell who wrote it: numbers, mail, names of Telegram."""
    return _TELLING.sub("…", text)


def questions_of(text: str, known: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the questions of a text, one a line, after those known if all lines add."""
    lines, adds = _lines(text)
    asked = [line[:LONGEST_QUESTION] for line in lines]
    return tuple(dict.fromkeys([*(known if adds else ()), *asked]))[:MOST_QUESTIONS]


def sources_of(
    text: str, known: tuple[WrittenSource, ...], shipped: Sources
) -> tuple[WrittenSource, ...]:
    """Return the sources of a text, one a line: a title, an address, or both.

    An address that the files name, and a key of sources.yaml, get the title from there.
    """
    lines, adds = _lines(text)
    written = [_source(line, shipped) for line in lines]
    return tuple(dict.fromkeys([*(known if adds else ()), *written]))[:MOST_SOURCES]


def _lines(text: str) -> tuple[list[str], bool]:
    """Return the lines without bullets, and whether each of them begins with a plus."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    adds = bool(lines) and all(line.startswith(_ADDS) for line in lines)
    bare = (_BULLET.sub("", line.removeprefix(_ADDS).strip()) for line in lines)
    return [one_line(line) for line in bare if line], adds


def _source(line: str, shipped: Sources) -> WrittenSource:
    found = _URL.search(line)
    url = found[0].rstrip(".,;)") if found else ""
    known = shipped.find(url or line)
    if known is not None:
        return WrittenSource(known.title, known.publisher, known.url, known.date)
    host = (urlsplit(url).hostname or "").removeprefix("www.") if url else ""
    title = line.replace(found[0], "").strip(" ,;:-–—()") if found else line
    return WrittenSource((title or host)[:LONGEST_SOURCE], host if title else "", url)
