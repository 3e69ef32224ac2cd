"""Answers of staff: found, changed, checked, approved and undone in chat; they lie over the files.

Each approval is a version of its own. What people are told follows the database at once, and again
after a restart. The emergency cards are not answers: nothing here changes them.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.answers import Answer
from bot.content.library import Library
from bot.content.telegram_html import visible_text
from bot.errors import Refusal
from bot.models import AnswerState, AnswerVersion, AnswerWords, Button, Language, Votes
from bot.services import answerchecks, answertexts
from bot.services.answerchecks import AnswerFlaw, Hint
from bot.services.checks import Problem
from bot.services.staff import Staff
from bot.storage.database import Database
from bot.storage.tables import Tables

FOUND = 8  # answers that a search lists


@dataclass(frozen=True, slots=True)
class Standing:
    """What people are told about a topic in one language, and what staff did to it."""

    topic: str
    language: Language
    answer: Answer | None  # None: nothing in that language
    version: AnswerVersion | None  # None: nobody changed the file's text
    draft: AnswerVersion | None
    has_file: bool
    votes: Votes  # of people, on the words that they get now


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


class Answers:
    """Decides about answers; the library tells people what was decided."""

    def __init__(
        self,
        database: Database,
        library: Library,
        staff: Staff,
        clock: Clock,
        zone: ZoneInfo,
        *,
        two_person: bool,
    ) -> None:
        self._database = database
        self._library = library
        self._staff = staff
        self._clock = clock
        self.zone = zone
        self._two_person = two_person
        self._laying = asyncio.Lock()

    @property
    def today(self) -> date:
        """Return the date where the coalition is."""
        return self._clock.now().astimezone(self.zone).date()

    async def load(self) -> None:
        """Lay what staff approved over the files, if it is not what lies there already."""
        async with self._laying:
            live = await self._database.read(lambda t: t.answers.list_live())
            laid = tuple(filter(None, map(self._live_answer, live)))
            if laid != self._library.answers.laid:
                await asyncio.to_thread(self._library.lay, laid)

    def _live_answer(self, version: AnswerVersion) -> Answer | None:
        """Return what lies over the file; None: the file's own text is told."""
        if version.words is not None:
            return answertexts.answer_of(version, version.words, self.today)
        file = self._library.answers.find_file(version.topic, version.language)
        if file is None or version.reviewed_on is None or file.digest != version.file_digest:
            return None  # a newer file was not the one that somebody checked
        return replace(file, reviewed_on=max(version.reviewed_on, file.reviewed_on))

    # ------------------------------------------------------------------ looking

    def search(self, text: str, language: Language) -> list[Answer]:
        """Return the answers that a text may be about, the likeliest first."""
        topics = self._library.understanding.topics(text, language)
        return [self._library.answers.get(topic, language) for topic in topics[:FOUND]]

    def list_all(self, language: Language) -> list[Answer]:
        """Return one answer for each topic, by title."""
        answers = self._library.answers
        found = [answers.get(topic, language) for topic in answers.topics()]
        return sorted(found, key=lambda answer: answer.title.casefold().lstrip("¿¡\"'"))

    async def list_drafts(self) -> list[AnswerVersion]:
        """Return the open drafts."""
        return await self._database.read(lambda t: t.answers.list_drafts())

    async def look(self, topic: str, language: Language) -> Standing:
        """Return how a topic stands; raise Refusal if there is none of that name."""
        return await self._database.read(lambda t: self._standing(t, topic, language))

    def _standing(self, t: Tables, topic: str, language: Language) -> Standing:
        answers = self._library.answers
        answer = answers.find(topic, language)
        draft = t.answers.find_draft(topic, language)
        if answer is None and draft is None and answers.find(topic, language.other) is None:
            raise Refusal("staff/answer_gone")
        version = t.answers.find_live(topic, language)
        has_file = answers.find_file(topic, language) is not None
        votes = t.feedback.votes(topic, language, answer.digest) if answer else Votes()
        return Standing(topic, language, answer, version, draft, has_file, votes)

    async def draft(self, version_id: int) -> DraftView:
        """Return a draft; raise Refusal if it is none any more."""
        version = await self._database.read(lambda t: _draft(t, version_id))
        return self._view(version)

    def _view(self, version: AnswerVersion) -> DraftView:
        words, language = version.words or AnswerWords(), version.language
        answers = self._library.answers
        answer = answertexts.answer_of(version, words, self.today)
        html = self._library.html_of(answer, language, self.today)
        hints = [
            *answerchecks.of_words(words, language, self.today),
            *answerchecks.beside(words, answers.find(version.topic, language.other)),
        ]
        if _digest(answers.find_file(version.topic, language)) != version.file_digest:
            hints.append(Hint(AnswerFlaw.FILE_CHANGED))
        problems = answerchecks.of_message(html, language, self.today)
        return DraftView(version, words, answer, html, tuple(hints), tuple(problems))

    # ------------------------------------------------------------------ drafts

    async def edit(self, topic: str, language: Language) -> DraftView:
        """Return the open draft of a topic, or begin one from what people are told."""
        words = self._words_now(topic, language)
        digest = _digest(self._library.answers.find_file(topic, language))
        now = self._clock.now()

        def work(t: Tables) -> AnswerVersion:
            draft = t.answers.find_draft(topic, language)
            if draft is not None:
                return draft
            started = words or self._words_beside(t, topic, language)
            if started is None:
                raise Refusal("staff/answer_gone")
            return t.answers.add_draft(topic, language, started, file_digest=digest, now=now)

        return self._view(await self._database.write(work))

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

    async def draft_from(
        self,
        html: str,
        questions: tuple[str, ...],
        language: Language,
        *,
        author_id: int,
        update_id: int,
    ) -> DraftView:
        """Begin an answer from what a member of staff told somebody, for review.

        The questions are those that were asked: long numbers, addresses of mail and names of
        Telegram in them are masked, and staff take out the rest. The same update gives the same
        draft. Raise Refusal if html has no words.
        """
        plain = visible_text(html).strip()
        if not plain:
            raise Refusal("staff/answer_text_only")
        asked = answertexts.questions_of("\n".join(map(answertexts.masked, questions)))
        words = AnswerWords(html=html, questions=asked, reviewed_on=self.today)
        return await self._begin(words, plain, language, author_id, update_id)

    async def _begin(
        self, words: AnswerWords, named: str, language: Language, author_id: int, update_id: int
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
            return new

        return self._view(await self._database.write(work))

    async def change(
        self, version_id: int, person_id: int, change: Callable[[AnswerWords], AnswerWords]
    ) -> DraftView:
        """Change the words of a draft; who does it has written in it."""
        now = self._clock.now()

        def work(t: Tables) -> AnswerVersion:
            return change_words(t, version_id, person_id, change, now)

        return self._view(await self._database.write(work))

    async def check_today(self, version_id: int, person_id: int) -> DraftView:
        """Note that somebody has checked the facts of a draft today."""
        today = self.today
        return await self.change(
            version_id, person_id, lambda words: replace(words, reviewed_on=today)
        )

    async def swap_language(self, version_id: int) -> DraftView:
        """Say that a draft is in the other language, unless that has an answer of its own."""

        def work(t: Tables) -> AnswerVersion:
            draft = _draft(t, version_id)
            other = draft.language.other
            answers = self._library.answers
            is_taken = (
                answers.find(draft.topic, other) or answers.find(draft.topic, draft.language)
            ) is not None
            if is_taken or t.answers.find_draft(draft.topic, other):
                raise Refusal("staff/answer_language")
            t.answers.set_language(version_id, other, "")
            return t.answers.get(version_id)

        return self._view(await self._database.write(work))

    async def drop(self, version_id: int) -> AnswerVersion:
        """Throw a draft away; it can be taken back."""
        return await self._move_draft(version_id, AnswerState.DROPPED, since=AnswerState.DRAFT)

    async def restore(self, version_id: int) -> DraftView:
        """Take back a draft that was thrown away, unless there is another one by now."""
        return self._view(
            await self._move_draft(version_id, AnswerState.DRAFT, since=AnswerState.DROPPED)
        )

    async def _move_draft(
        self, version_id: int, state: AnswerState, *, since: AnswerState
    ) -> AnswerVersion:
        now = self._clock.now()

        def work(t: Tables) -> AnswerVersion:
            version = _get(t, version_id)
            newer = t.answers.find_draft(version.topic, version.language)
            if newer is not None and newer.version_id != version_id:
                raise Refusal("staff/answer_moved_on")
            if version.state is not state and not t.answers.set_state(
                version_id, state, now, since=since
            ):
                raise Refusal("staff/answer_moved_on")
            return t.answers.get(version_id)

        return await self._database.write(work)

    # ------------------------------------------------------------------ deciding

    async def approve(self, version_id: int, revision: int, person_id: int) -> Standing | None:
        """Tell people what a draft says, from now on; None: a second person must approve it.

        Raise Refusal if somebody has changed it since the revision that the person looked at.
        """
        now = self._clock.now()

        def work(t: Tables) -> AnswerVersion | None:
            draft = _draft(t, version_id)
            if draft.revision != revision:
                raise Refusal("staff/answer_changed")
            if not self._view(draft).may_go_live:
                raise Refusal("staff/answer_flawed")
            if self._two_person and t.answers.wrote(version_id, person_id):
                self._ask_another(t, draft)
                return None
            t.answers.go_live(version_id, now)
            t.answers.note_approver(version_id, person_id)
            return t.answers.get(version_id)

        version = await self._database.write(work)
        return None if version is None else await self._told(version.topic, version.language)

    def _ask_another(self, t: Tables, draft: AnswerVersion) -> None:
        """Ask all staff to look at a draft, once for each of its revisions."""
        words, language = self._library.words, self._staff.language
        title = draft.words.title if draft.words else ""
        html = words.render("staff/answer_second_person", language, title=title)
        look = Button(
            words.label("blast_look", language),
            f"answer:draft:{draft.version_id}",
            style="primary",
        )
        key = f"answer:{draft.version_id}:{draft.revision}"
        self._staff.tell(t, key, html, ((look,),), now=self._clock.now())

    async def undo(self, version_id: int) -> Standing:
        """Tell people again what they were told before a version."""
        now = self._clock.now()

        def work(t: Tables) -> AnswerVersion:
            version = _get(t, version_id)
            live = t.answers.find_live(version.topic, version.language)
            if live is None or live.version_id != version_id:
                raise Refusal("staff/answer_moved_on")
            t.answers.set_state(version_id, AnswerState.UNDONE, now, since=AnswerState.LIVE)
            return version

        version = await self._database.write(work)
        return await self._told(version.topic, version.language)

    async def back_to_file(self, topic: str, language: Language, person_id: int) -> Standing:
        """Tell people what the file says; without a file, nothing more in that language."""
        now = self._clock.now()
        digest = _digest(self._library.answers.find_file(topic, language))

        def work(t: Tables) -> None:
            live = t.answers.find_live(topic, language)
            if live is None or live.words is None:
                return
            new = t.answers.add_live(
                topic, language, None, file_digest=digest, reviewed_on=None, now=now
            )
            t.answers.note_approver(new.version_id, person_id)

        await self._database.write(work)
        return await self._told(topic, language)

    async def still_right(self, topic: str, person_id: int) -> None:
        """Note that somebody has checked the answer today, in all its languages; no word changes.

        Of a text of a file only this very text counts as checked: not one that replaces it later.
        """
        now, today = self._clock.now(), self.today

        def work(t: Tables) -> None:
            for language in Language:
                answer = self._library.answers.find(topic, language)
                if answer is not None and answer.reviewed_on < today:
                    self._review(t, answer, today, person_id, now)

        await self._database.write(work)
        await self.load()

    def _review(
        self, t: Tables, answer: Answer, today: date, person_id: int, now: datetime
    ) -> None:
        topic, language = answer.topic, answer.language
        live = t.answers.find_live(topic, language)
        words = live.words if live else None
        new = t.answers.add_live(
            topic,
            language,
            words and replace(words, reviewed_on=today),
            file_digest=_digest(self._library.answers.find_file(topic, language)),
            reviewed_on=None if words else today,
            now=now,
        )
        t.answers.note_approver(new.version_id, person_id)

    async def _told(self, topic: str, language: Language) -> Standing:
        """Follow a decision and return how the topic stands."""
        await self.load()

        def work(t: Tables) -> Standing:
            try:
                return self._standing(t, topic, language)
            except Refusal:  # a topic of staff alone that is gone now
                version = t.answers.find_live(topic, language)
                return Standing(
                    topic, language, None, version, None, has_file=False, votes=Votes()
                )

        return await self._database.read(work)


def change_words(
    t: Tables,
    version_id: int,
    person_id: int,
    change: Callable[[AnswerWords], AnswerWords],
    now: datetime,
) -> AnswerVersion:
    """Change the words of a draft inside a transaction; raise Refusal if it is none any more."""
    draft = _draft(t, version_id)
    t.answers.set_words(version_id, change(draft.words or AnswerWords()), now)
    t.answers.note_writer(version_id, person_id)
    return t.answers.get(version_id)


def _get(t: Tables, version_id: int) -> AnswerVersion:
    try:
        return t.answers.get(version_id)
    except LookupError:
        raise Refusal("staff/answer_gone") from None


def _draft(t: Tables, version_id: int) -> AnswerVersion:
    version = _get(t, version_id)
    if version.state is not AnswerState.DRAFT:
        raise Refusal("staff/answer_moved_on")
    return version


def _digest(file: Answer | None) -> str:
    return file.digest if file else ""
