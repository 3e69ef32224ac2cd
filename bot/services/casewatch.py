"""What the clock does about cases: tell of failures, remind staff, erase what is old."""

import logging
from datetime import datetime

from bot.clock import Clock
from bot.models import (
    Case,
    CaseMessage,
    CasePart,
    CaseState,
    DeliveryState,
    Reason,
)
from bot.services.caseend import erase_case
from bot.services.caseposts import CasePosts
from bot.services.caserows import CaseRows
from bot.services.cases import Cases
from bot.services.staff import Staff
from bot.storage.case_messages import Copy
from bot.storage.database import Database
from bot.storage.rows import milliseconds
from bot.storage.tables import Tables

log = logging.getLogger(__name__)

ARRIVED = "👍"  # the bot's own sign under an answer of staff that Telegram has taken
_LOST = (DeliveryState.UNREACHABLE, DeliveryState.FAILED, DeliveryState.CANCELLED)


class CaseWatch:
    """Looks after cases; each look is one short transaction."""

    def __init__(
        self, database: Database, cases: Cases, posts: CasePosts, staff: Staff, clock: Clock
    ) -> None:
        self._database = database
        self._cases = cases
        self._posts = posts
        self._staff = staff
        self._clock = clock

    async def tick(self) -> bool:
        """Do what is due; return whether the outbox has something new."""
        if not await self._database.read(self._anything_due):
            return False
        now = self._clock.now()
        await self._database.write(lambda t: self._settle_all(t, now))
        await self._database.write(lambda t: self._nudge(t, now))
        await self._database.write(lambda t: self._end_quiet(t, now))
        return True

    async def clean(self) -> None:
        """Erase cases whose time is over, in the staff chats too."""
        now = self._clock.now()
        while await self._database.write(lambda t: self._erase_next(t, now)):
            pass
        await self._database.write(lambda t: t.cases.remove_ended_silences(now))

    # ------------------------------------------------------------------ what became of messages

    def _anything_due(self, t: Tables) -> bool:
        now = self._clock.now()
        rules = self._cases.rules
        return bool(
            t.case_messages.list_unsettled()
            or self._to_remind(t, now)
            or self._to_escalate(t, now)
            or t.cases.list_since(CaseState.ANSWERED, now - rules.close_after)
        )

    def _settle_all(self, t: Tables, now: datetime) -> None:
        settled = []
        for message in t.case_messages.list_unsettled():
            case = t.cases.get(message.case_id)
            if self._settle(t, case, message, now):
                settled.append(message.case_message_id)
        t.case_messages.mark_settled(settled)

    def _settle(self, t: Tables, case: Case, message: CaseMessage, now: datetime) -> bool:
        """Deal with what became of a message; return False if it goes out once more."""
        copies = t.case_messages.list_copies(message.case_message_id)
        if message.part is CasePart.PERSON and message.said is not None:
            return self._settle_persons(t, case, message, copies, now)
        if message.part is CasePart.STAFF and message.said is not None:
            self._settle_answer(t, case, message, copies, now)
        return True

    def _settle_persons(
        self, t: Tables, case: Case, message: CaseMessage, copies: list[Copy], now: datetime
    ) -> bool:
        """Find another way to staff for what no staff chat took; return False if there is one."""
        if not copies or any(copy.state not in _LOST for copy in copies):
            return True
        if case.is_open and copies[-1].reason == Reason.TOPIC_GONE and len(copies) == 1:
            self._posts.replace_topic(t, case, message, now)  # somebody deleted it
            return False
        if self._posts.rescue(t, case, message, now):
            return False
        log.error("A message of a case reached nobody of staff")
        return True

    def _settle_answer(
        self, t: Tables, case: Case, message: CaseMessage, copies: list[Copy], now: datetime
    ) -> None:
        states = {copy.state for copy in copies}
        if states <= {DeliveryState.SENT}:
            if message.chat_id is not None and message.message_id is not None:
                target = (message.chat_id, message.message_id)
                CaseRows(t, case, now).react(message.case_message_id, *target, ARRIVED)
        elif DeliveryState.UNREACHABLE in states:
            self._posts.tell_author(t, case, message, "staff/case_unreachable", now)
        elif DeliveryState.UNCONFIRMED in states:
            self._posts.tell_author(t, case, message, "staff/case_unconfirmed", now)
        else:
            self._posts.tell_author(t, case, message, "staff/case_refused", now)

    # ------------------------------------------------------------------ what waits

    def _to_remind(self, t: Tables, now: datetime) -> list[Case]:
        if not self._cases.office.may_be_nudged(now):
            return []
        waiting = t.cases.list_since(CaseState.WAITING, now - self._cases.rules.remind_after)
        return [case for case in waiting if case.reminded_at is None]

    def _to_escalate(self, t: Tables, now: datetime) -> list[Case]:
        if not self._cases.office.may_be_nudged(now):
            return []
        waiting = t.cases.list_since(CaseState.WAITING, now - self._cases.rules.escalate_after)
        return [case for case in waiting if case.escalated_at is None]

    def _nudge(self, t: Tables, now: datetime) -> None:
        for case in self._to_remind(t, now):
            self._posts.tell_staff(t, case, "staff/case_reminder", now)
            t.cases.mark_reminded(case.case_id, now)
        for case in self._to_escalate(t, now):
            key = f"case-escalated:{case.case_id}:{milliseconds(case.changed_at)}"
            self._posts.tell_owners(t, case, "staff/case_escalated", key, now)
            t.cases.mark_escalated(case.case_id, now)

    def _end_quiet(self, t: Tables, now: datetime) -> None:
        before = now - self._cases.rules.close_after
        for case in t.cases.list_since(CaseState.ANSWERED, before):
            self._cases.close_in(t, case, now, "public/case_closed")

    # ------------------------------------------------------------------ what is over

    def _erase_next(self, t: Tables, now: datetime) -> bool:
        """Erase one case whose time is over; return whether there was one."""
        due = t.cases.list_since(CaseState.CLOSED, now - self._cases.rules.keep_for)
        if not due:
            return False
        erase_case(t, due[0], self._posts, now)
        return True
