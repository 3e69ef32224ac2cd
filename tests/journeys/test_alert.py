"""Alerts: what they need, whom they reach, and that they end."""

from datetime import timedelta

import pytest

from bot.delivery.courier import LEAST_IN_FLIGHT
from bot.models import BroadcastState, QuietHours
from sandbox.contents import location_content
from tests.conftest import until

TEXT = "Very strong fentanyl is sold as heroin"


@pytest.fixture
async def wanting(talk, app, nia, mateo):
    """Return two members who asked for alerts; one has quiet hours now, one a pause."""
    await talk.join(nia, mateo)

    def choose(t):
        for person in (nia, mateo):
            t.members.set_wants_alerts(person.id, wants=True)
        t.members.set_quiet(nia.id, QuietHours.parse("00:00-23:59"))
        t.members.set_paused_until(mateo.id, (app.clock.now() + timedelta(days=9)).date())

    await app.database.write(choose)
    return nia, mateo


async def write_alert(talk, staff, end="6 hours"):
    """Write an alert with all that it needs and return its panel."""
    _, where = await talk.say(staff, f"/alert {TEXT}")
    assert "Where is it?" in where.text
    who = await talk.one(staff, "Garfield Park")
    assert "Who says so?" in who.text
    until = await talk.one(staff, "Chicago <Health> Department")
    await talk.press(staff, end, message=until)
    return until


async def test_it_reaches_who_asked_for_it_in_pauses_and_quiet_hours_and_nobody_else(
    talk, wanting, rosa, sam
):
    nia, mateo = wanting
    await talk.join(rosa)
    heard = len(rosa.messages)
    shown = await write_alert(talk, sam)
    assert "2 members would get it" in shown.text
    assert "1 has not asked for alerts" in shown.text
    assert "quiet hours" not in shown.text
    await talk.press(sam, "send now", message=shown)
    await talk.running.outbox_empty()
    assert nia.last.text.startswith("⚠️ Alert: Garfield Park")
    assert TEXT in nia.last.text
    assert "Source: Chicago <Health> Department" in nia.last.text
    assert "This alert ends Wed, Nov 18, 6:0" in nia.last.text
    assert "PM CST" in nia.last.text
    assert mateo.last.text.startswith("⚠️ Alerta: Garfield Park")
    assert "CST" in mateo.last.text
    assert len(rosa.messages) == heard


async def test_a_real_pause_holds_what_is_not_urgent_and_lets_the_alert_pass(
    talk, nia, sam, clock
):
    await talk.join(nia)
    await talk.press(nia, "Send me danger alerts too")
    await talk.one(nia, "/settings")
    await talk.press(nia, "Pause")
    await talk.press(nia, "Pause 1 week")
    await talk.send_edition(sam)
    shown = await write_alert(talk, sam)
    await talk.press(sam, "send now", message=shown)
    await talk.running.outbox_empty()
    assert [TEXT in message.text for message in nia.messages].count(True) == 1
    assert not any("Free Narcan training" in message.text for message in nia.messages)
    clock.move(days=8)
    await talk.running.outbox_empty()
    assert [TEXT in message.text for message in nia.messages].count(True) == 1
    assert sum("Free Narcan training" in message.text for message in nia.messages) == 1


async def test_its_correction_passes_pauses_and_quiet_hours_to_those_who_got_it(
    talk, wanting, rosa, sam
):
    await talk.join(rosa)
    shown = await write_alert(talk, sam)
    await talk.press(sam, "send now", message=shown)
    await talk.running.outbox_empty()
    report = await sam.expect("Report: Alert")
    await talk.press(sam, "Correct or recall", message=report)
    await talk.press(sam, "Send a correction", message=report)
    panel = await talk.one(sam, "It was a false report")
    await talk.press(sam, "Approve and send now", message=panel)
    await talk.running.outbox_empty()
    for person in wanting:
        (got,) = [m for m in person.messages if "It was a false report" in m.text]
        assert TEXT in got.raw["reply_to_message"]["text"]
    assert not any("false report" in message.text for message in rosa.messages)
    assert "2 corrected" in (await sam.expect("Report: Correction")).text


async def test_it_cannot_be_approved_without_where_who_and_until_when(talk, wanting, sam, app):
    shown, _ = await talk.say(sam, f"/alert {TEXT}")
    assert shown.text.count("⚠️ missing") == 3
    for lacks, answer in zip((3, 2, 1), (None, "Garfield Park", "CDPH"), strict=True):
        if answer:
            await talk.one(sam, answer)
        for verb in ("approve", "now"):
            (refusal,) = await talk.press_old(sam, shown, f"blast:{verb}:1")
            assert "An alert needs three things" in refusal.text
            assert refusal.text.count("⚠️ missing") == lacks
    overview = await app.services.broadcasts.overview(1)
    assert overview.broadcast.state is BroadcastState.DRAFT


async def test_nothing_leaves_after_its_end(talk, wanting, sam, clock):
    nia, _ = wanting
    heard = len(nia.messages)
    shown = await write_alert(talk, sam)
    await talk.press(sam, "Approve", message=shown)
    clock.move(hours=7)
    (refusal,) = await talk.press(sam, "Send now", message=shown)
    assert "This alert is over already" in refusal.text
    await talk.running.outbox_empty()
    assert len(nia.messages) == heard


async def test_copies_that_still_wait_at_its_end_never_leave(talk, wanting, sam, clock):
    nia, _ = wanting
    heard = len(nia.messages)
    shown = await write_alert(talk, sam)
    await talk.press(sam, "send now", message=shown)
    await talk.press_old(sam, shown, "blast:pause:1")
    before_the_end = len(nia.messages)
    clock.move(hours=7)
    await talk.press_old(sam, shown, "blast:resume:1")
    await talk.running.outbox_empty()
    assert len(nia.messages) == before_the_end
    assert before_the_end in (heard, heard + 1)


async def test_what_has_not_left_at_its_end_is_reported_and_the_courier_has_read_it_in_vain(
    talk, wanting, sam, clock, app
):
    shown = await write_alert(talk, sam)
    app.courier._stopping = True  # it is busy with others
    app.courier.wake()
    await sam.press("send now", message=shown)
    await talk.running.idle()
    read = await app.database.read(lambda t: t.deliveries.list_due_of(1, clock.now(), 10))
    assert len(read) == 2
    clock.move(hours=6, minutes=1)
    assert await app.database.read(lambda t: t.broadcasts.list_due(clock.now())) == []
    assert await app.database.write(lambda t: t.deliveries.claim(read, clock.now())) == set()
    await talk.running.tick()
    app.courier._stopping = False
    app.courier.start()
    report = await sam.expect("Report: Alert")
    assert "0 messages accepted" in report.text
    assert "2 not sent" in report.text
    assert "its end had come: 2" in report.text


async def test_a_pause_or_quiet_hours_that_begin_while_it_is_sent_do_not_hold_it(
    talk, nia, sam, app
):
    await talk.join(nia)
    await talk.press(nia, "Send me danger alerts too")
    shown = await write_alert(talk, sam)
    app.courier._stopping = True
    app.courier.wake()
    await sam.press("send now", message=shown)
    await talk.running.idle()
    await talk.one(nia, "/settings")
    await talk.press(nia, "Pause")
    await talk.press(nia, "Pause 1 week")
    app.courier._stopping = False
    app.courier.start()
    await talk.running.outbox_empty()
    assert sum(TEXT in message.text for message in nia.messages) == 1


async def test_it_goes_before_the_rest_of_a_long_broadcast(talk, sandbox, sam, app):
    people = [sandbox.person(f"Member {n}") for n in range(100)]
    for person in people:
        person.account.started = True
        await app.services.members.join(person.id, "en")
        await app.services.members.set_alerts(person.id, wants=True)
    long = await talk.one(sam, "/announce News for all")
    alert = await write_alert(talk, sam)
    order = []

    def note(event):
        if event["kind"] == "message" and event["message"]["from"]["is_bot"]:
            order.append(event["message"].get("text", ""))

    sandbox.world.subscribe(note)
    sandbox.faults.add("late", method="sendMessage", delay=0.05)
    await sam.press("send now", message=long)
    await until(lambda: order.count("News for all") >= 10)
    sandbox.faults.clear()
    await sam.press("send now", message=alert)
    started = len(order)
    await talk.running.outbox_empty()
    kinds = ["alert" if TEXT in text else text for text in order[started:]]
    assert kinds.count("alert") + [TEXT in t for t in order[:started]].count(True) == 100
    assert order.count("News for all") == 100
    last_alert = len(kinds) - 1 - kinds[::-1].index("alert")
    assert kinds[:last_alert].count("News for all") <= 3 * LEAST_IN_FLIGHT


async def test_an_end_can_be_typed_but_not_in_the_past_or_far_away(talk, sam):
    shown = await write_alert(talk, sam)
    await talk.press(sam, "Until when", message=shown)
    assert "has passed" in (await talk.one(sam, "Nov 17 10 am")).text
    assert "30 days at most" in (await talk.one(sam, "Jan 30 10 am")).text
    assert "Until when: Fri, Nov 20, 10:00 AM CST" in (await talk.one(sam, "Nov 20 10 am")).text


async def test_an_announcement_can_become_an_alert(talk, sam):
    shown = await talk.one(sam, f"/announce {TEXT}")
    (where,) = await talk.press(sam, "Make it an alert", message=shown)
    assert shown.text.startswith("Alert 1")
    assert "Where is it?" in where.text


async def test_it_is_text_only(talk, sam, rows):
    (refusal,) = await talk.after(sam, sam.send_photo(caption=f"/alert {TEXT}"))
    assert "An alert is text only" in refusal.text
    shown, _ = await talk.say(sam, f"/alert {TEXT}")
    await talk.press(sam, "Add Spanish version", message=shown)
    (refusal,) = await talk.raw(sam, location_content(41.88, -87.72))
    assert "An alert is text only" in refusal.text
    assert (await rows("drafts"))["drafts"] == 1


async def test_alone_it_says_how(talk, sam):
    assert "An alert is for danger now" in (await talk.one(sam, "/alert")).text


async def test_the_questions_outlive_a_restart(talk, sam, running):
    await talk.say(sam, f"/alert {TEXT}")
    await running.stop()
    await running.start()
    assert "Who says so?" in (await talk.one(sam, "Garfield Park")).text


async def test_a_change_after_approval_takes_it_back(talk, wanting, sam):
    shown = await write_alert(talk, sam)
    await talk.press(sam, "Where", message=shown)
    await talk.press(sam, "Approve", message=shown)
    (changed,) = await talk.say(sam, "Austin")
    assert "It is a draft again" in changed.text
    assert "Where: Austin" in changed.text
