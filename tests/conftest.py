"""What tests share: the whole bot on the sandbox's server, with a clock that tests move."""

import asyncio
import contextlib
import io
import logging
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import scheduler
from bot import log as bot_log
from bot.app import App
from bot.clock import Clock
from bot.config import Settings
from bot.content.library import Library
from sandbox.server import Sandbox
from sandbox.world import STAFF_ID

START = datetime(2026, 11, 18, 18, 0, tzinfo=UTC)  # a Wednesday noon in Chicago


class MovedClock(Clock):
    """Real time passes, but from where and as far as the test says."""

    def __init__(self, start: datetime = START) -> None:
        self.offset = start - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def move(self, **duration: float) -> None:
        self.offset += timedelta(**duration)

    def move_to(self, then: datetime) -> None:
        self.offset = then - datetime.now(UTC)


async def until(condition: Callable[[], object], within: float = 10.0) -> None:
    """Wait for what tells nobody when it happens."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - that is what this is for
            await asyncio.sleep(0.01)


@contextlib.contextmanager
def talkative_log(*secrets: str) -> Iterator[Callable[[], str]]:
    """Set the bot's logging up to write all it can; yield what returns all that is written."""
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = list(root.handlers), root.level
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        for name in ("excepthook", "unraisablehook"):
            patch.setattr(sys, name, getattr(sys, name))
        patch.setattr(threading, "excepthook", threading.excepthook)
        bot_log.set_up("DEBUG", secrets)
        yield stream.getvalue
        logging.captureWarnings(capture=False)
        root.handlers[:] = handlers
        root.setLevel(level)
        for name in ("bot", "scheduler", "sandbox", "__main__"):
            logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture(scope="session")
def library() -> Library:
    return Library()


@pytest.fixture
def paced() -> bool:
    """Say whether Telegram's limits hold, on both sides; without them tests are fast."""
    return False


@pytest.fixture
async def sandbox(paced: bool) -> AsyncIterator[Sandbox]:
    async with Sandbox(limits=paced) as sandbox:
        yield sandbox


@pytest.fixture
def settings(sandbox: Sandbox, tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,
        bot_token=sandbox.token,
        telegram_api_url=sandbox.url.rstrip("/"),
        database_path=tmp_path / "bot.db",
        owner_ids=frozenset({STAFF_ID}),
        undo_seconds=0,
        site_check_days=0,  # tests of the rounds turn them on
    )


class Running:
    """The bot as it runs in a test; it can be stopped and started again on the same database."""

    def __init__(
        self, sandbox: Sandbox, settings: Settings, clock: Clock, library: Library | None
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.library = library
        self.sandbox = sandbox
        self._app: App | None = None

    @property
    def app(self) -> App:
        assert self._app, "the bot does not run"
        return self._app

    async def start(self) -> App:
        self._app = App(self.settings, self.clock, self.library)
        self._app.pacer._limited = self.sandbox.limits.on
        await self._app.start()
        self.receiving = self._app.tasks.start(self._app.run(), "receiver")
        return self._app

    async def stop(self) -> None:
        if self._app:
            await self._app.stop()
            self._app = None

    async def idle(self) -> None:
        """Wait until the bot has taken and handled everything that people did."""
        while self.sandbox.updates.pending():  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.002)
        await self.app.receiver._dispatcher.until_idle()

    async def tick(self) -> None:
        """Do what the scheduler does every second, now."""
        await scheduler.tick(self.app.services, self.app.courier.wake)

    async def outbox_empty(self, within: float = 10) -> None:
        """Wait until nothing is due in the outbox and every edition under way has its report."""
        async with asyncio.timeout(within):
            while True:
                await self.tick()
                self.app.courier.wake()
                if not await self.app.database.read(lambda t: _due(t, self.clock.now())):
                    return
                await asyncio.sleep(0.01)


def _due(t, now) -> int:
    return t.meta._connection.execute(
        "SELECT count(*) FROM deliveries d LEFT JOIN broadcasts b USING (broadcast_id)"
        " WHERE d.state = 'sending' OR b.state = 'sending' OR (d.state = 'pending'"
        " AND d.due_at <= ? AND coalesce(b.state, 'sent') = 'sent')",
        (now.timestamp() * 1000,),
    ).fetchone()[0]


@pytest.fixture
async def running(
    sandbox: Sandbox, settings: Settings, clock: MovedClock, library: Library
) -> AsyncIterator[Running]:
    running = Running(sandbox, settings, clock, library)
    yield running
    await running.stop()


@pytest.fixture
async def app(running: Running) -> App:
    return await running.start()
