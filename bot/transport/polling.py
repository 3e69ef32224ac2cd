"""Long polling by raw JSON: updates as they came, so that no bad one harms another."""

import json
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn
from urllib.parse import urlencode

from telegram.error import Conflict, InvalidToken, RetryAfter
from telegram.request import BaseRequest

from bot.clock import Clock
from bot.errors import StartupError
from bot.transport.raw import update_id_of

log = logging.getLogger(__name__)

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "message_reaction",
)
POLL_SECONDS = 50
_GRACE_SECONDS = 10.0  # what the answer may take beyond the poll itself
_LIMIT = 100

_FIRST_DELAY = 1.0
_LONGEST_DELAY = 30.0
_DELAY_GROWTH = 1.5

_NEWCOMER_SECONDS = 60.0
_CONFLICTS = 5
_CONFLICTS_WITHIN_SECONDS = 120.0
_REFUSALS = 3


class Polling:
    """Asks Telegram for updates for ever; the offset moves only past what was accepted."""

    def __init__(self, request: BaseRequest, base_url: str, clock: Clock) -> None:
        self._request = request
        self._base_url = base_url  # holds the token
        self._clock = clock
        self._offset: int | None = None
        self._began_at = 0.0
        self._answered = False
        self._outage_since: float | None = None
        self._delay = _FIRST_DELAY
        self._refusals = 0
        self._conflicts: deque[float] = deque(maxlen=_CONFLICTS)

    async def run(
        self,
        ready: Callable[[], Awaitable[None]],
        accept: Callable[[Sequence[object]], Awaitable[None]],
    ) -> NoReturn:
        """Fetch whenever ready returns, pass on each batch; raise StartupError if hopeless."""
        self._began_at = self._clock.monotonic()
        while True:
            await ready()
            if batch := await self._fetch():
                await accept(batch)
                await self._move_past(batch)

    async def _fetch(self) -> Sequence[object]:
        try:
            batch = await self._get_updates()
        except RetryAfter as error:
            await self._clock.sleep(_seconds(error))
        except InvalidToken as error:
            await self._refused(error)
        except Conflict as error:
            await self._conflicted(error)
        except Exception as error:  # noqa: BLE001 - no strange answer may end the polling
            await self._unreachable(error)
        else:
            self._reachable()
            return batch
        return ()

    async def _get_updates(self) -> list[object]:
        # After an outage a poll that returns at once tells soonest that Telegram is back.
        seconds = POLL_SECONDS if self._outage_since is None else 0
        parameters = {
            "timeout": seconds,
            "limit": _LIMIT,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
            **({} if self._offset is None else {"offset": self._offset}),
        }
        # Bot.get_updates would decode the whole batch at once, and log it when that fails.
        result: object = await self._request.post(
            f"{self._base_url}/getUpdates?{urlencode(parameters)}",
            read_timeout=seconds + _GRACE_SECONDS,
        )
        if not isinstance(result, list):
            raise TypeError("getUpdates answers with a list")
        return result

    async def _move_past(self, batch: Sequence[object]) -> None:
        ids = [update_id for raw in batch if (update_id := update_id_of(raw)) is not None]
        if ids:
            self._offset = max(ids) + 1
        else:
            # Nothing there has an id that can be read. It goes when a later update is confirmed;
            # to guess an offset might drop updates that nobody has seen.
            await self._clock.sleep(_FIRST_DELAY)

    def _reachable(self) -> None:
        self._answered = True
        self._refusals = 0
        self._delay = _FIRST_DELAY
        if self._outage_since is not None:
            seconds = self._clock.monotonic() - self._outage_since
            self._outage_since = None
            log.warning("Telegram answers again after %.0f s", seconds)

    async def _unreachable(self, error: Exception) -> None:
        now = self._clock.monotonic()
        if not self._answered:
            self._began_at = now  # not polling yet: the network came up later than the program
        if self._outage_since is None:
            self._outage_since = now
            log.warning("Telegram cannot be polled; trying until it answers", exc_info=error)
        await self._back_off()

    async def _back_off(self) -> None:
        await self._clock.sleep(self._delay)
        self._delay = min(self._delay * _DELAY_GROWTH, _LONGEST_DELAY)

    async def _refused(self, error: Exception) -> None:
        # A token that has just worked is not given up for one strange answer: Telegram has bad
        # minutes.
        self._refusals += 1
        if not self._answered or self._refusals >= _REFUSALS:
            raise StartupError(
                "Telegram does not accept the bot token. Check BOT_TOKEN."
            ) from None
        log.warning("Telegram refused the token that it accepted before", exc_info=error)
        await self._back_off()

    async def _conflicted(self, error: Conflict) -> None:
        """Decide who goes on when two copies poll with one token.

        Telegram answers 409 to the older of two waiting polls. The first to see it is thus the
        older copy, and when that one polls again, the newcomer. The newcomer gives up; the older
        copy goes on, unless it happens again and again: then nobody can tell who is meant to run,
        and a person has to look.
        """
        now = self._clock.monotonic()
        if "webhook" in str(error).lower():
            raise StartupError(
                "A webhook is set for this bot token, so it cannot be polled. "
                "Remove the webhook first."
            ) from None
        self._conflicts.append(now)
        often = (
            len(self._conflicts) == _CONFLICTS
            and now - self._conflicts[0] <= _CONFLICTS_WITHIN_SECONDS
        )
        if often or now - self._began_at < _NEWCOMER_SECONDS:
            raise StartupError(
                "Another copy of the bot is running with this token. Stop it first."
            ) from None
        log.warning("Another copy of the bot polled with this token; going on")
        await self._clock.sleep(random.uniform(1, 3))  # noqa: S311 - only to get out of step with it


def _seconds(error: RetryAfter) -> float:
    # The public property warns that its type will change.
    return error._retry_after.total_seconds()  # noqa: SLF001
