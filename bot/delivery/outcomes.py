"""What an error of Telegram means for a delivery: decided here and nowhere else."""

from dataclasses import dataclass
from enum import Enum, auto

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.delivery.pacing import seconds_of
from bot.errors import NotSentError
from bot.models import Reason


class Verdict(Enum):
    """The kinds of errors, by what has to be done."""

    AGAIN = auto()  # surely not sent: due again
    DONE = auto()  # it is already as it was asked to be
    UNREACHABLE = auto()  # this chat gets nothing any more
    FAILED = auto()  # this message is refused; the next one may pass
    UNKNOWN = auto()  # perhaps sent
    MIGRATED = auto()  # the chat has another id


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an error means."""

    verdict: Verdict
    reason: Reason | None  # None: nothing is wrong
    retry_after: float | None = None
    new_chat_id: int | None = None


# Telegram's descriptions as python-telegram-bot passes them on, compared in lower case.
_UNREACHABLE = {
    "bot was blocked by the user": Reason.BLOCKED,
    "user is deactivated": Reason.DEACTIVATED,
    "can't initiate conversation": Reason.NEVER_STARTED,
    "chat not found": Reason.CHAT_NOT_FOUND,
    "bot was kicked": Reason.REMOVED_FROM_GROUP,
    "bot is not a member": Reason.REMOVED_FROM_GROUP,
    "the group chat was deleted": Reason.GROUP_DELETED,
}
_FAILED = {
    "can't parse entities": Reason.MARKUP,
    "is too long": Reason.TOO_LONG,
    "must be non-empty": Reason.EMPTY,
    "text is empty": Reason.EMPTY,
    "wrong file": Reason.FILE,
    "file is too big": Reason.FILE,
    "too big for a photo": Reason.FILE,
    "image_process_failed": Reason.FILE,
    "photo_invalid_dimensions": Reason.FILE,
    "can't use file of type": Reason.FILE,
    "can't be mixed": Reason.ALBUM,
    "button_": Reason.BUTTON,
    "inline keyboard button": Reason.BUTTON,
    "message thread not found": Reason.TOPIC_GONE,
    "topic_id_invalid": Reason.TOPIC_GONE,
    "topic_deleted": Reason.TOPIC_GONE,
    "message to edit not found": Reason.GONE,
    "message to delete not found": Reason.GONE,
    "message to react not found": Reason.GONE,
    "message_id_invalid": Reason.GONE,
    "message can't be edited": Reason.TOO_OLD,
    "media can't be edited": Reason.KIND,
    "message can't be deleted": Reason.TOO_OLD,
    "no target": Reason.NO_MESSAGE,
}


def meaning_of(error: Exception) -> Meaning:
    """Say what an error of a send, edit or delete means."""
    match error:
        case RetryAfter():
            meaning = Meaning(Verdict.AGAIN, Reason.FLOOD, retry_after=seconds_of(error))
        case NotSentError():
            meaning = Meaning(Verdict.AGAIN, Reason.NO_CONNECTION)
        case ChatMigrated():
            meaning = Meaning(Verdict.MIGRATED, Reason.MIGRATED, new_chat_id=error.new_chat_id)
        case Forbidden() | BadRequest():
            meaning = _refused(error)
        case InvalidToken():
            meaning = Meaning(Verdict.AGAIN, Reason.TOKEN)
        case TimedOut():
            meaning = Meaning(Verdict.UNKNOWN, Reason.TIMEOUT)
        case NetworkError():
            meaning = Meaning(Verdict.UNKNOWN, Reason.CONNECTION)
        case _:
            meaning = Meaning(Verdict.UNKNOWN, Reason.ERROR)
    return meaning


def _refused(error: TelegramError) -> Meaning:
    text = error.message.lower()
    if "message is not modified" in text or "topic_not_modified" in text:
        return Meaning(Verdict.DONE, None)
    for part, reason in _UNREACHABLE.items():
        if part in text:
            return Meaning(Verdict.UNREACHABLE, reason)
    for part, reason in _FAILED.items():
        if part in text:
            return Meaning(Verdict.FAILED, reason)
    return Meaning(Verdict.FAILED, Reason.REFUSED)
