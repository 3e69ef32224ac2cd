"""The queue of updates and the long poll that reads it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.clock import Clock
from sandbox.errors import BotApiError

_KIND_NAMES = """
message edited_message callback_query my_chat_member chat_member message_reaction
message_reaction_count poll poll_answer inline_query chosen_inline_result channel_post
edited_channel_post shipping_query pre_checkout_query chat_join_request chat_boost
removed_chat_boost business_connection business_message edited_business_message
deleted_business_messages purchased_paid_media
"""
KINDS = frozenset(_KIND_NAMES.split())
ASKED_FOR = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
DEFAULT_KINDS = KINDS - ASKED_FOR

# Seconds until an update that nobody fetched is thrown away.
RETENTION = {"callback_query": 150, "shipping_query": 150, "pre_checkout_query": 150}
DAY = 24 * 3600
MAX_TIMEOUT = 50
CONFLICT_PAUSE = 3.0
_BATCH_PAUSE = 0.002

_OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is "
    "running"
)
_WEBHOOK_SET = "Conflict: terminated by setWebhook request"


@dataclass(slots=True)
class Entry:
    """One update that the bot has not confirmed. `queue`: updates of one queue stay in order."""

    update_id: int
    kind: str
    payload: dict[str, Any]
    queue: int
    expires_at: float

    def as_json(self) -> dict[str, Any]:
        """Return the Bot API Update."""
        return {"update_id": self.update_id, self.kind: self.payload}


class Updates:
    """What the bot has still to learn, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self.allowed = DEFAULT_KINDS
        self.next_id = 100_000_001
        self.on_add: Callable[[Entry], None] | None = None  # the webhook, while one is set
        self.last_poll_at = float("-inf")
        self._clock = clock
        self._entries: dict[int, Entry] = {}
        self._last_offset = 0
        self.poll_waits = asyncio.Event()  # set while a long poll waits
        self._waiting: asyncio.Future[None] | None = None
        self._conflict_at = float("-inf")
        self._earliest_expiry = float("inf")

    @property
    def polled(self) -> bool:
        """Return whether a bot is there to poll, or was a moment ago."""
        return self.poll_waits.is_set() or self._clock.monotonic() - self.last_poll_at < 5

    def __len__(self) -> int:
        self._drop_expired()
        return len(self._entries)

    def add(self, kind: str, payload: dict[str, Any], queue: int) -> None:
        """Queue an update, unless the bot did not ask for this kind."""
        if kind not in self.allowed:
            return
        expires_at = self._clock.time() + RETENTION.get(kind, DAY)
        entry = Entry(self.next_id, kind, payload, queue, expires_at)
        self.next_id += 1
        self._entries[entry.update_id] = entry
        self._earliest_expiry = min(self._earliest_expiry, expires_at)
        if self.on_add:
            self.on_add(entry)
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def pending(self) -> list[Entry]:
        """Return what waits, oldest first."""
        self._drop_expired()
        return list(self._entries.values())

    def holds(self, entry: Entry) -> bool:
        """Return whether the update still waits and is not too old."""
        return entry.update_id in self._entries and entry.expires_at > self._clock.time()

    def discard(self, entry: Entry) -> None:
        """Forget an update that was delivered."""
        self._entries.pop(entry.update_id, None)

    def clear(self) -> None:
        """Forget all updates."""
        self._entries.clear()

    def allow(self, kinds: list[Any] | None) -> None:
        """Remember which kinds the bot wants: None keeps the choice, [] is the default."""
        if kinds is not None:
            wanted = frozenset(kind for kind in kinds if kind in KINDS)
            self.allowed = wanted or DEFAULT_KINDS

    def throttle(self, offset: int, limit: int, timeout: int) -> tuple[int, int]:
        """Slow down a bot that asks for the same offset again at once, as Telegram does."""
        now = self._clock.monotonic()
        if offset == self._last_offset:
            since = now - self.last_poll_at
            timeout = 3 if timeout < 3 and since < 3 else timeout
            limit = 1 if since < 0.5 else limit
        return limit, timeout

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Entry]:
        """Confirm what lies before `offset`, then return updates or wait for one."""
        self._drop_expired()
        self._confirm(offset)
        self.last_poll_at = self._clock.monotonic()
        self._last_offset = offset
        if not self._entries and seconds > 0:
            await self._wait(seconds)
            self._drop_expired()
            self.last_poll_at = self._clock.monotonic()
        return list(self._entries.values())[:limit]

    async def _wait(self, seconds: float) -> None:
        self._end_wait(_OTHER_POLL)
        waiting = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        self.poll_waits.set()
        try:
            async with asyncio.timeout(seconds):
                await waiting
            await asyncio.sleep(_BATCH_PAUSE)
        except TimeoutError:
            pass
        except BotApiError:
            await self._pause_conflict()
            raise
        finally:
            # Also when the client went away: a closed connection is no poll that waits.
            if self._waiting is waiting:
                self._waiting = None
                self.poll_waits.clear()

    def end_polls(self) -> None:
        """Send the poll that waits away, because a webhook was set."""
        self._end_wait(_WEBHOOK_SET)

    def release_polls(self) -> None:
        """Let the poll that waits return with nothing, because the sandbox ends."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def _end_wait(self, reason: str) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(BotApiError(409, reason))

    async def _pause_conflict(self) -> None:
        """Answer a second conflict within three seconds three seconds later, as Telegram does."""
        now = self._clock.monotonic()
        soon = now - self._conflict_at < CONFLICT_PAUSE
        self._conflict_at = now
        if soon:
            await asyncio.sleep(CONFLICT_PAUSE)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            offset = next(iter(list(self._entries)[offset:]), 0)
        while self._entries and (first := next(iter(self._entries))) < offset:
            del self._entries[first]

    def _drop_expired(self) -> None:
        now = self._clock.time()
        if now < self._earliest_expiry:  # the usual case, and a long queue stays cheap
            return
        for entry in [each for each in self._entries.values() if each.expires_at <= now]:
            del self._entries[entry.update_id]
        rest = [each.expires_at for each in self._entries.values()]
        self._earliest_expiry = min(rest, default=float("inf"))

    def dump(self) -> dict[str, Any]:
        """Return the queue as plain data."""
        return {
            "next_id": self.next_id,
            "allowed": sorted(self.allowed),
            "entries": [_entry_fields(entry) for entry in self._entries.values()],
        }

    def load(self, saved: dict[str, Any]) -> None:
        """Take over what `dump` gave."""
        # The file may be some seconds old: ids that a bot has seen since must not come again.
        self.next_id = saved["next_id"] + 100_000
        self.allowed = frozenset(saved["allowed"])
        self._entries = {each["update_id"]: Entry(**each) for each in saved["entries"]}
        self._earliest_expiry = float("-inf")


def _entry_fields(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
