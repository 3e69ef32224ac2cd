"""Answers as staff write them: words, versions, and what may become of a version."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.models.content import Language

REVIEW_EVERY = 180  # days, of an answer that staff add


class AnswerState(StrEnum):
    """What a version is."""

    DRAFT = "draft"  # at most one of each topic and language
    DROPPED = "dropped"  # a draft that was thrown away; it can be taken back
    LIVE = "live"  # shown, unless a later one is live too
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class WrittenSource:
    """Where a fact comes from, as staff wrote it or a file names it."""

    title: str
    publisher: str = ""  # of an address: its host
    url: str = ""
    date: str = ""  # the page's own, to the day, month or year


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """All that an answer says; a draft may still lack some of it."""

    title: str = ""
    html: str = ""
    questions: tuple[str, ...] = ()  # ways in which people ask
    sources: tuple[WrittenSource, ...] = ()
    reviewed_on: date | None = None
    review_every: int = REVIEW_EVERY  # days


@dataclass(frozen=True, slots=True)
class AnswerSeed:
    """What an answer can be begun from: what staff told somebody, and what was asked."""

    html: str
    language: Language
    questions: tuple[str, ...] = ()
    case_id: int | None = None  # of whoever asked: what they take back goes from the draft too


@dataclass(frozen=True, slots=True)
class AnswerVersion:
    """One state of the answer to a topic in one language."""

    version_id: int
    topic: str
    language: Language
    state: AnswerState
    number: int | None  # counts what went live, from 1
    revision: int  # counts the changes of a draft
    words: AnswerWords | None  # None: what the file says
    file_digest: str  # of the file's text when it was made; empty: there was no file
    reviewed_on: date | None = None  # of the file's text, where words is None


@dataclass(frozen=True, slots=True)
class Votes:
    """How many people found an answer helpful, and how many did not."""

    helpful: int = 0
    unhelpful: int = 0


@dataclass(frozen=True, slots=True)
class Unanswered:
    """What was asked and not answered: everyday words in alphabetical order."""

    words: str
    language: Language
    times: int
