"""Replies: what staff answer goes to the person; edits, deletions and reactions go both ways."""

from datetime import datetime

from bot.clock import Clock
from bot.models import AnswerSeed, Case, CaseMessage, CasePart, CaseState, Said
from bot.services.caseposts import CasePosts
from bot.services.caserows import CaseRows
from bot.services.written import Written, erase, new_message, said_by_person
from bot.storage.case_messages import NewCaseMessage
from bot.storage.database import Database
from bot.storage.tables import Tables

_WRITTEN = (CasePart.PERSON, CasePart.STAFF)


class Replies:
    """Passes on what staff answer, and whatever either side does to a message later."""

    def __init__(self, database: Database, posts: CasePosts, clock: Clock) -> None:
        self._database = database
        self._posts = posts
        self._clock = clock
        self._explained: set[int] = set()

    async def case_at(self, chat_id: int, message_id: int) -> Case | None:
        """Return the case that a message in a staff chat belongs to, or None."""
        return await self._database.read(lambda t: _case_at(t, chat_id, message_id))

    async def answer(self, written: Written, replied_id: int) -> Case | None:
        """Give the person the answer of staff; return the case, or None if there is none.

        Nothing leaves for a case that is not open: its state says so.
        """
        now = self._clock.now()

        def work(t: Tables) -> Case | None:
            case = _case_at(t, written.chat_id, replied_id)
            if case is None or not case.is_open:
                return case
            said = Said(written.html, written.media)
            number = t.case_messages.add(new_message(case, CasePart.STAFF, written, said), now)
            if number is None:
                return case
            replied = t.case_messages.find_shown(written.chat_id, replied_id)
            about = replied.message_id if replied and replied.part is CasePart.PERSON else None
            self._posts.answer(t, case, number, said, now, about=about)
            self._posts.mirror(t, case, said, written.chat_id, now)
            return self._answered(t, case, now)

        return await self._database.write(work)

    async def send_ready(self, case_id: int, html: str, update_id: int) -> Case:
        """Give the person a reviewed answer; return the case as it stands."""
        now = self._clock.now()

        def work(t: Tables) -> Case:
            case = t.cases.get(case_id)
            if not case.is_open:
                return case
            said = Said(html)
            new = NewCaseMessage(case_id, CasePart.STAFF, update_id, said=said)
            number = t.case_messages.add(new, now)
            if number is None:
                return case
            self._posts.answer(t, case, number, said, now)
            self._posts.tell_staff(t, case, "staff/case_ready_sent", now, text=html)
            return self._answered(t, case, now)

        return await self._database.write(work)

    async def seed_at(self, chat_id: int, message_id: int) -> AnswerSeed | None:
        """Return what a person asked and staff answered, to make a reviewed answer of it.

        The answer is the message that staff wrote. What could name somebody is masked in the
        question. None if the message is no answer, or is erased.
        """

        def look(t: Tables) -> AnswerSeed | None:
            answer = t.case_messages.find_written(chat_id, message_id)
            if answer is None or answer.part is not CasePart.STAFF or answer.said is None:
                return None
            case = t.cases.get(answer.case_id)
            before = [
                m.said
                for m in t.case_messages.list_of(case.case_id, CasePart.PERSON)
                if m.said and m.case_message_id < answer.case_message_id
            ]
            asked = (_without_hidden(before[-1]),) if before else ()
            return AnswerSeed(answer.said.text, case.language, asked, case.case_id)

        return await self._database.read(look)

    def is_first_talk(self, case_id: int) -> bool:
        """Return whether staff are to be told how to answer in the topic of a case: once."""
        is_first = case_id not in self._explained
        self._explained.add(case_id)
        return is_first

    # ------------------------------------------------------------------ both ways

    async def edited(self, written: Written) -> bool:
        """Carry an edit over, of either side; return False if the message is of no open case."""
        now = self._clock.now()

        def work(t: Tables) -> bool:
            found = _written_in_open_case(t, written.chat_id, written.message_id)
            if found is None:
                return False
            case, message = found
            if message.part is CasePart.PERSON:
                said = said_by_person(written)
                self._posts.show_person(t, case, message.case_message_id, said, now)
            else:
                said = Said(written.html, written.media)
                self._posts.answer(t, case, message.case_message_id, said, now)
            t.case_messages.set_said(message.case_message_id, said)
            return True

        if not await self._is_known(written.chat_id, written.message_id):
            return False
        return await self._database.write(work)

    async def delete_one(self, chat_id: int, message_id: int) -> bool:
        """Erase one message that its author names, of either side, everywhere.

        Return False if it is of no case, or erased already.
        """
        now = self._clock.now()

        def work(t: Tables) -> bool:
            message = t.case_messages.find_written(chat_id, message_id)
            if message is None:
                return False
            return erase(t, t.cases.get(message.case_id), message, self._posts, now)

        return await self._database.write(work)

    async def react(self, chat_id: int, message_id: int, emoji: str) -> None:
        """Show a reaction of one side to the other, as the bot's own."""
        now = self._clock.now()

        def work(t: Tables) -> None:
            message = t.case_messages.find_shown(chat_id, message_id)
            if message is None or message.chat_id is None or message.message_id is None:
                return
            case = t.cases.get(message.case_id)
            if message.part in _WRITTEN and case.is_open:
                target = (message.chat_id, message.message_id)
                CaseRows(t, case, now).react(message.case_message_id, *target, emoji)

        if await self._database.read(lambda t: t.case_messages.find_shown(chat_id, message_id)):
            await self._database.write(work)

    def _answered(self, t: Tables, case: Case, now: datetime) -> Case:
        if t.cases.move(case, CaseState.ANSWERED, now):
            case = t.cases.get(case.case_id)
            self._posts.refresh_card(t, case, now)
        else:
            t.cases.touch(case.case_id, now)
        return case

    async def _is_known(self, chat_id: int, message_id: int) -> bool:
        found = await self._database.read(
            lambda t: t.case_messages.find_written(chat_id, message_id)
        )
        return found is not None


def _without_hidden(said: Said) -> str:
    text = said.text
    for mark in reversed(said.marks):
        text = f"{text[: mark.start]}…{text[mark.end :]}"
    return text


def _case_at(t: Tables, chat_id: int, message_id: int) -> Case | None:
    message = t.case_messages.find_shown(chat_id, message_id) or t.case_messages.find_written(
        chat_id, message_id
    )
    if message is None:
        return None
    case = t.cases.get(message.case_id)
    return None if case.chat_id == chat_id else case  # their own side of it is no staff chat


def _written_in_open_case(
    t: Tables, chat_id: int, message_id: int
) -> tuple[Case, CaseMessage] | None:
    message = t.case_messages.find_written(chat_id, message_id)
    if message is None or message.said is None:
        return None
    case = t.cases.get(message.case_id)
    return (case, message) if case.is_open else None
