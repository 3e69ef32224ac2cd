"""Sending: undo, pause, stop, progress, report, restarts. Nobody twice, nobody left out."""

import asyncio

import pytest

from bot.models import BroadcastState, DeliveryState, MemberState
from bot.storage.deliveries import Outcome
from sandbox.chats import Person


@pytest.fixture
def crowd(talk, app, sandbox):
    """Return a function that makes members of many at once; they are in no dialogue."""

    async def crowd(count):
        people = [Person(800_000 + n, f"P{n}", started=True) for n in range(count)]
        for person in people:
            sandbox.world.admit(person)
            await app.services.members.join(person.id, "en")
        return people

    return crowd


@pytest.fixture
def copies(sandbox):
    """Return how many copies of the edition each of some people has got."""

    def copies(people, text="Free Narcan training"):
        return [
            sum(
                text in message.get("text", "")
                for message in sandbox.world.private_chat(person).messages.values()
            )
            for person in people
        ]

    return copies


async def begin(talk, sam, text="Free Narcan training"):
    await talk.item(sam, text)
    draft = await talk.draft(sam)
    await sam.press("Approve and send now", message=draft)
    await talk.running.idle()


async def begin_and_look(talk, sam):
    """Start an edition and return its panel, with the controls of what is under way."""
    await begin(talk, sam)
    return await talk.panel(sam)


class TestUndo:
    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"undo_seconds": 60})

    async def test_nothing_leaves_before_the_undo_window_has_passed(self, talk, nia, sam, clock):
        await talk.join(nia)
        count = len(nia.messages)
        draft = await begin_and_look(talk, sam)
        assert "Sending starts in" in draft.text
        clock.move(seconds=50)
        await talk.running.tick()
        talk.running.app.courier.wake()
        await nia.expect_silence(0.1)
        assert len(nia.messages) == count
        clock.move(seconds=11)
        await talk.running.outbox_empty()
        assert "Free Narcan training" in nia.last.text

    @pytest.mark.parametrize("where", ["overview", "progress"])
    async def test_undone_nobody_gets_it_and_the_items_are_open_again(
        self, talk, nia, sam, clock, app, where
    ):
        await talk.join(nia)
        count = len(nia.messages)
        draft = await begin_and_look(talk, sam)
        await talk.running.tick()
        progress = await sam.expect("It leaves in")
        await talk.press(sam, "Undo", message=draft if where == "overview" else progress)
        clock.move(minutes=5)
        await sam.expect("Undone. Nothing was sent")
        await talk.running.outbox_empty()
        assert len(nia.messages) == count
        assert len(await app.services.items.list_open()) == 1
        assert progress.buttons == [] or where == "progress"
        assert "Draft for" in (await talk.draft(sam)).text
        assert not any("Report" in each.text for each in sam.messages)

    async def test_it_can_be_sent_again_after_an_undo_once(self, talk, nia, sam, clock):
        await talk.join(nia)
        draft = await begin_and_look(talk, sam)
        await talk.press(sam, "Undo", message=draft)
        await talk.press(sam, "Approve and send now", message=draft)
        clock.move(seconds=61)
        await talk.running.outbox_empty()
        assert sum("Free Narcan training" in each.text for each in nia.messages) == 1

    async def test_after_the_first_message_has_left_undo_is_refused(self, talk, nia, sam, clock):
        await talk.join(nia)
        draft = await begin_and_look(talk, sam)
        clock.move(seconds=61)
        await talk.running.outbox_empty()
        (refusal,) = await talk.press(sam, "Undo", message=draft)
        assert "moved on" in refusal.text

    async def test_undo_is_refused_as_soon_as_one_message_is_under_way(
        self, talk, nia, mateo, sam, clock, app
    ):
        await talk.join(nia, mateo)
        draft = await begin_and_look(talk, sam)
        app.courier._stopping = True
        app.courier.wake()
        clock.move(seconds=61)
        read = await app.database.read(lambda t: t.deliveries.list_due_of(1, clock.now(), 1))
        assert await app.database.write(lambda t: t.deliveries.claim(read, clock.now()))
        (refusal,) = await talk.press(sam, "Undo", message=draft)
        assert "moved on" in refusal.text
        tally = await app.database.read(lambda t: t.copies.tally(1))
        assert (tally.sending, tally.pending) == (1, 1)

    async def test_a_member_who_joins_in_the_window_can_have_it_too(self, talk, nia, sam, clock):
        await begin(talk, sam)
        await talk.join(nia)
        await nia.press("Send me this week's")
        talk.running.app.courier.wake()
        await asyncio.sleep(0.2)
        assert not any("Free Narcan training" in each.text for each in nia.messages)
        clock.move(seconds=61)
        await talk.running.outbox_empty()
        assert sum("Free Narcan training" in each.text for each in nia.messages) == 1


async def test_the_report_counts_what_became_of_every_message(talk, crowd, sam, sandbox, copies):
    people = await crowd(12)
    people[3].blocked = people[4].blocked = True
    people[5].deactivated = True
    sandbox.faults.add("500", method="sendMessage", chat_id=people[6].id, count=1)
    report = await talk.send_edition(sam)
    assert "cannot be reached" in report.text
    assert "3 cannot be reached\n• blocked the bot: 2\n• deleted their Tele" in report.text
    assert "nobody can know\n• no answer" in report.text or "connection broke: 1" in report.text
    arrived = sum(copies(people))
    assert f"{arrived} messages accepted by Telegram" in report.text
    assert "It took" in report.text
    progress = next(each for each in sam.messages if "has been sent" in each.text)
    assert progress.buttons == []
    assert "100 %" in progress.text


async def test_an_edition_that_telegram_refuses_again_and_again_is_held(
    talk, crowd, sam, sandbox, find_state, find_member_state
):
    people = await crowd(40)
    for person in people:
        sandbox.faults.add("500", method="sendMessage", chat_id=person.id)
    await begin(talk, sam)
    await sam.expect("many messages in a row")
    assert await find_state() is BroadcastState.PAUSED
    assert {await find_member_state(person) for person in people} == {MemberState.ACTIVE}
    held = await talk.draft(sam)
    assert [row[0] for row in held.buttons][:2] == ["Resume", "Stop"]


@pytest.fixture
def find_state(app):
    async def find_state():
        return (await app.services.editions.overview()).broadcast.state

    return find_state


@pytest.fixture
def find_member_state(find_member):
    async def find_member_state(person):
        return (await find_member(person)).state

    return find_member_state


async def test_the_progress_message_is_one_message_that_is_edited(talk, crowd, sam):
    await crowd(5)
    await talk.send_edition(sam)
    assert sum("🟩" in each.text for each in sam.messages) == 1


async def test_progress_and_report_go_to_the_staffs_group_if_there_is_one(
    talk, running, crowd, sam, group
):
    await running.stop()
    running.settings = running.settings.model_copy(update={"staff_chat_id": group.id})
    app = await running.start()
    await app.services.members.join(sam.id, "en")
    inside = sam.in_group(group)
    await running.idle()
    await begin(talk, sam)
    await running.outbox_empty()
    await inside.expect("It has been sent")
    await inside.expect("Report: E-blast")


async def test_a_long_edition_comes_as_several_messages_in_order(talk, nia, sam):
    await talk.join(nia)
    for n in range(6):
        await talk.item(sam, f"News {n} " + "word " * 400, "Trainings")
    before = len(nia.messages)
    draft = await talk.draft(sam)
    await sam.press("Approve and send now", message=draft)
    await talk.running.outbox_empty()
    got = nia.messages[before:]
    assert len(got) >= 3
    text = "\n".join(each.text for each in got)
    assert [text.index(f"News {n}") for n in range(6)] == sorted(
        text.index(f"News {n}") for n in range(6)
    )
    assert [bool(each.buttons) for each in got] == [False] * (len(got) - 1) + [True]


async def test_pause_resume_and_stop_while_it_runs(talk, crowd, sam, copies, app):
    people = await crowd(3)
    app.courier._stopping = True  # hold the courier, so that all is still to be sent
    app.courier.wake()
    draft = await begin_and_look(talk, sam)
    await talk.press(sam, "Pause sending", message=draft)
    assert "On hold" in draft.text
    assert "Left: 3" in draft.text
    await talk.running.stop()
    await talk.running.start()
    await talk.running.outbox_empty()
    assert copies(people) == [0, 0, 0]
    await talk.press(sam, "Resume", message=draft)
    await talk.running.outbox_empty()
    assert copies(people) == [1, 1, 1]


async def test_who_leaves_before_their_turn_gets_nothing(talk, crowd, sam, nia, app, copies):
    people = await crowd(2)
    await talk.join(nia)
    app.courier._stopping = True
    app.courier.wake()
    await begin(talk, sam)
    await talk.one(nia, "stop")
    await talk.running.stop()
    await talk.running.start()
    await talk.running.outbox_empty()
    report = await sam.expect("Report")
    assert copies([*people, nia.account]) == [1, 1, 0]
    assert "1 not sent\n• left the e-blast meanwhile: 1" in report.text


async def test_stopping_asks_first_and_then_nobody_else_gets_it(talk, crowd, sam, copies, app):
    people = await crowd(3)
    app.courier._stopping = True
    app.courier.wake()
    draft = await begin_and_look(talk, sam)
    (sure,) = await talk.press(sam, "Stop", message=draft)
    assert "3 messages have not left yet" in sure.text
    await talk.press(sam, "Back", message=sure)
    assert "Being sent now" in sure.text
    (sure,) = await talk.press(sam, "Stop", message=draft)
    await talk.press(sam, "Yes, stop for good", message=sure)
    assert "Stopped." in sure.text
    await talk.running.stop()
    await talk.running.start()
    await talk.running.outbox_empty()
    assert copies(people) == [0, 0, 0]
    report = await sam.expect("Report: E-blast")
    assert "3 not sent\n• stopped by staff: 3" in report.text


async def test_a_stale_skip_button_does_not_stop_what_is_being_sent(talk, crowd, sam, app, copies):
    people = await crowd(2)
    app.courier._stopping = True
    app.courier.wake()
    draft = await begin_and_look(talk, sam)
    for verb in ("skip", "approve", "take-back", "now"):
        (refusal,) = await talk.press_old(sam, draft, f"blast:{verb}:1")
        assert "moved on" in refusal.text
    await talk.running.stop()
    await talk.running.start()
    await talk.running.outbox_empty()
    assert copies(people) == [1, 1]


async def test_a_stale_resume_button_does_not_send_what_is_only_approved(
    talk, crowd, sam, app, copies
):
    people = await crowd(2)
    await talk.item(sam)
    draft = await talk.draft(sam)
    await talk.press(sam, "Approve", message=draft)
    (refusal,) = await talk.press_old(sam, draft, "blast:resume:1")
    assert "moved on" in refusal.text
    assert copies(people) == [0, 0]


async def test_a_restart_in_the_middle_skips_nobody_and_doubles_nobody(
    talk, crowd, sam, copies, sandbox, running
):
    people = await crowd(60)
    for person in people:
        sandbox.faults.add("late", method="sendMessage", chat_id=person.id, delay=0.15)
    await begin(talk, sam)
    while not sum(copies(people)):  # noqa: ASYNC110 - nobody in the crowd is in a dialogue
        await asyncio.sleep(0.01)
    await running.stop()
    reached = sum(copies(people))
    sandbox.faults.clear()
    await running.start()
    await running.outbox_empty()
    assert reached < 60
    assert copies(people) == [1] * 60


@pytest.mark.parametrize("how", ["stop", "leave"])
async def test_what_telegram_puts_off_is_not_tried_again_when_it_is_not_wanted_any_more(
    talk, sam, nia, app, running, clock, how
):
    await talk.join(nia)
    app.courier._stopping = True
    app.courier.wake()
    panel = await begin_and_look(talk, sam)
    (due,) = await app.database.read(lambda t: t.deliveries.list_due_of(1, clock.now(), 10))
    await app.database.write(lambda t: t.deliveries.claim([due], clock.now()))
    if how == "stop":
        (sure,) = await talk.press(sam, "Stop", message=panel)
        await talk.press(sam, "Yes, stop for good", message=sure)
    else:
        await talk.one(nia, "/stop")
    again = Outcome(due.delivery_id, DeliveryState.PENDING, "flood", due_at=clock.now())
    await app.database.write(lambda t: t.deliveries.finish([again], clock.now()))
    tally = await app.database.read(lambda t: t.copies.tally(1))
    assert (tally.cancelled, tally.left) == (1, 0)
    await running.stop()
    await running.start()
    await running.outbox_empty()
    assert not any("Free Narcan training" in message.text for message in nia.messages)


class TestPaced:
    @pytest.fixture
    def paced(self):
        return True

    async def test_the_card_comes_at_once_while_an_edition_is_being_sent(
        self, talk, crowd, sam, darnell, sandbox, copies, app
    ):
        people = await crowd(90)
        await begin(talk, sam)
        while sum(copies(people)) < 10:  # noqa: ASYNC110 - nobody in the crowd is in a dialogue
            await asyncio.sleep(0.02)
        await darnell.send("my friend overdosed")
        card = await darnell.expect("Call 911", within=0.5)
        assert card.text.startswith("Call 911")
        assert sum(copies(people)) < 90
        state = (await app.services.editions.overview()).broadcast.state
        assert state is BroadcastState.SENDING
        assert sandbox.limits.refused == 0

    async def test_blocked_in_the_middle_of_an_edition(
        self, talk, crowd, sam, nia, sandbox, copies
    ):
        people = await crowd(8)
        await talk.join(nia)
        sandbox.faults.add("429", method="sendMessage", chat_id=nia.id, count=1)  # comes last
        count = len(nia.messages)
        await begin(talk, sam)
        await nia.block()
        await talk.running.outbox_empty()
        report = await sam.expect("Report")
        assert copies(people) == [1] * 8
        assert len(nia.messages) == count
        assert "1 cannot be reached" in report.text


async def test_the_last_word_of_the_progress_is_not_lost_behind_an_edit_under_way(
    talk, crowd, sam, app, clock, running
):
    def run(sql):
        return app.database.write(lambda t: t.meta._connection.execute(sql).fetchall())

    await crowd(1)
    app.courier._stopping = True
    app.courier.wake()
    await begin(talk, sam)
    await running.tick()
    await run("UPDATE deliveries SET state = 'sent', message_id = 1 WHERE key LIKE 'progress:%'")
    clock.move(seconds=4)
    await running.tick()
    await run("UPDATE deliveries SET state = 'sending' WHERE key LIKE 'progress:%:edit'")
    await run("UPDATE deliveries SET state = 'sent' WHERE broadcast_id IS NOT NULL")
    await running.tick()
    waiting = await run("SELECT operation FROM deliveries WHERE key LIKE '%:end'")
    assert [row["operation"] for row in waiting] == ["edit"]


class TestAgain:
    async def test_the_unconfirmed_get_it_again_by_one_tap_and_not_by_two(
        self, talk, crowd, sam, sandbox, copies
    ):
        people = await crowd(4)
        sandbox.faults.add("500", method="sendMessage", chat_id=people[1].id, count=1)
        report = await talk.send_edition(sam)
        assert "1 unconfirmed" in report.text
        assert copies(people) == [1, 0, 1, 1]
        await talk.press(sam, "Send again to the unconfirmed", message=report)
        await talk.press_old(sam, report, "blast:resend:1")
        await talk.running.outbox_empty()
        assert copies(people) == [1, 1, 1, 1]
        second = await sam.expect("Report: E-blast")
        assert "4 messages accepted" in second.text
        assert second.buttons == [["Correct or recall"]]

    async def test_what_was_refused_is_tried_again_by_one_tap_and_not_by_two(
        self, talk, crowd, sam, app, copies
    ):
        people = await crowd(3)
        report = await talk.send_edition(sam)

        def refuse(t):
            chat = t.members._sealer.id(people[1].id)
            sql = "UPDATE deliveries SET state = 'failed', reason = 'file' WHERE chat = ?"
            return t.meta._connection.execute(sql, (chat,)).rowcount

        assert await app.database.write(refuse) == 1
        assert copies(people) == [1, 1, 1]
        for _ in range(2):
            await talk.press_old(sam, report, "blast:retry:1")
            await talk.running.outbox_empty()
        assert copies(people) == [1, 2, 1]  # one more for that one only

    async def test_who_left_since_gets_nothing_again(self, talk, crowd, sam, nia, sandbox, copies):
        await crowd(2)
        await talk.join(nia)
        sandbox.faults.add("500", method="sendMessage", chat_id=nia.id, count=1)
        report = await talk.send_edition(sam)
        await talk.one(nia, "stop")
        await talk.press(sam, "Send again to the unconfirmed", message=report)
        await talk.running.outbox_empty()
        assert copies([nia.account]) == [0]

    async def test_a_copy_that_is_sent_again_keeps_quiet_hours(
        self, talk, sam, nia, sandbox, clock, app
    ):
        await talk.join(nia)
        sandbox.faults.add("500", method="sendMessage", chat_id=nia.id, count=1)
        report = await talk.send_edition(sam)
        await talk.one(nia, "/settings")
        await talk.press(nia, "More choices")
        await talk.press(nia, "Quiet hours")
        await talk.press(nia, "midnight to noon")
        clock.move(hours=13)  # one in the night
        await app.services.broadcasts.send_again(1, DeliveryState.UNCONFIRMED)
        due = await app.database.read(lambda t: t.deliveries.list_due_of(1, clock.now(), 9))
        assert due == []  # from the very moment of the decision
        await talk.press_old(sam, report, "blast:resend:1")
        await talk.running.outbox_empty()
        assert not any("Free Narcan training" in each.text for each in nia.messages)
        clock.move(hours=11)
        await talk.running.outbox_empty()
        assert sum("Free Narcan training" in each.text for each in nia.messages) == 1

    async def test_nothing_is_offered_again_when_everybody_has_it(self, talk, crowd, sam):
        await crowd(2)
        assert (await talk.send_edition(sam)).buttons == [["Correct or recall"]]
