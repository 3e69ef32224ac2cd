"""The sandbox as one object: a stand-in for Telegram that a program can start beside itself."""

import asyncio
from collections import deque
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from sandbox.api import PageApi
from sandbox.bot_api import BotApi, Refusal
from sandbox.chats import Chat
from sandbox.client import PersonClient
from sandbox.clock import Clock
from sandbox.commands import Profile
from sandbox.crowd import Crowd
from sandbox.faults import Faults
from sandbox.limits import Limits
from sandbox.methods.call import Services
from sandbox.people import People
from sandbox.state import StateFile
from sandbox.tasks import Tasks
from sandbox.updates import Updates
from sandbox.webhook import Webhook
from sandbox.world import STAFF_GROUP_ID, STAFF_ID, World

DEFAULT_TOKEN = "1000000001:AAsandbox_token_for_this_machine_00"  # noqa: S105 - good for nothing else
BOT_NAME = "Task Force"
BOT_USERNAME = "sandbox_task_force_bot"
MAX_BODY = 80_000_000  # bytes: the largest upload as base64, and what comes with it


class Sandbox:
    """Telegram on this machine: `async with Sandbox(port=0) as sandbox: …`.

    `port=0` takes a free one. `state` is a file to keep everything in; without it the sandbox
    forgets when it ends. `owner` is the id of the first staff member. `crowd` people walk in by
    themselves once a bot listens.
    """

    def __init__(  # noqa: PLR0913 - these are the settings, all by name and all optional
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str = DEFAULT_TOKEN,
        crowd: int = 0,
        state: Path | None = None,
        limits: bool = True,
        owner: int | None = None,
    ) -> None:
        self.host, self.port, self.token = host, port, token
        self.clock = Clock()
        bot_user = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": BOT_NAME,
            "username": BOT_USERNAME,
        }
        self.tasks = Tasks()
        self.world = World(self.clock, bot_user, owner or STAFF_ID)
        self.updates = Updates(self.clock)
        self.people = People(self.world, self.updates)
        self.webhook = Webhook(self.updates, self.clock, self.tasks)
        self.profile = Profile()
        self.limits = Limits(self.clock.monotonic)
        self.limits.on = limits
        self.faults = Faults()
        self.crowd = Crowd(self.world, self.people, self.attended, lambda: self.limits.on, crowd)
        services = Services(
            self.world, self.people, self.updates, self.webhook, self.profile, self.limits
        )
        self.bot_api = BotApi(token, services, self.faults)
        self._page = PageApi(services, self.crowd, self.faults)
        self._state = StateFile(state, self.world, self._parts()) if state else None
        self._runner: web.AppRunner | None = None
        self._clients: dict[int, PersonClient] = {}

    @property
    def url(self) -> str:
        """Return where the page is; the Bot API's base URL is this plus "bot"."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"

    @property
    def base_url(self) -> str:
        """Return the Bot API's address as python-telegram-bot takes it."""
        return f"{self.url}bot"

    @property
    def base_file_url(self) -> str:
        """Return the address of files as python-telegram-bot takes it."""
        return f"{self.url}file/bot"

    @property
    def refusals(self) -> deque[Refusal]:
        """Return what the Bot API refused, oldest first."""
        return self.bot_api.refusals

    @property
    def staff_group(self) -> Chat:
        """Return the staff's forum."""
        return self.world.chats[STAFF_GROUP_ID]

    def attended(self) -> bool:
        """Return whether a bot polls or has a webhook."""
        return bool(self.webhook.url) or self.updates.polled

    async def wait_for_bot(self, within: float = 10.0) -> None:
        """Wait until a bot waits for updates or has a webhook; raise TimeoutError if none does."""
        async with asyncio.timeout(within):
            while not self.webhook.url and not self.updates.poll_waits.is_set():
                await self._attendance()

    async def _attendance(self) -> None:
        """Wait until a poll begins or a webhook is set, whichever is first."""
        waits = (self.updates.poll_waits.wait(), self.webhook.is_set.wait())
        tasks = [asyncio.get_running_loop().create_task(wait) for wait in waits]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()

    def person(self, name: str, *, language: str = "en") -> PersonClient:
        """Return somebody who acts for a test: the person of this first name, else a new one."""
        found = [each for each in self.world.people.values() if each.first_name == name]
        person = found[0] if found else self.world.add_person(name, language)
        if person.id not in self._clients:
            self._clients[person.id] = PersonClient(person, self.world, self.people)
        return self._clients[person.id]

    async def start(self) -> None:
        """Open the port and let the crowd come."""
        if self._state:
            await self._state.load()
        # handler_cancellation ends the long poll of a client that went away.
        self._runner = web.AppRunner(
            self._application(), handler_cancellation=True, access_log=None, shutdown_timeout=1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port, reuse_address=True)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        self.port = self._runner.addresses[0][1]
        self.tasks.start(self.crowd.run(), "crowd")
        if self._state:
            self.tasks.start(self._state.run(), "saving the state")

    async def stop(self) -> None:
        """Close the port, end what runs and save the state."""
        self._page.close()
        self.updates.release_polls()
        await self.tasks.stop()
        await self.webhook.close()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None
        if self._state:
            await self._state.save_now()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=MAX_BODY)
        application.router.add_route("*", "/bot{call:.*}", self.bot_api.handle)
        application.router.add_route("*", "/file/bot{path:.*}", self.bot_api.file)
        self._page.register(application)
        return application

    def _parts(self) -> dict[str, Any]:
        return {
            "world": self.world,
            "updates": self.updates,
            "profile": self.profile,
            "crowd": self.crowd,
            "people": self.people,
        }
