"""The courier: drains the outbox, claims before each call and records the outcome after it."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from telegram.error import TelegramError

from bot.clock import Clock
from bot.delivery import wire
from bot.delivery.groups import GroupCommit
from bot.delivery.outcomes import Meaning, Verdict, meaning_of
from bot.delivery.pacing import Pacer, Ticket
from bot.errors import StorageUnavailableError
from bot.models import Delivery, DeliveryState, Lane, MemberState, Operation, Reason
from bot.storage.database import Database
from bot.storage.deliveries import Outcome
from bot.storage.tables import Tables
from bot.tasks import Tasks

log = logging.getLogger(__name__)

IDLE_SECONDS = 1.0  # how often to look when nobody says that something is due
TROUBLE_SECONDS = 1.0  # how long to wait when the database does not answer
LOOK_AHEAD = 256
LEAST_IN_FLIGHT = 8  # also the most that a crash can leave unconfirmed at Telegram's ordinary pace
SINGLES_IN_FLIGHT = 64
BACKOFF_SECONDS = (1, 2, 4, 8, 15, 30)
UNKNOWN_ATTEMPTS = 10  # how often a reply whose fate is unknown is repeated
STORM = 25  # so many refusals or unknowns in a row pause a broadcast

# Refusals that say something about an old message and nothing about the broadcast.
_OF_ONE_MESSAGE = frozenset({Reason.GONE, Reason.TOO_OLD, Reason.NO_MESSAGE})

PauseBroadcast = Callable[[int, Reason], Awaitable[None]]


class Result(NamedTuple):
    """What a call of Telegram came to."""

    delivery: Delivery
    outcome: Outcome
    meaning: Meaning | None


class Courier:
    """Drains the outbox in two loops, so that a broadcast is never in the way of a single message.

    Every delivery is a flight of its own: wait for its turn, claim, call Telegram, record what
    came of it.
    """

    def __init__(  # noqa: PLR0913 - one collaborator each
        self,
        database: Database,
        post: wire.Post,
        pacer: Pacer,
        clock: Clock,
        tasks: Tasks,
        *,
        rate: float,
        on_storm: PauseBroadcast,
    ) -> None:
        self._database = database
        self._post = post
        self._pacer = pacer
        self._clock = clock
        self._tasks = tasks
        self._on_storm = on_storm
        self._ledger = GroupCommit(self._write_ledger, tasks)
        # Fewer than are looked at: a look that finds only what is under way says nothing is due.
        places = min(max(LEAST_IN_FLIGHT, int(rate / 10)), LOOK_AHEAD // 2)
        self._broadcast_places = asyncio.Semaphore(places)
        self._flights: dict[int, asyncio.Task[Any]] = {}  # by delivery
        # Chats, sealed, with a single message under way: a chat's messages stay in order.
        self._chats: set[bytes] = set()
        self._loops: list[asyncio.Task[Any]] = []
        self._woken = {True: asyncio.Event(), False: asyncio.Event()}
        self._stopping = False
        self._refusals: dict[int, int] = {}

    def start(self) -> None:
        """Start both loops."""
        singles = self._loop(self._start_singles, singles=True)
        broadcasts = self._loop(self._start_broadcasts, singles=False)
        self._loops = [
            self._tasks.start(singles, "courier, singles"),
            self._tasks.start(broadcasts, "courier, broadcasts"),
        ]

    @property
    def is_running(self) -> bool:
        """Return whether the outbox is looked at."""
        return bool(self._loops) and not any(loop.done() for loop in self._loops)

    def wake(self) -> None:
        """Look now: something has been written that is due."""
        for event in self._woken.values():
            event.set()

    async def stop(self, seconds: float) -> None:
        """Claim no more and wait that long for the calls under way and their outcomes."""
        self._stopping = True
        self.wake()
        if self._flights:
            await asyncio.wait(list(self._flights.values()), timeout=seconds)

    # ------------------------------------------------------------------ what is due

    async def _loop(self, start_due: Callable[[], Awaitable[bool]], *, singles: bool) -> None:
        woken = self._woken[singles]
        while not self._stopping:
            woken.clear()
            try:
                more = await start_due()
            except StorageUnavailableError as error:
                log.error("The outbox cannot be read: %s", error)  # noqa: TRY400 - expected
                await self._clock.sleep(TROUBLE_SECONDS)
                continue
            if not more:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_SECONDS):
                        await woken.wait()

    async def _start_singles(self) -> bool:
        """Start what is due outside broadcasts, one per chat; its landing looks again."""
        now = self._clock.now()
        due = await self._database.read(lambda t: t.deliveries.list_due(now, LOOK_AHEAD))
        chosen: dict[int, bytes] = {}  # chats by delivery
        for each in due:
            room = len(self._chats) < SINGLES_IN_FLIGHT or each.lane is Lane.URGENT
            if room and each.chat not in self._chats:
                self._chats.add(each.chat)
                chosen[each.delivery_id] = each.chat
        if chosen:
            await self._start_chosen(chosen)
        return False

    async def _start_chosen(self, chosen: dict[int, bytes]) -> None:
        """Read the chosen ones and start them; one that is gone meanwhile frees its chat."""
        try:
            found = await self._database.read(lambda t: t.deliveries.list_by_id(list(chosen)))
        except StorageUnavailableError:
            self._chats.difference_update(chosen.values())
            raise
        for delivery in found:
            self._start(delivery, partial(self._landed_single, chosen.pop(delivery.delivery_id)))
        self._chats.difference_update(chosen.values())

    def _landed_single(self, chat: bytes) -> None:
        self._chats.discard(chat)
        self._woken[True].set()

    async def _start_broadcasts(self) -> bool:
        """Start what is due of broadcasts; return whether there may be more."""
        now = self._clock.now()

        def list_due(t: Tables) -> list[Delivery]:
            return [
                delivery
                for broadcast_id in t.broadcasts.list_due(now)
                for delivery in t.deliveries.list_due_of(broadcast_id, now, LOOK_AHEAD)
            ]

        due = await self._database.read(list_due)
        fresh = [delivery for delivery in due if delivery.delivery_id not in self._flights]
        for delivery in fresh:
            await self._broadcast_places.acquire()
            if self._stopping or self._woken[False].is_set():
                # Something new is due: it may be an alert, which goes before the rest.
                self._broadcast_places.release()
                return not self._stopping
            self._start(delivery, self._broadcast_places.release)
        return bool(fresh)

    # ------------------------------------------------------------------ a flight

    def _start(self, delivery: Delivery, landed: Callable[[], None]) -> None:
        def end(_: asyncio.Task[Any]) -> None:
            del self._flights[delivery.delivery_id]
            landed()

        task = self._tasks.start(self._fly(delivery), "delivery")
        self._flights[delivery.delivery_id] = task
        task.add_done_callback(end)

    async def _fly(self, delivery: Delivery) -> None:
        ticket = await self._pacer.acquire(delivery.lane, delivery.chat_id)
        claimed = False
        try:
            claimed = not self._stopping and await self._ledger(delivery)
        except StorageUnavailableError as error:
            log.error("A delivery cannot be claimed: %s", error)  # noqa: TRY400 - expected
            await self._clock.sleep(TROUBLE_SECONDS)
        finally:
            if not claimed:
                ticket.finish()
        if claimed:
            await self._send(delivery, ticket)

    async def _send(self, delivery: Delivery, ticket: Ticket) -> None:
        meaning = None
        message_ids: tuple[int, ...] = ()
        try:
            message_ids = await wire.perform(self._post, delivery)
        except TelegramError as error:
            meaning = meaning_of(error)
        except Exception:
            log.exception("A delivery failed in the program itself")
            meaning = Meaning(Verdict.FAILED, Reason.PROGRAM)
        finally:
            ticket.finish(meaning.retry_after if meaning else None)
        outcome = self._outcome(delivery, meaning, message_ids)
        await self._ledger(Result(delivery, outcome, meaning))
        await self._watch_for_storm(delivery, outcome)

    def _outcome(
        self, delivery: Delivery, meaning: Meaning | None, message_ids: tuple[int, ...]
    ) -> Outcome:
        """Decide the next state of a delivery."""
        if meaning is None or meaning.verdict is Verdict.DONE or _was_deleted(delivery, meaning):
            return Outcome(delivery.delivery_id, DeliveryState.SENT, message_ids=message_ids)
        states = {
            Verdict.UNREACHABLE: DeliveryState.UNREACHABLE,
            Verdict.FAILED: DeliveryState.FAILED,
            Verdict.UNKNOWN: DeliveryState.UNCONFIRMED,
        }
        state = states.get(meaning.verdict, DeliveryState.PENDING)
        if meaning.verdict is Verdict.UNKNOWN and _may_repeat(delivery):
            state = DeliveryState.PENDING
        due_at = None
        if state is DeliveryState.PENDING:
            backoff = BACKOFF_SECONDS[min(delivery.attempts, len(BACKOFF_SECONDS) - 1)]
            due_at = self._clock.now() + timedelta(seconds=meaning.retry_after or backoff)
        return Outcome(delivery.delivery_id, state, meaning.reason, due_at=due_at)

    # ------------------------------------------------------------------ the ledger

    async def _write_ledger(self, entries: list[Delivery | Result]) -> list[bool]:
        """Claim deliveries and record results in one transaction; say what was claimed.

        Until the database takes them, rows with a result stay "sending".
        """
        claims = [each for each in entries if isinstance(each, Delivery)]
        results = [each for each in entries if isinstance(each, Result)]

        def write(t: Tables) -> set[int]:
            now = self._clock.now()
            if results:
                _record(t, results, now)
            return t.deliveries.claim(claims, now) if claims else set()

        claimed: set[int] | None = None
        while claimed is None:
            try:
                claimed = await self._database.write(write)
            except StorageUnavailableError as error:
                if not results:
                    raise
                log.error("Outcomes cannot be recorded: %s", error)  # noqa: TRY400 - expected
                await self._clock.sleep(TROUBLE_SECONDS)
        return [isinstance(each, Result) or each.delivery_id in claimed for each in entries]

    async def _watch_for_storm(self, delivery: Delivery, outcome: Outcome) -> None:
        """Pause a broadcast whose messages are refused one after another."""
        broadcast_id = delivery.broadcast_id
        if broadcast_id is None:
            return
        is_trouble = outcome.state in (DeliveryState.FAILED, DeliveryState.UNCONFIRMED)
        if not is_trouble or outcome.reason in _OF_ONE_MESSAGE:
            self._refusals.pop(broadcast_id, None)
            return
        self._refusals[broadcast_id] = self._refusals.get(broadcast_id, 0) + 1
        if self._refusals[broadcast_id] == STORM:
            self._refusals.pop(broadcast_id)
            await self._on_storm(broadcast_id, outcome.reason or Reason.ERROR)


def _record(t: Tables, results: list[Result], now: datetime) -> None:
    """Write what came of calls, and what that says about their chats."""
    t.deliveries.finish([outcome for _, outcome, _ in results], now)
    for delivery, outcome, meaning in results:
        chat_id = delivery.chat_id
        if outcome.state is DeliveryState.UNREACHABLE:
            t.members.set_state(chat_id, MemberState.UNREACHABLE, now)
            reason = outcome.reason or Reason.REFUSED
            t.deliveries.stop_chat(chat_id, DeliveryState.UNREACHABLE, reason, now)
            t.reminders.remove_chat(chat_id)
            t.attendances.remove_chat(chat_id)
            t.calendar_links.remove_chat(chat_id)
        elif meaning and meaning.new_chat_id:
            t.members.migrate(chat_id, meaning.new_chat_id)
            t.deliveries.migrate(chat_id, meaning.new_chat_id)


def _was_deleted(delivery: Delivery, meaning: Meaning) -> bool:
    """Return whether a message is gone because an earlier attempt, cut off by a crash, worked."""
    again = delivery.operation is Operation.DELETE and delivery.attempts >= 1
    return again and meaning.reason is Reason.GONE


def _may_repeat(delivery: Delivery) -> bool:
    """Return whether a double is better than none: urgent ones, replies; edits have no double."""
    if delivery.attempts >= UNKNOWN_ATTEMPTS:
        return False
    return delivery.lane <= Lane.REPLY or delivery.operation is not Operation.SEND
