"""Editions: which week's e-blast is in work."""

from datetime import date, datetime, timedelta

from bot.clock import Clock
from bot.models import Broadcast, BroadcastKind, BroadcastState, Content, Language
from bot.services.eventnews import EventNews
from bot.services.overview import Overview, Overviews, Schedule
from bot.storage.database import Database
from bot.storage.tables import Tables

OPEN_STATES = (
    BroadcastState.DRAFT,
    BroadcastState.APPROVED,
    BroadcastState.SENDING,
    BroadcastState.PAUSED,
)
ABANDONED = timedelta(hours=12)  # a draft whose slot passed that long ago moves to the next slot


class Editions:
    """Finds the edition that staff work on; services.broadcasts decides about it."""

    def __init__(
        self,
        database: Database,
        overviews: Overviews,
        clock: Clock,
        schedule: Schedule,
        event_news: EventNews,
    ) -> None:
        self._database = database
        self._overviews = overviews
        self._clock = clock
        self.schedule = schedule
        self._event_news = event_news

    async def overview(self) -> Overview:
        """Return the edition in work; a new draft for the next slot if there is none."""
        now = self._clock.now()
        return await self._database.write(
            lambda t: self._overviews.of(t, self.current(t, now), now)
        )

    def fill(self, t: Tables, edition: Broadcast, now: datetime) -> None:
        """Put the events that come after an edition into it; staff can take them out."""
        self._event_news.fill(t, edition, now)

    def look(
        self, t: Tables, edition: Broadcast, language: Language, now: datetime
    ) -> tuple[Overview, list[Content]]:
        """Return an edition as it stands, and all that a member with that language gets."""
        messages = self._overviews.messages(t, edition, language, now)
        return self._overviews.of(t, edition, now), messages

    def next_day(self) -> date:
        """Return the date of the next slot."""
        slot_at = self.schedule.slot.next_after(self._clock.now(), self.schedule.zone)
        return slot_at.astimezone(self.schedule.zone).date()

    def current(self, t: Tables, now: datetime) -> Broadcast:
        """Return the open edition, or a new draft for the next slot without a finished one.

        A draft whose slot has passed moves to the next slot.
        """
        for edition in t.broadcasts.list_of(BroadcastKind.EDITION, *OPEN_STATES):
            is_late = edition.slot_at is not None and edition.slot_at + ABANDONED < now
            if edition.state is BroadcastState.DRAFT and is_late:
                local_date, slot_at = self._next_free_slot(t, now)
                t.broadcasts.set_slot(edition.broadcast_id, local_date, slot_at)
                return t.broadcasts.get(edition.broadcast_id)
            return edition
        local_date, slot_at = self._next_free_slot(t, now)
        return t.broadcasts.add(BroadcastKind.EDITION, local_date, slot_at, now)

    def _next_free_slot(self, t: Tables, now: datetime) -> tuple[date, datetime]:
        """Return (local date, instant) of the next slot that has no edition yet."""
        slot_at = now
        while True:
            slot_at = self.schedule.slot.next_after(slot_at, self.schedule.zone)
            local_date = slot_at.astimezone(self.schedule.zone).date()
            if t.broadcasts.find_by_date(BroadcastKind.EDITION, local_date) is None:
                return local_date, slot_at
