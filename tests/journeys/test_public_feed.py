"""The public calendar and the health page, over HTTP as calendar apps and monitors see them."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import aiohttp
import icalendar
import pytest
import vobject

from bot.models.events import EventKind
from tests.conftest import until
from tests.test_ics import by_icalendar, by_vobject

PARSERS = pytest.mark.parametrize("read", [by_icalendar, by_vobject])
MINE = ("Class", "Circle", "Picnic")  # events of these tests; what ships is in the feed, too


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"web_port": 0, "web_url": "https://bot.example.org"})


@pytest.fixture
async def get(app):
    """Return a function that asks the web server for something."""
    async with aiohttp.ClientSession(f"http://127.0.0.1:{app.web.port}") as http:

        async def get(path, method="GET", **headers):
            headers = {name.replace("_", "-"): value for name, value in headers.items()}
            async with http.request(method, path, headers=headers) as answer:
                data = await answer.read()
                return SimpleNamespace(status=answer.status, headers=answer.headers, data=data)

        yield get


@pytest.fixture
async def events(add_event):
    await add_event("Class", date(2026, 12, 8), place="Austin", url="https://example.org/z")
    await add_event("Circle", date(2026, 12, 3), rule="FREQ=WEEKLY;BYDAY=TH;UNTIL=20261217")
    await add_event("Picnic", date(2026, 12, 20), starts=None, kind=EventKind.COMMUNITY)


def shown(answer, read=by_icalendar):
    found = [each for each in read(answer) if each["summary"].startswith(MINE)]
    return sorted(found, key=lambda each: (each["summary"], str(each["start"])))


@PARSERS
async def test_both_parsers_read_every_coming_date_of_events(events, get, read):
    answer = await get("/calendar.ics")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found = shown(answer, read)
    assert [(each["summary"], each["status"]) for each in found] == [
        *[("Circle", "CONFIRMED")] * 3,
        ("Class", "CONFIRMED"),
        ("Picnic", "CONFIRMED"),
    ]
    course, picnic = found[3], found[4]
    assert course["start"].astimezone(UTC) == datetime(2026, 12, 8, 16, tzinfo=UTC)
    assert course["end"].astimezone(UTC) == datetime(2026, 12, 8, 17, tzinfo=UTC)
    assert course["place"] == "Austin"
    assert course["about"] == "https://example.org/z"
    assert (picnic["start"], picnic["end"]) == (date(2026, 12, 20), date(2026, 12, 21))
    uids = [each["uid"] for each in read(answer)]
    assert len(set(uids)) == len(uids)


async def test_it_names_itself_its_zone_and_how_often_to_come_again(events, get):
    answer = await get("/calendar.ics")
    calendar = icalendar.Calendar.from_ical(answer.data)
    assert calendar["X-WR-CALNAME"] == "Task Force events"
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    assert calendar["X-PUBLISHED-TTL"] == "PT1H"
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["America/Chicago"]
    assert vobject.readOne(answer.data.decode()).contents["x-wr-calname"][0].value == (
        "Task Force events"
    )


async def test_it_speaks_spanish_when_asked(events, get):
    answer = await get("/calendar.ics?lang=es")
    assert {each["summary"] for each in shown(answer)} == {
        "Class (es)",
        "Circle (es)",
        "Picnic (es)",
    }
    assert b"X-WR-CALNAME:Eventos de la Task Force" in answer.data


@PARSERS
async def test_what_is_moved_or_cancelled_keeps_its_uid_and_has_a_higher_sequence(
    events, talk, sam, get, read
):
    before = {each["uid"]: each for each in shown(await get("/calendar.ics"), read)}
    plan = await talk.one(sam, "/event")
    await talk.press(sam, "Class", message=plan)
    await talk.press(sam, "Time", message=plan)
    proposed = await talk.one(sam, "December 9 2-3 pm")
    await talk.press(sam, "Yes, change it and tell them", message=proposed)
    plan = await talk.one(sam, "/event")
    await talk.press(sam, "Circle", message=plan)
    await talk.press(sam, "Dates", message=plan)
    await talk.press(sam, "Thu, Dec 10", message=plan)
    await talk.press(sam, "Cancel this date", message=plan)
    await talk.press(sam, "Yes, cancel", message=plan)
    after = {each["uid"]: each for each in shown(await get("/calendar.ics"), read)}
    assert after.keys() == before.keys()
    (course,) = [each for each in after.values() if each["summary"] == "Class"]
    assert course["start"].astimezone(UTC) == datetime(2026, 12, 9, 20, tzinfo=UTC)
    assert course["sequence"] > before[course["uid"]]["sequence"]
    (off,) = [each for each in after.values() if each["status"] == "CANCELLED"]
    assert off["start"].astimezone(UTC) == datetime(2026, 12, 10, 16, tzinfo=UTC)
    assert off["sequence"] > before[off["uid"]]["sequence"]


async def test_it_has_neither_drafts_nor_meetings_of_workgroups_nor_what_is_far(
    add_event, talk, sam, get
):
    await talk.one(sam, "/event Class of tomorrow; December 8 at 10am")
    await add_event("Circle", date(2026, 12, 8), kind=EventKind.WORKGROUP)
    await add_event("Picnic", date(2027, 12, 8))
    assert shown(await get("/calendar.ics")) == []


async def test_what_is_over_stays_for_a_week(events, get, clock):
    clock.move_to(datetime(2026, 12, 15, 18, tzinfo=UTC))
    assert "Class" in {each["summary"] for each in shown(await get("/calendar.ics"))}
    clock.move_to(datetime(2026, 12, 16, 18, tzinfo=UTC))
    assert "Class" not in {each["summary"] for each in shown(await get("/calendar.ics"))}


async def test_who_has_it_already_is_told_so_until_it_changes(events, add_event, get, clock):
    first = await get("/calendar.ics")
    for known in (
        {"If_None_Match": first.headers["ETag"]},
        {"If_None_Match": f"W/{first.headers['ETag']}"},
        {"If_Modified_Since": first.headers["Last-Modified"]},
    ):
        again = await get("/calendar.ics", **known)
        assert (again.status, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Cache-Control"] == "public, max-age=300"
    clock.move(hours=1)  # the same day, the same events: the same bytes
    assert (await get("/calendar.ics")).data == first.data
    await add_event("Class of ours", date(2026, 12, 9), starts=time(12))
    for known in (
        {"If_None_Match": first.headers["ETag"]},
        {"If_Modified_Since": first.headers["Last-Modified"]},
    ):
        assert (await get("/calendar.ics", **known)).status == 200


async def test_on_a_new_day_also_an_app_that_knows_no_tags_reads_it_anew(events, get, clock):
    since = (await get("/calendar.ics")).headers["Last-Modified"]
    clock.move(days=1)
    assert (await get("/calendar.ics", If_Modified_Since=since)).status == 200


async def test_a_change_is_seen_also_after_the_clock_was_set_back(events, talk, sam, get, clock):
    first = await get("/calendar.ics")
    clock.move(hours=-2)
    plan = await talk.one(sam, "/event")
    await talk.press(sam, "Class", message=plan)
    await talk.press(sam, "Cancel the event", message=plan)
    await talk.press(sam, "Yes, cancel", message=plan)
    again = await get("/calendar.ics", If_None_Match=first.headers["ETag"])
    assert again.status == 200
    assert [e["status"] for e in shown(again) if e["summary"] == "Class"] == ["CANCELLED"]


async def test_once_the_bot_has_stopped_nothing_listens(app, running, get):
    assert (await get("/health")).status == 200
    await running.stop()
    with pytest.raises(aiohttp.ClientConnectionError):
        await get("/health")


async def test_only_its_head_can_be_asked_for(events, get):
    whole, head = await get("/calendar.ics"), await get("/calendar.ics", method="HEAD")
    assert (head.status, head.data) == (200, b"")
    for name in ("ETag", "Last-Modified", "Content-Length", "Content-Type"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "GET", 404),
        ("/calendar", "GET", 404),
        ("/calendar/x.ics", "GET", 404),
        (f"/calendar/{'a' * 43}.ics", "GET", 404),
        (f"/calendar/{'a' * 43}.ics", "HEAD", 404),
        ("/../bot.db", "GET", 404),
        ("/calendar.ics", "POST", 405),
        ("/health", "DELETE", 405),
        (f"/calendar/{'a' * 43}.ics", "PUT", 405),
        (f"/calendar.ics?{'a' * 5000}", "GET", 400),
    ],
)
async def test_what_is_not_there_is_answered_without_details(get, path, method, status):
    answer = await get(path, method=method)
    assert answer.status == status
    if status == 404:
        assert answer.data == (b"" if method == "HEAD" else b"Not Found\n")
    if status != 400:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Server" not in answer.headers


async def test_health_is_good_while_updates_and_the_outbox_are_looked_after(app, get):
    await until(lambda: app.receiver.is_running and app.courier.is_running)
    answer = await get("/health")
    assert (answer.status, answer.data) == (200, b"OK\n")
    assert answer.headers["Cache-Control"] == "no-store"
    app.courier._loops[0].cancel()
    await until(app.courier._loops[0].done)
    answer = await get("/health")
    assert (answer.status, answer.data) == (503, b"Service Unavailable\n")


async def test_health_is_bad_when_nothing_is_received_any_more(app, running, get):
    assert (await get("/health")).status == 200
    running.receiving.cancel()
    await until(running.receiving.done)
    assert (await get("/health")).status == 503


async def test_health_is_bad_when_the_database_cannot_be_written(app, get, clock):
    assert (await get("/health")).status == 200
    clock.move(minutes=6)  # no heartbeat could be stored since
    assert (await get("/health")).status == 503
    await app.services.upkeep.beat()
    assert (await get("/health")).status == 200


async def test_health_and_calendar_say_so_when_the_database_is_gone(app, get, settings):
    settings.database_path.rename(settings.database_path.with_name("aside"))
    settings.database_path.mkdir()
    assert (await get("/health")).status == 503
    answer = await get("/calendar.ics")
    assert (answer.status, answer.data) == (503, b"Service Unavailable\n")


class TestSwitchedOff:
    """Nothing listens unless a port is set."""

    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"web_port": None, "web_url": None})

    async def test_there_is_no_server_and_no_button(self, app, talk, nia, events):
        assert app.web is None
        shown = await talk.one(nia, "/events")
        assert not any("updates itself" in b for row in shown.buttons for b in row)
