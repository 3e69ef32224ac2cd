"""Group commit: many small writes that arrive together become one transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Request = TypeVar("Request")
Answer = TypeVar("Answer")


class GroupCommit(Generic[Request, Answer]):
    """Runs requests one group at a time; whoever comes while a group runs is in the next one.

    An idle group commit adds no delay, a busy one makes one transaction of many.
    """

    def __init__(self, commit: Callable[[list[Request]], Awaitable[list[Answer]]]) -> None:
        self._commit = commit
        self._waiting: list[tuple[Request, asyncio.Future[Answer]]] = []
        self._turn = asyncio.Lock()

    async def __call__(self, request: Request) -> Answer:
        """Commit a request with the next group; raise what the commit raises."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, answer))
        async with self._turn:
            if not answer.done():
                await self._commit_group()
        return answer.result()

    async def _commit_group(self) -> None:
        group, self._waiting = self._waiting, []
        try:
            answers = await self._commit([request for request, _ in group])
        except Exception as error:  # noqa: BLE001 - handed to everyone who waits for it
            for _, answer in group:
                answer.set_exception(error)
                answer.exception()  # seen: a waiter that was cancelled will not ask for it
            return
        for (_, answer), result in zip(group, answers, strict=True):
            answer.set_result(result)
