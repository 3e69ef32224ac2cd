"""Reviews: which answers somebody should check again, and telling staff of them once a week."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.clock import Clock
from bot.content.library import Library
from bot.models import Button, Keyboard, Language
from bot.services.answers import Answers
from bot.services.staff import Staff
from bot.services.weekly import Weekly
from bot.storage.database import Database
from bot.storage.tables import Tables

SOON = timedelta(days=14)  # before a check is due
LISTED = 10  # answers in one message


@dataclass(frozen=True, slots=True)
class Due:
    """An answer that should be checked: the earlier of its languages counts."""

    topic: str
    title: str
    due_on: date


@dataclass(frozen=True, slots=True)
class ReviewList:
    """What is due, the latest first."""

    today: date
    late: tuple[Due, ...]
    soon: tuple[Due, ...]

    @property
    def all(self) -> tuple[Due, ...]:
        """Return both."""
        return self.late + self.soon


class Reviews:
    """Keeps answers from getting old unnoticed."""

    def __init__(
        self, database: Database, library: Library, answers: Answers, staff: Staff, clock: Clock
    ) -> None:
        self._database = database
        self._library = library
        self._answers = answers
        self._staff = staff
        self._clock = clock
        self._weekly = Weekly("answers-review", clock, answers.zone)

    def list_due(self, language: Language) -> ReviewList:
        """Return the answers whose check is late or soon due, with titles in a language."""
        answers, today = self._library.answers, self._answers.today
        first: dict[str, date] = {}
        for answer in answers.all():
            first[answer.topic] = min(
                answer.review_due_on, first.get(answer.topic, answer.review_due_on)
            )
        found = [
            Due(topic, answers.get(topic, language).title, due_on)
            for topic, due_on in sorted(first.items(), key=lambda pair: (pair[1], pair[0]))
            if due_on <= today + SOON
        ]
        return ReviewList(
            today,
            tuple(each for each in found if each.due_on < today),
            tuple(each for each in found if each.due_on >= today),
        )

    async def tick(self) -> bool:
        """Tell staff, once a week, what should be checked; return whether there was anything."""
        day = self._weekly.day()
        if day is None:
            return False
        due = self.list_due(self._staff.language)

        def work(t: Tables) -> bool:
            is_ours = self._weekly.claim(t, day)
            return is_ours and bool(due.all) and self._tell(t, due, f"answers-review:{day}")

        told = await self._database.write(work)
        self._weekly.done(day)
        return told

    def _tell(self, t: Tables, due: ReviewList, key: str) -> bool:
        words, language = self._library.words, self._staff.language
        html = words.render("staff/answer_review", language, due=due, shown=due.all[:LISTED])
        keyboard = self.keyboard(due, language)
        return self._staff.tell(t, key, html, keyboard, now=self._clock.now())

    def keyboard(self, due: ReviewList, language: Language) -> Keyboard:
        """Return for each answer: look at it, and say that it is still right."""
        still = self._library.words.label("check_right", language)
        return tuple(
            (
                Button(each.title, data=f"answer:show:{each.topic}:{language}"),
                Button(still, data=f"answer:right:{each.topic}", style="success"),
            )
            for each in due.all[:LISTED]
        )
