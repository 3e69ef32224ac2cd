"""A time limit on the injected clock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.clock import Clock
from bot.tasks import Tasks


@asynccontextmanager
async def time_limit(clock: Clock, tasks: Tasks, seconds: float) -> AsyncIterator[None]:
    """Cancel the block after that many seconds and raise TimeoutError, like asyncio.timeout."""
    async with asyncio.timeout(None) as limit:

        async def expire() -> None:
            await clock.sleep(seconds)
            limit.reschedule(asyncio.get_running_loop().time())

        timer = tasks.start(expire(), "time limit")
        try:
            yield
        finally:
            timer.cancel()
