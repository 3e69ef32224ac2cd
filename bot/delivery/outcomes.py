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
    """What an error means; reason is a stable word for reports and names nobody."""

    verdict: Verdict
    reason: str
    retry_after: float | None = None
    new_chat_id: int | None = None


# Telegram's descriptions as python-telegram-bot passes them on, compared in lower case.
_UNREACHABLE = {
    "bot was blocked by the user": "blocked",
    "user is deactivated": "deactivated",
    "can't initiate conversation": "never-started",
    "chat not found": "chat-not-found",
    "bot was kicked": "removed-from-group",
    "bot is not a member": "removed-from-group",
    "the group chat was deleted": "group-deleted",
}
_FAILED = {
    "can't parse entities": "markup",
    "is too long": "too-long",
    "must be non-empty": "empty",
    "text is empty": "empty",
    "wrong file": "file",
    "file is too big": "file",
    "too big for a photo": "file",
    "image_process_failed": "file",
    "photo_invalid_dimensions": "file",
    "can't use file of type": "file",
    "can't be mixed": "album",
    "button_": "button",
    "inline keyboard button": "button",
    "message thread not found": "topic-gone",
    "message to edit not found": "gone",
    "message to delete not found": "gone",
    "message_id_invalid": "gone",
    "message can't be edited": "too-old",
    "media can't be edited": "kind",
    "message can't be deleted": "too-old",
    "no target": "no-message",
}


def meaning_of(error: Exception) -> Meaning:
    """Say what an error of a send, edit or delete means."""
    match error:
        case RetryAfter():
            meaning = Meaning(Verdict.AGAIN, "flood", retry_after=seconds_of(error))
        case NotSentError():
            meaning = Meaning(Verdict.AGAIN, "no-connection")
        case ChatMigrated():
            meaning = Meaning(Verdict.MIGRATED, "migrated", new_chat_id=error.new_chat_id)
        case Forbidden() | BadRequest():
            meaning = _refused(error)
        case InvalidToken():
            meaning = Meaning(Verdict.AGAIN, "token")
        case TimedOut():
            meaning = Meaning(Verdict.UNKNOWN, "timeout")
        case NetworkError():
            meaning = Meaning(Verdict.UNKNOWN, "connection")
        case _:
            meaning = Meaning(Verdict.UNKNOWN, "error")
    return meaning


def _refused(error: TelegramError) -> Meaning:
    text = error.message.lower()
    if "message is not modified" in text:
        return Meaning(Verdict.DONE, "unchanged")
    for part, reason in _UNREACHABLE.items():
        if part in text:
            return Meaning(Verdict.UNREACHABLE, reason)
    for part, reason in _FAILED.items():
        if part in text:
            return Meaning(Verdict.FAILED, reason)
    return Meaning(Verdict.FAILED, "refused")
