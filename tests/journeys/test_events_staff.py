"""Events as staff enter, move and cancel them: shown before, told at once, taken back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.models.events import EventKind

DEC_1 = datetime(2026, 12, 1, 15, tzinfo=UTC)
ON = date(2026, 12, 8)
STARTS_AT = datetime(2026, 12, 8, 16, tzinfo=UTC)


@pytest.fixture(autouse=True)
def december(clock, app):
    clock.move_to(DEC_1)


@pytest.fixture
def enter(talk):
    """Return a function with which staff enter an event that people see."""

    async def enter(staff, text):
        shown = await talk.one(staff, f"/event {text}")
        await talk.press(staff, "Show it to people", message=shown)
        return shown

    return enter


@pytest.fixture
def news(talk, running, clock):
    """Return a function that lets what is due leave and returns what a person got of it."""

    async def news(person, then=None):
        before = talk.seen.get(id(person), len(person.messages))
        if then:
            clock.move_to(then)
        await running.app.services.reminders.tick()
        await running.outbox_empty()
        talk.seen[id(person)] = len(person.messages)
        return [str(message.text) for message in person.messages[before:]]

    return news


def buttons(shown):
    return [button for row in shown.buttons for button in row]


async def test_an_event_is_a_draft_until_staff_show_it(talk, sam, nia):
    shown = await talk.one(sam, "/event Narcan training; Dec 4 2-3:30 pm; Austin library")
    assert "Draft. People do not see it yet. Training." in shown.text
    assert "In Chicago: 2:00 PM CST to 3:30 PM CST" in shown.text
    assert "Where: Austin library" in shown.text
    assert "No title in Spanish" in shown.text
    assert "Narcan" not in (await talk.one(nia, "/events")).text
    await talk.press(sam, "Show it to people", message=shown)
    assert "People see it in /events." in shown.text
    assert "Narcan training" in (await talk.one(nia, "/events")).text


async def test_a_series_in_plain_words_shows_its_next_dates(talk, sam, nia, enter):
    shown = await enter(
        sam, "Harm Reduction ECHO; second Tuesday 10:00-11:00; https://example.org/e"
    )
    assert "It repeats. The next dates:" in shown.text
    assert shown.text.count("In Chicago: 10:00 AM") == 6
    answer = await talk.one(nia, "/nextecho")
    assert "Tue, Dec 8, 10:00 AM CST" in answer.text
    assert "https://example.org/e" in answer.text


async def test_what_is_missing_is_asked_for_and_can_be_changed(talk, sam, mateo):
    shown = await talk.one(sam, "/event Open house")
    assert "Nobody has said when it is" in shown.text
    (refused,) = await talk.press(sam, "Show it to people", message=shown)
    assert 'Press "Time" first' in refused.text
    await talk.press(sam, "Time", message=shown)
    assert "did not understand" in (await talk.one(sam, "one day 10:00")).text
    assert "I see no time" in (await talk.one(sam, "Friday")).text
    assert "has passed" in (await talk.one(sam, "Nov 3, 2026 10:00")).text
    shown = await talk.one(sam, "Friday 10 am")
    assert "Fri, Dec 4, 10:00 AM CST" in shown.text
    await talk.press(sam, "Spanish title", message=shown)
    shown = await talk.one(sam, "Puertas abiertas")
    await talk.press(sam, "Kind", message=shown)
    await talk.press(sam, "Community event", message=shown)
    await talk.press(sam, "Español", message=shown)
    assert "Spoken there: Spanish" in shown.text
    await talk.press(sam, "Seats", message=shown)
    assert "number from 1" in (await talk.one(sam, "many")).text
    shown = await talk.one(sam, "40")
    await talk.press(sam, "Topic", message=shown)
    shown = await talk.one(sam, "Meet us / Conócenos")
    assert "Seats: 40" in shown.text
    await talk.press(sam, "Show it to people", message=shown)
    assert "Conócenos" in (await talk.one(mateo, "/events")).text
    assert "Puertas abiertas" in (await talk.one(mateo, "/events")).text


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ("every year on February 30 10:00", "There is no such day"),
        ("every Monday 9 am until Dec 2", "would end before its first date"),
    ],
)
async def test_a_rule_that_never_occurs_is_refused_with_the_reason(talk, sam, rows, when, reason):
    before = await rows("events")
    assert reason in (await talk.one(sam, f"/event Walk; {when}")).text
    assert await rows("events") == before


async def test_moving_a_date_is_shown_first_and_told_at_once(talk, sam, nia, enter, remind, news):
    shown = await enter(sam, "ECHO talk; second Tuesday 10:00-11:00")
    await remind(nia, "ECHO talk")
    await talk.press(sam, "Dates", message=shown)
    await talk.press(sam, "Tue, Dec 8", message=shown)
    assert "1 person wants to be reminded." in shown.text
    await talk.press(sam, "Move this date", message=shown)
    proposal = await talk.one(sam, "Dec 10 2-3 pm")
    assert "Now:" in proposal.text
    assert "10:00 AM" in proposal.text
    assert "2:00 PM" in proposal.text
    assert "1 person who asked to be reminded is told at once." in proposal.text
    assert await news(nia) == []
    await talk.press(sam, "Yes, change it and tell them", message=proposal)
    assert "is told now" in proposal.text
    (told,) = await news(nia)
    assert "This has a new time" in told
    assert "In Chicago: 2:00 PM CST to 3:00 PM CST" in told
    (reminder,) = await news(nia, datetime(2026, 12, 10, 19, 0, 1, tzinfo=UTC))
    assert "ECHO talk" in reminder


async def test_a_move_can_be_taken_back_and_no_leaves_all_as_it_is(
    talk, sam, nia, enter, remind, news
):
    shown = await enter(sam, "ECHO talk; second Tuesday 10:00-11:00")
    await remind(nia, "ECHO talk")
    await talk.press(sam, "Dates", message=shown)
    await talk.press(sam, "Tue, Dec 8", message=shown)
    await talk.press(sam, "Move this date", message=shown)
    proposal = await talk.one(sam, "Dec 10 2-3 pm")
    await talk.press(sam, "No", message=proposal)
    assert "10:00 AM CST" in (await talk.one(nia, "/events")).text
    await talk.press(sam, "Move this date", message=shown)
    proposal = await talk.one(sam, "Dec 10 2-3 pm")
    await talk.press(sam, "Yes, change it and tell them", message=proposal)
    assert len(await news(nia)) == 1
    await talk.press(sam, "Back to the usual time", message=proposal)
    (told,) = await news(nia)
    assert "In Chicago: 10:00 AM CST" in told
    (reminder,) = await news(nia, STARTS_AT - timedelta(minutes=59))
    assert "10:00 AM" in reminder


async def test_cancelling_asks_first_tells_at_once_and_can_be_taken_back(
    talk, sam, nia, enter, remind, news, sandbox
):
    shown = await enter(sam, "ECHO talk; second Tuesday 10:00-11:00")
    await remind(nia, "ECHO talk")
    await talk.press(sam, "Dates", message=shown)
    await talk.press(sam, "Tue, Dec 8", message=shown)
    await talk.press(sam, "Cancel this date", message=shown)
    assert "Cancel this date?" in shown.text
    assert await news(nia) == []
    await talk.press(sam, "Yes, cancel", message=shown)
    (told,) = await news(nia)
    assert "This is cancelled" in told
    (file,) = await talk.press(nia, "Update my calendar", message=nia.last)
    data = sandbox.world.files.find(file.raw["document"]["file_id"]).content
    assert b"STATUS:CANCELLED" in data
    assert b"SEQUENCE:2" in data  # shown, then cancelled
    assert "Cancelled" in (await talk.one(nia, "/events")).text
    assert "don't know of a coming session" not in (await talk.one(nia, "/nextecho")).text
    await talk.press(sam, "It takes place after all", message=shown)
    (told,) = await news(nia)
    assert "takes place after all" in told
    assert len(await news(nia, STARTS_AT - timedelta(minutes=59))) == 1


async def test_the_whole_series_can_be_cancelled_and_moved(
    talk, sam, nia, mateo, enter, remind, news
):
    shown = await enter(sam, "Street talk; every Tuesday 10:00-11:00")
    await remind(nia, "Tue, Dec 8")
    await talk.press(sam, "Time", message=shown)
    proposal = await talk.one(sam, "every Wednesday 3 pm")
    assert "3:00 PM" in proposal.text
    await talk.press(sam, "Yes, change it and tell them", message=proposal)
    (told,) = await news(nia)
    assert "This has a new time" in told
    assert "3:00 PM" in told
    await talk.press(sam, "Cancel all dates", message=proposal)
    await talk.press(sam, "Yes, cancel", message=proposal)
    (told,) = await news(nia)
    assert "This is cancelled" in told
    assert await news(nia, DEC_1 + timedelta(days=30)) == []


async def test_an_event_that_is_once_moves_and_keeps_its_reminders(
    talk, sam, nia, enter, remind, news
):
    shown = await enter(sam, "Open house; Dec 8 10:00-11:00")
    await remind(nia, "Open house")
    await talk.press(sam, "Time", message=shown)
    proposal = await talk.one(sam, "Dec 9 4-5 pm")
    await talk.press(sam, "Yes, change it", message=proposal)
    assert "4:00 PM" in (await news(nia))[0]
    (reminder,) = await news(nia, datetime(2026, 12, 9, 21, 0, 1, tzinfo=UTC))
    assert "Open house" in reminder


async def test_a_topic_per_date_in_both_languages(talk, sam, nia, mateo, enter):
    shown = await enter(sam, "ECHO; second Tuesday 10:00-11:00")
    await talk.press(sam, "Dates", message=shown)
    await talk.press(sam, "Tue, Dec 8", message=shown)
    await talk.press(sam, "Topic", message=shown)
    answer = await talk.one(sam, "Youth / Jóvenes")
    assert "Topic: Youth" in answer.text
    assert "Topic: Youth" in (await talk.one(nia, "/nextecho")).text
    assert "Tema: Jóvenes" in (await talk.one(mateo, "/nextecho")).text


async def test_a_draft_can_be_thrown_away_and_the_list_shows_the_rest(talk, sam, enter):
    draft = await talk.one(sam, "/event Wrong; Dec 4 10 am")
    await enter(sam, "Right; Dec 5 10 am")
    listed = await talk.one(sam, "/event")
    assert buttons(listed)[:2] == ["✏️ Wrong", "Sat, Dec 5 · Right"]
    await talk.press(sam, "Throw away", message=draft)
    assert "thrown away" in draft.text
    assert buttons(await talk.one(sam, "/event"))[0] == "Sat, Dec 5 · Right"
    (gone,) = await talk.press_old(sam, draft, "plan:show:2")
    assert "not there any more" in gone.text


async def test_only_staff_can_do_that(talk, sam, nia, enter, rows):
    shown = await enter(sam, "ECHO; second Tuesday 10:00-11:00")
    before = await rows("events", "event_dates")
    assert "staff" in (await talk.one(nia, "/event Party; Dec 4 10 am")).text
    listed = await talk.one(nia, "/events")
    for data in ("plan:cancel-sure:2:all", "plan:publish:2", "plan:ask:2:all:event-when"):
        (answer,) = await talk.press_old(nia, listed, data)
        assert "staff" in answer.text
    assert await rows("events", "event_dates") == before
    assert shown


async def test_coming_events_flow_into_the_edition_and_follow_changes(
    talk, sam, enter, running, clock, app
):
    shown = await enter(sam, "ECHO talk; second Tuesday 10:00-11:00")
    clock.move_to(datetime(2026, 12, 7, 21, 0, 5, tzinfo=UTC))  # Monday 3 PM: the cut-off
    await running.tick()
    (item,) = await app.services.items.list_open()
    assert "ECHO talk" in item.html
    assert item.translation
    assert item.until == ON
    draft = await talk.panel(sam)
    await talk.press(sam, "Approve", message=draft)
    await talk.press(sam, "Dates", message=shown)
    await talk.press(sam, "Tue, Dec 8", message=shown)
    await talk.press(sam, "Cancel this date", message=shown)
    await talk.press(sam, "Yes, cancel", message=shown)
    await running.outbox_empty()
    assert await app.services.items.list_open() == []
    assert "It is a draft again" in sam.last.text
    await talk.press(sam, "It takes place after all", message=shown)
    (item,) = await app.services.items.list_open()
    assert item.until == ON


async def test_an_event_that_is_entered_after_the_cut_off_still_comes_into_the_draft(
    talk, sam, enter, running, clock, app
):
    clock.move_to(datetime(2026, 12, 7, 21, 0, 5, tzinfo=UTC))
    await running.outbox_empty()
    assert await app.services.items.list_open() == []
    draft = await talk.one(sam, "/event Walk; Dec 10 10:00-11:00")
    assert await app.services.items.list_open() == []
    await talk.press(sam, "Show it to people", message=draft)
    (item,) = await app.services.items.list_open()
    assert "Walk" in item.html
    await enter(sam, "Far away; Jan 20 10:00-11:00")
    assert len(await app.services.items.list_open()) == 1
    await talk.press(sam, "Approve", message=await talk.panel(sam))
    await enter(sam, "Too late; Dec 11 10:00-11:00")
    assert len(await app.services.items.list_open()) == 1


async def test_an_event_that_staff_took_out_of_the_edition_stays_out(
    talk, sam, enter, running, clock, app
):
    await enter(sam, "Walk; Dec 10 10:00-11:00")
    clock.move_to(datetime(2026, 12, 7, 21, 0, 5, tzinfo=UTC))
    await running.tick()
    (item,) = await app.services.items.list_open()
    await app.services.items.remove(item.item_id, sam.id)
    clock.move_to(datetime(2026, 12, 14, 21, 0, 5, tzinfo=UTC))
    await running.tick()
    assert await app.services.items.list_open() == []


async def test_an_announcement_before_echo_follows_the_session(talk, sam, enter, running, clock):
    shown = await enter(sam, "ECHO talk; second Tuesday 10:00-11:00")
    draft = await talk.one(sam, "/announce ECHO is soon")
    await talk.press(sam, "When", message=draft)
    await talk.press(sam, "1 hour before ECHO", message=draft)
    assert "9:00 AM CST" in draft.text
    await talk.press(sam, "Dates", message=shown)
    await talk.press(sam, "Tue, Dec 8", message=shown)
    await talk.press(sam, "Move this date", message=shown)
    proposal = await talk.one(sam, "Dec 9 2-3 pm")
    await talk.press(sam, "Yes, change it", message=proposal)
    await running.outbox_empty()
    assert any("is now for Wed, Dec 9, 1:00 PM CST" in m.text for m in sam.messages)
    await talk.press(sam, "Cancel this date", message=proposal)
    await talk.press(sam, "Yes, cancel", message=proposal)
    await running.outbox_empty()
    assert any("does not go out by itself any more" in m.text for m in sam.messages)
    clock.move_to(datetime(2026, 12, 9, 19, 30, tzinfo=UTC))
    await running.tick()
    due = [m.text for m in sam.messages if "is due" in m.text]
    assert not any(text.startswith("Announcement") for text in due)  # the e-blast of that week is


async def test_the_kind_is_taken_from_the_title(talk, sam, app, enter):
    for title, kind in (
        ("Fentanyl workgroup", EventKind.WORKGROUP),
        ("Monthly meeting", EventKind.MEETING),
        ("Capacitación de naloxona", EventKind.TRAINING),
        ("Picnic", EventKind.COMMUNITY),
    ):
        shown = await talk.one(sam, f"/event {title}; Dec 4 10 am")
        sheet = await app.services.planning.sheet(
            int(shown.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[2])
        )
        assert sheet.event.kind is kind


async def test_a_case_can_be_proposed_for_a_session(talk, sam, nia, enter, rows):
    await enter(sam, "ECHO; second Tuesday 10:00-11:00")
    shown = await talk.one(nia, "/nextecho")
    (offer,) = await talk.press(nia, "Propose a case", message=shown)
    assert "Leave out names" in offer.text
    assert await rows("cases") == {"cases": 0}
    await talk.press(nia, offer.buttons[0][0], message=offer)
    await talk.say(nia, "A person who leaves treatment each time in the second week")
    assert await rows("cases") == {"cases": 1}


async def test_what_an_edition_told_of_and_has_changed_since_is_told_once_more(
    talk, sam, nia, enter, running, clock, app
):
    await talk.join(nia)
    shown = await enter(sam, "Street talk; every Thursday 2-3 pm; Austin library")

    async def edition(monday):
        clock.move_to(monday)
        await running.tick()
        items = [item.html for item in await app.services.items.list_open()]
        await talk.press(sam, "Approve", message=await talk.panel(sam))
        clock.move_to(monday + timedelta(hours=19))  # Tuesday at 10
        await running.outbox_empty()
        return items

    monday = datetime(2026, 12, 7, 21, 0, 5, tzinfo=UTC)
    assert len(await edition(monday)) == 2
    await talk.press(sam, "Dates", message=shown)
    await talk.press(sam, "Thu, Dec 17", message=shown)
    await talk.press(sam, "Topic", message=shown)
    await talk.one(sam, "Winter")  # is no reason to tell it again
    await talk.press(sam, "Move this date", message=shown)
    moved = await talk.one(sam, "Dec 18 4-5 pm")
    await talk.press(sam, "Yes, change it", message=moved)
    (again, new) = await edition(monday + timedelta(days=7))
    assert "Moved from its usual day or time" in again
    assert "4:00 PM CST" in again
    assert "Dec 24" in new
    assert "4:00 PM CST" in nia.last.text
    for button in ("Back", "Cancel all dates", "Yes, cancel"):
        await talk.press(sam, button, message=shown)
    await edition(monday + timedelta(days=14))
    assert "Cancelled" in nia.last.text
    assert "Dec 24" in nia.last.text
    assert "Dec 18" not in nia.last.text  # that has passed
