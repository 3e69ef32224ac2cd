"""Who is handled when: one chat's updates in order, chats side by side, emergencies at once."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from bot.tasks import Tasks
from bot.transport.raw import Key

log = logging.getLogger(__name__)
T = TypeVar("T")

AT_ONCE = 64
PAUSE_ABOVE = 1000
RESUME_BELOW = 500


class Dispatcher(Generic[T]):
    """Queues per chat in front of one handler."""

    def __init__(self, handle: Callable[[T], Awaitable[None]], tasks: Tasks) -> None:
        self._handle = handle
        self._tasks = tasks
        self._queues: dict[Key, deque[T]] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._unfinished = 0
        self._calm = asyncio.Event()
        self._calm.set()
        self._idle = asyncio.Event()
        self._idle.set()

    def submit(self, key: Key, job: T) -> None:
        """Handle a job after the earlier ones with the same key."""
        self._begin()
        self._waiting += 1
        if self._waiting > PAUSE_ABOVE:
            self._calm.clear()
        if key in self._queues:
            self._queues[key].append(job)
        else:
            self._queues[key] = deque([job])
            _ = self._tasks.start(self._work_off(key), "updates of a chat")

    def start_now(self, job: T) -> None:
        """Handle a job at once, whatever is waiting or under way."""
        self._begin()
        _ = self._tasks.start(self._run(job), "urgent update")

    async def until_calm(self) -> None:
        """Wait while so much is queued that no more should be fetched."""
        await self._calm.wait()

    async def until_idle(self) -> None:
        """Wait until everything has been handled."""
        await self._idle.wait()

    async def _work_off(self, key: Key) -> None:
        queue = self._queues[key]
        while queue:
            # A slot is taken for one job at a time: a chat with a hundred messages lets the others
            # in between.
            async with self._slots:
                self._waiting -= 1
                if self._waiting < RESUME_BELOW:
                    self._calm.set()
                await self._run(queue.popleft())
        del self._queues[key]

    async def _run(self, job: T) -> None:
        try:
            await self._handle(job)
        except Exception:  # the chat's later updates must not wait for ever
            log.exception("An update was not handled")
        finally:
            self._unfinished -= 1
            if not self._unfinished:
                self._idle.set()

    def _begin(self) -> None:
        self._unfinished += 1
        self._idle.clear()
