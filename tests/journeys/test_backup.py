"""A backup believes that things wait which went out long ago: it starts held and staff decide."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from bot import app as app_module
from bot.errors import StartupError
from bot.models import Content, Lane
from bot.storage.deliveries import NewDelivery
from bot.storage.heartbeat import HeartbeatFile
from tests.conftest import until

SLOT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # Tuesday 10:00 in Chicago, in winter
NEWS = "Free Narcan training"
BACKUP, OLD = "put back from a backup", "My database is old"


class Safe:
    """Where the operator keeps a backup, as docs/operations.md says."""

    def __init__(self, running, clock, folder):
        self.running = running
        self.clock = clock
        self.path = running.settings.database_path
        self.copy = folder / "backup.db"

    def back_up(self):
        with closing(sqlite3.connect(self.path)) as live, closing(sqlite3.connect(self.copy)) as c:
            live.backup(c)

    def put_back(self):
        for end in ("-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        self.copy.rename(self.path)

    async def restore(self, **later):
        """Stop the bot, put the backup in place and start it again, so much later."""
        await self.running.stop()
        self.put_back()
        self.clock.move(**later)
        await self.running.start()
        await self.running.outbox_empty()


@pytest.fixture(autouse=True)
def _no_second_copy(monkeypatch):
    """Nobody else works with the backup, and tests do not wait to make sure of it."""
    monkeypatch.setattr(app_module, "COPY_SECONDS", 0)


@pytest.fixture
def safe(running, clock, tmp_path):
    return Safe(running, clock, tmp_path)


@pytest.fixture
async def members(sandbox, talk, app):
    people = [sandbox.person(f"Member {n}") for n in range(40)]
    for person in people:
        person.account.started = True
        await app.services.members.join(person.id, "en")
    return people


def copies(people):
    return [sum(NEWS in m.text for m in person.messages) for person in people]


def heard(person, words):
    return [m for m in person.messages if words in m.text]


@pytest.fixture
async def restored(talk, safe, running, sandbox, members, sam):
    """A backup from the middle of a broadcast, put back after all have got it."""
    sandbox.faults.add("late", method="sendMessage", delay=0.1)
    await talk.item(sam)
    await talk.press(sam, "Approve and send now", message=await talk.draft(sam))
    await until(lambda: sum(copies(members)) >= 10)
    safe.back_up()
    sandbox.faults.clear()
    await running.outbox_empty()
    assert set(copies(members)) == {1}
    await safe.restore(minutes=10)
    return await sam.expect("on its way in this database")


async def test_a_young_backup_starts_held_and_says_what_the_choices_mean(
    restored, running, members, sam
):
    await running.outbox_empty()
    assert set(copies(members)) == {1}
    [told] = heard(sam, BACKUP)
    assert "Who left since then is a member here again" in told.text
    assert "gets it again" in restored.text
    assert restored.buttons == [["Look at it"], ["Resume"], ["Stop"]]


async def test_to_resume_gives_it_again_to_those_whom_the_backup_does_not_know(
    restored, talk, running, members, sam
):
    await talk.press(sam, "Resume", message=restored)
    await running.outbox_empty()
    again = copies(members).count(2)
    assert 0 < again < len(members)
    assert set(copies(members)) == {1, 2}


async def test_to_stop_gives_it_to_nobody_else(restored, talk, running, members, sam):
    await talk.press(sam, "Stop", message=restored)
    await talk.press(sam, "Yes, stop for good")
    await running.outbox_empty()
    assert set(copies(members)) == {1}


async def test_what_went_out_at_its_slot_since_is_asked_about(
    talk, safe, running, members, sam, clock
):
    await talk.item(sam)
    clock.move_to(SLOT - timedelta(minutes=5))
    await talk.press(sam, "Approve", message=await talk.draft(sam))
    safe.back_up()
    clock.move_to(SLOT + timedelta(seconds=1))
    await running.outbox_empty()
    assert set(copies(members)) == {1}
    await safe.restore(minutes=10)
    asked = await sam.expect("is a draft here")
    assert "cannot know whether it went out" in asked.text
    assert ["Approve and send now"] in asked.buttons
    assert "was approved in it" in heard(sam, BACKUP)[0].text
    assert set(copies(members)) == {1}


async def test_an_approval_that_staff_have_taken_back_since_does_not_come_back(
    talk, safe, running, members, sam, clock
):
    await talk.item(sam)
    clock.move_to(SLOT - timedelta(minutes=20))
    draft = await talk.draft(sam)
    await talk.press(sam, "Approve", message=draft)
    safe.back_up()
    await talk.press(sam, "Take approval back", message=draft)
    await safe.restore(minutes=5)
    clock.move_to(SLOT + timedelta(seconds=1))
    await running.outbox_empty()
    assert set(copies(members)) == {0}
    await sam.expect("nobody has approved it")


async def test_single_messages_of_a_backup_leave_only_when_staff_say_so(
    talk, safe, running, sandbox, app, clock, sam, nia
):
    nia.account.started = True
    sandbox.faults.add("429", method="sendMessage", chat_id=nia.id, count=1, retry_after=120)
    new = NewDelivery(nia.id, Content("an answer"), Lane.REPLY, clock.now())
    later = NewDelivery(nia.id, Content("later"), Lane.REPLY, clock.now() + timedelta(hours=1))
    for each in (new, later):
        await app.database.write(lambda t, each=each: t.deliveries.add(each))
    await running.outbox_empty()
    await until(lambda: not sandbox.faults)
    await running.outbox_empty()
    safe.back_up()
    clock.move(minutes=3)
    await running.outbox_empty()
    assert [m.text for m in nia.messages] == ["an answer"]
    await safe.restore(minutes=5)
    told = await sam.expect(BACKUP)
    assert "1 single message was waiting" in told.text
    assert len(nia.messages) == 1
    for _ in range(2):  # pressed twice, sent once
        await talk.press(sam, "Send what was waiting", message=told)
        await running.outbox_empty()
        assert [m.text for m in nia.messages] == ["an answer", "an answer"]
    assert "Nothing is waiting any more" in sam.last.text
    clock.move(hours=1)  # what was not due yet has not gone out
    await running.outbox_empty()
    assert nia.last.text == "later"


async def test_a_backup_put_in_place_while_the_bot_runs_is_held_too(
    talk, safe, running, sandbox, members, sam
):
    sandbox.faults.add("late", method="sendMessage", delay=0.1)
    await talk.item(sam)
    await talk.press(sam, "Approve and send now", message=await talk.draft(sam))
    await until(lambda: sum(copies(members)) >= 10)
    safe.back_up()
    sandbox.faults.clear()
    await running.outbox_empty()
    await running.app.services.upkeep.beat()
    safe.put_back()
    await sam.expect("on its way in this database", within=10)
    await running.outbox_empty()
    assert set(copies(members)) == {1}


async def test_an_ordinary_stop_holds_nothing(talk, running, app, sam, clock):
    await talk.item(sam)
    for minutes in (0, 29):
        await running.stop()
        clock.move(minutes=minutes)
        await running.start()
        await running.outbox_empty()
    assert not heard(sam, BACKUP)
    assert not heard(sam, OLD)


async def test_a_clock_that_is_set_back_makes_no_backup(running, app, sam, clock):
    sam.account.started = True
    clock.move(hours=-1)
    await app.services.upkeep.beat()
    await running.stop()
    clock.move(hours=-1)
    await running.start()
    await running.outbox_empty()
    assert not sam.messages


@pytest.mark.parametrize(("hours", "said"), [(0, 0), (2, 1)])
async def test_without_its_file_only_a_silence_counts(
    talk, safe, running, members, sam, clock, hours, said
):
    await talk.item(sam)
    await talk.press(sam, "Approve", message=await talk.draft(sam))
    await running.stop()
    safe.path.with_name("bot.db.heartbeat").unlink()  # moved without it
    clock.move(hours=hours)
    await running.start()
    await running.outbox_empty()
    assert len(heard(sam, OLD)) == said
    assert not heard(sam, BACKUP)


async def test_a_start_that_fails_does_not_hide_the_backup(running, safe, app, sam):
    sam.account.started = True
    safe.back_up()
    await running.stop()
    safe.put_back()
    good = running.settings
    running.settings = good.model_copy(update={"bot_token": SecretStr("1000000001:AAwrong")})
    with pytest.raises(StartupError):
        await running.start()
    await running.stop()
    running.settings = good
    await running.start()
    await sam.expect(BACKUP)


async def test_a_database_made_anew_is_not_held_and_the_old_one_put_back_is(
    running, safe, app, sam
):
    sam.account.started = True
    safe.back_up()
    await running.stop()
    safe.path.unlink()
    await running.start()
    await running.outbox_empty()
    assert not sam.messages
    await safe.restore(minutes=1)
    await sam.expect(BACKUP)


async def test_another_backup_put_back_after_the_first_is_held_too(running, safe, app, sam):
    sam.account.started = True
    safe.back_up()
    first = safe.copy.rename(safe.copy.with_name("first.db"))
    for _ in range(3):
        await app.services.upkeep.beat()
    safe.back_up()
    second = safe.copy.rename(safe.copy.with_name("second.db"))
    for restores, copy in enumerate((first, second), start=1):
        copy.rename(safe.copy)
        await safe.restore(minutes=1)
        assert len(heard(sam, BACKUP)) == restores


def test_the_file_is_private_and_damage_in_it_is_no_sign_of_anything(tmp_path, caplog):
    file = HeartbeatFile(tmp_path / "bot.db")
    assert file.read() is None
    file.write(7)
    file.write(8)
    path = tmp_path / "bot.db.heartbeat"
    assert file.read() == 8
    assert path.stat().st_mode & 0o077 == 0
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    assert not caplog.records
    path.write_bytes(b"\xff")
    assert file.read() is None
    path.unlink()
    path.mkdir()
    file.write(9)  # the bot goes on without it
    assert "cannot be written" in caplog.text
