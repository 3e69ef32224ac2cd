"""What each error of Telegram means for a delivery."""

import pytest
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

from bot.delivery.outcomes import Meaning, Verdict, meaning_of
from bot.errors import NotSentError


class _ConnectFailedError(NetworkError, NotSentError):
    pass


@pytest.mark.parametrize(
    ("error", "verdict", "reason"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), Verdict.UNREACHABLE, "blocked"),
        (Forbidden("Forbidden: user is deactivated"), Verdict.UNREACHABLE, "deactivated"),
        (
            Forbidden("Forbidden: bot can't initiate conversation with a user"),
            Verdict.UNREACHABLE,
            "never-started",
        ),
        (BadRequest("Chat not found"), Verdict.UNREACHABLE, "chat-not-found"),
        (Forbidden("Forbidden: something nobody has seen yet"), Verdict.FAILED, "refused"),
        (BadRequest("Can't parse entities: unsupported start tag"), Verdict.FAILED, "markup"),
        (BadRequest("Message is too long"), Verdict.FAILED, "too-long"),
        (BadRequest("Button_data_invalid"), Verdict.FAILED, "button"),
        (BadRequest("Message to edit not found"), Verdict.FAILED, "gone"),
        (BadRequest("Message is not modified: specified"), Verdict.DONE, None),
        (RetryAfter(7), Verdict.AGAIN, "flood"),
        (_ConnectFailedError("no route"), Verdict.AGAIN, "no-connection"),
        (InvalidToken(), Verdict.AGAIN, "token"),
        (TimedOut(), Verdict.UNKNOWN, "timeout"),
        (NetworkError("Bad Gateway"), Verdict.UNKNOWN, "connection"),
        (TelegramError("odd"), Verdict.UNKNOWN, "error"),
        (ChatMigrated(-1005), Verdict.MIGRATED, "migrated"),
    ],
)
def test_error_means(error: TelegramError, verdict: Verdict, reason: str) -> None:
    meaning = meaning_of(error)
    assert (meaning.verdict, meaning.reason) == (verdict, reason)


def test_flood_and_migration_carry_their_numbers() -> None:
    assert meaning_of(RetryAfter(7)) == Meaning(Verdict.AGAIN, "flood", retry_after=7.0)
    assert meaning_of(ChatMigrated(-1005)).new_chat_id == -1005
