"""What the bot knows about a person: to see it, and to have it erased at once."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.clock import Clock
from bot.errors import StorageUnavailableError
from bot.models import Member
from bot.services.caseend import erase_case
from bot.services.caseposts import CasePosts
from bot.services.overdose import Overdose
from bot.storage.database import Database
from bot.storage.tables import Tables

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """All that the database holds about a person."""

    member: Member | None
    ended: int  # messages whose outcome is still on record
    waiting: int  # messages on their way
    reminders: int  # of events
    coming: int  # to events
    other: int  # a question of the bot that waits for an answer, and the like
    cases: tuple[int, ...] = ()  # numbers of conversations with staff
    silenced: bool = False  # staff take no messages of them, for now or for good
    reports: int = 0  # about places, that staff have not decided on
    places: int = 0  # for which they answer
    calendar_read_on: date | None = None  # by a private link; None: there is no link

    @property
    def nothing(self) -> bool:
        """Return whether it holds nothing."""
        counts = (self.ended, self.waiting, self.reminders, self.coming, self.other)
        more = (*counts, self.reports, self.places, self.calendar_read_on)
        return self.member is None and not (any(more) or self.cases or self.silenced)


class Privacy:
    """Shows and erases. What others keep in memory is forgotten through the calls in memories."""

    def __init__(
        self,
        database: Database,
        overdose: Overdose,
        posts: CasePosts,
        clock: Clock,
        memories: Sequence[Callable[[int], None]],
    ) -> None:
        self._database = database
        self._posts = posts
        self._clock = clock
        self._overdose = overdose
        self._memories = memories

    async def known(self, chat_id: int) -> Known:
        """Return what the database holds about the person of a private chat."""

        def work(t: Tables) -> Known:
            counts = t.traces.count(chat_id)
            ended, waiting = counts.pop("ended", 0), counts.pop("waiting", 0)
            reports = counts.pop("corrections", 0)
            places = counts.pop("site_contacts", 0)
            counts.pop("members", None)
            counts.pop("calendar_links", None)
            reminders, coming = counts.pop("reminders", 0), counts.pop("attendances", 0)
            counts.pop("cases", None)
            silenced = bool(counts.pop("silences", 0))
            cases = tuple(case.case_id for case in t.cases.list_of(chat_id))
            other, member = sum(counts.values()), t.members.find(chat_id)
            return Known(
                member,
                ended,
                waiting,
                reminders,
                coming,
                other,
                cases,
                silenced,
                reports,
                places,
                t.calendar_links.find_of_chat(chat_id),
            )

        return await self._database.read(work)

    async def forget(self, chat_id: int) -> None:
        """Erase all rows and memories of a person; safe to repeat."""
        _ = await self._overdose.end(chat_id)
        now = self._clock.now()

        def work(t: Tables) -> None:
            for case in t.cases.list_of(chat_id):
                erase_case(t, case, self._posts, now)
            t.traces.erase(chat_id)

        await self._database.write(work)
        for forget in self._memories:
            forget(chat_id)
        try:
            await self._database.overwrite_old()
        except StorageUnavailableError as error:
            # The rows are gone; their old bytes, which are sealed, go with the next checkpoint.
            log.warning("The write-ahead file could not be emptied", exc_info=error)
