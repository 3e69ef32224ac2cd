"""The relay over time: reminders, ends, erasing; and through crashes, lost topics, lost groups."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.models import Content, Lane
from bot.storage.deliveries import NewDelivery
from sandbox.world import STAFF2_ID, STAFF_ID
from tests.journeys.line import with_staff_group

SECRETS = ("Keisha", "Brown", "555-0142", "quantum", "Nia")


@pytest.fixture
def settings(settings):
    owners = frozenset({STAFF_ID, STAFF2_ID})
    return with_staff_group(settings, owner_ids=owners)


def texts(hands):
    return [m.text for m in hands.messages if not m.deleted]


def anything(path):
    """Return all bytes of the database, with its write-ahead file."""
    return b"".join(p.read_bytes() for p in path.parent.glob(path.name + "*") if p.is_file())


async def test_staff_are_reminded_once_and_then_the_owners(line, sam, joy, nia, clock):
    for person in (sam, joy):
        person.account.started = True
    await line.ask(nia)  # at noon
    staff = line.staff(sam)
    clock.move(hours=1, minutes=59)
    await line.settle()
    assert not any("still waits" in text for text in texts(staff))
    clock.move(minutes=2)
    await line.settle()
    await line.settle()
    assert len([text for text in texts(staff) if "Somebody still waits" in text]) == 1
    clock.move(hours=22)  # Thursday noon
    await line.settle()
    await line.settle()
    for person in (sam, joy):
        told = [text for text in texts(person) if "Nobody has answered since" in text]
        assert len(told) == 1


async def test_nobody_is_reminded_while_the_office_is_closed(line, sam, nia, clock):
    clock.move_to(datetime(2026, 11, 20, 22, 30, tzinfo=UTC))  # Friday, half an hour before five
    await line.ask(nia)
    clock.move(hours=30)
    await line.settle()
    assert not any("still waits" in text for text in texts(line.staff(sam)))
    clock.move_to(datetime(2026, 11, 23, 15, 1, tzinfo=UTC))  # Monday at nine
    await line.settle()
    assert any("still waits" in text for text in texts(line.staff(sam)))


async def test_an_answer_stops_the_reminders_and_a_new_question_starts_them(line, sam, nia, clock):
    await line.ask(nia)
    await line.answer(sam, "Here.")
    clock.move(hours=3)
    await line.settle()
    assert not any("still waits" in text for text in texts(line.staff(sam)))
    await nia.send("and gluons?")
    await line.settle()
    clock.move_to(datetime(2026, 11, 19, 18, 0, tzinfo=UTC))
    await line.settle()
    assert any("still waits" in text for text in texts(line.staff(sam)))


async def test_the_office_is_told_with_its_zone(talk, nia, clock):
    clock.move_to(datetime(2026, 11, 21, 18, 0, tzinfo=UTC))  # a Saturday
    offered = await talk.one(nia, "/person")
    assert "Staff look again on Mon, Nov 23, 9:00 AM CST." in offered.text


async def test_a_quiet_case_closes_and_a_waiting_one_never(line, sam, nia, mateo, clock):
    await line.ask(nia)
    await line.answer(sam, "Here.")
    await line.ask(mateo)
    clock.move(days=15)
    await line.settle()
    await line.settle()
    assert "Case 1 is closed" in nia.last.text
    assert not any("cerrado" in text for text in texts(mateo))


async def test_erasing_leaves_a_number_and_nothing_else(
    line, sam, nia, running, app, clock, rows, settings, group
):
    await line.ask(nia)
    await line.answer(sam, "quantum answer")
    await line.staff(sam).press("Close")
    await line.settle()
    clock.move(days=29)
    await app.services.case_watch.clean()
    assert (await rows("case_messages"))["case_messages"] > 0
    clock.move(days=1, minutes=1)
    await app.services.case_watch.clean()
    await line.settle()
    assert not group.topics
    assert not [m for m in group.messages.values() if "case1" in str(m)]
    assert await rows("cases", "case_messages") == {"cases": 1, "case_messages": 0}
    case = await app.database.read(lambda t: t.cases.get(1))
    assert case.chat_id is None
    assert case.state == "erased"
    assert not (await app.database.read(lambda t: t.cases.list_of(nia.id)))


async def test_nothing_of_it_is_readable_in_the_database_or_the_log(
    line, sam, nia, settings, caplog, capfd
):
    await line.ask(nia)
    await line.answer(sam, "quantum answer")
    await line.staff(sam).press("I look after it")
    await line.settle()
    stored = anything(settings.database_path)
    for secret in (*SECRETS, "Sam"):
        assert secret.encode() not in stored
    logged = caplog.text + "".join(capfd.readouterr())
    for secret in (*SECRETS, str(nia.id)):
        assert secret not in logged
    assert not re.search(rf"\b{nia.id}\b".encode(), stored)


async def test_all_of_it_survives_a_restart(line, sam, nia, running, talk):
    offered = await talk.one(nia, "quantum chromodynamics")
    await talk.press(nia, "Ask a person", message=offered)
    await running.stop()
    await running.start()
    await talk.press(nia, "Yes", message=offered)
    await line.settle()
    await running.stop()
    staff = line.staff(sam)
    question = staff.messages[-1]
    await staff.reply(question, "Written while the bot was off.")
    await running.start()
    await line.settle()
    assert nia.last.text.startswith("Written while the bot was off.")
    await running.stop()
    await nia.send("and so did I")
    await running.start()
    await line.settle()
    assert "and so did I" in staff.messages[-1].text
    assert len(line.group.topics) == 1


async def test_an_update_that_is_handled_twice_passes_on_once(line, sam, nia, running):
    await line.ask(nia)
    written = await nia.send("only once")
    await line.settle()
    update = {
        "update_id": running.sandbox.updates.next_id - 1,
        "message": written,
    }
    running.app.receiver._taken.clear()
    await running.app.receiver.accept([update])
    await line.settle()
    assert len([text for text in texts(line.staff(sam)) if "only once" in text]) == 1


async def test_a_topic_that_somebody_deleted_is_made_anew(line, sam, nia, group, sandbox):
    await line.ask(nia)
    old = line.topic()
    del group.topics[old]
    await nia.send("are you there?")
    await line.settle()
    await line.settle()
    assert [t.name for t in group.topics.values()] == ["#case1 · English"]
    assert "are you there?" in line.staff(sam).messages[-1].text
    await line.answer(sam, "Yes.")
    assert nia.last.text.startswith("Yes.")


async def test_what_the_group_does_not_take_goes_to_the_owners(
    line, sam, joy, nia, group, sandbox
):
    for person in (sam, joy):
        person.account.started = True
    sandbox.people.kick_bot(joy.account, group)
    await line.ask(nia)
    await line.settle()
    for person in (sam, joy):
        assert "quantum" in person.last.text
        assert "[name hidden]" in person.last.text
    await sam.reply(sam.last, "From my own chat.")
    await line.settle()
    assert nia.last.text.startswith("From my own chat.")


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "429", "500"])
async def test_trouble_on_the_wire_loses_nothing(line, sam, nia, sandbox, kind, running):
    await line.ask(nia)
    sandbox.faults.add(kind, method="sendMessage", chat_id=nia.id, count=1, retry_after=1)
    await line.answer(sam, "It arrives.")
    running.clock.move(seconds=5)
    await line.settle()
    assert any("It arrives." in text for text in texts(nia))


async def test_what_a_person_writes_comes_in_its_order(line, sam, nia):
    await line.ask(nia)
    for n in range(15):
        await nia.send(f"gluon {n}")
    await line.settle()
    said = [int(m[1]) for text in texts(line.staff(sam)) if (m := re.search(r"gluon (\d+)", text))]
    assert said == list(range(15))


async def test_forgetme_erases_a_case_with_staff_too(line, talk, sam, nia, group, rows, app):
    await line.ask(nia)
    await line.answer(sam, "Here you are.")
    shown = await talk.one(nia, "/mydata")
    assert "case 1" in shown.text
    asked = await talk.one(nia, "/forgetme")
    assert "What you wrote to staff is erased with them, too" in asked.text
    await talk.press(nia, "Yes, erase it", message=asked)
    await line.settle()
    assert not group.topics
    assert not [m for m in group.messages.values() if "quantum" in str(m)]
    assert (await rows("case_messages"))["case_messages"] == 0
    assert (await app.database.read(lambda t: t.cases.get(1))).state == "erased"
    assert app.database._sealer.id(nia.id) not in anything(app.database.path)
    assert "Nothing. The database" in (await talk.one(nia, "/mydata")).text
    assert "Shall I pass it on" in (await talk.one(nia, "/person")).text


async def test_somebody_who_is_muted_sees_it_and_can_have_it_forgotten(line, talk, sam, nia):
    await line.ask(nia)
    await talk.say(sam, "/ban 1")
    await line.settle()
    assert "staff take no messages from this chat" in (await talk.one(nia, "/mydata")).text
    asked = await talk.one(nia, "/forgetme")
    await talk.press(nia, "Yes, erase it", message=asked)
    await line.settle()
    assert "Shall I pass it on" in (await talk.one(nia, "/person")).text


async def test_messages_wait_for_their_topic(line, sam, nia, sandbox, running, group):
    sandbox.faults.add("429", method="createForumTopic", retry_after=1, count=1)
    await line.ask(nia)
    running.clock.move(seconds=2)
    await line.settle()
    assert "quantum" in line.staff(sam).messages[-1].text
    assert {m["message_thread_id"] for m in group.messages.values()} == {line.topic()}


async def test_a_text_that_was_edited_before_it_left_does_not_leave(app, clock, nia):
    later = clock.now() + timedelta(hours=1)

    def work(t):
        number = t.deliveries.add(NewDelivery(nia.id, Content("old"), Lane.REPLY, later))
        due = [each.delivery_id for each in t.deliveries.list_due(later, 10)]
        read = t.deliveries.list_by_id(due)
        assert t.deliveries.reword(number, Content("new"))
        assert t.deliveries.claim(read, later) == set(), "the courier has read the old text"
        again = t.deliveries.list_by_id(due)
        assert [each.content.html for each in again] == ["new"]
        assert t.deliveries.claim(again, later) == {number}
        assert not t.deliveries.reword(number, Content("newer"))

    await app.database.write(work)
