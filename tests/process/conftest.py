"""Bots as processes of their own, against the sandbox in the test's process."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from sandbox.server import Sandbox
from sandbox.world import STAFF_ID
from tests.process.botprocess import BotProcess

MakeBot = Callable[..., BotProcess]


@pytest.fixture
async def make_any_bot(tmp_path: Path) -> AsyncIterator[MakeBot]:
    """Make bots in the test's folder with just these settings; what still runs is killed."""
    made: list[BotProcess] = []

    def make(**settings: object) -> BotProcess:
        made.append(BotProcess(tmp_path, settings))
        return made[-1]

    yield make
    for bot in made:
        await bot.kill()


@pytest.fixture
def make_bot(make_any_bot: MakeBot, sandbox: Sandbox) -> MakeBot:
    """Make bots that talk to the sandbox, with further settings if wanted."""
    usual = {
        "BOT_TOKEN": sandbox.token,
        "TELEGRAM_API_URL": sandbox.url,
        "DATABASE_PATH": "data/bot.db",
        "OWNER_IDS": STAFF_ID,
        "UNDO_SECONDS": 0,
    }
    return lambda **settings: make_any_bot(**{**usual, **settings})
