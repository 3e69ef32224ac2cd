"""The outbox: what the courier does for one chat, and how far that has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from bot.models.content import Content


class Lane(IntEnum):
    """Who goes first when there is less room than messages; a smaller number goes first."""

    URGENT = 0
    REPLY = 1
    NOTICE = 2
    BROADCAST = 3


class Operation(StrEnum):
    """What a delivery asks Telegram to do."""

    SEND = "send"  # with a target: as an answer to its message
    COPY = "copy"
    EDIT = "edit"  # also what is done to somebody else's message or to a topic
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


class Held(StrEnum):
    """Why a member's copy waits longer than the others."""

    PAUSED = "paused"
    QUIET = "quiet"


class Reason(StrEnum):
    """Why a delivery has not been sent, or perhaps has not; staff are told in plain words."""

    # This chat gets nothing any more.
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    NEVER_STARTED = "never-started"
    CHAT_NOT_FOUND = "chat-not-found"
    REMOVED_FROM_GROUP = "removed-from-group"
    GROUP_DELETED = "group-deleted"
    UNREACHABLE = "unreachable"  # one of these, found out on another occasion
    # Telegram refuses this message.
    MARKUP = "markup"
    TOO_LONG = "too-long"
    EMPTY = "empty"
    FILE = "file"
    ALBUM = "album"
    BUTTON = "button"
    TOPIC_GONE = "topic-gone"
    GONE = "gone"  # the message to change is
    TOO_OLD = "too-old"  # the message to change is
    KIND = "kind"  # a message cannot become one of another kind
    NO_MESSAGE = "no-message"  # there never was one to change, or nobody knows its id
    REFUSED = "refused"  # for a reason that the bot does not know
    PROGRAM = "program"  # a mistake of the bot's own
    # Perhaps sent.
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    ERROR = "error"
    RESTART = "restart"
    BACKUP = "backup"
    # Surely not sent, tried again.
    FLOOD = "flood"
    NO_CONNECTION = "no-connection"
    TOKEN = "token"  # noqa: S105 - no password, a word for Telegram's answer
    MIGRATED = "migrated"
    # Given up; without any of these staff stopped it.
    LEFT = "left"
    EXPIRED = "expired"
    CORRECTED = "correction"
    RECALLED = "recall"


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
    target_ids: tuple[int, ...] = ()  # messages to edit, delete or answer
    has_target: bool = False  # whether there is to be such a message
    message_thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why so many messages of a broadcast have not been sent, or wait."""

    state: DeliveryState
    reason: Reason | Held | None
    count: int
    until: datetime | None = None  # of what is held: when the last one may leave


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
    held: int = 0  # of the pending ones: wait for the end of a pause or of quiet hours

    @property
    def total(self) -> int:
        """Return all deliveries there are."""
        return self.left + self.held + self.done

    @property
    def left(self) -> int:
        """Return those that still have to leave now."""
        return self.pending - self.held + self.sending

    @property
    def done(self) -> int:
        """Return those with an outcome."""
        return self.sent + self.unreachable + self.failed + self.unconfirmed + self.cancelled
