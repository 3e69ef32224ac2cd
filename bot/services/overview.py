"""What staff need to see to decide about a broadcast; read only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import WeeklySlot
from bot.content.occasions import Occasion
from bot.models import (
    Audience,
    Broadcast,
    BroadcastKind,
    BroadcastState,
    Content,
    Draft,
    Item,
    Language,
    Section,
    Tally,
)
from bot.services import checks
from bot.services.audiences import Audiences
from bot.services.checks import Problem
from bot.services.countdowns import Countdown, next_countdown
from bot.services.renditions import Renditions, day_of
from bot.storage.tables import Tables


@dataclass(frozen=True, slots=True)
class Schedule:
    """When editions are assembled and go out."""

    slot: WeeklySlot
    cutoff: WeeklySlot
    zone: ZoneInfo
    undo: timedelta


@dataclass(frozen=True, slots=True)
class Overview:
    """A broadcast with everything that matters for a decision about it."""

    broadcast: Broadcast
    items: list[Item]  # an edition's
    draft: Draft | None  # what staff wrote for any other kind
    problems: list[Problem]
    audience: Audience
    tally: Tally
    undo_seconds: int  # how long sending can still be undone; 0 when it cannot
    amended: Broadcast | None = None  # what it edits, corrects or recalls
    countdown: Countdown | None = None  # an edition's: to a day that the task force prepares for

    @property
    def can_be_approved(self) -> bool:
        """Return whether nothing is wrong that Telegram would refuse."""
        return not any(problem.flaw.stops for problem in self.problems)

    @property
    def counts(self) -> dict[Section, int]:
        """Return how many items each section has, without the empty ones."""
        found = [item.section for item in self.items]
        return {section: found.count(section) for section in Section if section in found}


@dataclass(frozen=True, slots=True)
class Changed:
    """A broadcast after a change, and whether that took an approval back."""

    overview: Overview
    approval_voided: bool


class Overviews:
    """Looks at broadcasts."""

    def __init__(
        self,
        renditions: Renditions,
        audiences: Audiences,
        zone: ZoneInfo,
        occasions: tuple[Occasion, ...],
    ) -> None:
        self._renditions = renditions
        self._audiences = audiences
        self._zone = zone
        self._occasions = occasions

    def of(self, t: Tables, broadcast: Broadcast, now: datetime) -> Overview:
        """Look at one as it stands now."""
        is_edition = broadcast.kind is BroadcastKind.EDITION
        items = self._renditions.items(t, broadcast, now) if is_edition else []
        filled = {item.section for item in items if item.section} if is_edition else None
        return Overview(
            broadcast=broadcast,
            items=items,
            draft=None if is_edition else self._renditions.draft(t, broadcast),
            problems=self.find_problems(t, broadcast, now),
            audience=self._audiences.count(t, broadcast, filled, now),
            tally=t.copies.tally(broadcast.broadcast_id),
            undo_seconds=_undo_seconds(broadcast, now),
            amended=None if broadcast.amends is None else t.broadcasts.get(broadcast.amends),
            countdown=next_countdown(t, self._occasions, now) if is_edition else None,
        )

    def messages(
        self, t: Tables, broadcast: Broadcast, language: Language, now: datetime
    ) -> list[Content]:
        """Return all that a member with that language, who leaves nothing out, gets."""
        return self._renditions.preview(t, broadcast, language, frozenset(Section), now)

    def find_problems(self, t: Tables, broadcast: Broadcast, now: datetime) -> list[Problem]:
        """Return what staff should look at before they approve it."""
        if broadcast.state not in (BroadcastState.DRAFT, BroadcastState.APPROVED):
            return []
        day = day_of(broadcast, now, self._zone)
        messages = [
            (language, content)
            for language in Language
            for content in self.messages(t, broadcast, language, now)
        ]
        found = checks.of_messages(messages, day)
        draft = t.drafts.find(broadcast.broadcast_id)
        if broadcast.kind is BroadcastKind.EDITION:
            found += checks.of_items(t.items.list_open(), day)
            items = self._renditions.items(t, broadcast, now)
            fresh = [item.html for item in items if not item.standing]
            found += checks.same_texts(fresh, t.items.list_sent_lately(broadcast.broadcast_id))
        elif draft is not None:
            found += checks.of_draft(draft)
            number = broadcast.broadcast_id
            found += checks.same_texts([draft.content.html], t.drafts.list_sent_lately(number))
        return found


def _undo_seconds(broadcast: Broadcast, now: datetime) -> int:
    if broadcast.state is not BroadcastState.SENDING or broadcast.starts_at is None:
        return 0
    return max(0, round((broadcast.starts_at - now).total_seconds()))
