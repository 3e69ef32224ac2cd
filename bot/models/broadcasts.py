"""Broadcasts: what goes to many, to whom, and which moves their life allows."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.models.content import Content, Language, Section
from bot.models.members import Workgroup
from bot.models.outbox import Held


class BroadcastState(StrEnum):
    """The life of a broadcast; BROADCAST_MOVES says which moves are allowed."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"


BROADCAST_MOVES: dict[BroadcastState, frozenset[BroadcastState]] = {
    BroadcastState.DRAFT: frozenset({BroadcastState.APPROVED, BroadcastState.CANCELLED}),
    BroadcastState.APPROVED: frozenset(
        {BroadcastState.DRAFT, BroadcastState.SENDING, BroadcastState.CANCELLED}
    ),
    BroadcastState.SENDING: frozenset(
        {
            BroadcastState.DRAFT,  # undone before the first message left
            BroadcastState.PAUSED,
            BroadcastState.SENT,
            BroadcastState.CANCELLED,
        }
    ),
    BroadcastState.PAUSED: frozenset({BroadcastState.SENDING, BroadcastState.CANCELLED}),
    BroadcastState.SENT: frozenset({BroadcastState.SENDING}),  # again, to whom it did not reach
    BroadcastState.CANCELLED: frozenset(),
}


class BroadcastKind(StrEnum):
    """Why a broadcast is sent."""

    EDITION = "edition"  # the weekly e-blast
    ANNOUNCEMENT = "announcement"  # one message, at any time
    ALERT = "alert"  # danger now: to those who asked for it, also in pauses and quiet hours
    # The other three amend a broadcast that has gone out.
    EDIT = "edit"  # gives its messages another text, in place
    CORRECTION = "correction"  # answers its messages
    RECALL = "recall"  # asks Telegram to delete its messages

    @property
    def amends(self) -> bool:
        """Return whether it goes to those who have the messages of another broadcast."""
        return self in (BroadcastKind.EDIT, BroadcastKind.CORRECTION, BroadcastKind.RECALL)


@dataclass(frozen=True, slots=True)
class AudienceFilter:
    """Which members a broadcast is for; what is empty asks for nothing."""

    languages: frozenset[Language] = frozenset()
    sections: frozenset[Section] = frozenset()  # who reads one of these …
    without_sections: frozenset[Section] = frozenset()  # … and none of these
    workgroups: frozenset[Workgroup] = frozenset()
    without_workgroups: frozenset[Workgroup] = frozenset()
    joined_from: date | None = None  # in the coalition's zone, that day included
    joined_before: date | None = None  # that day not included

    @property
    def is_everybody(self) -> bool:
        """Return whether nobody is left out."""
        return self == AudienceFilter()


class LeftOut(StrEnum):
    """Why a member does not get a broadcast."""

    UNREACHABLE = "unreachable"  # blocked the bot or left Telegram
    NO_ALERTS = "no-alerts"  # did not ask for alerts
    LANGUAGE = "language"
    WORKGROUP = "workgroup"
    JOINED = "joined"
    SECTION = "section"
    NOTHING = "nothing"  # it has nothing for what they chose to read


@dataclass(frozen=True, slots=True)
class Audience:
    """Who would get a broadcast, and who would not and why; counts of members."""

    recipients: int = 0  # those who get it at once and those whose copy waits
    by_language: dict[Language, int] = field(default_factory=dict)
    held: dict[Held, int] = field(default_factory=dict)
    left_out: dict[LeftOut, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Something that goes to many."""

    broadcast_id: int
    kind: BroadcastKind
    state: BroadcastState
    local_date: date | None  # an edition's: the date of its slot in the coalition's zone
    slot_at: datetime | None  # when it is to start; an announcement without one starts by hand
    content_hash: str | None  # set by approval, checked when sending starts
    author: bytes | None  # sealed id of who changed it last or asked for its approval
    approved_by: bytes | None  # sealed id
    starts_at: datetime | None  # the end of the undo window
    finished_at: datetime | None
    urgent: bool = False  # passes pauses and quiet hours, goes before others
    amends: int | None = None  # the broadcast that it changes, answers or recalls
    audience: AudienceFilter = AudienceFilter()
    expires_at: datetime | None = None  # nothing of it leaves after that
    occasion: str | None = None  # what its time hangs on, such as "event:7:2026-12-08:-1440"

    @property
    def occasion_day(self) -> date | None:
        """Return the date of the session that its time was counted from, if it was."""
        return date.fromisoformat(self.occasion.split(":")[2]) if self.occasion else None

    @property
    def has_content(self) -> bool:
        """Return whether it says anything; a recall does not."""
        return self.kind is not BroadcastKind.RECALL


@dataclass(frozen=True, slots=True)
class Draft:
    """What staff wrote for an announcement, an alert, a correction or a new text."""

    broadcast_id: int
    language: Language
    content: Content
    album: str | None = None  # Telegram's id of the album that the content is the first of
    translation: Content | None = None
    translation_album: str | None = None
    area: str = ""  # an alert's: where
    source: str = ""  # an alert's: who says so

    def content_in(self, language: Language) -> Content:
        """Return the message in that language, or the only one there is."""
        return self.content if language is self.language else self.translation or self.content
