"""Flood limits, and the faults that a bot has to survive."""

import aiohttp
import pytest

from sandbox import STAFF_GROUP_ID
from sandbox.errors import BotApiError
from sandbox.limits import Limits


class Time:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def wait_of(limits: Limits, chat_id: int, count: int = 1) -> int:
    with pytest.raises(BotApiError) as refusal:
        limits.spend(chat_id, count)
    assert refusal.value.code == 429
    return refusal.value.parameters["retry_after"]


def test_thirty_a_second_in_all():
    time = Time()
    limits = Limits(time)
    for chat_id in range(1, 31):
        limits.spend(chat_id)
    assert wait_of(limits, 31) == 1
    time.now += 1
    limits.spend(31)
    assert (limits.refused, limits.accepted, limits.peak) == (1, 31, 30)


def test_a_person_gets_a_burst_of_three_and_then_one_a_second():
    time = Time()
    limits = Limits(time)
    for _ in range(3):
        limits.spend(1)
    assert wait_of(limits, 1) == 1
    time.now += 1
    limits.spend(1)
    assert wait_of(limits, 1) == 1


def test_a_group_gets_twenty_a_minute_and_an_album_counts_its_size():
    time = Time()
    limits = Limits(time)
    limits.spend(-1, 10)
    time.now += 10
    limits.spend(-1, 10)
    assert wait_of(limits, -1) == 50
    time.now += 50
    limits.spend(-1, 10)


def test_without_limits_everything_is_counted_and_nothing_refused():
    limits = Limits(Time())
    limits.on = False
    for _ in range(100):
        limits.spend(1)
    assert (limits.refused, limits.peak) == (0, 100)


async def test_a_flood_is_answered_with_the_time_to_wait(call, sandbox, nia):
    sandbox.limits.on = True
    for _ in range(3):
        await call("sendMessage", chat_id=nia.id, text="x")
    url = f"{sandbox.base_url}{sandbox.token}/sendMessage"
    async with call.session.post(url, data={"chat_id": nia.id, "text": "x"}) as answer:
        body = await answer.json()
        assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
    assert body["description"] == "Too Many Requests: retry after 1"
    assert body["parameters"] == {"retry_after": 1}
    sandbox.clock.advance(1)
    await call("sendMessage", chat_id=nia.id, text="x")


async def test_what_is_refused_for_other_reasons_costs_nothing(call, sandbox, nia):
    sandbox.limits.on = True
    for _ in range(5):
        await call.refused("sendMessage", chat_id=nia.id, text="")
        await call("sendChatAction", chat_id=nia.id, action="typing")
    assert sandbox.limits.accepted == 0


async def test_edits_count_and_deletions_do_not(call, sandbox, nia):
    sandbox.limits.on = True
    sent = await call("sendMessage", chat_id=nia.id, text="0")
    named = {"chat_id": nia.id, "message_id": sent["message_id"]}
    await call("editMessageText", **named, text="1")
    await call("editMessageText", **named, text="2")
    assert "retry after" in await call.refused("editMessageText", **named, text="3")
    assert await call("deleteMessage", **named)


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 500), ("502", 502)])
async def test_an_answer_can_be_replaced_by_an_error(call, sandbox, nia, kind, status):
    sandbox.faults.add(kind, method="sendMessage", count=1, retry_after=7)
    url = f"{sandbox.base_url}{sandbox.token}/sendMessage"
    data = {"chat_id": nia.id, "text": "x"}
    async with call.session.post(url, data=data) as answer:
        text = await answer.text()
        assert answer.status == status
        assert answer.headers.get("Retry-After") == ("7" if kind == "429" else None)
    assert text.startswith("<html>") is (kind == "502")
    assert nia.messages == []
    await call("sendMessage", **data)


@pytest.mark.parametrize(("kind", "arrives"), [("reset_before", 0), ("reset_after", 1)])
async def test_a_connection_can_break_before_or_after_the_work(call, sandbox, nia, kind, arrives):
    sandbox.faults.add(kind, count=1)
    with pytest.raises(aiohttp.ClientError):
        await call("sendMessage", chat_id=nia.id, text="x")
    assert len(nia.messages) == arrives


async def test_an_answer_can_be_late_though_the_work_is_done(call, sandbox, nia, begin):
    sandbox.faults.add("late", delay=0.2)
    answer = begin(call("sendMessage", chat_id=nia.id, text="x"))
    await nia.expect("x", within=0.15)
    assert not answer.done()
    await answer


async def test_an_answer_can_be_cut_in_half(call, sandbox, nia):
    sandbox.faults.add("truncated")
    with pytest.raises(ValueError, match=r"line 1 column"):
        await call("sendMessage", chat_id=nia.id, text="x")
    assert len(nia.messages) == 1


async def test_a_fault_can_hit_one_chat_and_every_other_time(call, sandbox, nia):
    sandbox.faults.add("500", chat_id=nia.id, every=2)
    await call("sendMessage", chat_id=STAFF_GROUP_ID, text="x")
    outcomes = [(await call.raw("sendMessage", chat_id=nia.id, text="x"))[0] for _ in range(4)]
    assert outcomes == [200, 500, 200, 500]
    sandbox.faults.clear()
    await call("sendMessage", chat_id=nia.id, text="x")
