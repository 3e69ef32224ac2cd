"""Cases: what one person asks staff through the bot, without a name, until it is settled."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.models.content import Language, Media


class CaseState(StrEnum):
    """How far a case has come."""

    WAITING = "waiting"  # the person wrote last
    ANSWERED = "answered"  # staff wrote last
    CLOSED = "closed"  # by either side, or because nobody wrote any more
    ERASED = "erased"  # its texts and who asked are gone; the number is never given again


# What may follow. Anything else does not happen, whoever asks for it and in whatever order.
CASE_MOVES: dict[CaseState, frozenset[CaseState]] = {
    CaseState.WAITING: frozenset({CaseState.ANSWERED, CaseState.CLOSED}),
    CaseState.ANSWERED: frozenset({CaseState.WAITING, CaseState.CLOSED}),
    CaseState.CLOSED: frozenset({CaseState.ANSWERED, CaseState.ERASED}),  # reopened, or forgotten
    CaseState.ERASED: frozenset(),
}
OPEN_STATES = (CaseState.WAITING, CaseState.ANSWERED)


class Hidden(StrEnum):
    """What is masked in a text until a member of staff asks for it."""

    NAME = "name"
    PHONE = "phone"
    NUMBER = "number"
    EMAIL = "email"
    HANDLE = "handle"
    LINK = "link"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a text that is masked: text[start:end]."""

    start: int
    end: int
    kind: Hidden


@dataclass(frozen=True, slots=True)
class Said:
    """What one message says, without who says it.

    The text of a person is plain and has marks, in its order; the text of staff is HTML.
    """

    text: str
    media: Media | None = None
    marks: tuple[Mark, ...] = ()


class CasePart(StrEnum):
    """What a message of a case is."""

    TOPIC = "topic"  # the forum's topic itself
    CARD = "card"  # the message with the case's state and buttons
    PERSON = "person"  # what the person wrote
    STAFF = "staff"  # what staff answered
    NOTICE = "notice"  # what the bot itself has to say about it


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """One message of a case; said is None once it is erased, and for what the bot says itself."""

    case_message_id: int
    case_id: int
    part: CasePart
    chat_id: int | None  # where it was written
    message_id: int | None  # as what it was written there
    said: Said | None
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """One person's case. chat_id is None once it is erased."""

    case_id: int
    chat_id: int | None
    state: CaseState
    language: Language
    opened_at: datetime
    changed_at: datetime  # since when it is in this state
    claimed_by: str = ""  # the first name of a member of staff; only staff see it
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Return whether messages still go back and forth."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class Silence:
    """Somebody whose messages staff do not want for now; without an end it is a ban."""

    case_id: int  # in which case it was decided
    until: datetime | None
