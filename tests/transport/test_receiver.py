"""No update is lost, none is delayed by another, and emergencies come first."""

import asyncio
import json
import os
import sqlite3
import sys
import threading
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.errors import StorageUnavailableError
from bot.transport import receiver as receiver_module
from bot.transport.keeping import WRITE_SECONDS
from bot.transport.receiver import ATTEMPTS, HANDLER_SECONDS
from tests.transport.wire import TOKEN, ManualClock, error, eventually, message, settle

HERE = Path(__file__).parent
POISON = {"update_id": 5, "message": {"date": "x"}}


def waiting(database):
    return database.read(lambda tables: tables.inbox.list_waiting())


async def left(database):
    return [update_id for update_id, _, _ in await waiting(database)]


async def emptied(database, clock=None):
    """Wait until no update waits in the inbox, moving the clock if there is one."""
    async with asyncio.timeout(5):
        while await left(database):
            await (clock.advance(1) if clock else asyncio.sleep(0.01))


async def put(database, *updates):
    rows = [(u["update_id"], json.dumps(u)) for u in updates]
    await database.write(lambda tables: tables.inbox.add(rows, Clock().now()))


class Lock:
    """Another program's write lock on the database."""

    def __init__(self, database):
        self._connection = sqlite3.connect(database.path, isolation_level=None)
        self._connection.execute("BEGIN IMMEDIATE")

    def release(self):
        self._connection.execute("ROLLBACK")
        self._connection.close()


async def test_updates_are_processed_and_their_rows_removed(wire, front, make_receiver, database):
    wire.push(*(message(n, chat_id=n) for n in range(1, 120)))
    await make_receiver(front, run=True)
    await eventually(lambda: len(front.processed) == 119)
    assert sorted(front.processed) == list(range(1, 120))
    await emptied(database)


async def test_only_the_wanted_kinds_of_updates_are_asked_for(wire, front, make_receiver):
    await make_receiver(front, run=True)
    await eventually(lambda: wire.polls)
    assert wire.polls[0] == {
        "timeout": "50",
        "limit": "100",
        "allowed_updates": '["message", "edited_message", "callback_query", "my_chat_member",'
        ' "message_reaction"]',
    }


async def test_a_poison_update_delays_no_other_and_is_set_aside(
    wire, front, make_receiver, database
):
    wire.push(*(message(n) for n in (3, 4)), POISON, *(message(n) for n in (6, 7)))
    await make_receiver(front, run=True)
    await eventually(lambda: len(front.processed) == 4, seconds=1)
    assert front.processed == [3, 4, 6, 7]
    await eventually(lambda: front.quarantined == 1)
    with sqlite3.connect(database.path) as rows:
        (problem,) = rows.execute("SELECT problem FROM inbox WHERE update_id = 5").fetchone()
    rows.close()
    assert problem.isidentifier()  # the type of the exception, not its text
    await eventually(lambda: wire.offsets and wire.offsets[-1] == 8)


@pytest.mark.parametrize(
    "odd",
    [
        "text",
        None,
        [],
        {},
        {"update_id": "7"},
        {"update_id": True},
        {"update_id": 1.5},
        {"update_id": -1},
        {"update_id": 2**80},
        {"message": {"text": "hello"}},
        {"update_id": 6},
        {"update_id": 6, "message": "text"},
        {"update_id": 6, "message": {"chat": {"id": "x"}, "from": {"id": None}}},
        {"update_id": 6, "callback_query": {"message": 5, "from": []}},
        {"update_id": 6, "message": {"text": "\ud800", "date": 1, "chat": 5, "message_id": 1}},
    ],
)
async def test_odd_updates_stop_nothing_and_the_offset_advances(wire, front, make_receiver, odd):
    wire.push(message(5), odd, message(7))
    await make_receiver(front, run=True)
    await eventually(lambda: {5, 7} <= set(front.processed), seconds=1)
    await eventually(lambda: wire.offsets)
    assert wire.offsets[-1] == 8


async def test_odd_updates_alone_do_not_make_a_busy_loop(wire, front, make_receiver):
    clock = ManualClock()
    wire.scripted.extend([(200, '{"ok":true,"result":["odd"]}')] * 2)
    wire.push(message(1))
    await make_receiver(front, clock, run=True)
    await eventually(lambda: len(wire.polls) == 1)
    await eventually(lambda: clock.next_sleep == 1)
    assert len(wire.polls) == 1
    await clock.advance(1)
    await eventually(lambda: len(wire.polls) == 2)
    await eventually(lambda: clock.next_sleep == 1)
    await clock.advance(1)
    await eventually(lambda: front.processed == [1])


async def test_the_offset_is_confirmed_only_after_storing(wire, front, make_receiver, database):
    lock = Lock(database)
    wire.push(message(1), message(2))
    await make_receiver(front, run=True)
    await eventually(lambda: wire.polls)
    await asyncio.sleep(0.3)
    assert not wire.offsets
    assert not front.processed
    front.blocked = {1: asyncio.Event(), 2: asyncio.Event()}
    lock.release()
    await eventually(lambda: wire.offsets == [3])
    assert await left(database) == [1, 2]


async def test_a_repeated_delivery_is_not_processed_twice(wire, front, make_receiver, database):
    front.blocked[2] = asyncio.Event()
    receiver = await make_receiver(front)
    await receiver.accept([message(1), message(2, 78), message(1)])
    await eventually(lambda: front.processed == [1, 2])
    await receiver.accept([message(1), message(2, 78), message(3)])
    await eventually(lambda: 3 in front.processed)
    front.blocked[2].set()
    await receiver.stop(1)
    assert front.processed == [1, 2, 3]
    assert await left(database) == []


async def test_old_ids_are_forgotten_in_the_end(front, make_receiver, monkeypatch):
    monkeypatch.setattr(receiver_module, "REMEMBERED", 3)
    receiver = await make_receiver(front)
    await receiver.accept([message(n) for n in range(1, 6)])
    await receiver.stop(1)
    assert list(receiver._taken) == [3, 4, 5]


async def test_an_emergency_passes_its_blocked_chat(wire, front, make_receiver):
    front.blocked[1] = asyncio.Event()
    wire.push(message(1), message(2))
    await make_receiver(front, run=True)
    await eventually(lambda: front.processed == [1])
    wire.push(message(3, text="overdose"))
    await eventually(lambda: front.processed == [1, 3], seconds=1)
    front.blocked[1].set()
    await eventually(lambda: front.processed == [1, 3, 2])


async def test_an_emergency_passes_a_write_that_hangs(wire, front, make_receiver, database):
    lock = Lock(database)
    wire.push(message(1), message(2, text="overdose"))
    await make_receiver(front, run=True)
    await eventually(lambda: front.processed == [2], seconds=1)
    lock.release()
    await eventually(lambda: front.processed == [2, 1])


async def test_a_check_for_emergencies_that_fails_lets_the_update_wait_its_turn(
    front, make_receiver
):
    receiver = await make_receiver(front)
    await receiver.accept([{"update_id": 1, "edited_message": message(1)["message"]}])
    await receiver.stop(1)
    assert front.processed == [1]


async def test_a_write_that_hangs_delays_updates_three_seconds_and_only_once(
    front, make_receiver, database
):
    clock, hang, begun = ManualClock(), threading.Event(), threading.Event()
    receiver = await make_receiver(front, clock)

    def block(_tables):
        begun.set()
        hang.wait(10)

    blocking = asyncio.ensure_future(database.write(block))
    await eventually(begun.is_set)
    accepting = asyncio.ensure_future(receiver.accept([message(1)]))
    await clock.advance(WRITE_SECONDS - 0.1)
    assert not accepting.done()
    await clock.advance(0.2)
    await accepting
    await eventually(lambda: front.processed == [1])
    assert [type(e) for e in front.troubles] == [StorageUnavailableError]
    await receiver.accept([message(2)])  # without waiting again
    await eventually(lambda: front.processed == [1, 2])
    hang.set()
    await blocking
    await receiver._keeper._stuck
    await receiver.accept([message(3)])
    await eventually(lambda: front.processed == [1, 2, 3])
    await clock.advance(1)
    await emptied(database, clock)  # also the row that the late write has left is removed


async def test_updates_are_handled_without_the_database_and_staff_hear_of_it_at_times(
    wire, front, make_receiver, database
):
    clock = ManualClock()
    receiver = await make_receiver(front, clock)
    aside = database.path.with_suffix(".aside")
    database.path.rename(aside)
    for n in (1, 2, 3):
        await receiver.accept([message(n), message(10 + n, text="overdose")])
    await eventually(lambda: len(front.processed) == 6)
    assert len(front.troubles) == 1
    await clock.advance(600)
    await receiver.accept([message(4)])
    await eventually(lambda: len(front.troubles) == 2)
    aside.rename(database.path)
    await receiver.accept([message(5)])
    await eventually(lambda: 5 in front.processed)
    assert len(front.troubles) == 2
    await emptied(database, clock)


async def test_removals_that_fail_are_tried_again(front, make_receiver, database):
    clock = ManualClock()
    receiver = await make_receiver(front, clock)
    await receiver.accept([message(1)])
    await eventually(lambda: front.processed == [1])
    aside = database.path.with_suffix(".aside")
    database.path.rename(aside)
    await clock.advance(0.1)
    await eventually(lambda: front.troubles)
    aside.rename(database.path)
    assert await left(database) == [1]
    await settle()
    await clock.advance(5)
    await clock.advance(0.1)
    await emptied(database)


async def test_a_handler_that_fails_counts_as_handled_and_its_words_are_not_logged(
    front, make_receiver, database, caplog
):
    front.failing[1] = ValueError("Alice wrote something")
    receiver = await make_receiver(front)
    await receiver.accept([message(1), message(2)])
    await receiver.stop(1)
    assert front.processed == [1, 2]
    assert await left(database) == []
    assert [r.getMessage() for r in caplog.records] == ["A handler failed"]


async def test_a_handler_that_takes_a_minute_is_ended(front, make_receiver, database):
    clock = ManualClock()
    front.blocked[1] = asyncio.Event()
    receiver = await make_receiver(front, clock)
    await receiver.accept([message(1), message(2)])
    await eventually(lambda: front.processed == [1])
    await clock.advance(HANDLER_SECONDS - 1)
    assert front.processed == [1]
    await clock.advance(2)
    await eventually(lambda: front.processed == [1, 2])
    await receiver._keeper.flush()
    assert await left(database) == []


async def test_what_a_crash_left_is_handled_in_order(front, make_receiver, database):
    await put(database, message(3), message(1), message(2, 78), message(4))
    receiver = await make_receiver(front)
    await receiver.recover()
    await receiver.accept([message(5)])
    await receiver.stop(1)
    assert [n for n in front.processed if n != 2] == [1, 3, 4, 5]
    assert sorted(front.processed) == [1, 2, 3, 4, 5]
    assert await left(database) == []


async def test_an_emergency_that_a_crash_left_goes_first(front, make_receiver, database):
    await put(database, message(1), message(2), message(3, text="overdose"))
    front.blocked[1] = asyncio.Event()
    receiver = await make_receiver(front)
    await receiver.recover()
    await eventually(lambda: set(front.processed) == {1, 3})
    front.blocked[1].set()
    await receiver.stop(1)
    assert front.processed[-1] == 2


async def test_a_receiver_that_is_stopped_before_it_runs_does_not_poll(wire, front, make_receiver):
    receiver = await make_receiver(front)
    await receiver.stop(1)
    await receiver.run()
    assert not wire.polls


async def test_an_update_that_was_tried_three_times_is_set_aside(front, make_receiver, database):
    await put(database, message(1), message(2))
    for _ in range(ATTEMPTS):
        await database.write(lambda tables: tables.inbox.mark_attempted([1]))
    receiver = await make_receiver(front)
    await receiver.recover()
    await receiver.stop(1)
    assert front.processed == [2]
    assert front.quarantined == 1
    assert await left(database) == []


async def test_suspects_are_tried_one_by_one(front, make_receiver, database):
    await put(database, *(message(n, chat_id=n) for n in (1, 2, 3)))
    await database.write(lambda tables: tables.inbox.mark_attempted([1, 2]))
    front.blocked = {n: asyncio.Event() for n in (1, 2, 3)}
    receiver = await make_receiver(front)
    await receiver.recover()
    await eventually(lambda: len(front.processed) == 2)
    assert len({1, 2} & set(front.processed)) == 1
    attempts = {update_id: n for update_id, _, n in await waiting(database)}
    assert sorted(attempts.values()) == [1, 1, 2]
    for event in front.blocked.values():
        event.set()
    await receiver.stop(1)
    assert sorted(front.processed) == [1, 2, 3]


@pytest.mark.parametrize("text", ["", "{", "[]"])
async def test_a_row_that_cannot_be_read_is_set_aside(front, make_receiver, database, text):
    await database.write(lambda tables: tables.inbox.add([(1, text)], Clock().now()))
    await put(database, message(2))
    receiver = await make_receiver(front)
    await receiver.recover()
    await receiver.stop(1)
    assert front.processed == [2]
    assert front.quarantined == 1


async def test_recovery_is_made_up_for_when_the_database_comes_back(
    front, make_receiver, database
):
    await put(database, message(1), message(2))
    receiver = await make_receiver(front, ManualClock())
    aside = database.path.with_suffix(".aside")
    database.path.rename(aside)
    await receiver.recover()
    await receiver.accept([message(3)])
    await eventually(lambda: front.processed == [3])
    aside.rename(database.path)
    await receiver.accept([message(2), message(4, 78)])  # 2 was never confirmed
    await eventually(lambda: len(front.processed) == 4)
    assert sorted(front.processed) == [1, 2, 3, 4]


async def test_a_read_that_hangs_does_not_keep_the_polling_from_starting(
    front, make_receiver, database
):
    clock, hang = ManualClock(), threading.Event()
    receiver = await make_receiver(front, clock)
    both = [asyncio.ensure_future(database.read(lambda _: hang.wait(10))) for _ in range(2)]
    await settle()
    recovering = asyncio.ensure_future(receiver.recover())
    await clock.advance(WRITE_SECONDS + 0.1)
    await recovering
    assert len(front.troubles) == 1
    hang.set()
    await asyncio.gather(*both)


async def test_stopping_with_a_hanging_database_ends_in_time(front, make_receiver, database):
    clock, hang, begun = ManualClock(), threading.Event(), threading.Event()
    receiver = await make_receiver(front, clock)
    await receiver.accept([message(1)])
    await eventually(lambda: front.processed == [1])

    def block(_tables):
        begun.set()
        hang.wait(10)

    blocking = asyncio.ensure_future(database.write(block))
    await eventually(begun.is_set)
    stopping = asyncio.ensure_future(receiver.stop(1))
    await clock.advance(4)
    await stopping
    hang.set()
    await blocking


async def test_stopping_finishes_what_is_under_way_and_keeps_the_rest(
    wire, front, make_receiver, database
):
    front.blocked = {1: asyncio.Event(), 2: asyncio.Event()}
    wire.push(message(1, 71), message(2, 72), message(3, 72))
    receiver = await make_receiver(front, run=True)
    await eventually(lambda: len(front.processed) == 2)
    stopping = asyncio.ensure_future(receiver.stop(0.3))
    await asyncio.sleep(0.05)
    front.blocked[1].set()
    await stopping
    await receiver.running
    assert await left(database) == [2, 3]
    polls = len(wire.polls)
    await asyncio.sleep(0.05)
    assert len(wire.polls) == polls


async def test_stopping_aborts_the_long_poll_at_once(wire, front, make_receiver):
    receiver = await make_receiver(front, run=True)
    await eventually(lambda: wire.waiting)
    async with asyncio.timeout(1):
        await receiver.stop(10)
        await receiver.running


async def test_cancelling_the_run_from_outside_is_not_swallowed(front, make_receiver):
    receiver = await make_receiver(front, run=True)
    await asyncio.sleep(0.02)
    receiver.running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await receiver.running


async def test_too_many_waiting_updates_pause_the_polling(wire, front, make_receiver, monkeypatch):
    monkeypatch.setattr("bot.transport.dispatch.PAUSE_ABOVE", 150)
    monkeypatch.setattr("bot.transport.dispatch.RESUME_BELOW", 20)
    front.blocked = {1: asyncio.Event()}
    wire.push(*(message(n) for n in range(1, 400)))
    await make_receiver(front, run=True)
    await eventually(lambda: len(wire.polls) == 2)
    await asyncio.sleep(0.1)
    assert len(wire.polls) == 2  # 200 came, 199 wait
    front.blocked[1].set()
    await eventually(lambda: len(front.processed) == 399)
    assert front.processed == sorted(front.processed)


async def start_harness(wire, folder, **options):
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(HERE / "harness.py"),
        wire.root,
        str(folder),
        env={**os.environ, "PYTHONPATH": f"{HERE.parents[1]}:{HERE}"},
        **options,
    )


async def test_killed_while_fifty_updates_wait_every_one_is_handled_after_the_restart(
    wire, tmp_path
):
    handled = tmp_path / "handled.txt"
    handled.touch()

    def done():
        return [int(line) for line in handled.read_text().split()]

    wire.push(*(message(n, chat_id=70 + n % 7) for n in range(1, 51)))
    process = await start_harness(wire, tmp_path)
    await eventually(lambda: len(done()) >= 10, seconds=20)
    process.kill()
    await process.wait()
    before = done()
    assert len(before) < 50
    assert wire.offsets == [51]  # Telegram has forgotten them all
    process = await start_harness(wire, tmp_path)
    await eventually(lambda: set(done()) == set(range(1, 51)), seconds=20)
    process.kill()
    await process.wait()
    for chat in range(7):
        mine = [n for n in done()[len(before) :] if n % 7 == chat]
        assert mine == sorted(mine)
    # Only what was answered in the last moments before the kill may be answered once more.
    assert len(done()) <= 50 + 14


async def test_with_all_that_can_go_wrong_the_log_names_nobody(wire, tmp_path):
    handled = tmp_path / "handled.txt"
    handled.touch()
    poison = message(2, chat_id=7654321)
    poison["message"]["date"] = "overdose in Maple Street"
    wire.scripted.append((502, f"<html>bot{TOKEN} of Alice</html>"))
    wire.scripted.append((200, '{"ok":true,"result":[{"update_id":1,"message":{"text":"Al'))
    wire.push(message(1, 7654321, "fail"), poison, {"update_id": "Alice"}, message(3))
    process = await start_harness(wire, tmp_path, stderr=asyncio.subprocess.PIPE)
    await eventually(lambda: handled.read_text() == "3\n", seconds=20)
    (tmp_path / "bot.db").rename(tmp_path / "aside.db")
    wire.push(message(4))
    await eventually(lambda: handled.read_text() == "3\n4\n", seconds=20)
    process.kill()
    _, errors = await process.communicate()
    lines = errors.decode()
    for words in ("cannot be polled", "set aside", "handler failed", "inbox cannot be used"):
        assert words in lines
    for words in ("Alice", "Maple", "7654321", TOKEN[-20:], "fail said", str(HERE.parents[1])):
        assert words not in lines


async def test_an_outage_of_telegram_loses_nothing(wire, front, make_receiver):
    clock = ManualClock()
    wire.scripted.append(error(502, "Bad Gateway"))
    wire.push(message(1))
    await make_receiver(front, clock, run=True)
    await eventually(lambda: clock.next_sleep)
    await clock.advance(1)
    await eventually(lambda: front.processed == [1])
