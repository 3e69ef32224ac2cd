"""The pacer against the sandbox's strict limits, in virtual time."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.delivery.pacing import Pacer
from bot.models import Lane
from sandbox.errors import BotApiError
from sandbox.limits import Limits
from tests.delivery.virtual import VirtualClock, run

RATE = 30


@dataclass
class Wire:
    """Telegram at the other end of a network that delays each way as told."""

    pacer: Pacer
    delays: list[float] = field(default_factory=lambda: [0.003])
    received: list[tuple[float, Lane, int]] = field(default_factory=list)
    waited: dict[Lane, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.limits = Limits(lambda: asyncio.get_running_loop().time())
        self._calls = 0

    async def send(self, lane: Lane, chat_id: int) -> None:
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        ticket = await self.pacer.acquire(lane, chat_id)
        there, back = self._delay(), self._delay()
        await asyncio.sleep(there)
        self.limits.spend(chat_id)  # raises on a 429
        self.received.append((loop.time(), lane, chat_id))
        self.waited.setdefault(lane, []).append(loop.time() - asked_at)
        await asyncio.sleep(back)
        ticket.finish()

    def _delay(self) -> float:
        self._calls += 1
        return self.delays[self._calls % len(self.delays)]


async def _broadcast(wire: Wire, members: int, in_flight: int = 8) -> None:
    places = asyncio.Semaphore(in_flight)

    async def one(chat_id: int) -> None:
        async with places:
            await wire.send(Lane.BROADCAST, chat_id)

    await asyncio.gather(*(one(1000 + n) for n in range(members)))


def _wire(*delays: float) -> Wire:
    return Wire(Pacer(RATE, VirtualClock()), list(delays) or [0.003])


def test_thousand_members_take_at_most_a_twentieth_more_than_the_limit_allows() -> None:
    async def scenario() -> float:
        wire = _wire()
        began = asyncio.get_running_loop().time()
        await _broadcast(wire, 1000)
        return asyncio.get_running_loop().time() - began

    assert 1000 / 30 < run(scenario()) <= 1.05 * 1000 / 30


def test_emergency_in_the_middle_of_a_broadcast_waits_for_nothing() -> None:
    async def scenario() -> list[float]:
        wire = _wire()
        broadcast = asyncio.gather(_broadcast(wire, 300))
        for n in range(20):
            await asyncio.sleep(0.35)
            await wire.send(Lane.URGENT, 5 + n)
        await broadcast
        return wire.waited[Lane.URGENT]

    assert max(run(scenario())) <= 0.05


def test_replies_go_before_a_broadcast() -> None:
    async def scenario() -> list[float]:
        wire = _wire()
        broadcast = asyncio.gather(_broadcast(wire, 200))
        await asyncio.sleep(1.5)
        await asyncio.gather(*(wire.send(Lane.REPLY, n) for n in range(1, 20)))
        await broadcast
        return wire.waited[Lane.REPLY]

    assert max(run(scenario())) < 1.0  # nineteen of thirty a second


def test_burst_of_replies_leaves_a_place_for_an_emergency() -> None:
    async def scenario() -> float:
        wire = _wire()
        replies = asyncio.gather(*(wire.send(Lane.REPLY, n) for n in range(1, 100)))
        await asyncio.sleep(0.1)
        await wire.send(Lane.URGENT, 5000)
        await replies
        return wire.waited[Lane.URGENT][0]

    assert run(scenario()) < 0.01


def test_chat_gets_a_short_burst_and_then_one_a_second() -> None:
    async def scenario() -> list[float]:
        wire = _wire()
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(wire.send(Lane.REPLY, 7) for _ in range(6)))
        return [at - began for at, _, _ in wire.received]

    times = run(scenario())
    assert times[2] < 0.1
    assert 0.9 < times[3] < 1.2
    assert 2.9 < times[5] < 3.3


def test_group_that_is_full_holds_up_nobody_else() -> None:
    async def scenario() -> tuple[float, float]:
        wire = _wire()
        loop = asyncio.get_running_loop()
        began = loop.time()
        group = asyncio.gather(*(wire.send(Lane.NOTICE, -100) for _ in range(25)))
        await asyncio.sleep(2)
        await wire.send(Lane.NOTICE, 8)
        other = loop.time() - began
        await group
        return other, loop.time() - began

    other, group = run(scenario())
    assert other < 2.2
    assert group > 60


@settings(max_examples=60, deadline=None)
@given(
    delays=st.lists(st.floats(0, 0.4), min_size=1, max_size=7),
    messages=st.lists(
        st.tuples(
            st.sampled_from(list(Lane)),
            st.sampled_from([1, 2, 3, 4, 5, 6, -1, -2]) | st.integers(10, 400),
            st.floats(0, 0.3),
        ),
        min_size=1,
        max_size=150,
    ),
)
def test_no_network_makes_the_pacer_break_a_limit(
    delays: list[float], messages: list[tuple[Lane, int, float]]
) -> None:
    """The strict server refuses by raising, so this passes only if it never had to."""

    async def scenario() -> int:
        wire = _wire(*delays)
        sends = []
        for lane, chat_id, pause in messages:
            sends.append(asyncio.ensure_future(wire.send(lane, chat_id)))
            await asyncio.sleep(pause)
        await asyncio.gather(*sends)
        return len(wire.received)

    assert run(scenario()) == len(messages)


def test_without_the_pacer_the_server_refuses() -> None:
    limits = Limits(lambda: 0.0)
    for n in range(RATE):
        limits.spend(n)
    with pytest.raises(BotApiError):
        limits.spend(RATE)


def test_after_a_429_the_broadcast_waits_and_comes_back_slower_and_recovers() -> None:
    async def scenario() -> tuple[list[float], float]:
        wire = _wire()
        loop = asyncio.get_running_loop()
        ticket = await wire.pacer.acquire(Lane.BROADCAST, 1)
        refused_at = loop.time()
        ticket.finish(retry_after=5)
        await _broadcast(wire, 1500)
        return [at - refused_at for at, _, _ in wire.received], refused_at

    times, _ = run(scenario())
    assert times[0] >= 5

    def rate(second: float) -> int:
        return sum(second <= t < second + 1 for t in times)

    assert rate(6) <= 22
    assert rate(40) >= 28


def test_after_a_429_people_are_still_answered_one_at_a_time() -> None:
    async def scenario() -> list[float]:
        wire = _wire(0.05)
        ticket = await wire.pacer.acquire(Lane.BROADCAST, 1)
        ticket.finish(retry_after=60)
        await asyncio.gather(*(wire.send(Lane.URGENT, n) for n in range(2, 8)))
        return wire.waited[Lane.URGENT]

    assert max(run(scenario())) < 1.5


def test_long_retry_after_binds_its_chat_and_lets_the_others_go_on_in_a_minute() -> None:
    async def scenario() -> tuple[float, float]:
        wire = _wire()
        loop = asyncio.get_running_loop()
        began = loop.time()
        ticket = await wire.pacer.acquire(Lane.BROADCAST, 1)
        ticket.finish(retry_after=10_000)
        await wire.send(Lane.BROADCAST, 2)
        others = loop.time() - began
        await wire.send(Lane.BROADCAST, 1)
        return others, loop.time() - began

    others, itself = run(scenario())
    assert 59 < others < 62
    assert itself >= 10_000


async def _process(pacer: Pacer, answers: list[Any], endpoint: str = "sendMessage") -> Any:
    async def call() -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return await pacer.process_request(call, (), {}, endpoint, {"chat_id": 1}, None)


def test_reply_that_meets_a_429_is_repeated_after_the_wait() -> None:
    async def scenario() -> tuple[Any, float]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        result = await _process(Pacer(RATE, VirtualClock()), [RetryAfter(3), True])
        return result, loop.time() - began

    result, took = run(scenario())
    assert result is True
    assert took >= 3


def test_reply_does_not_wait_for_hours() -> None:
    async def scenario() -> None:
        await _process(Pacer(RATE, VirtualClock()), [RetryAfter(3600), True])

    with pytest.raises(RetryAfter):
        run(scenario())


def test_ending_the_clock_on_a_button_takes_no_turn() -> None:
    async def scenario() -> float:
        pacer = Pacer(RATE, VirtualClock())
        loop = asyncio.get_running_loop()
        began = loop.time()
        for _ in range(100):
            await _process(pacer, [True], "answerCallbackQuery")
        return loop.time() - began

    assert run(scenario()) == 0


def test_cancelled_waiter_gives_its_turn_to_the_next() -> None:
    async def scenario() -> float:
        wire = _wire()
        loop = asyncio.get_running_loop()
        for _ in range(3):
            await wire.send(Lane.REPLY, 9)
        began = loop.time()
        waiting = asyncio.ensure_future(wire.send(Lane.REPLY, 9))
        await asyncio.sleep(0.2)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await wire.send(Lane.REPLY, 9)
        return loop.time() - began

    assert run(scenario()) < 1.1


def test_a_million_chats_leave_little_behind() -> None:
    async def scenario() -> int:
        pacer = Pacer(100_000, VirtualClock())
        for n in range(30_000):
            ticket = await pacer.acquire(Lane.BROADCAST, n)
            ticket.finish()
        return len(pacer._chats)

    assert run(scenario()) <= 10_001 + 400_000


def test_answer_lost_on_the_way_is_sent_again() -> None:
    async def scenario() -> Any:
        lost = [NetworkError("reset"), NetworkError("Bad Gateway"), TimedOut()]
        return await _process(Pacer(RATE, VirtualClock()), [*lost, True])

    assert run(scenario()) is True


def test_refused_answer_is_not_sent_again() -> None:
    async def scenario() -> None:
        await _process(Pacer(RATE, VirtualClock()), [BadRequest("too long"), True])

    with pytest.raises(BadRequest):
        run(scenario())


def test_answer_is_given_up_at_last() -> None:
    async def scenario() -> None:
        await _process(Pacer(RATE, VirtualClock()), [NetworkError("reset")] * 9)

    with pytest.raises(NetworkError):
        run(scenario())
