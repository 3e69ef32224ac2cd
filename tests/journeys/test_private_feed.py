"""A private calendar: made in the chat, read over HTTP, gone when its owner says so."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from types import SimpleNamespace

import aiohttp
import pytest

from tests.conftest import until
from tests.test_ics import by_icalendar, by_vobject

PARSERS = pytest.mark.parametrize("read", [by_icalendar, by_vobject])
ADDRESS = "https://bot.example.org/task-force"
LINK = re.compile(rf"{re.escape(ADDRESS)}(/calendar/([\w-]{{43}})\.ics\S*)")
GONE = (404, b"Not Found\n")
ENTRY = "Calendar that updates itself"


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"web_port": 0, "web_url": ADDRESS})


@pytest.fixture
async def get(app):
    """Return a function that reads a link as the proxy before the bot passes it on."""
    async with aiohttp.ClientSession(f"http://127.0.0.1:{app.web.port}") as http:

        async def get(link, **headers):
            headers = {name.replace("_", "-"): value for name, value in headers.items()}
            async with http.get(link.removeprefix(ADDRESS), headers=headers) as answer:
                data = await answer.read()
                return SimpleNamespace(status=answer.status, headers=answer.headers, data=data)

        yield get


@pytest.fixture
async def events(add_event):
    await add_event("Class", date(2026, 11, 24), place="Austin", seats=1)
    await add_event("Circle", date(2026, 11, 26), rule="FREQ=WEEKLY;BYDAY=TH")
    await add_event("Picnic", date(2026, 11, 27))


@pytest.fixture
def make(talk):
    """Return a function with which a person makes a link; it returns the screen and the link."""

    async def make(person):
        spanish = person.account.language_code == "es"
        shown = await talk.one(person, "/events")
        await talk.press(person, "se actualiza solo" if spanish else ENTRY, message=shown)
        await talk.press(person, "Crear mi enlace" if spanish else "Make my link", message=shown)
        return shown, link_in(shown)

    return make


@pytest.fixture
def come(talk):
    async def come(person, title, how="I come in person"):
        shown = await talk.one(person, "/events")
        await talk.press(person, title, message=shown)
        await talk.press(person, "I'm coming", message=shown)
        await talk.press(person, how, message=shown)
        return shown

    return come


def link_in(shown):
    found = LINK.search(shown.text)
    assert found, shown.text
    return found[0]


def status(answer):
    return answer.status, answer.data


def titles(answer, read=by_icalendar):
    return [(each["summary"], each["status"]) for each in read(answer)]


@PARSERS
async def test_it_has_what_one_comes_to_waits_for_or_is_reminded_of_and_nothing_else(
    events, make, come, talk, nia, darnell, get, read
):
    await come(nia, "Class")
    for person, title in ((nia, "Circle"), (darnell, "Class")):
        shown = await talk.one(person, "/events")
        await talk.press(person, title, message=shown)
        await talk.press(person, "Remind me", message=shown)
        await talk.press(person, "1 hour before", message=shown)
    await come(darnell, "Class")  # the only seat is taken
    _, link = await make(nia)
    _, other = await make(darnell)
    answer = await get(link)
    assert answer.status == 200
    assert titles(answer, read) == [("Class", "CONFIRMED"), ("Circle", "CONFIRMED")]
    course = read(answer)[0]
    assert course["start"].astimezone(UTC) == datetime(2026, 11, 24, 16, tzinfo=UTC)
    assert course["place"] == "Austin"
    assert titles(await get(other), read) == [("Class", "TENTATIVE")]
    assert b"X-WR-CALNAME:My events" in answer.data


async def test_reminded_every_time_one_sees_the_dates_that_follow_too(
    events, make, talk, nia, get, clock, running
):
    shown = await talk.one(nia, "/events")
    await talk.press(nia, "Circle", message=shown)
    await talk.press(nia, "Remind me", message=shown)
    await talk.press(nia, "1 hour before", message=shown)
    _, link = await make(nia)
    assert len(titles(await get(link))) == 1
    await talk.press(nia, "Remind me every time", message=shown)
    found = by_icalendar(await get(link))
    assert [each["start"].date().isoformat() for each in found[:2]] == ["2026-11-26", "2026-12-03"]
    assert len(found) == 26  # half a year of Thursdays
    clock.move_to(datetime(2026, 11, 28, 18, tzinfo=UTC))
    assert by_icalendar(await get(link))[0]["start"].date() == date(2026, 12, 3)


async def test_one_says_first_what_a_link_gives_away(events, talk, nia):
    shown = await talk.one(nia, "/events")
    await talk.press(nia, ENTRY, message=shown)
    assert "Whoever has the link can read which events those are" in shown.text
    assert "Google or Apple" in shown.text
    assert "after 400 days unread" in shown.text
    assert "https://" not in shown.text
    assert shown.buttons == [["Make my link"], ["Public calendar"], ["All events"]]


async def test_all_of_it_is_in_spanish(events, talk, make, mateo, english_in, get):
    shown = await talk.one(mateo, "/events")
    await talk.press(mateo, "se actualiza solo", message=shown)
    assert english_in(shown) == []
    await talk.press(mateo, "Calendario público", message=shown)
    assert f"{ADDRESS}/calendar.ics?lang=es" in shown.text
    assert english_in(shown) == []
    shown, link = await make(mateo)
    assert link.endswith("?lang=es")
    assert english_in(shown) == []
    assert b"X-WR-CALNAME:Mis eventos" in (await get(link)).data
    await talk.press(mateo, "Desactivar", message=shown)
    assert "ya no muestra nada" in shown.text.casefold()
    assert english_in(shown) == []


async def test_it_is_reached_from_an_event_and_from_coming(events, come, talk, nia):
    shown = await talk.one(nia, "/events")
    await talk.press(nia, "Class", message=shown)
    assert [ENTRY] in shown.buttons
    shown = await come(nia, "Class")
    assert [ENTRY] in shown.buttons


async def test_the_public_calendar_is_one_tap_away_and_needs_no_row(events, talk, nia, get, rows):
    shown = await talk.one(nia, "/events")
    await talk.press(nia, ENTRY, message=shown)
    await talk.press(nia, "Public calendar", message=shown)
    assert f"{ADDRESS}/calendar.ics" in shown.text
    assert (await get("/calendar.ics")).status == 200
    assert await rows("calendar_links") == {"calendar_links": 0}


@PARSERS
async def test_it_follows_what_staff_change_with_a_higher_sequence(
    events, make, come, talk, nia, sam, get, read
):
    await come(nia, "Class")
    await come(nia, "Picnic", "I come in person")
    _, link = await make(nia)
    before = {each["summary"]: each for each in read(await get(link))}
    plan = await talk.one(sam, "/event")
    await talk.press(sam, "Class", message=plan)
    await talk.press(sam, "Time", message=plan)
    proposed = await talk.one(sam, "November 25 2-3 pm")
    await talk.press(sam, "Yes, change it and tell them", message=proposed)
    plan = await talk.one(sam, "/event")
    await talk.press(sam, "Picnic", message=plan)
    await talk.press(sam, "Cancel the event", message=plan)
    await talk.press(sam, "Yes, cancel", message=plan)
    after = {each["summary"]: each for each in read(await get(link))}
    assert after["Class"]["uid"] == before["Class"]["uid"]
    assert after["Class"]["sequence"] > before["Class"]["sequence"]
    assert after["Class"]["start"].astimezone(UTC) == datetime(2026, 11, 25, 20, tzinfo=UTC)
    assert after["Picnic"]["status"] == "CANCELLED"
    assert after["Picnic"]["sequence"] > before["Picnic"]["sequence"]


async def test_coming_no_more_takes_it_out(events, make, come, talk, nia, get):
    shown = await come(nia, "Class")
    _, link = await make(nia)
    assert titles(await get(link)) == [("Class", "CONFIRMED")]
    await talk.press(nia, "I am not coming after all", message=shown)
    answer = await get(link)
    assert (answer.status, titles(answer)) == (200, [])
    assert b"BEGIN:VTIMEZONE" in answer.data  # without any component it would not be valid


async def test_it_may_be_kept_by_nobody_between_and_is_not_sent_twice(
    events, make, come, nia, get
):
    await come(nia, "Class")
    _, link = await make(nia)
    first = await get(link)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert "Last-Modified" not in first.headers  # it would tell when somebody said yes
    again = await get(link, If_None_Match=first.headers["ETag"])
    assert status(again) == (304, b"")
    assert again.headers["Cache-Control"] == "private, no-cache"
    await come(nia, "Circle")
    assert (await get(link, If_None_Match=first.headers["ETag"])).status == 200


async def test_a_new_link_stops_the_old_one_and_none_is_shown_again(events, make, talk, nia, get):
    shown, first = await make(nia)
    await talk.press(nia, "New link", message=shown)
    assert "The old link has stopped." in shown.text
    second = link_in(shown)
    assert second != first
    assert status(await get(first)) == GONE
    assert (await get(second)).status == 200
    await talk.press(nia, "All events", message=shown)
    await talk.press(nia, ENTRY, message=shown)
    assert "You have a link. I cannot show it again" in shown.text
    assert not LINK.search(shown.text)
    assert shown.buttons == [["New link"], ["Switch off"], ["Public calendar"], ["All events"]]


async def test_switched_off_it_is_as_if_it_had_never_been(events, make, talk, nia, get, rows):
    shown, link = await make(nia)
    await talk.press(nia, "Switch off", message=shown)
    assert "Your link is switched off." in shown.text
    guessed = f"/calendar/{'a' * 43}.ics"
    revoked, wrong = await get(link), await get(guessed)
    assert status(revoked) == status(wrong) == GONE
    same = {"Date"}
    assert [(k, v) for k, v in revoked.headers.items() if k not in same] == [
        (k, v) for k, v in wrong.headers.items() if k not in same
    ]
    assert await rows("calendar_links") == {"calendar_links": 0}


async def test_the_database_has_no_link_and_names_nobody(events, make, nia, app, settings):
    _, link = await make(nia)
    secret = LINK.search(link)[2]
    assert len(secret) * 6 >= 128  # bits
    stored = b"".join(path.read_bytes() for path in settings.database_path.parent.glob("bot.db*"))
    assert secret.encode() not in stored
    with closing(sqlite3.connect(settings.database_path)) as connection:
        (row,) = connection.execute("SELECT * FROM calendar_links").fetchall()
    assert row[0] == app.database._sealer.id(nia.id)
    assert row[2] == "2026-11-18"  # a day, no hour


async def test_one_sees_it_among_what_is_kept_and_can_erase_it(
    events, make, talk, nia, get, rows, clock
):
    _, link = await make(nia)
    clock.move(days=2)
    await get(link)
    shown = await talk.one(nia, "/mydata")
    assert "a calendar link of yours, made or last read on Nov 20, 2026" in shown.text
    await talk.press(nia, "Erase it all", message=shown)
    await talk.press(nia, "Yes, erase it", message=shown)
    assert status(await get(link)) == GONE
    assert await rows("calendar_links") == {"calendar_links": 0}
    assert "Nothing. The database" in (await talk.one(nia, "/mydata")).text


async def test_whoever_blocks_the_bot_has_no_link(events, make, talk, nia, get):
    _, link = await make(nia)
    await nia.block()
    await talk.running.idle()
    assert status(await get(link)) == GONE


async def test_it_goes_also_when_a_message_finds_the_account_gone(
    events, make, come, nia, get, running, clock
):
    await come(nia, "Class")
    _, link = await make(nia)
    await nia.deactivate()
    clock.move_to(datetime(2026, 11, 24, 15, tzinfo=UTC))
    await running.app.services.reminders.tick()
    await running.outbox_empty()
    assert status(await get(link)) == GONE


async def test_a_link_that_nobody_reads_is_forgotten_and_one_that_is_read_stays(
    events, make, nia, mateo, get, app, clock
):
    _, read = await make(nia)
    _, unread = await make(mateo)
    clock.move(days=300)
    assert (await get(read)).status == 200
    clock.move(days=101)
    await app.services.upkeep.clean()
    assert (await get(read)).status == 200
    assert status(await get(unread)) == GONE


async def test_a_backup_brings_no_link_back(events, make, nia, get, running, settings):
    _, link = await make(nia)
    await running.stop()
    heartbeat = settings.database_path.with_name("bot.db.heartbeat")
    heartbeat.write_text("999999")
    app = await running.start()
    async with aiohttp.ClientSession() as http:
        path = link.removeprefix(ADDRESS)
        async with http.get(f"http://127.0.0.1:{app.web.port}{path}") as answer:
            assert answer.status == 404


async def test_a_reading_that_cannot_be_noted_is_answered_all_the_same(
    events, make, nia, get, app, clock, caplog
):
    _, link = await make(nia)
    for _ in range(4):  # another writer may meet the trouble first, and end it
        clock.move(days=1)
        await app.database.write(lambda t: t.meta._connection.execute("PRAGMA query_only = ON"))
        assert (await get(link)).status == 200
        if "cannot be noted" in caplog.text:
            break
    assert "cannot be noted" in caplog.text
    assert (await get(link)).status == 200
    assert await app.services.feeds.last_read(nia.id) == clock.now().date()


async def test_a_group_has_no_private_calendar(events, talk, nia, sandbox, rows):
    there = nia.in_group(sandbox.world.add_group("Neighbours"))
    shown = await talk.one(there, "/events")
    assert [ENTRY] not in shown.buttons
    for data in ("feed:about", "feed:make"):
        answers = await talk.press_old(there, shown, data)
        assert answers[-1].buttons == [["Write to me privately"]]
    assert await rows("calendar_links") == {"calendar_links": 0}


class TestWithoutAnAddress:
    """The web server runs, but nobody has said how people reach it."""

    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"web_url": None})

    async def test_there_is_no_button_and_an_old_one_says_what_else_to_do(
        self, events, talk, nia, rows
    ):
        shown = await talk.one(nia, "/events")
        assert [ENTRY] not in shown.buttons
        for data in ("feed:make", "feed:public"):
            answers = await talk.press_old(nia, shown, data)
            assert "no link to calendars at the moment" in answers[-1].text
        assert await rows("calendar_links") == {"calendar_links": 0}


async def test_many_readers_at_once_are_asked_to_come_later(events, app, get):
    app.web._under_way = 1000
    assert (await get("/calendar.ics")).status == 503
    await until(lambda: app.receiver.is_running)
    assert (await get("/health")).status == 200
