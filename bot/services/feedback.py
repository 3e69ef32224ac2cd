"""Feedback: thumbs below answers, and the everyday words of questions without an answer.

Counts only. Who pressed or asked is in no row: a thumb is remembered for its person in memory, so
that a second tap does not count; of a question only everyday words are counted, in alphabetical
order, without numbers, names or anything that the list of words does not have.
"""

import logging
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.content.answers import Answer
from bot.content.library import Library
from bot.errors import StorageUnavailableError
from bot.models import Button, Language, Unanswered, Votes
from bot.services.answers import Answers
from bot.services.staff import Staff
from bot.services.weekly import Weekly
from bot.storage.database import Database
from bot.storage.tables import Tables

LISTED = 20  # of each kind in the weekly list
FEWEST_THUMBS = 3  # thumbs down that bring an answer into the list
WEEK = timedelta(days=7)
_MOST = 10_000  # thumbs that are remembered

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unhelpful:
    """An answer that more people found unhelpful than helpful."""

    answer: Answer
    votes: Votes


class Feedback:
    """Counts what staff should know, and tells them once a week."""

    def __init__(
        self,
        database: Database,
        library: Library,
        answers: Answers,
        staff: Staff,
        clock: Clock,
        *,
        keep_unanswered: bool,
    ) -> None:
        self._database = database
        self._library = library
        self._answers = answers
        self._staff = staff
        self._clock = clock
        self._keep_unanswered = keep_unanswered
        self._weekly = Weekly("asked-week", clock, answers.zone)
        self._thumbs: OrderedDict[tuple[int, str, str, str], bool] = OrderedDict()

    async def vote(
        self, person_id: int, topic: str, language: Language, digest: str, *, helpful: bool
    ) -> None:
        """Count a thumb; the same one again counts once, the other one moves it."""
        if topic not in self._library.answers.topics():
            return
        key = (person_id, topic, language.value, digest)
        before = self._thumbs.pop(key, None)
        self._thumbs[key] = helpful
        if len(self._thumbs) > _MOST:
            self._thumbs.popitem(last=False)
        if before is helpful:
            return
        step = 1 if helpful else -1
        change = Votes(int(helpful), int(not helpful)) if before is None else Votes(step, -step)
        try:
            await self._database.write(lambda t: t.feedback.vote(topic, language, digest, change))
        except StorageUnavailableError:
            self._thumbs.pop(key, None)  # nothing was counted: the next tap may
            raise

    def forget(self, person_id: int) -> None:
        """Forget whose thumbs a person's were; the counts stay, they name nobody."""
        for key in [key for key in self._thumbs if key[0] == person_id]:
            del self._thumbs[key]

    async def note_unanswered(self, text: str, language: Language) -> None:
        """Count the everyday words of a question without an answer; never raises."""
        words = self._library.everyday.words_in(text)
        if not words or not self._keep_unanswered:
            return
        week_of = self._answers.today - timedelta(days=self._answers.today.weekday())
        shown = ", ".join(words)
        try:
            await self._database.write(
                lambda t: t.feedback.count_unanswered(week_of, language, shown)
            )
        except StorageUnavailableError as error:
            log.warning("A question without an answer was not counted: %s", error)

    async def tick(self) -> bool:
        """Tell staff, once a week, what found no answer or did not help; return whether it did."""
        day = self._weekly.day()
        if day is None:
            return False

        def work(t: Tables) -> bool:
            if not self._weekly.claim(t, day):
                return False
            unanswered = t.feedback.list_unanswered(day - WEEK, LISTED)
            unhelpful = self._unhelpful(t)
            key = f"asked-week:{day.isoformat()}"
            return bool(unanswered or unhelpful) and self._tell(t, unanswered, unhelpful, key)

        told = await self._database.write(work)
        self._weekly.done(day)
        return told

    def _unhelpful(self, t: Tables) -> list[Unhelpful]:
        """Return the answers that did not help, in the wording that people get now."""
        found = []
        for topic, language, digest, votes in t.feedback.list_unhelpful(FEWEST_THUMBS):
            answer = self._library.answers.find(topic, language)
            if answer is not None and answer.digest == digest:
                found.append(Unhelpful(answer, votes))
        return found[:LISTED]

    def _tell(
        self, t: Tables, unanswered: list[Unanswered], unhelpful: list[Unhelpful], key: str
    ) -> bool:
        words, language = self._library.words, self._staff.language
        html = words.render(
            "staff/asked_week", language, unanswered=unanswered, unhelpful=unhelpful
        )
        look = tuple(
            (Button(u.answer.title, data=f"answer:show:{u.answer.topic}:{u.answer.language}"),)
            for u in unhelpful
        )
        new = Button(words.label("answer_new", language), data="answer:new")
        return self._staff.tell(t, key, html, (*look, (new,)), now=self._clock.now())
