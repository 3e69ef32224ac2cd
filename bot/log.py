"""Logging: nothing that it writes holds the token, a Telegram id, a name or a message's text.

Texts of exceptions are not written, but for those known to be harmless: a library's exception may
quote what it was given. Of other people's log records only the template is written, without its
values, and none below WARNING. What is left is searched for secrets and for numbers that look like
Telegram ids.
"""

import asyncio
import logging
import os
import re
import sqlite3
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any
from urllib.parse import quote

from bot import errors

# These log with values that name nobody; py.warnings carries its whole text as one value.
_OURS = frozenset({"bot", "scheduler", "sandbox", "__main__"})
_HARMLESS = _OURS | {"apscheduler", "py"}

_TOKEN = re.compile(r"\d{3,}(?::|%3[aA])[\w-]{20,}")
_LONG_NUMBER = re.compile(r"-?\d{6,}")
_ROOT = str(Path(__file__).parents[1]) + os.sep
_INSTALLED = re.compile(r".*[/\\](?:site-packages|dist-packages|python3\.\d+)[/\\]")

# Telegram's fixed sentences, as PTB hands them on, in lower case; anything after them may quote
# the request.
_TELEGRAM_SAYS = (
    "bad gateway",
    "bot was blocked by the user",
    "bot was kicked from",
    "bot is not a member of",
    "bot can't initiate conversation with a user",
    "bot can't send messages to",
    "button_",
    "can't parse entities",
    "chat not found",
    "chat_write_forbidden",
    "conflict: terminated by",
    "conflict: can't use getupdates",
    "file is too big",
    "flood control exceeded",
    "gateway timeout",
    "group chat was upgraded to a supergroup chat",
    "group migrated to supergroup",
    "have no write access",
    "internal server error",
    "logged out",
    "message can't be",
    "message is not modified",
    "message is too long",
    "message caption is too long",
    "message text is empty",
    "message thread not found",
    "message to ",
    "not enough rights",
    "query is too old",
    "text must be non-empty",
    "timed out",
    "too many requests",
    "unauthorized",
    "user is deactivated",
    "wrong file",
)
_PREFIXES = ("forbidden: ", "bad request: ", "the ")


def set_up(level: str, secrets: Iterable[str] = ()) -> None:
    """Send all log records to stderr, scrubbed; others than the bot's own from WARNING on."""
    handler = _Handler(sys.stderr)
    handler.setFormatter(Formatter(secrets))
    handler.addFilter(_is_wanted)
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(max(logging.getLevelName(level), logging.WARNING))
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def watch(loop: asyncio.AbstractEventLoop) -> None:
    """Log what the loop reports; its own handler would print the arguments of callbacks."""
    loop.set_exception_handler(_loop_error)


class Formatter(logging.Formatter):
    """Writes a record as one line and, for an exception, where it came from; scrubs the result."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        # The longest first: one secret may be a part of another.
        self._secrets = sorted(
            {form for s in secrets if s for form in (s, quote(s, safe=""))}, key=len, reverse=True
        )

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        text = record.getMessage() if _is_from(record.name, _HARMLESS) else str(record.msg)
        if record.exc_info and record.exc_info[1]:
            text = "\n".join([text, *_describe(record.exc_info[1])])
        head = f"{at}.{int(record.msecs):03}Z {record.levelname} {record.name}: "
        return head + self._scrub(text)

    def _scrub(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "<secret>")
        return _LONG_NUMBER.sub("<number>", _TOKEN.sub("<token>", text))


class _Handler(logging.StreamHandler[Any]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say that a record was lost; logging's own way prints its values."""
        try:
            self.stream.write(f"A log record of {record.name} cannot be written\n")
        except (OSError, ValueError):
            return  # stderr itself is gone


def _is_wanted(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or _is_from(record.name, _OURS)


def _is_from(logger: str, names: frozenset[str]) -> bool:
    return logger.partition(".")[0] in names


def _describe(error: BaseException) -> Iterator[str]:
    """Yield a line for each exception of the chain, first cause first, and for each frame."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    for link in reversed(chain):
        kind = type(link)
        words = _harmless_text(link)
        yield f"  {kind.__module__}.{kind.__qualname__}{': ' if words else ''}{words}"
        yield from _frames(link.__traceback__)
        if isinstance(link, BaseExceptionGroup):
            for part in link.exceptions:
                yield from (f"  {line}" for line in _describe(part))


def _frames(traceback: TracebackType | None) -> Iterator[str]:
    for frame, line in walk_tb(traceback):
        code = frame.f_code
        path = _INSTALLED.sub("", code.co_filename.removeprefix(_ROOT))
        yield f"    {path}:{line} {code.co_name}"


def _harmless_text(error: BaseException) -> str:
    """Return what may be written of an exception's text; often nothing."""
    match error:
        case (
            errors.StartupError()
            | errors.Refusal()
            | errors.StorageUnavailableError()
            | errors.NotSentError()
            | sqlite3.Error()
        ):
            return str(error)
        case OSError(errno=int(number)):
            return os.strerror(number)  # its own text names the file
        case _:
            return _telegram_text(error)


def _telegram_text(error: BaseException) -> str:
    if not type(error).__module__.startswith("telegram."):
        return ""
    text = str(error).lower()
    for prefix in _PREFIXES:
        text = text.removeprefix(prefix)
    return next((words for words in _TELEGRAM_SAYS if text.startswith(words)), "")


_log = logging.getLogger(__name__)


def _uncaught(
    _kind: type[BaseException], error: BaseException, _traceback: TracebackType | None
) -> None:
    if isinstance(error, KeyboardInterrupt):
        _log.warning("Interrupted")
    else:
        _log.critical("The program ended with an error", exc_info=error)


def _uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _log.error("A thread ended with an error", exc_info=arguments.exc_value)


def _unraisable(arguments: "sys.UnraisableHookArgs") -> None:
    if arguments.exc_value is not None:
        _log.error("An error while tidying up", exc_info=arguments.exc_value)


def _loop_error(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    # The first words are asyncio's own ("Task exception was never retrieved"); later ones may be a
    # repr.
    words = " ".join(str(context.get("message", "")).split()[:3])
    _log.error("asyncio: %s", words, exc_info=context.get("exception"))
