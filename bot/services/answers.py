"""Answers of staff: found, approved, checked and undone in chat; they lie over the files.

Each approval is a version of its own. What people are told follows the database at once, and again
after a restart. The emergency cards are not answers: nothing here changes them.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.answers import Answer
from bot.content.library import Library
from bot.errors import Refusal
from bot.models import AnswerState, AnswerVersion, Button, Language, Votes
from bot.services import answertexts
from bot.services.answerdrafts import AnswerDrafts, digest_of, find_draft, find_version
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


class Answers:
    """Decides what people are told; the library tells them."""

    def __init__(
        self,
        database: Database,
        library: Library,
        staff: Staff,
        clock: Clock,
        drafts: AnswerDrafts,
        *,
        two_person: bool,
    ) -> None:
        self._database = database
        self._library = library
        self._staff = staff
        self._clock = clock
        self._drafts = drafts
        self._two_person = two_person
        self._laying = asyncio.Lock()

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone where the coalition is."""
        return self._drafts.zone

    @property
    def today(self) -> date:
        """Return the date where the coalition is."""
        return self._drafts.today

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

    # ------------------------------------------------------------------ deciding

    async def approve(self, version_id: int, revision: int, person_id: int) -> Standing | None:
        """Tell people what a draft says, from now on; None: a second person must approve it.

        Raise Refusal if somebody has changed it since the revision that the person looked at.
        """
        now = self._clock.now()

        def work(t: Tables) -> AnswerVersion | None:
            draft = find_draft(t, version_id)
            if draft.revision != revision:
                raise Refusal("staff/answer_changed")
            if not self._drafts.view(draft).may_go_live:
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
            version = find_version(t, version_id)
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
        digest = digest_of(self._library.answers.find_file(topic, language))

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
            file_digest=digest_of(self._library.answers.find_file(topic, language)),
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
