"""Forms of answers: the next message of a member of staff is a title, a text, questions …"""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from bot.clock import Clock
from bot.content.answers import Answer
from bot.content.moments import read_day
from bot.content.sources import Sources
from bot.content.telegram_html import visible_text
from bot.errors import Refusal
from bot.models import AnswerWords, Language
from bot.services import answertexts
from bot.services.answerdrafts import AnswerDrafts, DraftView, change_words
from bot.services.answers import Answers
from bot.services.items import FORM_OPEN_FOR
from bot.storage.database import Database
from bot.storage.forms import Form
from bot.storage.tables import Tables

Change = Callable[[AnswerWords], AnswerWords]


class Asked(StrEnum):
    """What the next message of a member of staff is."""

    FIND = "answer-find"  # words to look for
    NEW = "answer-new"  # the title of a new answer
    TITLE = "answer-title"
    TEXT = "answer-text"
    QUESTIONS = "answer-questions"
    SOURCES = "answer-sources"
    DATE = "answer-date"


class AnswerForms:
    """Asks for the parts of an answer and takes them, also after a restart."""

    def __init__(
        self,
        database: Database,
        answers: Answers,
        drafts: AnswerDrafts,
        sources: Sources,
        clock: Clock,
    ) -> None:
        self._database = database
        self._answers = answers
        self._drafts = drafts
        self._sources = sources
        self._clock = clock

    async def ask(self, chat_id: int, person_id: int, asked: Asked, version_id: int = 0) -> None:
        """Remember what the person's next message is; raise Refusal if the draft is gone."""
        if asked not in (Asked.FIND, Asked.NEW):
            await self._drafts.draft(version_id)
        expires_at = self._clock.now() + FORM_OPEN_FOR
        form = Form(asked, version_id)
        await self._database.write(lambda t: t.forms.set(chat_id, person_id, form, expires_at))

    async def find_asked(self, chat_id: int, person_id: int) -> Form | None:
        """Return what was asked for, or None."""
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))
        return form if form and form.kind in set(Asked) else None

    async def close(self, chat_id: int, person_id: int) -> None:
        """Forget what was asked."""
        await self._database.write(lambda t: t.forms.remove(chat_id, person_id))

    async def search(
        self, chat_id: int, person_id: int, html: str, language: Language
    ) -> list[Answer]:
        """Take words to look for; return what fits and close the form."""
        found = self._answers.search(visible_text(html), language)
        await self.close(chat_id, person_id)
        return found

    async def create(
        self, chat_id: int, person_id: int, update_id: int, html: str, language: Language
    ) -> DraftView:
        """Take the title of a new answer and close the form."""
        title = visible_text(html)
        view = await self._drafts.create(title, language, author_id=person_id, update_id=update_id)
        await self.close(chat_id, person_id)
        return view

    async def answer(
        self, chat_id: int, person_id: int, form: Form, html: str, language: Language
    ) -> DraftView:
        """Take a part of a draft and close the form in one step.

        A text that cannot be taken leaves the form open; a draft that is gone closes it.
        """
        change = self._change(Asked(form.kind), html, language)
        now = self._clock.now()

        def work(t: Tables) -> None:
            change_words(t, form.object_id, person_id, change, now)
            t.forms.remove(chat_id, person_id)

        try:
            await self._database.write(work)
        except Refusal:
            await self.close(chat_id, person_id)
            raise
        return await self._drafts.draft(form.object_id)

    def _change(self, asked: Asked, html: str, language: Language) -> Change:
        """Return what a message does to the words; raise Refusal if it cannot be taken."""
        plain = visible_text(html).strip()
        if not plain:
            raise Refusal("staff/answer_text_only")
        match asked:
            case Asked.TITLE:
                return lambda words: replace(words, title=answertexts.one_line(plain))
            case Asked.TEXT:
                return lambda words: replace(words, html=html)
            case Asked.QUESTIONS:
                return lambda words: replace(
                    words, questions=answertexts.questions_of(plain, words.questions)
                )
            case Asked.SOURCES:
                return lambda words: replace(
                    words, sources=answertexts.sources_of(plain, words.sources, self._sources)
                )
            case _:
                return self._dated(plain, language)

    def _dated(self, text: str, language: Language) -> Change:
        zone = self._answers.zone
        day = read_day(text, self._clock.now(), zone, language, past=True)
        if day is None:
            raise Refusal("staff/day_unclear")
        if day > self._answers.today:
            raise Refusal("staff/answer_future_day")
        return lambda words: replace(words, reviewed_on=day)
