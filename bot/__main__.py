"""The command line: `python -m bot` runs the bot, and without BOT_TOKEN a sandbox to try it in."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot import ask, log
from bot.config import Settings, load_settings
from bot.errors import StartupError
from bot.smooth import smooth

_Run = Callable[[argparse.Namespace, Settings], int]
SANDBOX_FOLDER = Path("data/sandbox")


def main() -> int:
    """Run the command; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="command")
    commands.add_parser("run", help="run the bot (also without a command)")
    ask.add_arguments(commands.add_parser("ask", help=ask.__doc__))
    of_places = {} if sys.argv[1:2] == ["ask"] else _commands_of_places(commands)
    arguments = parser.parse_args()
    os.umask(0o077)  # whatever is written is for this account alone
    try:
        settings = load_settings()
        if arguments.command == "ask":
            return ask.run(arguments, settings.content_dir)
        if arguments.command in of_places:
            return of_places[arguments.command](arguments, settings)
        log.set_up(settings.log_level, settings.secrets)
        asyncio.run(_run(settings))
    except StartupError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _commands_of_places(commands: Any) -> dict[str, _Run]:  # noqa: ANN401 - argparse's is private
    """Add the commands about places; return what runs each."""
    from bot import import_sites, near  # noqa: PLC0415 - half a second that `ask` does not need

    near.add_arguments(commands.add_parser("near", help=near.__doc__))
    import_sites.add_arguments(commands.add_parser("import-sites", help=import_sites.__doc__))
    return {"near": near.run, "import-sites": import_sites.run}


async def _run(settings: Settings) -> None:
    """Run what the settings ask for until a signal ends it."""
    loop = asyncio.get_running_loop()
    log.watch(loop)
    signalled = _end_on_signal(loop)
    try:
        if settings.bot_token.get_secret_value():
            await _serve(settings)
        else:
            async with _sandbox(settings) as sandbox_settings:
                await _serve(sandbox_settings)
    except asyncio.CancelledError:
        if not signalled.is_set():
            raise


def _end_on_signal(loop: asyncio.AbstractEventLoop) -> asyncio.Event:
    """Cancel this task at the first signal; return the event that says that one came.

    Later signals change nothing: what the first began takes less than ten seconds.
    """
    task, signalled = asyncio.current_task(loop), asyncio.Event()

    def end() -> None:
        if task and not signalled.is_set():
            signalled.set()
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    return signalled


async def _serve(settings: Settings) -> None:
    """Run the bot until it is cancelled or cannot go on."""
    from bot.app import App  # noqa: PLC0415 - a second that `ask` does not need

    app = App(settings)
    try:
        await app.start()
        smooth()
        _say("The bot is running. Ctrl-C stops it.")
        await app.run()
    finally:
        await app.stop()


@contextlib.asynccontextmanager
async def _sandbox(settings: Settings) -> AsyncIterator[Settings]:
    """Start the stand-in for Telegram and yield the settings with which the bot uses it."""
    from sandbox.server import Sandbox  # noqa: PLC0415 - `ask` does not need it
    from sandbox.state import StateError  # noqa: PLC0415 - the same
    from sandbox.world import STAFF_ID  # noqa: PLC0415 - the same

    folder = SANDBOX_FOLDER
    try:
        sandbox = Sandbox(
            port=settings.sandbox_port,
            crowd=settings.sandbox_crowd,
            state=folder / "telegram.json",
        )
        await sandbox.start()
    except StateError as error:
        raise StartupError(str(error)) from error
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
                "owner_ids": settings.owner_ids or frozenset({STAFF_ID}),
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
