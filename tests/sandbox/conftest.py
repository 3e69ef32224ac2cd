"""A fresh sandbox for each test, and a bot's way to call it over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import pytest

from sandbox import Sandbox


class Caller:
    """Calls Bot API methods as a bot does and gives back what came over the wire."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.session = session

    async def raw(self, method: str, **arguments: Any) -> tuple[int, dict[str, Any]]:
        """Return HTTP status and body."""
        url = f"{self.sandbox.base_url}{self.sandbox.token}/{method}"
        async with self.session.post(url, json=arguments) as answer:
            return answer.status, await answer.json()

    async def __call__(self, method: str, **arguments: Any) -> Any:
        """Return the result; fail if the call was refused."""
        _, body = await self.raw(method, **arguments)
        assert body["ok"], body
        return body["result"]

    async def refused(self, method: str, **arguments: Any) -> str:
        """Return the description of the refusal; status and error_code have to agree."""
        status, body = await self.raw(method, **arguments)
        assert not body["ok"], body
        assert body["error_code"] == status
        return str(body["description"])


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox without flood limits and without a crowd."""
    async with Sandbox(limits=False) as sandbox:
        yield sandbox


@pytest.fixture
async def connect() -> AsyncIterator[Callable[[Sandbox], Caller]]:
    """Makes a bot's calls to any sandbox."""
    async with aiohttp.ClientSession() as session:
        yield lambda sandbox: Caller(sandbox, session)


@pytest.fixture
def call(sandbox: Sandbox, connect: Callable[[Sandbox], Caller]) -> Caller:
    """The bot's calls to the sandbox of this test."""
    return connect(sandbox)


@pytest.fixture
async def begin() -> AsyncIterator[Callable[..., asyncio.Task[Any]]]:
    """Begins something beside the test and ends it with the test."""
    tasks: list[asyncio.Task[Any]] = []

    def begin(work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        tasks.append(asyncio.get_running_loop().create_task(work))
        return tasks[-1]

    yield begin
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def nia(sandbox: Sandbox):
    """Somebody who has written to the bot, so that it may write back."""
    person = sandbox.person("Nia")
    await person.send("/start")
    return person
