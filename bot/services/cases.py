"""Cases: what staff decide about them; what is said in them passes through the relay."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import Refusal
from bot.models import Case, CasePart, CaseState, Content, Lane, Said, TopicDeed
from bot.services.caseposts import CasePosts
from bot.services.caserows import CaseRows
from bot.services.office import Office
from bot.storage.database import Database
from bot.storage.deliveries import NewDelivery
from bot.storage.tables import Tables

LONGEST_MUTE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class CaseRules:
    """How long cases may wait, and how long their texts stay."""

    remind_after: timedelta
    escalate_after: timedelta
    close_after: timedelta  # without a word from either side
    keep_for: timedelta  # after the end


class Cases:
    """Claims, closes, reopens, mutes, bans; shows what is masked to one person."""

    def __init__(
        self,
        database: Database,
        posts: CasePosts,
        office: Office,
        rules: CaseRules,
        clock: Clock,
    ) -> None:
        self._database = database
        self._posts = posts
        self._clock = clock
        self.office = office
        self.rules = rules

    def card(self, case: Case) -> Content:
        """Return the message that says how a case stands, with what staff can do about it."""
        return self._posts.card(case)

    async def get(self, case_id: int) -> Case:
        """Return a case; raise Refusal if there never was one of that number."""
        return await self._database.read(lambda t: _get(t, case_id))

    async def list_open(self) -> list[Case]:
        """Return open cases: first those that wait, the longest first."""
        return await self._database.read(lambda t: t.cases.list_open())

    async def question(self, case_id: int) -> str:
        """Return what the person wrote first, to find reviewed answers for it; it may be gone."""

        def look(t: Tables) -> str:
            said = [m.said for m in t.case_messages.list_of(case_id, CasePart.PERSON)]
            return next((each.text for each in said if each and each.text), "")

        return await self._database.read(look)

    async def claim(self, case_id: int, name: str) -> Case:
        """Note who looks after a case; only staff see the name."""
        now = self._clock.now()

        def work(t: Tables) -> Case:
            case = _get_open(t, case_id)
            if case.claimed_by != name:
                t.cases.set_claim(case_id, name)
                self._posts.refresh_card(t, t.cases.get(case_id), now)
            return t.cases.get(case_id)

        return await self._database.write(work)

    async def close(self, case_id: int) -> Case:
        """Close a case and tell the person; one that is closed stays as it is."""
        now = self._clock.now()

        def work(t: Tables) -> Case:
            self.close_in(t, _get(t, case_id), now, "public/case_closed")
            return t.cases.get(case_id)

        return await self._database.write(work)

    def close_in(
        self, t: Tables, case: Case, now: datetime, template: str, **values: object
    ) -> bool:
        """Close a case within a transaction and tell the person why."""
        if not t.cases.move(case, CaseState.CLOSED, now):
            return False
        self._posts.tell_person(
            t, case, template, now, keep_days=self.rules.keep_for.days, **values
        )
        self._posts.refresh_card(t, t.cases.get(case.case_id), now)
        CaseRows(t, case, now).set_topics(TopicDeed.CLOSE)
        return True

    async def reopen(self, case_id: int) -> Case:
        """Open a closed case again.

        Raise Refusal if it is erased, the person has another, or is muted or banned.
        """
        now = self._clock.now()

        def work(t: Tables) -> Case:
            case = _get(t, case_id)
            if case.is_open:
                return case
            if case.chat_id is None:
                raise Refusal("staff/case_erased", case=case)
            if t.cases.find_silence(case.chat_id, now):
                raise Refusal("staff/case_muted", case=case)
            other = t.cases.find_open(case.chat_id)
            if other is not None:
                raise Refusal("staff/case_other_open", case=case, other=other)
            t.cases.move(case, CaseState.ANSWERED, now)
            opened = t.cases.get(case_id)
            CaseRows(t, opened, now).set_topics(TopicDeed.REOPEN)
            self._posts.refresh_card(t, opened, now)
            self._posts.tell_person(t, opened, "public/case_reopened", now)
            return opened

        return await self._database.write(work)

    async def mute(self, case_id: int, days: int | None) -> Case:
        """Take no messages of whoever asked, for so many days or with None for good.

        Their open case is closed, also if it is a newer one, and the person is told. Raise
        Refusal if nobody knows any more who it was.
        """
        now = self._clock.now()
        until = None if days is None else now + timedelta(days=days)
        if until is not None and not now < until <= now + LONGEST_MUTE:
            raise Refusal("staff/case_mute_days")

        def work(t: Tables) -> Case:
            case = _get(t, case_id)
            if case.chat_id is None:
                raise Refusal("staff/case_erased", case=case)
            t.cases.silence(case.chat_id, case_id, until)
            told = t.cases.find_open(case.chat_id) or case
            if not self.close_in(t, told, now, "public/case_silenced", until=until):
                self._posts.tell_person(t, told, "public/case_silenced", now, until=until)
            return t.cases.get(case_id)

        return await self._database.write(work)

    async def unmute(self, case_id: int) -> bool:
        """End a mute or a ban by the number of a case; return False if there was none."""
        return await self._database.write(lambda t: t.cases.unsilence(_get(t, case_id)))

    # ------------------------------------------------------------------ what is masked

    async def hidden(self, case_message_id: int, page: int) -> str:
        """Return a portion of what is masked in a message; raise Refusal if it is erased."""
        pages = self._posts.hidden_pages(await self._said(case_message_id))
        return pages[min(page, len(pages) - 1)]

    async def send_file(self, case_message_id: int, person_id: int, update_id: int) -> None:
        """Send a file to one member of staff, in private; raise Refusal if it is erased."""
        said = await self._said(case_message_id)
        now = self._clock.now()
        content = Content("", said.media)
        new = NewDelivery(
            person_id, content, Lane.REPLY, now, key=f"case-file:{update_id}", forget=True
        )
        await self._database.write(lambda t: t.deliveries.add(new))

    async def _said(self, case_message_id: int) -> Said:
        message = await self._database.read(lambda t: t.case_messages.find(case_message_id))
        if message is None or message.said is None:
            raise Refusal("staff/case_text_gone")
        return message.said


def _get(t: Tables, case_id: int) -> Case:
    case = t.cases.find(case_id) if case_id < 2**63 else None
    if case is None:
        raise Refusal("staff/case_unknown", number=case_id)
    return case


def _get_open(t: Tables, case_id: int) -> Case:
    case = _get(t, case_id)
    if not case.is_open:
        raise Refusal("staff/case_is_closed", case=case)
    return case
