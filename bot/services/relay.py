"""The relay: what a person writes reaches staff without a name, and what staff answer comes back.

Every message of either side is a row of its case, keyed by its update, and goes out as rows of
the outbox written in the same transaction. So none is lost or doubled, whatever happens.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.clock import Clock
from bot.errors import Refusal
from bot.models import Case, CasePart, CaseState, Language, TopicDeed
from bot.services.caseposts import CasePosts
from bot.services.caserows import CaseRows
from bot.services.written import Written, erase, new_message, said_by_person
from bot.storage.database import Database
from bot.storage.forms import Form
from bot.storage.tables import Tables

WRITE_WITHIN = timedelta(hours=6)  # after "yes, I want to write", the next message is the question
MOST_A_MINUTE = 20  # messages of one person to their case: more would bury it
_QUESTION = "case-question"  # the form that the first message of a case answers


class Passed(Enum):
    """What became of a message of a person."""

    SENT = auto()
    NO_CASE = auto()
    TOO_FAST = auto()  # it was not passed on


@dataclass(frozen=True, slots=True)
class Passing:
    """What became of a message, and the case it belongs to."""

    outcome: Passed
    case: Case | None = None
    is_new: bool = False  # the case began with it
    first_time: bool = False  # too fast, and not told yet


class Relay:
    """Passes messages, edits, deletions and reactions on, both ways."""

    def __init__(self, database: Database, posts: CasePosts, clock: Clock) -> None:
        self._database = database
        self._posts = posts
        self._clock = clock
        self._albums: OrderedDict[str, None] = OrderedDict()
        self._told_to_wait: dict[int, datetime] = {}

    @property
    def reaches_somebody(self) -> bool:
        """Return whether there is anybody of staff to pass something on to."""
        return bool(self._posts.staff_chats)

    async def check_welcome(self, chat_id: int) -> Case | None:
        """Return the open case of a chat, or None.

        Raise Refusal if staff take nothing of it, or there is no staff.
        """
        if not self.reaches_somebody:
            raise Refusal("public/case_nobody")
        now = self._clock.now()

        def look(t: Tables) -> Case | None:
            self._refuse_silenced(t, chat_id, now)
            return t.cases.find_open(chat_id)

        return await self._database.read(look)

    async def find_open(self, chat_id: int) -> Case | None:
        """Return the open case of a chat, or None."""
        return await self._database.read(lambda t: t.cases.find_open(chat_id))

    async def ask_to_write(self, chat_id: int) -> None:
        """Remember that the next message of a person opens their case: they said yes."""
        expires_at = self._clock.now() + WRITE_WITHIN

        def work(t: Tables) -> None:
            self._refuse_silenced(t, chat_id, self._clock.now())
            t.forms.set(chat_id, chat_id, Form(_QUESTION, 0), expires_at)

        await self._database.write(work)

    async def open(self, written: Written, language: Language) -> Case:
        """Pass a question on: a new case, or the one that is open; raise Refusal if unwanted."""
        now = self._clock.now()

        def work(t: Tables) -> Case:
            return self._open(t, written, language, now)

        return await self._database.write(work)

    async def awaits(self, chat_id: int) -> bool:
        """Return whether what a person writes goes to staff: they said yes, and it is not over."""
        now = self._clock.now()
        return await self._database.read(
            lambda t: t.cases.find_open(chat_id) is not None or _asked_to_write(t, chat_id, now)
        )

    async def pass_on(
        self, written: Written, language: Language, *, alarmed: bool = False
    ) -> Passing:
        """Pass a message on if the person has an open case or said that they will write.

        alarmed says that the emergency card was shown for it, which staff should know.
        """
        now = self._clock.now()

        def work(t: Tables) -> Passing:
            before = t.cases.find_open(written.chat_id)
            known = t.case_messages.find_written(written.chat_id, written.message_id)
            if known is None:
                if before is None and not _asked_to_write(t, written.chat_id, now):
                    return Passing(Passed.NO_CASE)
                if before and _too_fast(t, before, now):
                    return Passing(Passed.TOO_FAST, before)
            case = self._open(t, written, language, now)
            if alarmed and known is None:
                self._posts.tell_staff(t, case, "staff/case_alarm", now)
            return Passing(Passed.SENT, case, is_new=before is None)

        passing = await self._database.write(work)
        if passing.outcome is Passed.TOO_FAST:
            return replace(passing, first_time=self._tell_to_wait(written.chat_id, now))
        return passing

    def _tell_to_wait(self, chat_id: int, now: datetime) -> bool:
        """Return whether to say that it is too much, which is said once a minute."""
        since = now - _MINUTE
        self._told_to_wait = {c: at for c, at in self._told_to_wait.items() if at > since}
        return self._told_to_wait.setdefault(chat_id, now) == now

    def is_first_of_album(self, album: str | None) -> bool:
        """Return whether a message is alone or the first file of its album to come."""
        if album is None:
            return True
        is_first = album not in self._albums
        self._albums[album] = None
        if len(self._albums) > _ALBUMS:
            self._albums.popitem(last=False)
        return is_first

    async def end(self, chat_id: int) -> Case | None:
        """Close the open case of a person, as they asked; return None if there is none."""
        now = self._clock.now()

        def work(t: Tables) -> Case | None:
            case = t.cases.find_open(chat_id)
            if case is None or not t.cases.move(case, CaseState.CLOSED, now):
                return None
            self._posts.tell_staff(t, case, "staff/case_ended_by_person", now)
            return self._closed(t, case, now)

        return await self._database.write(work)

    async def delete_all(self, chat_id: int) -> int:
        """Erase all that a person wrote, here, with staff and in their own chat; close the case.

        Return how many messages there were.
        """
        now = self._clock.now()

        def work(t: Tables) -> int:
            count = 0
            for case in t.cases.list_of(chat_id):
                messages = t.case_messages.list_of(case.case_id, CasePart.PERSON)
                erased = sum(erase(t, case, message, self._posts, now) for message in messages)
                if erased:
                    self._posts.tell_staff(
                        t, case, "staff/case_asked_to_delete", now, count=erased
                    )
                if t.cases.move(case, CaseState.CLOSED, now):
                    self._closed(t, case, now)
                count += erased
            return count

        return await self._database.write(work)

    # ------------------------------------------------------------------ inside a transaction

    def _open(self, t: Tables, written: Written, language: Language, now: datetime) -> Case:
        # The same message comes twice: after a crash, or with a second tap on "yes".
        known = t.case_messages.find_by_update(written.update_id) or t.case_messages.find_written(
            written.chat_id, written.message_id
        )
        if known is not None:
            return t.cases.get(known.case_id)
        self._refuse_silenced(t, written.chat_id, now)
        t.forms.remove(written.chat_id, written.chat_id)
        case = t.cases.find_open(written.chat_id)
        if case is None:
            case = t.cases.add(written.chat_id, language, now)
            self._posts.open_thread(t, case, now)
        elif case.language is not language:
            t.cases.set_language(case.case_id, language)
            case = replace(case, language=language)
        said = said_by_person(written)
        number = t.case_messages.add(new_message(case, CasePart.PERSON, written, said), now) or 0
        self._posts.show_person(t, case, number, said, now)
        if t.cases.move(case, CaseState.WAITING, now):
            case = t.cases.get(case.case_id)
            self._posts.refresh_card(t, case, now)
        return case

    def _closed(self, t: Tables, case: Case, now: datetime) -> Case:
        closed = t.cases.get(case.case_id)
        self._posts.refresh_card(t, closed, now)
        CaseRows(t, closed, now).set_topics(TopicDeed.CLOSE)
        return closed

    def _refuse_silenced(self, t: Tables, chat_id: int, now: datetime) -> None:
        silence = t.cases.find_silence(chat_id, now)
        if silence is not None:
            raise Refusal("public/case_silenced", until=silence.until, zone=self._posts.zone)


_MINUTE = timedelta(minutes=1)
_ALBUMS = 1000  # remembered, so that a dozen pictures are confirmed once


def _asked_to_write(t: Tables, chat_id: int, now: datetime) -> bool:
    form = t.forms.find(chat_id, chat_id, now)
    return form is not None and form.kind == _QUESTION


def _too_fast(t: Tables, case: Case, now: datetime) -> bool:
    return t.case_messages.count_written(case.case_id, now - _MINUTE) >= MOST_A_MINUTE
