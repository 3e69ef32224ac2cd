"""Telegram's flood limits, and how much was sent."""

import math
from collections import deque
from collections.abc import Callable

from sandbox.errors import flood

ALL_PER_SECOND = 30
PRIVATE_BURST = 3
PRIVATE_PER_SECOND = 1.0
GROUP_PER_MINUTE = 20
HISTORY = 3600  # seconds of statistics that are kept


class Limits:
    """30 messages a second in all, about one a second per person, 20 a minute per group.

    `refused` counts the 429s it gave, `history` the messages accepted in each second.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.on = True
        self.refused = 0
        self.accepted = 0
        self.history: dict[int, int] = {}
        self._monotonic = monotonic
        self._all: deque[float] = deque()
        self._private: dict[int, tuple[float, float]] = {}
        self._groups: dict[int, deque[float]] = {}

    @property
    def peak(self) -> int:
        """Return the most messages accepted in one second so far."""
        return max(self.history.values(), default=0)

    def spend(self, chat_id: int, count: int = 1) -> None:
        """Count `count` messages to a chat, or raise the 429."""
        now = self._monotonic()
        if self.on:
            wait = max(self._wait_all(now, count), self._wait_chat(chat_id, now, count))
            if wait > 0:
                self.refused += 1
                raise flood(max(1, math.ceil(wait)))
            self._take(chat_id, now, count)
        self.accepted += count
        second = int(now)
        self.history[second] = self.history.get(second, 0) + count
        if len(self.history) > HISTORY:
            del self.history[next(iter(self.history))]

    def _wait_all(self, now: float, count: int) -> float:
        return _wait_window(self._all, now, count, ALL_PER_SECOND, 1.0)

    def _wait_chat(self, chat_id: int, now: float, count: int) -> float:
        if chat_id < 0:
            sent = self._groups.setdefault(chat_id, deque())
            return _wait_window(sent, now, count, GROUP_PER_MINUTE, 60.0)
        return max(0.0, (1.0 - self._tokens(chat_id, now)) / PRIVATE_PER_SECOND)

    def _tokens(self, chat_id: int, now: float) -> float:
        tokens, at = self._private.get(chat_id, (float(PRIVATE_BURST), now))
        return min(PRIVATE_BURST, tokens + (now - at) * PRIVATE_PER_SECOND)

    def _take(self, chat_id: int, now: float, count: int) -> None:
        self._all.extend([now] * count)
        if chat_id < 0:
            self._groups[chat_id].extend([now] * count)
        else:
            # An album may go below zero: it is let through, and the next message waits for it.
            self._private[chat_id] = (self._tokens(chat_id, now) - count, now)


def _wait_window(sent: deque[float], now: float, count: int, most: int, window: float) -> float:
    """Return the seconds until `count` more fit into the sliding window."""
    while sent and sent[0] <= now - window:
        sent.popleft()
    over = len(sent) + count - most
    return sent[over - 1] + window - now if over > 0 else 0.0
