"""Reviewed answers: a Markdown file for each topic and language; what staff wrote lies over it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from pydantic import ConfigDict

from bot.content.files import layers, parse, read_front_matter
from bot.content.markdown import telegram_html
from bot.content.sources import Source, Sources
from bot.errors import StartupError
from bot.models import Language

TOPIC = re.compile(r"[a-z0-9-]{1,40}")  # buttons name it, and they have 64 bytes


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands above an answer's text."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    title: str
    questions: tuple[str, ...]
    sources: tuple[str, ...]
    reviewed_on: date
    review_every: int  # days


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot says about a topic, in one language."""

    topic: str
    language: Language
    title: str
    questions: tuple[str, ...]  # ways in which people ask
    sources: tuple[Source, ...]
    reviewed_on: date
    review_every: int
    text: str  # Markdown, as written
    html: str  # for Telegram

    @property
    def digest(self) -> str:
        """Return eight letters that change with the title or the text."""
        return sha256(f"{self.title}\n{self.html}".encode()).hexdigest()[:8]

    @property
    def review_due_on(self) -> date:
        """Return the day by which a person should have checked it again."""
        return self.reviewed_on + timedelta(days=self.review_every)

    def overdue(self, today: date) -> bool:
        """Return whether its review is late."""
        return today > self.review_due_on


class Answers:
    """All answers; a coalition's own file replaces the default of the same topic and language.

    What staff wrote lies over the files. A topic of theirs may exist in one language only.
    """

    def __init__(self, sources: Sources, content_dir: Path | None = None) -> None:
        self._files = {
            (_topic(path), language): _answer(path, language, sources)
            for language in Language
            for folder in layers(f"answers/{language}", content_dir)
            for path in sorted(folder.glob("*.md"))
        }
        self._answers = self._files
        self.laid: tuple[Answer, ...] = ()
        alone = {topic for topic, lang in self._files if (topic, lang.other) not in self._files}
        if alone:
            raise StartupError(f"answers in one language only: {', '.join(sorted(alone))}")

    def lay(self, answers: Iterable[Answer]) -> None:
        """Lay these over the files, in place of what lay there before."""
        self.laid = tuple(answers)
        self._answers = {**self._files, **{(a.topic, a.language): a for a in self.laid}}

    def get(self, topic: str, language: Language) -> Answer:
        """Return the answer, in the other language if it is in that one only.

        Raise KeyError if there is no such topic.
        """
        found = self._answers.get((topic, language))
        return found or self._answers[topic, language.other]

    def find(self, topic: str, language: Language) -> Answer | None:
        """Return the answer in exactly that language, or None."""
        return self._answers.get((topic, language))

    def find_file(self, topic: str, language: Language) -> Answer | None:
        """Return what the file says, whatever lies over it, or None."""
        return self._files.get((topic, language))

    def all(self) -> tuple[Answer, ...]:
        """Return every answer in every language."""
        return tuple(self._answers.values())

    def topics(self) -> tuple[str, ...]:
        """Return the topics in their order."""
        return tuple(sorted({topic for topic, _ in self._answers}))


def _topic(path: Path) -> str:
    if not TOPIC.fullmatch(path.stem):
        message = f"{path}: name it with at most 40 small letters, digits and hyphens"
        raise StartupError(message)
    return path.stem


def _answer(path: Path, language: Language, sources: Sources) -> Answer:
    data, text = read_front_matter(path)
    head = parse(_Head, data, path)
    return Answer(
        topic=path.stem,
        language=language,
        title=head.title,
        questions=head.questions,
        sources=sources.get_all(head.sources, path),
        reviewed_on=head.reviewed_on,
        review_every=head.review_every,
        text=text,
        html=telegram_html(text),
    )
