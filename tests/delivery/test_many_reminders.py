"""10,000 reminders that fall due in one minute, in virtual time against Telegram's limits."""

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from bot.content.library import Library
from bot.delivery.courier import Courier
from bot.delivery.pacing import Pacer
from bot.models import Lane, Language
from bot.models.events import Event, EventKind, EventState, Reminder, Schedule
from bot.services.remindermessages import LATE_AFTER
from bot.services.reminders import Reminders
from bot.storage.database import Database
from bot.storage.sealing import KEY_BYTES, Sealer
from bot.storage.tables import Tables
from bot.tasks import Tasks
from sandbox.limits import Limits
from tests.delivery.virtual import VirtualClock, run

RATE = 30
MANY = 10_000
STARTS_AT = datetime(2026, 12, 8, 16, tzinfo=UTC)
DUE_AT = STARTS_AT - timedelta(hours=1)


class Clock(VirtualClock):
    """Wall time that goes on with virtual time, from half a minute before the reminders."""

    def __init__(self):
        self.began = asyncio.get_running_loop().time()

    def now(self):
        return DUE_AT + timedelta(seconds=self.monotonic() - self.began - 30)


class InlineDatabase:
    """The real tables in a real file, without threads: virtual time does not wait for those."""

    def __init__(self, path, sealer):
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA synchronous = OFF")
        self.tables = Tables(self.connection, sealer)

    async def read(self, work):
        return work(self.tables)

    async def write(self, work):
        self.connection.execute("BEGIN IMMEDIATE")
        result = work(self.tables)
        self.connection.execute("COMMIT")
        return result


class Telegram:
    """Takes messages under Telegram's limits and knows when each came."""

    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.limits = Limits(self.loop.time)
        self.given = []

    async def post(self, method, form):
        fields = parse_qs(form.decode())
        chat_id = int(fields["chat_id"][0])
        await asyncio.sleep(0.02)
        self.limits.spend(chat_id)  # raises on a 429
        self.given.append((self.loop.time(), chat_id, fields["text"][0]))
        await asyncio.sleep(0.02)
        return {"message_id": len(self.given)}


def fill(t):
    schedule = Schedule(ZoneInfo("America/Chicago"), date(2026, 12, 8), time(10), 60)
    titles = {Language.EN: "ECHO"}
    new = Event(0, "echo@test", EventKind.ECHO, EventState.OPEN, schedule, titles)
    event = t.events.add(new, DUE_AT, by_staff=True)
    for n in range(MANY):
        # All within a minute: people snooze, and choose other moments.
        due_at = DUE_AT + timedelta(milliseconds=6 * n)
        wish = Reminder(
            0, event.event_id, date(2026, 12, 8), 1000 + n, Language.EN, 60, False, due_at
        )
        t.reminders.put(wish, STARTS_AT + timedelta(hours=1))


async def every(seconds, clock, job):
    while True:
        await job()
        await clock.sleep(seconds)


async def deliver(path, sealer):
    clock, tasks = Clock(), Tasks()
    database = InlineDatabase(path, sealer)
    database.connection.execute("BEGIN")
    fill(database.tables)
    database.connection.execute("COMMIT")
    telegram, pacer = Telegram(), Pacer(RATE, clock)
    reminders = Reminders(database, Library().words, clock)
    courier = Courier(
        database, telegram.post, pacer, clock, tasks, rate=RATE, on_storm=lambda *_: None
    )
    courier.start()

    async def tick():
        if await reminders.tick():
            courier.wake()

    _ = tasks.start(every(1, clock, tick), "tick")
    _ = tasks.start(every(20, clock, reminders.catch_up), "late")
    loop = asyncio.get_running_loop()
    waited = []
    for n in range(40):  # somebody needs help every ten seconds
        await clock.sleep(10)
        asked_at = loop.time()
        ticket = await pacer.acquire(Lane.URGENT, 500_000 + n)
        waited.append(loop.time() - asked_at)
        telegram.limits.spend(500_000 + n)
        ticket.finish()
    while len(telegram.given) < MANY:
        await clock.sleep(1)
    await clock.sleep(5)
    await courier.stop(1)
    await tasks.cancel()
    left = await database.read(lambda t: t.reminders.list_written(STARTS_AT))
    rows = database.connection.execute("SELECT count(*) FROM deliveries").fetchone()[0]
    database.connection.close()
    return telegram.given, waited, left, rows


def test_ten_thousand_due_in_one_minute_all_leave_at_pace_and_help_waits_for_none(tmp_path):
    sealer = Sealer(b"k" * KEY_BYTES)
    path = tmp_path / "bot.db"
    asyncio.run(_make(path, sealer))
    given, waited, left, rows = run(deliver(path, sealer))
    people = Counter(chat_id for _, chat_id, _ in given)
    assert set(people.values()) == {1}
    assert len(people) == MANY
    began, ended = given[0][0], given[-1][0]
    assert ended - began < MANY / (RATE - 1) + 25  # the limit's pace, but for who needs help
    late = [at for at, _, text in given if "is late" in text]
    assert late
    assert min(late) - began >= LATE_AFTER.total_seconds()
    assert all("is late" in text for at, _, text in given if at - began > 390)
    assert max(waited) < 0.1
    assert (left, rows) == ([], 0)


async def _make(path, sealer):
    database = Database(path, sealer)
    await database.open()
    await database.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM reminders").fetchone() == (0,)
