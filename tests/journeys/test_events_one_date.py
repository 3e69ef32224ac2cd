"""One date of a series that is not like the others: its place, its link and its seats."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest

from bot.models.events import EventKind

DEC_1 = datetime(2026, 12, 1, 17, tzinfo=UTC)
STARTS_AT = datetime(2026, 12, 8, 16, tzinfo=UTC)
TUESDAYS = "FREQ=WEEKLY;BYDAY=TU"
USUAL, OTHER, LINK = "Austin library", "Garfield Park, Room 2", "https://example.org/only-that-day"


@pytest.fixture
async def series(add_event, clock):
    clock.move_to(DEC_1)
    return await add_event(
        "Narcan class", date(2026, 12, 8), rule=TUESDAYS, kind=EventKind.TRAINING, place=USUAL
    )


@pytest.fixture
def open_date(talk, series, sam):
    """Return a function with which staff open a date of the series."""

    async def open_date(label="Tue, Dec 8"):
        shown = await talk.one(sam, "/event")
        for button in ("Narcan class", "Dates", label):
            await talk.press(sam, button, message=shown)
        return shown

    return open_date


@pytest.fixture
def place(talk, sam, open_date):
    """Return a function with which staff give a date a place or a link of its own."""

    async def place(words, label="Tue, Dec 8"):
        shown = await open_date(label)
        await talk.press(sam, "Place or link", message=shown)
        return await talk.one(sam, words)

    return place


@pytest.fixture
def remind(talk):
    async def remind(person, day, *buttons):
        shown = await talk.one(person, "/events")
        for button in (day, *buttons):
            await talk.press(person, button, message=shown)
        return shown

    return remind


async def test_a_place_of_one_date_is_shown_first_told_at_once_and_reminded_of(
    place, remind, pass_to, talk, sam, nia, mateo, darnell, english_in
):
    await remind(nia, "Tue, Dec 8", "Remind me", "1 hour before", "Remind me every time")
    await remind(mateo, "mar 8 dic", "Voy a venir", "Vengo en persona")
    await remind(darnell, "Tue, Dec 15", "Remind me", "1 hour before")
    proposal = await place(OTHER)
    assert proposal.text.index(USUAL) < proposal.text.index(OTHER)
    assert "2 people who asked to be reminded are told at once." in proposal.text
    assert await pass_to(DEC_1 + timedelta(minutes=1), nia, mateo) == [[], []]
    await talk.press(sam, "Yes, change it and tell them", message=proposal)
    assert OTHER in proposal.text
    ((told,), (avisado,), nothing) = await pass_to(
        DEC_1 + timedelta(minutes=2), nia, mateo, darnell
    )
    assert "The place or the link has changed:" in told
    assert all(OTHER in each and USUAL not in each for each in (told, avisado))
    assert english_in(mateo.last) == []
    assert nothing == []
    ((reminder,), (aviso,)) = await pass_to(STARTS_AT - timedelta(minutes=60), nia, mateo)
    assert all(OTHER in each for each in (reminder, aviso))
    assert "Not at its usual place" in reminder
    week_later = STARTS_AT + timedelta(days=7)
    await pass_to(STARTS_AT + timedelta(hours=2))
    ((following,),) = await pass_to(week_later - timedelta(minutes=60), nia)
    assert USUAL in following
    assert "usual place" not in following


async def test_no_leaves_the_place_as_it_is(place, talk, sam, nia):
    proposal = await place(OTHER)
    await talk.press(sam, "No", message=proposal)
    assert OTHER not in (await talk.one(nia, "/events")).text


async def test_the_link_of_one_date_comes_on_the_day_and_stands_on_its_card(
    place, remind, pass_to, talk, sam, nia
):
    proposal = await place(LINK)
    await talk.press(sam, "Yes, change it and tell them", message=proposal)
    shown = await remind(nia, "Tue, Dec 8", "I'm coming", "I come online")
    assert "I send you the link on the day" in shown.text
    await talk.press(nia, "Back", message=shown)
    assert LINK in shown.text
    ((reminder,),) = await pass_to(STARTS_AT - timedelta(minutes=60), nia)
    assert LINK in reminder
    await pass_to(STARTS_AT + timedelta(hours=2))
    shown = await remind(nia, "Tue, Dec 15")
    assert LINK not in shown.text


async def test_calendars_hear_of_the_place_of_one_date(
    place, remind, talk, sam, nia, sandbox, series
):
    shown = await remind(nia, "Tue, Dec 8")

    async def entries(button):
        (message,) = await talk.press(nia, button, message=shown)
        stored = sandbox.world.files.find(message.raw["document"]["file_id"])
        return icalendar.Calendar.from_ical(stored.content).walk("VEVENT")

    (before,) = await entries("Add to calendar")
    for words in (OTHER, LINK):
        proposal = await place(words)
        await talk.press(sam, "Yes, change it and tell them", message=proposal)
    (after,) = await entries("Add to calendar")
    assert (before["LOCATION"], after["LOCATION"]) == (USUAL, OTHER)
    assert after["URL"] == LINK
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 2
    master, own = await entries("Add the whole series")
    assert (master["LOCATION"], own["LOCATION"]) == (USUAL, OTHER)
    assert "URL" not in master
    assert own["RECURRENCE-ID"].dt.date() == date(2026, 12, 8)


async def test_a_date_goes_back_to_its_usual_place_and_whoever_asked_hears_of_it(
    place, open_date, remind, pass_to, talk, sam, nia
):
    await remind(nia, "Tue, Dec 8", "Remind me", "1 hour before")
    shown = await open_date()
    buttons = [button for row in shown.buttons for button in row]
    assert "Back to the usual place" not in buttons
    proposal = await place(OTHER)
    await talk.press(sam, "Yes, change it and tell them", message=proposal)
    await talk.press(sam, "Back to the usual place", message=proposal)
    assert OTHER not in proposal.text
    *_, told = (await pass_to(DEC_1 + timedelta(minutes=2), nia))[0]
    assert USUAL in told


async def test_the_place_of_one_date_is_in_the_edition(place, talk, sam, running, clock, app):
    proposal = await place(OTHER)
    await talk.press(sam, "Yes, change it and tell them", message=proposal)
    clock.move_to(datetime(2026, 12, 7, 21, 0, 5, tzinfo=UTC))
    await running.tick()
    items = {item.until: item.html for item in await app.services.items.list_open()}
    assert OTHER in items[date(2026, 12, 8)]
    assert USUAL in items[date(2026, 12, 15)]
    await talk.press(sam, "Back to the usual place", message=proposal)
    items = {item.until: item.html for item in await app.services.items.list_open()}
    assert USUAL in items[date(2026, 12, 8)]


async def test_of_a_cancelled_date_nobody_hears_where_or_when_it_would_be(
    place, open_date, remind, pass_to, talk, sam, nia
):
    await remind(nia, "Tue, Dec 8", "Remind me", "1 hour before")
    shown = await open_date()
    for button in ("Cancel this date", "Yes, cancel"):
        await talk.press(sam, button, message=shown)
    ((told,),) = await pass_to(DEC_1 + timedelta(minutes=1), nia)
    assert "This is cancelled" in told
    proposal = await place(OTHER)
    assert "nobody is told of this" in proposal.text
    await talk.press(sam, "Yes, change it and tell them", message=proposal)
    await talk.press(sam, "Move this date", message=proposal)
    moved = await talk.one(sam, "Dec 9 2-3 pm")
    await talk.press(sam, "Yes, change it and tell them", message=moved)
    assert await pass_to(DEC_1 + timedelta(minutes=2), nia) == [[]]
    await talk.press(sam, "It takes place after all", message=moved)
    ((told,),) = await pass_to(DEC_1 + timedelta(minutes=3), nia)
    assert "takes place after all" in told
    assert OTHER in told
    assert "2:00 PM CST" in told


@pytest.fixture
def seat(talk, sam, open_date):
    """Return a function with which staff say how many can come to a date."""

    async def seat(words, label="Tue, Dec 8"):
        shown = await open_date(label)
        await talk.press(sam, "Seats", message=shown)
        return await talk.one(sam, words)

    return seat


async def test_seats_of_one_date_are_counted_there_and_nowhere_else(
    seat, remind, pass_to, talk, sam, nia, mateo, darnell
):
    shown = await talk.one(sam, "/event")
    for button in ("Narcan class", "Seats"):
        await talk.press(sam, button, message=shown)
    await talk.one(sam, "5")
    assert "Seats: 1" in (await seat("1")).text
    come = ("I'm coming", "I come in person")
    assert "You come in person" in (await remind(nia, "Tue, Dec 8", *come)).text
    waits = await remind(darnell, "Tue, Dec 8", *come)
    assert "You are on the waiting list" in waits.text
    other = await remind(darnell, "Tue, Dec 15", *come)
    assert "You come in person" in other.text
    await talk.press(darnell, "Back", message=other)
    assert "Seats: 5" in other.text
    await seat("none")
    ((offer,),) = await pass_to(DEC_1 + timedelta(minutes=1), darnell)
    assert "A place is free for you" in offer
    assert "Seats" not in offer
