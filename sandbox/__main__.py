"""The sandbox by itself: `python -m sandbox`."""

import argparse
import asyncio
import logging
import re
import signal
import sys
from pathlib import Path

from sandbox.errors import RefusedError
from sandbox.server import DEFAULT_TOKEN, Sandbox
from sandbox.state import StateError
from sandbox.world import MAX_CROWD

_TOKEN = re.compile(r"[1-9]\d{5,15}:[A-Za-z0-9_-]{35}")


def main() -> int:
    """Run the sandbox until it is interrupted; return the exit code."""
    settings = _parser().parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stdout)
    try:
        asyncio.run(_serve(settings))
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        return _fail(f"The sandbox cannot listen on {place}: {error.strerror or error}.")
    except (RefusedError, StateError) as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        pass
    return 0


async def _serve(settings: argparse.Namespace) -> None:
    sandbox = Sandbox(
        host=settings.host,
        port=settings.port,
        token=settings.token,
        crowd=settings.crowd,
        state=settings.state,
        limits=not settings.no_limits,
        owner=settings.owner,
    )
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with sandbox:
        sys.stdout.write(f"The sandbox's page: {sandbox.url}\n")
        sys.stdout.write(f"The bot's token:    {sandbox.token}\n")
        sys.stdout.flush()
        await ended.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="A stand-in for Telegram on this machine."
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    add("--port", type=_port, default=8081, help="port to listen on; 0 takes a free one")
    add("--token", type=_token, default=DEFAULT_TOKEN, help="the token that the bot has to use")
    add("--crowd", type=_crowd, default=500, metavar="N", help="how many simulated members")
    add("--state", type=Path, metavar="FILE", help="keep everything in this file")
    add("--no-limits", action="store_true", help="switch Telegram's flood limits off")
    add("--owner", type=int, metavar="ID", help="id of the first staff member")
    return parser


def _port(value: str) -> int:
    if not value.isdecimal() or int(value) > 65535:
        raise argparse.ArgumentTypeError(f"{value!r} is not a port (0 to 65535)")
    return int(value)


def _token(value: str) -> str:
    if not _TOKEN.fullmatch(value):
        raise argparse.ArgumentTypeError("a token is a number, a colon and 35 characters")
    return value


def _crowd(value: str) -> int:
    if not value.isdecimal() or int(value) > MAX_CROWD:
        raise argparse.ArgumentTypeError(f"a crowd has between 0 and {MAX_CROWD} people")
    return int(value)


def _fail(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
