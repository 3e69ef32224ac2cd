"""What tests share: the whole bot on the sandbox's server, with a clock that tests move."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.clock import Clock
from bot.config import Settings
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


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
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
    )


StartApp = Callable[[], Awaitable[App]]


class Running:
    """The bot as it runs in a test; it can be stopped and started again on the same database."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.app: App | None = None

    async def start(self) -> App:
        self.app = App(self.settings, self.clock)
        await self.app.start()
        self.app.tasks.start(self.app.run(), "receiver")
        return self.app

    async def stop(self) -> None:
        if self.app:
            await self.app.stop()
            self.app = None


@pytest.fixture
async def running(settings: Settings, clock: MovedClock) -> AsyncIterator[Running]:
    running = Running(settings, clock)
    yield running
    await running.stop()


@pytest.fixture
async def app(running: Running) -> App:
    return await running.start()
