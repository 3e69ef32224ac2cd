"""Nothing in the logs holds the token, a Telegram id, a name or a message's text."""

import asyncio
import gc
import logging
import sqlite3
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, TimedOut

from bot import log as bot_log
from bot.errors import NotSentError, Refusal, StartupError, StorageUnavailableError
from tests.conftest import talkative_log

TOKEN = "123456789:AAE-abcdefghijklmnopqrstuvwxyz_01"
ROOT = Path(__file__).parents[1]


@pytest.fixture
def output():
    """Everything that is written while the bot's logging is set up."""
    with talkative_log(TOKEN, "the data key/1==") as written:
        yield written


log = logging.getLogger("bot.something")


def fail(error):
    try:
        raise error
    except type(error):
        log.exception("It failed")


def test_a_record_has_time_level_logger_and_words(output):
    log.warning("Sent %d of %s", 5, "ten")
    stamp, rest = output().rstrip("\n").split("Z ", 1)
    assert rest == "WARNING bot.something: Sent 5 of ten"
    assert len(stamp) == len("2026-03-03T12:00:00.123")


def test_debug_shows_the_bots_own_lines_only(output):
    log.debug("ours")
    for name in ("httpx", "telegram.Bot", "aiosqlite", "asyncio", "apscheduler", "new.library"):
        logging.getLogger(name).debug("theirs")
        logging.getLogger(name).info("theirs")
    noisy = logging.getLogger("noisy")
    noisy.setLevel(logging.DEBUG)
    noisy.info("theirs")
    assert "ours" in output()
    assert "theirs" not in output()


def test_a_higher_level_quiets_the_bot_and_the_others(output):
    bot_log.set_up("ERROR")
    log.warning("ours")
    logging.getLogger("httpx").warning("theirs")
    assert output() == ""


@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        f"https://api.telegram.org/bot{TOKEN}/sendMessage",
        TOKEN.replace(":", "%3A"),
        "987654:BBBbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "the data key/1==",
        "the%20data%20key%2F1%3D%3D",
    ],
)
def test_secrets_and_whatever_looks_like_a_token_are_removed(output, secret):
    log.error("It is %s", secret)
    log.error(f"It is {secret}")  # noqa: G004
    assert not any(part in output() for part in ("AAE", "BBB", "987654", "data", "data%20key"))
    assert "It is " in output()


@given(number=st.integers(min_value=100_000, max_value=2**63), minus=st.booleans())
def test_no_telegram_id_survives(number, minus):
    record = logging.LogRecord(
        "bot", logging.INFO, "f", 1, "chat%s and (%s)", (number, -number), None
    )
    assert str(number) not in bot_log.Formatter().format(record)


def test_small_numbers_stay(output):
    log.info("Sent 500 of 12345 in 17.25 s")
    assert "Sent 500 of 12345 in 17.25 s" in output()


def test_of_others_records_only_the_template_is_written(output):
    logging.getLogger("telegram.ext").error("Error for update %s", {"text": "Alice"})
    logging.getLogger("apscheduler.scheduler").warning("Run time of job %s was missed", "tick")
    assert "telegram.ext: Error for update %s\n" in output()
    assert "job tick was missed" in output()


def test_the_text_of_an_exception_is_not_written_but_its_way_is(output):
    fail(ValueError("Alice wrote: help"))
    assert "Alice" not in output()
    assert "  builtins.ValueError\n    tests/test_log.py:" in output()
    assert " fail\n" in output()
    assert str(ROOT) not in output()


def test_the_whole_chain_is_told(output):
    try:
        try:
            {}["Alice"]
        except KeyError:
            raise RuntimeError("Bob") from ValueError("Carol")
    except RuntimeError:
        log.exception("It failed")
    try:
        try:
            {}["Alice"]
        except KeyError:
            int("Bob")
    except ValueError:
        log.exception("Again")
    kinds = [line.strip() for line in output().splitlines() if line.startswith("  builtins")]
    assert [k.removeprefix("builtins.") for k in kinds] == [
        "ValueError",
        "RuntimeError",
        "KeyError",
        "ValueError",
    ]
    assert not any(name in output() for name in ("Alice", "Bob", "Carol"))


def test_a_hidden_context_stays_hidden(output):
    try:
        try:
            {}["Alice"]
        except KeyError:
            raise RuntimeError from None
    except RuntimeError:
        log.exception("It failed")
    assert "KeyError" not in output()


def test_a_chain_that_bites_its_tail_ends(output):
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    log.error("It failed", exc_info=first)
    assert output().count("ValueError") == 1


def test_the_parts_of_an_exception_group_are_told(output):
    log.error("It failed", exc_info=ExceptionGroup("Alice", [ValueError("Bob"), OSError(2, "x")]))
    assert "    builtins.ValueError\n" in output()
    assert "    builtins.FileNotFoundError: No such file or directory\n" in output()
    assert not any(name in output() for name in ("Alice", "Bob"))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StartupError("Stop it first."), "Stop it first."),
        (StorageUnavailableError("database is locked"), "database is locked"),
        (NotSentError("Telegram cannot be reached"), "Telegram cannot be reached"),
        (Refusal("not-yours", name="Alice"), "not-yours"),
        (sqlite3.OperationalError("no such table: x"), "no such table: x"),
        (PermissionError(13, "x", "/home/alice/file"), "Permission denied"),
        (Forbidden("Forbidden: bot was blocked by the user"), "bot was blocked by the user"),
        (BadRequest("Bad Request: message thread not found"), "message thread not found"),
        (NetworkError("Bad Gateway (502). Alice"), "bad gateway"),
        (TimedOut(), "timed out"),
    ],
)
def test_harmless_words_of_exceptions_are_written(output, error, words):
    fail(error)
    assert f": {words}\n" in output()
    assert "lice" not in output()


@pytest.mark.parametrize(
    "error",
    [
        BadRequest("can't parse entities: unsupported start tag Alice at byte offset 5"),
        InvalidToken(f"The token `{TOKEN}` was rejected by the server."),
        BadRequest("Alice"),
        OSError("Alice"),
        UnicodeDecodeError("utf-8", b"Alice", 0, 1, "Alice"),
    ],
)
def test_other_words_of_exceptions_are_not(output, error):
    fail(error)
    assert "alice" not in output().lower()
    assert "AAE" not in output()


def test_a_record_that_cannot_be_written_prints_nothing_of_its_values(output):
    root = logging.getLogger()
    root.handlers = [h for h in root.handlers if isinstance(h, bot_log._Handler)]
    log.error("%d", "Alice")
    assert output() == "A log record of bot.something cannot be written\n"


def test_warnings_are_logged(output):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("this is old", DeprecationWarning, stacklevel=1)
    assert "WARNING py.warnings: " in output()
    assert "this is old" in output()


def test_errors_of_threads_are_logged_without_their_text(output):
    def work():
        raise ValueError("Alice")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert "A thread ended with an error\n  builtins.ValueError\n" in output()
    assert "Alice" not in output()


def test_errors_while_tidying_up_are_logged_without_their_text(output):
    class Untidy:
        def __del__(self):
            raise ValueError("Alice")

    Untidy()
    gc.collect()
    assert "builtins.ValueError" in output()
    assert "Alice" not in output()


def test_what_the_loop_reports_is_logged_without_arguments(output):
    def callback(_name):
        raise ValueError("Bob")

    async def forgotten():
        raise KeyError("Carol")

    async def main():
        loop = asyncio.get_running_loop()
        bot_log.watch(loop)
        loop.call_soon(callback, "Alice")
        task = loop.create_task(forgotten())
        await asyncio.sleep(0.01)
        del task
        gc.collect()

    asyncio.run(main())
    assert "asyncio: Exception in callback\n  builtins.ValueError" in output()
    assert "asyncio: Task exception was\n  builtins.KeyError" in output()
    assert not any(name in output() for name in ("Alice", "Bob", "Carol"))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise ValueError('Alice')", "The program ended with an error\n  builtins.ValueError"),
        ("raise KeyboardInterrupt", "WARNING bot.log: Interrupted\n"),
    ],
)
def test_the_programs_last_error_is_logged_without_its_text(code, words):
    script = f"from bot import log; log.set_up('INFO'); {code}"
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode != 0
    assert words in ended.stderr
    assert "Alice" not in ended.stderr
