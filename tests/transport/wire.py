"""Telegram's getUpdates on a loopback port, with the faults that tests ask for."""

import asyncio
import heapq
import itertools
import json
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from aiohttp import web

from bot.clock import Clock

TOKEN = "123456789:AAE-sandboxsandboxsandboxsandbox"
CONFLICT = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


class ManualClock(Clock):
    """A clock that stands still until a test moves it."""

    def __init__(self):
        self._elapsed = 0.0
        self._sleepers = []
        self._order = itertools.count()

    def now(self):
        return datetime(2026, 3, 3, 12, tzinfo=UTC) + timedelta(seconds=self._elapsed)

    def monotonic(self):
        return 5000 + self._elapsed

    async def sleep(self, seconds):
        awake = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + seconds, next(self._order), awake))
        await awake

    async def advance(self, seconds):
        end = self._elapsed + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            self._elapsed, _, awake = heapq.heappop(self._sleepers)
            if not awake.done():
                awake.set_result(None)
            await settle()
        self._elapsed = end

    @property
    def next_sleep(self):
        """Seconds until the first sleeper wakes, or None."""
        due = [at for at, _, awake in self._sleepers if not awake.done()]
        return min(due) - self._elapsed if due else None


async def settle():
    for _ in range(10):
        await asyncio.sleep(0)


async def eventually(condition: Callable[[], object], seconds: float = 5):
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - whatever the condition looks at
            await asyncio.sleep(0.005)


class Wire:
    """Long polling as Telegram does it: one waiting poll, the older one gets the 409."""

    def __init__(self):
        self.pending: list[object] = []
        self.polls: list[dict[str, str]] = []
        self.scripted: deque[tuple[int, str]] = deque()
        self.base_url = ""
        self.waiting: asyncio.Future[bool] | None = None
        self._runner: web.AppRunner | None = None

    async def __aenter__(self):
        app = web.Application()
        app.router.add_post("/bot{token}/getUpdates", self._get_updates)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        (_, port), *_ = self._runner.addresses
        self.root = f"http://127.0.0.1:{port}/bot"
        self.base_url = self.root + TOKEN
        return self

    async def __aexit__(self, *_):
        await self._runner.cleanup()

    def push(self, *updates):
        self.pending.extend(updates)
        if self.waiting and not self.waiting.done():
            self.waiting.set_result(True)

    @property
    def offsets(self):
        return [int(poll["offset"]) for poll in self.polls if "offset" in poll]

    async def _get_updates(self, request):
        query = request.query
        self.polls.append(dict(query))
        if self.scripted:
            status, body = self.scripted.popleft()
            return web.Response(status=status, text=body)
        if offset := int(query.get("offset", 0)):
            known = [i for i, u in enumerate(self.pending) if _id(u) is not None]
            confirmed = [i for i in known if _id(self.pending[i]) < offset]
            self.pending = self.pending[max(confirmed, default=-1) + 1 :]
        if not self.pending and (seconds := int(query["timeout"])):
            if self.waiting and not self.waiting.done():
                self.waiting.set_result(False)
            mine = self.waiting = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(seconds):
                    if not await mine:
                        return _answer(409, description=CONFLICT)
            except TimeoutError:
                pass
        return _answer(200, result=self.pending[: int(query["limit"])])


def _id(update):
    value = update.get("update_id") if isinstance(update, dict) else None
    return value if isinstance(value, int) else None


def _answer(status, **parts):
    return web.json_response({"ok": status == 200, "error_code": status, **parts}, status=status)


def error(status, description):
    return status, json.dumps({"ok": False, "error_code": status, "description": description})


def message(update_id, chat_id=77, text="hello"):
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": 1_772_000_000,
            "chat": {"id": chat_id, "type": "private", "first_name": "Alice"},
            "from": {"id": chat_id, "is_bot": False, "first_name": "Alice"},
            "text": text,
        },
    }
