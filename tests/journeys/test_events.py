"""Events for people: what comes, in whose time, calendar files, and what is not known."""

from datetime import UTC, date, datetime, time

import icalendar
import pytest

from bot.models import Language
from bot.models.events import DateChange, EventKind
from tests.journeys.conftest import LANGUAGES

DEC_1 = datetime(2026, 12, 1, 15, tzinfo=UTC)
SESSION = """
sessions:
  - {on: 2026-12-08, topic: {en: Winter, es: El invierno}, sign_up_url: "https://example.org/join"}
"""


def documents(answers):
    return [each for each in answers if "document" in each.raw]


def calendar_of(sandbox, message):
    stored = sandbox.world.files.find(message.raw["document"]["file_id"])
    return icalendar.Calendar.from_ical(stored.content)


async def test_without_any_event_it_says_so_and_does_not_guess(talk, nia, mateo):
    answer = await talk.one(nia, "/events")
    assert "I know of no event then." in answer.text
    assert "The task force meets every month" in answer.text
    assert "not entered the day" in answer.text
    respuesta = await talk.one(mateo, "eventos")
    assert "No sé de ningún evento" in respuesta.text


async def test_awareness_day_comes_every_august_31_for_years(talk, nia, clock):
    for year in (2027, 2028, 2031):
        clock.move_to(datetime(year, 8, 20, 15, tzinfo=UTC))
        answer = await talk.one(nia, "/events")
        assert "International Overdose Awareness Day" in answer.text
        assert f"Aug 31, {year}, all day" in answer.text
    clock.move_to(datetime(2031, 9, 1, 6, tzinfo=UTC))
    assert "Awareness" not in (await talk.one(nia, "/events")).text


async def test_two_weeks_a_month_and_a_kind_are_one_tap_apart(talk, nia, add_event, clock):
    clock.move_to(DEC_1)
    await add_event("Narcan class", date(2026, 12, 4))
    await add_event("ECHO", date(2026, 12, 8), rule="FREQ=MONTHLY;BYDAY=2TU", kind=EventKind.ECHO)
    await add_event("Over", date(2026, 11, 30))
    shown = await talk.one(nia, "/events")
    assert shown.text.index("Narcan class") < shown.text.index("ECHO")
    assert "Over" not in shown.text
    await talk.press(nia, "Jan 2027", message=shown)
    assert "Events · Jan 2027" in shown.text
    assert "Narcan" not in shown.text
    assert "10:00 AM CST" in shown.text
    await talk.press(nia, "Next two weeks", message=shown)
    await talk.press(nia, "Training", message=shown)
    assert "Narcan class" in shown.text
    assert "ECHO" not in shown.text.replace("Harm Reduction ECHO", "")
    await talk.press(nia, "All kinds", message=shown)
    assert "ECHO" in shown.text


@LANGUAGES
async def test_an_event_has_its_time_in_the_readers_zone_and_in_chicagos(
    talk, nia, mateo, add_event, clock, language, english_in
):
    clock.move_to(DEC_1)
    await add_event("Curso", date(2026, 12, 8), place="Austin", url="https://example.org/x")
    person = nia if language is Language.EN else mateo
    shown = await talk.one(person, "/events")
    await talk.press(person, "Curso", message=shown)
    times = [e["unix_time"] for e in shown.raw["entities"] if e["type"] == "date_time"]
    assert times == [datetime(2026, 12, 8, 16, tzinfo=UTC).timestamp()]
    assert (
        "In Chicago: 10:00" if language is Language.EN else "En Chicago: de 10:00"
    ) in shown.text
    assert "Austin" in shown.text
    assert "https://example.org/x" in shown.text
    if language is Language.ES:
        assert english_in(shown) == []


async def test_a_member_who_chose_a_zone_reads_both_times(talk, nia, add_event, clock):
    clock.move_to(DEC_1)
    await add_event("Class", date(2026, 12, 8))
    await talk.join(nia)
    shown = await talk.one(nia, "/settings")
    await talk.press(nia, "More choices", message=shown)
    assert "Events have Chicago's time." in shown.text
    await talk.press(nia, "My time zone", message=shown)
    await talk.press(nia, "New York", message=shown)
    assert "that of New York" in shown.text
    event = await talk.one(nia, "/events")
    assert "In New York: Tue, Dec 8, 11:00 AM EST" in event.text
    await talk.press(nia, "My time zone", message=shown)
    await talk.press(nia, "No other time zone", message=shown)
    assert "New York" not in (await talk.one(nia, "/events")).text


async def test_a_date_goes_into_the_calendar_and_so_does_the_series(
    talk, nia, add_event, clock, sandbox
):
    clock.move_to(DEC_1)
    added = await add_event("ECHO", date(2026, 12, 8), rule="FREQ=MONTHLY;BYDAY=2TU")
    shown = await talk.one(nia, "/events")
    await talk.press(nia, "ECHO", message=shown)
    (file,) = documents(await talk.press(nia, "Add to calendar", message=shown))
    assert file.raw["document"]["file_name"].endswith(".ics")
    (entry,) = calendar_of(sandbox, file).walk("VEVENT")
    assert entry["DTSTART"].dt.astimezone(UTC) == datetime(2026, 12, 8, 16, tzinfo=UTC)
    (file,) = documents(await talk.press(nia, "Add the whole series", message=shown))
    (entry,) = calendar_of(sandbox, file).walk("VEVENT")
    assert entry["RRULE"].to_ical() == b"FREQ=MONTHLY;BYDAY=2TU"
    assert str(entry["UID"]) == added.uid


async def test_a_moved_and_a_cancelled_date_say_so(talk, nia, app, add_event, clock):
    clock.move_to(DEC_1)
    event = await add_event("Class", date(2026, 12, 2), rule="FREQ=WEEKLY;BYDAY=WE")
    changes = [
        DateChange(date(2026, 12, 2), moved_to=date(2026, 12, 3), starts=time(14)),
        DateChange(date(2026, 12, 9), cancelled=True),
    ]

    def change(t):
        for each in changes:
            t.events.put_change(event.event_id, each)

    await app.database.write(change)
    text = (await talk.one(nia, "/events")).text
    assert "Moved from its usual day or time" in text
    assert "In Chicago: 2:00 PM CST to 3:00 PM CST" in text
    assert "Cancelled" in text


@pytest.fixture
def overlay(tmp_path, settings, running):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "echo.yaml").write_text(SESSION, encoding="utf-8")
    running.settings = settings.model_copy(update={"content_dir": folder})
    running.library = None
    return folder


async def test_a_session_of_the_file_is_an_event_like_any_other(overlay, talk, nia, clock):
    clock.move_to(DEC_1)
    shown = await talk.one(nia, "/events")
    assert "Winter" in shown.text
    await talk.press(nia, "Harm Reduction ECHO", message=shown)
    assert "Remind me" in [b for row in shown.buttons for b in row]
    assert "https://example.org/join" in shown.text


async def test_a_file_that_changes_is_followed_until_staff_change_the_event(
    overlay, talk, nia, running, app, clock
):
    clock.move_to(DEC_1)
    file = overlay / "echo.yaml"

    async def restart_with(text):
        file.write_text(text, encoding="utf-8")
        await running.stop()
        await running.start()

    await restart_with(SESSION.replace("Winter", "Snow"))
    assert "Topic: Snow" in (await talk.one(nia, "/nextecho")).text
    await restart_with("sessions: []")
    assert "I don't know of a coming session" in (await talk.one(nia, "/nextecho")).text


@pytest.mark.parametrize(
    "data", ["events:one:999:2026-12-08", "events:file:999:2026-12-08", "events:series:999"]
)
async def test_an_event_that_is_gone_says_what_to_do(talk, nia, data):
    shown = await talk.one(nia, "/events")
    (answer,) = await talk.press_old(nia, shown, data)
    assert "I do not have this event any more" in answer.text


async def test_whoever_looks_at_events_leaves_no_row(talk, nia, add_event, clock, rows):
    clock.move_to(DEC_1)
    await add_event("Class", date(2026, 12, 8))
    shown = await talk.one(nia, "/events")
    await talk.press(nia, "Class", message=shown)
    await talk.press(nia, "Add to calendar", message=shown)
    assert await rows("members", "reminders", "deliveries") == {
        "members": 0,
        "reminders": 0,
        "deliveries": 0,
    }
