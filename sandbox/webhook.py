"""Delivery of updates to a webhook: in order per chat, side by side across chats."""

import asyncio
import random
import re
from collections import deque
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from sandbox.clock import Clock
from sandbox.errors import bad_request
from sandbox.tasks import Tasks
from sandbox.updates import Entry, Updates

MAX_RETRY_AFTER = 3600
PORTS = (80, 88, 443, 8443)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_TIMEOUT = ClientTimeout(total=60)


class Webhook:
    """The webhook of the bot; with an empty `url` there is none."""

    def __init__(self, updates: Updates, clock: Clock, tasks: Tasks) -> None:
        self.url = ""
        self.secret = ""
        self.max_connections = 40
        self.last_error: tuple[int, str] | None = None
        self.is_set = asyncio.Event()
        self._set_at = float("-inf")
        self._updates = updates
        self._clock = clock
        self._tasks = tasks
        self._session: ClientSession | None = None
        self._queues: dict[int, deque[Entry]] = {}
        self._slots = asyncio.Semaphore(self.max_connections)
        self._generation = 0  # deliveries of an earlier webhook stop when it has moved on

    def set(self, url: str, secret: str, max_connections: int) -> None:
        """Deliver to `url` from now on, what waits first."""
        self.remove()
        self.url, self.secret, self.max_connections = url, secret, max_connections
        self._slots = asyncio.Semaphore(max_connections)
        self._updates.on_add = self._enqueue
        self.is_set.set()
        for entry in self._updates.pending():
            self._enqueue(entry)

    def may_be_set(self) -> bool:
        """Tell whether a second has passed since the last setWebhook, and count this one."""
        now, before = self._clock.monotonic(), self._set_at
        self._set_at = now
        return now - before >= 1

    def remove(self) -> None:
        """Deliver nothing any more."""
        self.url = self.secret = ""
        self.last_error = None
        self._generation += 1
        self._queues.clear()
        self._updates.on_add = None
        self.is_set.clear()

    async def close(self) -> None:
        """Close the connections to the bot."""
        self.remove()
        if self._session:
            await self._session.close()

    def info(self) -> dict[str, Any]:
        """Return the Bot API WebhookInfo."""
        info: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
            "allowed_updates": sorted(self._updates.allowed),
        }
        if self.url:
            info |= {"max_connections": self.max_connections, "ip_address": "127.0.0.1"}
        if self.last_error:
            date, text = self.last_error
            info |= {"last_error_date": date, "last_error_message": text}
        return info

    def _enqueue(self, entry: Entry) -> None:
        queue = self._queues.get(entry.queue)
        if queue is not None:
            queue.append(entry)
            return
        self._queues[entry.queue] = deque([entry])
        self._tasks.start(self._deliver_queue(entry.queue), f"webhook queue {entry.queue}")

    async def _deliver_queue(self, queue_id: int) -> None:
        """Deliver one chat's updates, one at a time, until none is left."""
        generation, queue = self._generation, self._queues[queue_id]
        while queue:
            await self._deliver(queue[0], generation)
            if generation != self._generation:
                return
            queue.popleft()
        del self._queues[queue_id]

    async def _deliver(self, entry: Entry, generation: int) -> None:
        pause = 1.0
        while generation == self._generation and self._updates.holds(entry):
            async with self._slots:
                wait = await self._post(entry)
            if wait is None:
                self._updates.discard(entry)
                return
            await asyncio.sleep(wait or pause)
            pause = min(pause * 2, random.uniform(60, 120))  # noqa: S311 - spreads load only

    async def _post(self, entry: Entry) -> float | None:
        """Post once; return None if it arrived, else the seconds to wait (0: the usual pause)."""
        self._session = self._session or ClientSession(timeout=_TIMEOUT)
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        try:
            async with self._session.post(
                self.url, json=entry.as_json(), headers=headers
            ) as answer:
                await answer.read()
                if 200 <= answer.status < 300:
                    return None
                self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                asked = answer.headers.get("Retry-After", "")
                return float(min(int(asked), MAX_RETRY_AFTER)) if asked.isdecimal() else 0.0
        except (ClientError, OSError, TimeoutError):
            self._failed("Connection refused or broken")
            return 0.0

    def _failed(self, text: str) -> None:
        self.last_error = (self._clock.date(), text)


def check_webhook(url: str, secret: str) -> None:
    """Raise BotApiError for an address or a secret that Telegram would refuse.

    The sandbox never leaves the machine, so on loopback it takes http and any port.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise bad_request("bad webhook: invalid URL") from error
    if parts.hostname not in LOOPBACK:
        if parts.scheme != "https":
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if port not in PORTS:
            raise bad_request(
                "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"
            )
        raise bad_request("bad webhook: the sandbox delivers to this machine only")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
