"""What the bot is about, as plain values: no I/O, no Telegram, no SQL."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum


class Language(StrEnum):
    """The languages that every sentence exists in."""

    EN = "en"
    ES = "es"

    @classmethod
    def of(cls, code: str | None) -> "Language":
        """Return the language of a Telegram code such as "es-419"; English if unknown."""
        return cls.ES if (code or "").lower().split("-")[0] == "es" else cls.EN

    @property
    def other(self) -> "Language":
        """Return the language to offer for switching."""
        return Language.EN if self is Language.ES else Language.ES


class Section(StrEnum):
    """The parts of an e-blast in the order shown; a member chooses among them."""

    OVERDOSE_PREVENTION = "overdose-prevention"
    HARM_REDUCTION = "harm-reduction"
    TREATMENT = "treatment"
    TRAININGS = "trainings"
    EVENTS = "events"


ALL_SECTIONS = frozenset(Section)


class MemberState(StrEnum):
    """Whether a member gets deliveries."""

    ACTIVE = "active"
    LEFT = "left"  # asked to stop
    UNREACHABLE = "unreachable"  # blocked the bot, or Telegram says that the account is gone


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who agreed to get the e-blast."""

    member_id: int
    chat_id: int
    state: MemberState
    language: Language
    sections: frozenset[Section]
    joined_at: datetime
    consent_at: datetime
    consent_version: str
    paused_until: date | None = None


class Lane(IntEnum):
    """Who goes first when there is less room than messages; a smaller number goes first."""

    URGENT = 0
    REPLY = 1
    NOTICE = 2
    BROADCAST = 3


class Operation(StrEnum):
    """What a delivery asks Telegram to do."""

    SEND = "send"
    COPY = "copy"
    EDIT = "edit"
    DELETE = "delete"


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"  # accepted by Telegram; nobody can know whether it was read
    UNREACHABLE = "unreachable"  # blocked, deactivated, chat not found
    FAILED = "failed"  # Telegram refused this message
    UNCONFIRMED = "unconfirmed"  # perhaps sent: the answer never came
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Media:
    """A photo or document by Telegram's own file id."""

    kind: str  # "photo" or "document"
    file_id: str


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message: callback data or a link, and Telegram's colour for it."""

    text: str
    data: str = ""
    url: str = ""
    style: str = ""  # "", "danger", "success" or "primary"


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Content:
    """One message as it leaves: HTML text (or the caption of its media) and buttons."""

    html: str
    media: Media | None = None
    keyboard: Keyboard = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing that the courier does for one chat."""

    delivery_id: int
    chat_id: int
    lane: Lane
    operation: Operation
    content: Content | None
    broadcast_id: int | None
    part: int
    attempts: int
    target_message_id: int | None = None
    message_thread_id: int | None = None


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

    EDITION = "edition"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Something that goes to many: an edition of the e-blast, for now."""

    broadcast_id: int
    kind: BroadcastKind
    state: BroadcastState
    local_date: date | None  # the date of its slot in the coalition's zone
    slot_at: datetime | None
    content_hash: str | None  # set by approval, checked when sending starts
    approved_by: bytes | None  # sealed id
    starts_at: datetime | None  # the end of the undo window
    finished_at: datetime | None


class ItemState(StrEnum):
    """Whether an item is waiting for an edition."""

    OPEN = "open"  # collected, section chosen or not
    USED = "used"  # went out
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news collected for the e-blast."""

    item_id: int
    section: Section | None
    language: Language
    html: str
    media: Media | None
    translation: str | None  # the same text in the other language
    until: date | None  # last day on which it is worth sending
    standing: bool  # stays for the next edition too
    state: ItemState

    def html_in(self, language: Language) -> str:
        """Return the text in that language, or the only one there is."""
        return self.html if language is self.language else self.translation or self.html


@dataclass(frozen=True, slots=True)
class Tally:
    """How the deliveries of a broadcast stand, in messages."""

    pending: int = 0
    sending: int = 0
    sent: int = 0
    unreachable: int = 0
    failed: int = 0
    unconfirmed: int = 0
    cancelled: int = 0

    @property
    def total(self) -> int:
        """Return all deliveries there are."""
        return self.left + self.done

    @property
    def left(self) -> int:
        """Return those that still have to leave."""
        return self.pending + self.sending

    @property
    def done(self) -> int:
        """Return those with an outcome."""
        return self.sent + self.unreachable + self.failed + self.unconfirmed + self.cancelled


@dataclass(frozen=True, slots=True)
class Audience:
    """Who would get a broadcast, and who would not and why; counts of members."""

    recipients: int
    by_language: dict[Language, int] = field(default_factory=dict)
    paused: int = 0
    nothing_chosen: int = 0  # none of the edition's sections is among theirs


_SECTION_SEPARATOR = ","


def sections_text(sections: frozenset[Section]) -> str:
    """Return sections as stored: ids in their order, joined by commas."""
    return _SECTION_SEPARATOR.join(s for s in Section if s in sections)


def sections_of(text: str) -> frozenset[Section]:
    """Return the sections written by sections_text."""
    return frozenset(Section(s) for s in re.split(_SECTION_SEPARATOR, text) if s)
