"""Coming to events: seats, a waiting list with offers that end, and nothing left afterwards."""

from datetime import UTC, date, datetime, timedelta

import pytest

DEC_1 = datetime(2026, 12, 1, 18, tzinfo=UTC)
STARTS_AT = datetime(2026, 12, 8, 16, tzinfo=UTC)
TITLE = "Tue, Dec 8"


@pytest.fixture
async def event(add_event, clock):
    clock.move_to(DEC_1)
    return await add_event(
        "Class", date(2026, 12, 8), place="Austin", url="https://example.org/z", seats=1
    )


@pytest.fixture
def come(talk):
    """Return a function with which a person says that they come; it returns the screen."""

    async def come(person, how="I come in person"):
        shown = await talk.one(person, "/events")
        spanish = person.account.language_code == "es"
        await talk.press(person, "8 dic" if spanish else TITLE, message=shown)
        await talk.press(person, "Voy a venir" if spanish else "I'm coming", message=shown)
        await talk.press(person, how, message=shown)
        return shown

    return come


async def test_whoever_comes_is_reminded_with_the_link_on_the_day(
    event, come, pass_to, nia, mateo, rows
):
    shown = await come(nia)
    assert "You come in person" in shown.text
    shown = await come(mateo, "Vengo en línea")
    assert "Te mando el enlace ese día" in shown.text
    await pass_to(STARTS_AT - timedelta(minutes=60))
    assert "Austin" in nia.last.text
    assert "https://example.org/z" in mateo.last.text
    assert (await rows("attendances"))["attendances"] == 2
    await pass_to(STARTS_AT + timedelta(hours=1, seconds=1))
    assert await rows("attendances", "reminders") == {"attendances": 2, "reminders": 0}
    await pass_to(STARTS_AT + timedelta(days=3, hours=1, seconds=1))
    assert (await rows("attendances"))["attendances"] == 0


async def test_who_only_waited_is_forgotten_when_it_is_over(
    event, come, pass_to, nia, darnell, rows
):
    await come(nia)
    await come(darnell)
    await pass_to(STARTS_AT + timedelta(hours=1, seconds=1))
    assert (await rows("attendances"))["attendances"] == 1


async def test_who_came_is_not_told_of_later_changes_of_the_series(
    add_event, come, talk, pass_to, nia, sam, clock
):
    clock.move_to(DEC_1)
    event = await add_event("Class", date(2026, 12, 8), rule="FREQ=WEEKLY;BYDAY=TU")
    await come(nia)
    await pass_to(STARTS_AT + timedelta(hours=2))
    told = len(nia.messages)
    shown = await talk.one(sam, "/event")
    await talk.press_old(sam, shown, f"plan:cancel:{event.event_id}:all")
    assert "0 people who asked" in shown.text
    await talk.press(sam, "Yes, cancel", message=shown)
    await pass_to(STARTS_AT + timedelta(hours=3))
    assert len(nia.messages) == told


async def test_without_a_seat_one_waits_and_is_offered_what_becomes_free(
    event, come, talk, pass_to, nia, darnell, rosa, rows
):
    mine = await come(nia)
    shown = await come(darnell)
    assert "You are on the waiting list" in shown.text
    await talk.press(nia, "I am not coming after all", message=mine)
    await pass_to(DEC_1 + timedelta(minutes=5))
    offer = darnell.last
    assert "A place is free for you" in offer.text
    assert "until Tue, Dec 1, 6:0" in offer.text  # six hours from noon
    assert "waiting list" in (await come(nia)).text  # the place is kept for Darnell
    await talk.press(darnell, "Yes, I take the place", message=offer)
    assert "You come in person" in offer.text
    await talk.press(darnell, "I am not coming after all", message=offer)
    await pass_to(DEC_1 + timedelta(minutes=6))
    assert "A place is free for you" in nia.last.text


async def test_an_offer_that_nobody_answers_goes_to_the_next_in_line(
    event, come, talk, pass_to, nia, darnell, rosa, english_in
):
    mine = await come(nia)
    await come(darnell)
    await come(
        rosa, "Vengo en persona" if rosa.account.language_code == "es" else "I come in person"
    )
    await talk.press(nia, "I am not coming after all", message=mine)
    await pass_to(DEC_1 + timedelta(minutes=5))
    offer = darnell.last
    assert "A place is free" in offer.text
    await pass_to(DEC_1 + timedelta(hours=6, minutes=10))
    spanish = rosa.account.language_code == "es"
    assert ("Hay un lugar para ti" if spanish else "A place is free") in rosa.last.text
    (answer,) = await talk.press(darnell, "Yes, I take the place", message=offer)
    assert "not kept for you any more" in answer.text


async def test_online_has_no_limit_and_changing_the_way_frees_the_seat(
    event, come, talk, pass_to, nia, darnell
):
    mine = await come(nia)
    await come(darnell)
    await talk.press(nia, "I come online", message=mine)
    assert "You come online" in mine.text
    await pass_to(DEC_1 + timedelta(minutes=5))
    assert "A place is free for you" in darnell.last.text


async def test_staff_see_how_many_and_more_seats_are_offered_at_once(
    event, come, talk, pass_to, sam, nia, darnell
):
    await come(nia)
    await come(darnell)
    shown = await talk.one(sam, "/event")
    await talk.press(sam, "Class", message=shown)
    assert "Coming in person: 1. Online: 0. Waiting for a seat: 1." in shown.text
    assert "Nia" not in shown.text
    await talk.press(sam, "Seats", message=shown)
    await talk.one(sam, "5")
    await pass_to(DEC_1 + timedelta(minutes=5))
    assert "A place is free for you" in darnell.last.text


async def test_whoever_comes_hears_of_a_cancellation_also_without_a_reminder(
    event, come, talk, pass_to, sam, nia
):
    shown = await come(nia)
    await talk.press(nia, "Back", message=shown)
    await talk.press(nia, "My reminder", message=shown)
    await talk.press(nia, "Do not remind me", message=shown)
    plan = await talk.one(sam, "/event")
    await talk.press(sam, "Class", message=plan)
    await talk.press(sam, "Cancel the event", message=plan)
    assert "1 person who asked" in plan.text
    await talk.press(sam, "Yes, cancel", message=plan)
    await pass_to(DEC_1 + timedelta(minutes=5))
    assert "This is cancelled" in nia.last.text


async def test_who_is_erased_gives_the_place_to_nobody_in_their_name(event, come, talk, nia, rows):
    await come(nia)
    assert (
        "1 event that you come to, until 3 days after it" in (await talk.one(nia, "/mydata")).text
    )
    await nia.block()
    await talk.running.idle()
    assert await rows("attendances", "reminders") == {"attendances": 0, "reminders": 0}


async def test_double_taps_and_old_buttons_take_one_place(event, come, talk, nia, clock):
    shown = await come(nia)
    data = f"coming:yes:{event.event_id}:2026-12-08:in-person"
    await talk.press_old(nia, shown, data)
    assert "You come in person" in shown.text
    clock.move_to(STARTS_AT + timedelta(minutes=1))
    answers = await talk.press_old(nia, shown, data)
    assert "has begun, is over or was cancelled" in answers[-1].text
