"""Pacing: one place through which every message leaves, under the limits, urgent ones first.

Limits (docs/architecture.md, "Pacing"): so many messages in any second in all; one a second to a
private chat with short bursts; twenty a minute to a group. A message counts from the moment it is
let go until one second after its answer came, because Telegram counts it somewhere in between: so
the limit holds however the network delays it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.clock import Clock
from bot.models import Lane

WINDOW_SECONDS = 1.0
CHAT_BURST = 3.0
CHAT_REFILL = 1.0  # a second
GROUP_MESSAGES = 19
GROUP_SECONDS = 61.0
LONGEST_HOLD = 60.0  # a longer retry_after binds its own chat; the others are probed sooner
LONGEST_RETRY = 30.0  # a person waits for a reply no longer than that
NETWORK_WAITS = (0.2, 0.5, 1.0, 2.0)  # seconds before an answer is sent again, if it got lost
RETRIES = len(NETWORK_WAITS)
SLOWEST = 0.25
SLOWER, FASTER_EACH, FASTER_STEP = 0.7, 5.0, 0.05  # after a 429; seconds; share of the full rate

_COUNTED = ("send", "copy", "forward", "edit")
_NOT_COUNTED = ("sendChatAction",)


@dataclass(eq=False, slots=True)
class Ticket:
    """Leave to send one message now; finish() must be called when its answer has come."""

    lane: Lane
    chat_id: int
    _pacer: "Pacer"

    def finish(self, retry_after: float | None = None) -> None:
        """Say that the call is over, and how long Telegram asked to wait if it refused."""
        self._pacer.finish(self, retry_after)


@dataclass(eq=False, slots=True)
class _Waiter:
    lane: Lane
    chat_id: int
    granted: asyncio.Future[Ticket]


@dataclass(slots=True)
class _Chat:
    """What one chat was sent lately."""

    tokens: float = CHAT_BURST
    refilled_at: float = 0.0
    sent_at: deque[float] = field(default_factory=deque)  # groups only
    blocked_until: float = 0.0


class Pacer(BaseRateLimiter[Lane | Ticket]):
    """The pacer of the whole bot, in the shape that python-telegram-bot asks for."""

    def __init__(self, rate: float, clock: Clock, *, limited: bool = True) -> None:
        self._rate = rate
        self._clock = clock
        self._limited = limited
        self._waiting: dict[Lane, deque[_Waiter]] = {lane: deque() for lane in Lane}
        self._chats: dict[int, _Chat] = {}
        self._in_flight = 0
        self._answered: deque[float] = deque()
        self._next_bulk_at = 0.0
        self._speed = 1.0
        self._speed_changed_at = 0.0
        self._held_until = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def initialize(self) -> None:
        """Start; nothing to do."""

    async def shutdown(self) -> None:
        """Stop waking up."""
        if self._timer:
            self._timer.cancel()

    # ------------------------------------------------------------------ direct replies

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,  # noqa: ANN401 - python-telegram-bot's signature
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Lane | Ticket | None,
    ) -> Any:  # noqa: ANN401
        """Let a request go when its turn has come; repeat it after a 429 or a broken connection.

        A person waits for this answer: it may come twice rather than not at all. A request that
        comes with a ticket has had its turn, and its errors are the courier's.
        """
        if isinstance(rate_limit_args, Ticket):
            return await callback(*args, **kwargs)
        lane = Lane.REPLY if rate_limit_args is None else rate_limit_args
        counted = endpoint.startswith(_COUNTED) and endpoint not in _NOT_COUNTED
        for attempt in range(RETRIES + 1):
            ticket = await self.acquire(lane, _chat_of(data)) if counted else None
            asked_to_wait = None
            try:
                return await callback(*args, **kwargs)
            except (RetryAfter, NetworkError) as error:
                wait = _patience(error, attempt)
                if wait is None:
                    raise
                asked_to_wait = wait if isinstance(error, RetryAfter) else None
            finally:
                if ticket:
                    ticket.finish(asked_to_wait)
            await self._clock.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    # ------------------------------------------------------------------ turns

    async def acquire(self, lane: Lane, chat_id: int) -> Ticket:
        """Wait for the turn of a message to that chat."""
        ticket = self.try_acquire(lane, chat_id)
        if ticket is not None:
            return ticket
        granted: asyncio.Future[Ticket] = asyncio.get_running_loop().create_future()
        waiter = _Waiter(lane, chat_id, granted)
        self._waiting[lane].append(waiter)
        self._serve()
        try:
            return await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                granted.result().finish()
            elif waiter in self._waiting[lane]:
                self._waiting[lane].remove(waiter)
            raise

    def try_acquire(self, lane: Lane, chat_id: int) -> Ticket | None:
        """Return a ticket if the message may leave at once and nobody with more right waits."""
        if not self._limited:
            return self._grant(lane, chat_id, self._clock.monotonic())
        if any(self._waiting[other] for other in Lane if other <= lane):
            return None
        now = self._clock.monotonic()
        if self._room_at(lane, now) > now or self._chat_free_at(chat_id, now) > now:
            return None
        return self._grant(lane, chat_id, now)

    def finish(self, ticket: Ticket, retry_after: float | None) -> None:
        """Count a call as answered; after a 429 hold the lower lanes and come back slower."""
        now = self._clock.monotonic()
        self._in_flight -= 1
        if not self._limited:
            return
        self._answered.append(now)
        chat = self._chats.setdefault(ticket.chat_id, _Chat())
        chat.refilled_at = now  # nothing was gained on the way: Telegram may count from later on
        if retry_after is not None:
            chat.blocked_until = now + retry_after
            self._held_until = max(self._held_until, now + min(retry_after, LONGEST_HOLD))
            self._speed = max(SLOWEST, self._current_speed(now) * SLOWER)
            self._speed_changed_at = now
        self._serve()

    def _serve(self) -> None:
        """Grant what can be granted now, in order of lanes, and wake up when more can be."""
        now = self._clock.monotonic()
        wake_at = float("inf")
        for lane in Lane:
            while self._waiting[lane]:
                room_at = self._room_at(lane, now)
                if room_at > now:  # the lower lanes take only what the higher leave
                    self._wake(min(wake_at, room_at), now)
                    return
                index, free_at = self._first_free(lane, now)
                if index is None:
                    wake_at = min(wake_at, free_at)
                    break
                waiter = self._waiting[lane][index]
                del self._waiting[lane][index]
                if not waiter.granted.done():
                    waiter.granted.set_result(self._grant(lane, waiter.chat_id, now))
        self._wake(wake_at, now)

    def _first_free(self, lane: Lane, now: float) -> tuple[int | None, float]:
        """Return the first waiter whose chat may get a message, or when the earliest may."""
        earliest = float("inf")
        for index, waiter in enumerate(self._waiting[lane]):
            free_at = self._chat_free_at(waiter.chat_id, now)
            if free_at <= now or waiter.granted.done():
                return index, now
            earliest = min(earliest, free_at)
        return None, earliest

    def _wake(self, at: float, now: float) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if at < float("inf"):
            # A millisecond more, so that it never fires just before the moment it waits for.
            delay = max(0.0, at - now) + 0.001
            self._timer = asyncio.get_running_loop().call_later(delay, self._serve)

    def _grant(self, lane: Lane, chat_id: int, now: float) -> Ticket:
        self._in_flight += 1
        if self._limited:
            self._count_chat(chat_id, now)
            # Whatever leaves moves the next notice or broadcast on: those take what is left, and
            # there is always one place for an emergency.
            interval = 1 / self._bulk_rate(now)
            self._next_bulk_at = max(self._next_bulk_at, now - interval) + interval
        return Ticket(lane, chat_id, self)

    # ------------------------------------------------------------------ limits in all

    def _room_at(self, lane: Lane, now: float) -> float:
        """Return when the bot as a whole may send the next message of a lane (now or later)."""
        while self._answered and self._answered[0] <= now - WINDOW_SECONDS:
            self._answered.popleft()
        if now < self._held_until:
            if lane >= Lane.NOTICE:
                return self._held_until
            # Telegram has asked to wait: people who wait are served still, one probe at a time.
            return now if self._in_flight == 0 else now + 0.05
        if lane >= Lane.NOTICE and self._next_bulk_at > now:
            return self._next_bulk_at
        # A burst of replies leaves the last place in every second to emergencies; notices and
        # broadcasts leave it by their even spacing.
        room = max(1, int(self._rate) - (lane is Lane.REPLY))
        if self._in_flight + len(self._answered) < room:
            return now
        return self._answered[0] + WINDOW_SECONDS if self._answered else now + 0.05

    def _bulk_rate(self, now: float) -> float:
        """Return messages a second for notices and broadcasts together."""
        return max(0.5, self._rate - 1) * self._current_speed(now)

    def _current_speed(self, now: float) -> float:
        steps = (now - self._speed_changed_at) // FASTER_EACH
        return min(1.0, self._speed + steps * FASTER_STEP)

    # ------------------------------------------------------------------ limits of a chat

    def _chat_free_at(self, chat_id: int, now: float) -> float:
        """Return when that chat may get a message (now or later)."""
        chat = self._chats.get(chat_id)
        if chat is None:
            return now
        if chat.blocked_until > now:
            return chat.blocked_until
        if chat_id < 0:
            while chat.sent_at and chat.sent_at[0] <= now - GROUP_SECONDS:
                chat.sent_at.popleft()
            full = len(chat.sent_at) >= GROUP_MESSAGES
            return chat.sent_at[0] + GROUP_SECONDS if full else now
        tokens = min(CHAT_BURST, chat.tokens + (now - chat.refilled_at) * CHAT_REFILL)
        return now if tokens >= 1 else now + (1 - tokens) / CHAT_REFILL

    def _count_chat(self, chat_id: int, now: float) -> None:
        if len(self._chats) > 10_000:
            self._forget_idle(now)
        chat = self._chats.setdefault(chat_id, _Chat(refilled_at=now))
        if chat_id < 0:
            chat.sent_at.append(now)
            return
        chat.tokens = min(CHAT_BURST, chat.tokens + (now - chat.refilled_at) * CHAT_REFILL) - 1
        chat.refilled_at = now

    def _forget_idle(self, now: float) -> None:
        """Drop chats with nothing to remember, so that a broadcast to a million stays small."""
        self._chats = {
            chat_id: chat
            for chat_id, chat in self._chats.items()
            if chat.blocked_until > now
            or chat.refilled_at > now - CHAT_BURST / CHAT_REFILL
            or (chat.sent_at and chat.sent_at[-1] > now - GROUP_SECONDS)
        }


def seconds_of(error: RetryAfter) -> float:
    """Return how long Telegram asks to wait, in seconds."""
    wait = error.retry_after  # a timedelta, as bot/__init__.py asks for
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _patience(error: TelegramError, attempt: int) -> float | None:
    """Return how long to wait before a direct answer is sent again; None: give up."""
    if attempt == RETRIES or isinstance(error, BadRequest):
        return None
    if isinstance(error, RetryAfter):
        wait = seconds_of(error)
        return wait if wait <= LONGEST_RETRY else None
    return NETWORK_WAITS[attempt]


def _chat_of(data: dict[str, Any]) -> int:
    """Return the chat of a request; 0, a chat of its own, where it names none."""
    chat_id = data.get("chat_id")
    return chat_id if isinstance(chat_id, int) else 0
