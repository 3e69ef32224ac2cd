"""The receiver's dealings with the inbox: none of them can stop an update from being handled."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

from bot.clock import Clock
from bot.errors import StorageUnavailableError
from bot.storage.database import Database
from bot.storage.tables import Tables
from bot.tasks import Tasks
from bot.transport.timing import time_limit

log = logging.getLogger(__name__)
T = TypeVar("T")

WRITE_SECONDS = 0.5  # the next poll, and the emergencies in it, wait no longer than that
FORGET_EVERY_SECONDS = 0.05
RETRY_SECONDS = 5.0
TELL_EVERY_SECONDS = 600.0


class Keeper:
    """Keeps updates in the inbox and forgets them; tells of trouble instead of raising it."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        tasks: Tasks,
        on_trouble: Callable[[Exception], Awaitable[None]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._tasks = tasks
        self._on_trouble = on_trouble
        self._told_at: float | None = None
        self._stuck: asyncio.Task[set[int] | None] | None = None
        self._answered: set[int] = set()
        self._forgetting: asyncio.Task[None] | None = None

    async def keep(self, updates: Sequence[tuple[int, str]]) -> set[int] | None:
        """Store updates (id, JSON); return the ids that are new, None if that cannot be done now.

        A write that hangs is left behind after WRITE_SECONDS. Until it ends nothing more is queued
        behind it, so that a locked database delays the updates once, not with every batch.
        """
        if self._stuck is not None and not self._stuck.done():
            return None
        write = self._tasks.start(
            self._write(lambda tables: tables.inbox.add(updates, self._clock.now())), "inbox"
        )
        try:
            async with time_limit(self._clock, self._tasks, WRITE_SECONDS):
                return await asyncio.shield(write)
        except TimeoutError:
            self._stuck = write
            self._trouble(StorageUnavailableError("a write takes too long"))
            return None

    def forget(self, update_id: int) -> None:
        """Remove an answered update, soon and together with others."""
        self._answered.add(update_id)
        if self._forgetting is None or self._forgetting.done():
            self._forgetting = self._tasks.start(self._keep_forgetting(), "inbox, answered")

    async def flush(self) -> bool:
        """Remove the answered updates now; return False if that has to be tried again."""
        batch = list(self._answered)
        if not batch:
            return True
        if not await self._write(partial(_remove, batch)):
            return False
        self._answered.difference_update(batch)
        return True

    async def set_aside(self, update_id: int, problem: str) -> None:
        """Keep an update that cannot be handled apart from the others, for good."""
        await self._write(lambda tables: tables.inbox.mark_problem(update_id, problem))

    async def count_attempt(self, update_id: int) -> None:
        """Remember that an update left by a crash is being tried once more."""
        await self._write(lambda tables: tables.inbox.mark_attempted([update_id]))

    async def list_left(self) -> list[tuple[int, str, int]] | None:
        """Return (id, JSON, attempts) of all that wait, oldest first; None if unreadable."""
        try:
            async with time_limit(self._clock, self._tasks, WRITE_SECONDS):
                return await self._guard(
                    self._database.read(lambda tables: tables.inbox.list_waiting())
                )
        except TimeoutError:
            self._trouble(StorageUnavailableError("a read takes too long"))
            return None

    async def _keep_forgetting(self) -> None:
        while self._answered:
            await self._clock.sleep(FORGET_EVERY_SECONDS)
            if not await self.flush():
                await self._clock.sleep(RETRY_SECONDS)

    async def _write(self, work: Callable[[Tables], T]) -> T | None:
        return await self._guard(self._database.write(work))

    async def _guard(self, work: Awaitable[T]) -> T | None:
        try:
            return await work
        except Exception as error:  # noqa: BLE001 - also a mistake of ours must not stop the updates
            self._trouble(error)
            return None

    def _trouble(self, error: Exception) -> None:
        log.error("The inbox cannot be used; updates are handled all the same", exc_info=error)
        now = self._clock.monotonic()
        if self._told_at is None or now - self._told_at >= TELL_EVERY_SECONDS:
            self._told_at = now
            _ = self._tasks.start(self._tell(error), "telling of trouble")

    async def _tell(self, error: Exception) -> None:
        await self._on_trouble(error)


def _remove(update_ids: Sequence[int], tables: Tables) -> bool:
    tables.inbox.remove(update_ids)
    return True
