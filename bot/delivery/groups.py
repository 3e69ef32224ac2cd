"""Group commit: many small writes that arrive together become one transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from bot.tasks import Tasks

Request = TypeVar("Request")
Answer = TypeVar("Answer")


class GroupCommit(Generic[Request, Answer]):
    """Runs requests one group at a time; whoever comes while a group runs is in the next one.

    An idle group commit adds no delay, a busy one makes one transaction of many.
    """

    def __init__(
        self, commit: Callable[[list[Request]], Awaitable[list[Answer]]], tasks: Tasks
    ) -> None:
        self._commit = commit
        self._tasks = tasks
        self._waiting: list[tuple[Request, asyncio.Future[Answer]]] = []
        self._runner: asyncio.Task[None] | None = None

    async def __call__(self, request: Request) -> Answer:
        """Commit a request with the next group; raise what the commit raises."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, answer))
        if self._runner is None:
            self._runner = self._tasks.start(self._run(), "group commit")
        return await answer

    async def _run(self) -> None:
        """Commit group after group until nobody waits."""
        try:
            while self._waiting:
                await self._commit_group()
        finally:
            self._runner = None

    async def _commit_group(self) -> None:
        group, self._waiting = self._waiting, []
        try:
            answers = await self._commit([request for request, _ in group])
        except Exception as error:  # noqa: BLE001 - handed to everyone who waits for it
            for _, answer in group:
                if not answer.done():
                    answer.set_exception(error)
            return
        for (_, answer), result in zip(group, answers, strict=True):
            if not answer.done():  # else its waiter was cancelled
                answer.set_result(result)
