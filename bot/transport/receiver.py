"""The receiver: an update is kept, then confirmed, then handled; emergencies come first."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from telegram import Bot, Update
from telegram.request import BaseRequest

from bot.clock import Clock
from bot.storage.database import Database
from bot.tasks import Tasks
from bot.transport.dispatch import Dispatcher
from bot.transport.keeping import Keeper
from bot.transport.polling import Polling
from bot.transport.raw import key_of, update_id_of
from bot.transport.timing import time_limit

log = logging.getLogger(__name__)

HANDLER_SECONDS = 60.0
FLUSH_SECONDS = 3.0
ATTEMPTS = 3
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the receiver calls; none of it may matter to the receiving itself."""

    process: Callable[[Update], Awaitable[object]]
    is_urgent: Callable[[Mapping[str, Any]], bool]  # looks at an update that is not decoded yet
    on_quarantine: Callable[[], Awaitable[None]]
    on_trouble: Callable[[Exception], Awaitable[None]]  # at most once in ten minutes


@dataclass(frozen=True, slots=True)
class _Arrival:
    """An update on its way; attempts is None unless a crash left it in the inbox."""

    update_id: int
    raw: Mapping[str, Any]
    urgent: bool = False
    attempts: int | None = None


class Receiver:
    """Takes updates from Telegram and sees to it that each is handled, also after a crash."""

    def __init__(
        self, bot: Bot, polling: BaseRequest, database: Database, hooks: Hooks, clock: Clock
    ) -> None:
        self._bot = bot
        self._hooks = hooks
        self._clock = clock
        self._tasks = Tasks()
        self._polling = Polling(polling, bot.base_url, clock)
        self._keeper = Keeper(database, clock, self._tasks, hooks.on_trouble)
        self._dispatcher: Dispatcher[_Arrival] = Dispatcher(self._handle, self._tasks)
        self._taken: dict[int, None] = {}  # ids under way or handled lately, oldest first
        self._recovered = False
        self._suspects = asyncio.Lock()
        self._runner: asyncio.Task[Any] | None = None
        self._stopped = asyncio.Event()

    @property
    def is_running(self) -> bool:
        """Return whether updates are received; also while Telegram cannot be reached."""
        return self._runner is not None

    async def run(self) -> None:
        """Recover what a crash left, poll until stop; raise StartupError if that is hopeless."""
        self._runner = asyncio.current_task()
        try:
            if not self._stopped.is_set():
                await self.recover()
                await self._polling.run(self._dispatcher.until_calm, self.accept)
        except asyncio.CancelledError:
            if not self._stopped.is_set():
                raise
            if self._runner is not None:
                self._runner.uncancel()
        finally:
            self._runner = None

    async def stop(self, seconds: float) -> None:
        """Stop polling at once, finish within that time; the inbox keeps what is not finished."""
        self._stopped.set()
        if self._runner is not None:
            self._runner.cancel()
        try:
            async with time_limit(self._clock, self._tasks, seconds):
                await self._dispatcher.until_idle()
        except TimeoutError:
            log.warning("Some updates were not finished in time; they wait for the next start")
        try:
            async with time_limit(self._clock, self._tasks, FLUSH_SECONDS):
                await self._keeper.flush()
        except TimeoutError:
            log.warning("The inbox could not be tidied; some updates may be answered once more")
        await self._tasks.cancel()

    async def accept(self, raw_updates: Sequence[object]) -> None:
        """Take updates from the wire; once this returns, they may be confirmed."""
        arrivals = [arrival for raw in raw_updates if (arrival := self._arrival(raw))]
        for arrival in arrivals:
            if arrival.urgent:
                self._submit(arrival)
        if not arrivals:
            return
        new = await self._keeper.keep([(a.update_id, json.dumps(a.raw)) for a in arrivals])
        for arrival in arrivals:
            if arrival.urgent:
                continue
            if new is None or arrival.update_id in new:
                self._submit(arrival)
            else:  # a row from before this start: set aside, or waiting for recover
                self._taken.pop(arrival.update_id, None)
        if new is not None and not self._recovered:
            await self.recover()

    async def recover(self) -> None:
        """Handle again, in order, what a crash left in the inbox; later, if it cannot be read."""
        left = await self._keeper.list_left()
        self._recovered = left is not None
        for update_id, text, attempts in left or ():
            if update_id in self._taken:
                continue
            self._take(update_id)
            raw = _decoded(text)
            if attempts >= ATTEMPTS:
                await self._quarantine(update_id, "the program ended each time it was tried")
            elif raw is None:
                await self._quarantine(update_id, "not readable")
            else:
                self._submit(_Arrival(update_id, raw, self._is_urgent(raw), attempts))

    def _arrival(self, raw: object) -> _Arrival | None:
        update_id = update_id_of(raw)
        if update_id is None or not isinstance(raw, dict):
            log.error("Telegram sent something that is not an update; it is dropped")
            return None
        if update_id in self._taken:
            return None
        self._take(update_id)
        return _Arrival(update_id, raw, urgent=self._is_urgent(raw))

    def _take(self, update_id: int) -> None:
        self._taken[update_id] = None
        if len(self._taken) > REMEMBERED:
            del self._taken[next(iter(self._taken))]

    def _is_urgent(self, raw: Mapping[str, Any]) -> bool:
        try:
            return self._hooks.is_urgent(raw)
        except Exception:
            log.exception("An update could not be checked for an emergency; it waits its turn")
            return False

    def _submit(self, arrival: _Arrival) -> None:
        if arrival.urgent:
            self._dispatcher.start_now(arrival)
        else:
            self._dispatcher.submit(key_of(arrival.raw, arrival.update_id), arrival)

    async def _handle(self, arrival: _Arrival) -> None:
        async with self._alone_if_suspect(arrival):
            if arrival.attempts is not None:
                await self._keeper.count_attempt(arrival.update_id)
            try:
                update = Update.de_json(dict(arrival.raw), self._bot)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the others go on
                await self._quarantine(arrival.update_id, type(error).__name__)
                return
            await self._process(update)
            self._keeper.forget(arrival.update_id)

    def _alone_if_suspect(self, arrival: _Arrival) -> AbstractAsyncContextManager[None]:
        # Of several updates that were under way when the program died, more than once, one may be
        # the cause. They are tried one by one, so that the innocent ones get through and only the
        # cause is set aside.
        return self._suspects if arrival.attempts else nullcontext()

    async def _process(self, update: Update) -> None:
        try:
            async with time_limit(self._clock, self._tasks, HANDLER_SECONDS):
                await self._hooks.process(update)
        except TimeoutError:
            log.exception("A handler took longer than %.0f s and was ended", HANDLER_SECONDS)
        except Exception:
            log.exception("A handler failed")

    async def _quarantine(self, update_id: int, problem: str) -> None:
        log.error("An update is set aside: %s", problem)
        await self._keeper.set_aside(update_id, problem)
        _ = self._tasks.start(self._tell_of_quarantine(), "telling of quarantine")

    async def _tell_of_quarantine(self) -> None:
        await self._hooks.on_quarantine()


def _decoded(text: str) -> dict[str, Any] | None:
    try:
        raw = json.loads(text)
    except ValueError:
        return None
    return raw if isinstance(raw, dict) else None
