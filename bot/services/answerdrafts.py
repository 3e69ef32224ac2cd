"""Drafts of answers: begun from what people are told, a title or a reply, then changed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.answers import Answer
from bot.content.library import Library
from bot.content.telegram_html import visible_text
from bot.errors import Refusal
from bot.models import AnswerSeed, AnswerState, AnswerVersion, AnswerWords, Language
from bot.services import answerchecks, answertexts
from bot.services.answerchecks import AnswerFlaw, Hint
from bot.services.checks import Problem
from bot.storage.database import Database
from bot.storage.tables import Tables


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as it stands, with what is wrong with it."""

    version: AnswerVersion
    words: AnswerWords
    answer: Answer
    html: str  # the message exactly as people would see it
    hints: tuple[Hint, ...]
    problems: tuple[Problem, ...]

    @property
    def may_go_live(self) -> bool:
        """Return whether nothing must be mended first."""
        return not any(hint.flaw.stops for hint in self.hints) and not any(
            problem.flaw.stops for problem in self.problems
        )


class AnswerDrafts:
    """Changes drafts; nobody is told what is in them before they are approved."""

    def __init__(self, database: Database, library: Library, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self.zone = zone

    @property
    def today(self) -> date:
        """Return the date where the coalition is."""
        return self._clock.now().astimezone(self.zone).date()

    async def list_drafts(self) -> list[AnswerVersion]:
        """Return the open drafts."""
        return await self._database.read(lambda t: t.answers.list_drafts())

    async def draft(self, version_id: int) -> DraftView:
        """Return a draft; raise Refusal if it is none any more."""
        version = await self._database.read(lambda t: find_draft(t, version_id))
        return self.view(version)

    def view(self, version: AnswerVersion) -> DraftView:
        """Return a draft with what is wrong with it."""
        words, language = version.words or AnswerWords(), version.language
        answers = self._library.answers
        answer = answertexts.answer_of(version, words, self.today)
        html = self._library.html_of(answer, language, self.today)
        hints = [
            *answerchecks.of_words(words, language, self.today),
            *answerchecks.beside(words, answers.find(version.topic, language.other)),
        ]
        if digest_of(answers.find_file(version.topic, language)) != version.file_digest:
            hints.append(Hint(AnswerFlaw.FILE_CHANGED))
        problems = answerchecks.of_message(html, language, self.today)
        return DraftView(version, words, answer, html, tuple(hints), tuple(problems))

    async def edit(self, topic: str, language: Language) -> DraftView:
        """Return the open draft of a topic, or begin one from what people are told."""
        words = self._words_now(topic, language)
        digest = digest_of(self._library.answers.find_file(topic, language))
        now = self._clock.now()

        def work(t: Tables) -> AnswerVersion:
            draft = t.answers.find_draft(topic, language)
            if draft is not None:
                return draft
            started = words or self._words_beside(t, topic, language)
            if started is None:
                raise Refusal("staff/answer_gone")
            return t.answers.add_draft(topic, language, started, file_digest=digest, now=now)

        return self.view(await self._database.write(work))

    def _words_now(self, topic: str, language: Language) -> AnswerWords | None:
        answer = self._library.answers.find(topic, language)
        return None if answer is None else answertexts.words_of(answer)

    def _words_beside(self, t: Tables, topic: str, language: Language) -> AnswerWords | None:
        """Return what a first answer in a language takes over from the other one."""
        draft = t.answers.find_draft(topic, language.other)
        words = draft.words if draft else self._words_now(topic, language.other)
        return words and replace(words, title="", html="", questions=())

    async def create(
        self, title: str, language: Language, *, author_id: int, update_id: int
    ) -> DraftView:
        """Begin an answer to a new topic; the same update gives the same one."""
        words = AnswerWords(title=answertexts.one_line(title), reviewed_on=self.today)
        return await self._begin(words, title, language, author_id, update_id)

    async def draft_from(self, seed: AnswerSeed, *, author_id: int, update_id: int) -> DraftView:
        """Begin an answer from what a member of staff told somebody, for review.

        The questions are those that were asked: long numbers, addresses of mail and names of
        Telegram in them are masked, and staff take out the rest. The same update gives the same
        draft. Raise Refusal if it has no words.
        """
        plain = visible_text(seed.html).strip()
        if not plain:
            raise Refusal("staff/answer_text_only")
        asked = answertexts.questions_of("\n".join(map(answertexts.masked, seed.questions)))
        words = AnswerWords(html=seed.html, questions=asked, reviewed_on=self.today)
        return await self._begin(
            words, plain, seed.language, author_id, update_id, case_id=seed.case_id
        )

    async def _begin(
        self,
        words: AnswerWords,
        named: str,
        language: Language,
        author_id: int,
        update_id: int,
        *,
        case_id: int | None = None,
    ) -> DraftView:
        now = self._clock.now()
        known = set(self._library.answers.topics())

        def work(t: Tables) -> AnswerVersion:
            draft = t.answers.find_by_update(update_id)
            if draft is not None:
                return draft
            topic = next(
                topic
                for topic in answertexts.topic_names(named)
                if topic not in known and not t.answers.is_known(topic)
            )
            new = t.answers.add_draft(
                topic, language, words, file_digest="", update_id=update_id, now=now
            )
            t.answers.note_writer(new.version_id, author_id)
            if case_id is not None:
                t.answers.note_case(new.version_id, case_id)
            return new

        return self.view(await self._database.write(work))

    async def change(
        self, version_id: int, person_id: int, change: Callable[[AnswerWords], AnswerWords]
    ) -> DraftView:
        """Change the words of a draft; who does it has written in it."""
        now = self._clock.now()

        def work(t: Tables) -> AnswerVersion:
            return change_words(t, version_id, person_id, change, now)

        return self.view(await self._database.write(work))

    async def check_today(self, version_id: int, person_id: int) -> DraftView:
        """Note that somebody has checked the facts of a draft today."""
        today = self.today
        return await self.change(
            version_id, person_id, lambda words: replace(words, reviewed_on=today)
        )

    async def swap_language(self, version_id: int) -> DraftView:
        """Say that a draft is in the other language, unless that has an answer of its own."""

        def work(t: Tables) -> AnswerVersion:
            draft = find_draft(t, version_id)
            other = draft.language.other
            answers = self._library.answers
            is_taken = (
                answers.find(draft.topic, other) or answers.find(draft.topic, draft.language)
            ) is not None
            if is_taken or t.answers.find_draft(draft.topic, other):
                raise Refusal("staff/answer_language")
            t.answers.set_language(version_id, other, "")
            return t.answers.get(version_id)

        return self.view(await self._database.write(work))

    async def drop(self, version_id: int) -> AnswerVersion:
        """Throw a draft away; it can be taken back."""
        return await self._move_draft(version_id, AnswerState.DROPPED, since=AnswerState.DRAFT)

    async def restore(self, version_id: int) -> DraftView:
        """Take back a draft that was thrown away, unless there is another one by now."""
        return self.view(
            await self._move_draft(version_id, AnswerState.DRAFT, since=AnswerState.DROPPED)
        )

    async def _move_draft(
        self, version_id: int, state: AnswerState, *, since: AnswerState
    ) -> AnswerVersion:
        now = self._clock.now()

        def work(t: Tables) -> AnswerVersion:
            version = find_version(t, version_id)
            newer = t.answers.find_draft(version.topic, version.language)
            if newer is not None and newer.version_id != version_id:
                raise Refusal("staff/answer_moved_on")
            if version.state is not state and not t.answers.set_state(
                version_id, state, now, since=since
            ):
                raise Refusal("staff/answer_moved_on")
            return t.answers.get(version_id)

        return await self._database.write(work)


def change_words(
    t: Tables,
    version_id: int,
    person_id: int,
    change: Callable[[AnswerWords], AnswerWords],
    now: datetime,
) -> AnswerVersion:
    """Change the words of a draft inside a transaction; raise Refusal if it is none any more."""
    draft = find_draft(t, version_id)
    t.answers.set_words(version_id, change(draft.words or AnswerWords()), now)
    t.answers.note_writer(version_id, person_id)
    return t.answers.get(version_id)


def find_version(t: Tables, version_id: int) -> AnswerVersion:
    """Return a version; raise Refusal if it is gone."""
    try:
        return t.answers.get(version_id)
    except LookupError:
        raise Refusal("staff/answer_gone") from None


def find_draft(t: Tables, version_id: int) -> AnswerVersion:
    """Return a draft; raise Refusal if it is none any more."""
    version = find_version(t, version_id)
    if version.state is not AnswerState.DRAFT:
        raise Refusal("staff/answer_moved_on")
    return version


def digest_of(file: Answer | None) -> str:
    """Return what tells a file's text from another one; nothing if there is none."""
    return file.digest if file else ""
