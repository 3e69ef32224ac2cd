"""A real sandbox, a real Chromium, and one fresh page for each test."""

import shutil
import time
from itertools import count

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from sandbox.server import Sandbox

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 5000
_names = count(1)


class Driver:
    """The running sandbox as a script sees it: the Bot API, and the page's own API."""

    def __init__(self, requests, server):
        self.url = server.url
        self.server = server
        self._requests = requests

    async def bot(self, method, **arguments):
        """Call the Bot API and return its result."""
        answer = await self._requests.post(
            f"{self.server.base_url}{self.server.token}/{method}", data=arguments
        )
        body = await answer.json()
        assert body["ok"], body
        return body["result"]

    async def api(self, path, body=None):
        """POST to the page's API, or GET without a body."""
        send = self._requests.get if body is None else self._requests.post
        answer = await send(f"{self.url}api/{path}", **({} if body is None else {"data": body}))
        assert answer.ok, await answer.text()
        return await answer.json()

    async def newcomer(self, *, started=True, language="en"):
        """Add a person whom no other test knows."""
        name = f"Visitor{next(_names)}"
        body = {"first_name": name, "language_code": language}
        person = (await self.api("people", body))["person"]
        if started:
            await self.api(f"people/{person['id']}/messages", {"text": "/start"})
            await self.updates()  # so that the next one is what the test does
        return person

    async def updates(self):
        """Return what the bot has not fetched yet, waiting a moment for the first."""
        updates = await self.bot("getUpdates", timeout=1)
        if updates:
            await self.bot("getUpdates", offset=updates[-1]["update_id"] + 1, timeout=0)
        return updates

    async def next_update(self, kind):
        """Return the newest update of a kind and forget all before it."""
        until = time.monotonic() + PATIENCE_MS / 1000
        while time.monotonic() < until:
            for update in reversed(await self.updates()):
                if kind in update:
                    return update[kind]
        raise AssertionError(f"no {kind} came")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright():
    async with async_playwright() as running_playwright:
        yield running_playwright


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(playwright):
    path = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if path is None:
        pytest.skip(f"needs Chromium, and none of {', '.join(PROGRAMS)} is on the PATH")
    browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    yield browser
    await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def drive(playwright):
    """Return what makes a Driver for a running sandbox."""
    requests = await playwright.request.new_context()
    yield lambda server: Driver(requests, server)
    await requests.dispose()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sandbox(browser, drive):
    """One sandbox without a crowd for all tests: each test adds its own people."""
    async with Sandbox(limits=False) as server:
        yield drive(server)


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser):
    """Return a function that opens the page in its own context: `open_page(sandbox, chat_id)`."""
    contexts, errors = [], []

    async def open_page(sandbox, chat_id=None, **settings):
        settings = {"viewport": {"width": 1280, "height": 800}, "locale": "en-US", **settings}
        context = await browser.new_context(**settings)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(sandbox.url + (f"#chat{chat_id}" if chat_id else ""))
        await page.locator("#people-list li").first.wait_for(state="attached")
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert errors == []


@pytest_asyncio.fixture(loop_scope="session")
async def nia(sandbox):
    """Somebody new who has pressed START."""
    return await sandbox.newcomer()


@pytest_asyncio.fixture(loop_scope="session")
async def page(open_page, sandbox, nia):
    """The page, open at the new person's chat."""
    return await open_page(sandbox, nia["id"])
