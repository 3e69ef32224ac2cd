"""The command line: `python -m bot` runs the bot, and without BOT_TOKEN a sandbox to try it in."""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from pydantic import SecretStr

from bot import log
from bot.app import App
from bot.config import Settings, load_settings
from bot.errors import StartupError
from sandbox.server import Sandbox
from sandbox.world import STAFF2_ID, STAFF_ID

SANDBOX_FOLDER = Path("data/sandbox")


def main() -> int:
    """Run the command; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    parser.add_argument("command", nargs="?", default="run", choices=["run"])
    parser.parse_args()
    try:
        settings = load_settings()
        log.set_up(settings.log_level, [settings.bot_token.get_secret_value()])
        asyncio.run(_run(settings))
    except StartupError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


async def _run(settings: Settings) -> None:
    log.watch(asyncio.get_running_loop())
    if settings.bot_token.get_secret_value():
        await _serve(settings)
        return
    async with _sandbox(settings) as sandbox_settings:
        await _serve(sandbox_settings)


async def _serve(settings: Settings) -> None:
    """Run the bot until it is told to stop or cannot go on."""
    app = App(settings)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        starting = asyncio.gather(app.start())
        stopping = app.tasks.start(stop.wait(), "waiting for a signal")
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            return
        await starting
        _say("The bot is running. Ctrl-C stops it.")
        receiving = app.tasks.start(app.run(), "receiver")
        await asyncio.wait({receiving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if receiving.done():
            await receiving
    finally:
        await app.stop()


@contextlib.asynccontextmanager
async def _sandbox(settings: Settings) -> AsyncIterator[Settings]:
    """Start the stand-in for Telegram and yield the settings with which the bot uses it."""
    folder = SANDBOX_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    sandbox = Sandbox(
        port=settings.sandbox_port,
        crowd=settings.sandbox_crowd,
        state=folder / "telegram.json",
    )
    try:
        await sandbox.start()
    except OSError as error:
        raise StartupError(
            f"The sandbox cannot use port {settings.sandbox_port} ({error.strerror}): "
            "set SANDBOX_PORT to another one."
        ) from error
    try:
        _say(f"There is no BOT_TOKEN, so this is the sandbox. Open {sandbox.url}")
        own_path = "database_path" in settings.model_fields_set
        yield settings.model_copy(
            update={
                "bot_token": SecretStr(sandbox.token),
                "telegram_api_url": sandbox.url.rstrip("/"),
                "owner_ids": settings.owner_ids or frozenset({STAFF_ID, STAFF2_ID}),
                "database_path": settings.database_path if own_path else folder / "bot.db",
            }
        )
    finally:
        await sandbox.stop()


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
