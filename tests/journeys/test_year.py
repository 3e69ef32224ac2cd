"""A whole year of events: staff and readers at work, restarts, and each reminder exactly once.

The clock jumps from one thing that is due to the next. What came is held against
tests/journeys/reckoning.py, which knows nothing of the bot.
"""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
from dateutil.rrule import rrulestr

from tests.journeys.reckoning import DAY, Series, instant
from tests.journeys.year import Year, is_news, is_offer, is_reminder

wall = datetime.fromisoformat

SPANISH = {"mateo", "rosa"}
LAST = date(2027, 12, 31)  # that is reckoned; the clock goes to November 21
LOS_ANGELES = ZoneInfo("America/Los_Angeles")

ECHO = Series(
    "Harm Reduction ECHO; second Tuesday 10:00-11:00; https://example.org/echo",
    "Harm Reduction ECHO",
    wall("2026-12-08 10:00"),
    "FREQ=MONTHLY;BYDAY=2TU",
)
MEETING = Series(
    "Monthly meeting; third Thursday 2-3:30 pm; Austin library",
    "Monthly meeting",
    wall("2026-12-17 14:00"),
    "FREQ=MONTHLY;BYDAY=3TH",
    90,
)
NIGHT = Series(  # at a time that comes twice on November 7
    "Night training; every Sunday 1:30-2:15 am; Madison St",
    "Night training",
    wall("2026-11-22 01:30"),
    "FREQ=WEEKLY;BYDAY=SU",
    45,
)
EARLY = Series(  # at a time that the clocks skip on March 14
    "Early shift; every other Sunday 2:30-3:30 am until June 30",
    "Early shift",
    wall("2026-11-22 02:30"),
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;UNTIL=20270630T235959",
)
VIGIL = Series(
    "Leap day vigil; every year on February 29 6-7 pm",
    "Leap day vigil",
    wall("2028-02-29 18:00"),
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
)
WALK = Series(
    "Winter walk; every Saturday 9-10 am until Jan 9",
    "Winter walk",
    wall("2026-11-21 09:00"),
    "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270109T235959",
)
CLASS = Series(
    "Narcan class; March 20 1-2:30 pm; Garfield Park",
    "Narcan class",
    wall("2027-03-20 13:00"),
    minutes=90,
)
AWARENESS = Series(  # ships
    "",
    "International Overdose Awareness Day",
    wall("2026-08-31 00:00"),
    "FREQ=YEARLY",
    0,
    all_day=True,
    spanish="Día Internacional de Concientización sobre la Sobredosis",
)
ENTERED = (ECHO, MEETING, NIGHT, EARLY, VIGIL, WALK, CLASS)
ALL = (*ENTERED, AWARENESS)


def local(text):
    """Return the instant of a local time of the script."""
    return instant(wall(text))


def script(year):
    """Return the deeds of the year with their local times."""
    on = date.fromisoformat
    every = {"every": True}
    deeds = [
        ("2026-11-21 12:10", lambda: year.remind("nia", ECHO, on("2026-12-08"), DAY, **every)),
        ("2026-11-21 12:11", lambda: year.remind("nia", NIGHT, on("2026-11-22"), 60, **every)),
        ("2026-11-21 12:12", lambda: year.remind("mateo", EARLY, on("2026-11-22"), 60, **every)),
        ("2026-11-21 12:13", lambda: year.remind(
            "mateo", MEETING, on("2026-12-17"), DAY, **every)),
        ("2026-11-21 12:14", lambda: year.remind("rosa", NIGHT, on("2026-11-29"), 10, **every)),
        ("2026-11-21 12:15", lambda: year.remind("rosa", WALK, on("2026-11-28"), 60, **every)),
        ("2026-11-25 09:00", lambda: year.topic(ECHO, on("2026-12-08"), "Youth / Jóvenes")),
        ("2026-12-06 00:30", lambda: year.snooze("nia", 10)),
        ("2026-12-07 10:00", lambda: year.snooze("nia", 60)),
        ("2026-12-20 12:00", year.restart),
        ("2027-01-06 12:00", lambda: year.move(
            ECHO, on("2027-01-12"), "Jan 14 2-3 pm", wall("2027-01-14 14:00"))),
        ("2027-01-20 12:00", lambda: year.remind("nia", MEETING, on("2027-01-21"), 180)),
        ("2027-02-01 09:00", lambda: year.block("rosa")),
        ("2027-02-10 12:00", lambda: year.cancel(MEETING, on("2027-02-18"))),
        ("2027-02-12 12:00", lambda: year.after_all(MEETING, on("2027-02-18"))),
        ("2027-02-26 12:00", lambda: year.seats(1)),
        ("2027-03-03 12:00", lambda: year.move(
            ECHO, on("2027-03-09"), "Mar 14 3-4 pm", wall("2027-03-14 15:00"))),
        ("2027-03-13 12:00", lambda: year.remind("darnell", EARLY, on("2027-03-14"), 10)),
        ("2027-03-13 12:05", lambda: year.come("nia")),
        ("2027-03-13 12:06", lambda: year.come("mateo")),
        ("2027-03-13 12:07", lambda: year.come("darnell")),
        ("2027-03-14 00:59", year.restart),
        ("2027-03-17 12:00", lambda: year.give_back("nia")),
        ("2027-03-17 18:30", lambda: year.take("darnell")),
        ("2027-04-21 12:00", lambda: year.cancel(EARLY)),
        ("2027-05-19 12:00", lambda: year.cancel(MEETING, on("2027-05-20"))),
        ("2027-06-02 12:00", year.restart),
        ("2027-06-16 12:00", lambda: year.place(MEETING, on("2027-06-17"), "Garfield Park")),
        ("2027-07-02 12:00", lambda: year.cancel(NIGHT, on("2027-07-04"))),
        ("2027-07-23 12:00", lambda: year.move(
            MEETING, None, "third Thursday 3-4:30 pm", time(15))),
        ("2027-07-28 12:00", lambda: year.cancel(NIGHT, on("2027-08-15"))),
        ("2027-08-20 12:00", lambda: year.remind("mateo", AWARENESS, on("2027-08-31"), DAY)),
        ("2027-10-02 12:00", lambda: year.remind("mateo", NIGHT, on("2027-10-10"), DAY, **every)),
        ("2027-10-20 12:00", lambda: year.move(
            ECHO, on("2027-11-09"), "Nov 7 9-10 am", wall("2027-11-07 09:00"))),
        ("2027-11-07 01:45", year.restart),
        ("2027-11-14 00:35", lambda: year.off("nia", NIGHT)),
    ]  # fmt: skip
    for week in range(52):
        monday = date(2026, 11, 23) + timedelta(weeks=week)
        deeds.append((f"{monday} 15:00:02", year.cut_off))
        deeds.append((f"{monday + timedelta(days=1)} 10:00:02", year.slot))
    return sorted(((local(then), deed) for then, deed in deeds), key=lambda each: each[0])


async def test_a_year_of_events_brings_each_reminder_once_at_its_time(
    talk, running, app, sandbox, clock, words, live_in, nia, mateo, darnell, rosa, sam
):
    clock.move_to(local("2026-11-21 12:00"))
    await talk.join(nia, mateo, rosa)
    await live_in(nia, "Los Angeles")
    people = {"nia": nia, "mateo": mateo, "darnell": darnell, "rosa": rosa}
    year = Year(talk, running, clock, words, people, sam, ALL, CLASS)
    for series in ALL:
        series.reckon(LAST)
    for series in ENTERED:
        await year.enter(series)
    for then, deed in script(year):
        await year.go(then)
        await deed()
        await year.leave()
    await year.go(local("2027-11-21 12:00"))
    check_reminders(year)
    check_news(year)
    await check_calendars(year, nia)
    await check_what_is_left(year)
    assert year.restarts == 4


def check_reminders(year):
    reminders = [(who, then, m) for who, then, m in year.got if is_reminder(m)]
    spanish = {each.spanish: each.title for each in ALL}
    found = Counter()
    for who, then, message in reminders:
        title = message.text.split("\n")[0].removeprefix("🔔 ")
        found[who, then, spanish.get(title, title)] += 1
    due = {
        (who, then, title): starts
        for wish in year.wishes
        for who, then, title, starts in wish.due()
        if then <= year.clock.now()
    }
    assert found == Counter([*due, *year.snoozed])
    assert len(reminders) > 100
    topics = [m.text for _, _, m in reminders if "Topic: Youth" in m.text]
    assert len(topics) == 2  # a day before, and once more after a snooze
    for who, then, message in reminders:
        assert "late" not in message.text
        title = message.text.split("\n")[0].removeprefix("🔔 ")
        if title in AWARENESS.titles:
            assert "31 ago 2027, todo el día" in message.text
        elif starts := due.get((who, then, title)):
            check_times(who, message, starts)


def check_times(who, message, starts):
    """The time is there as Telegram's own, on Chicago's wall, and on that of the reader."""
    times = [e["unix_time"] for e in message.raw["entities"] if e["type"] == "date_time"]
    assert times == [starts.timestamp()]
    here = starts.astimezone(ZoneInfo("America/Chicago"))
    if who in SPANISH:
        half = "a. m." if here.hour < 12 else "p. m."
        assert f"En Chicago: de {here:%-I:%M} {half} {here:%Z} a" in message.text
    else:
        assert f"In Chicago: {here:%-I:%M %p %Z} to" in message.text
    there = starts.astimezone(LOS_ANGELES)
    own = f"In Los Angeles: {there:%a, %b %-d, %-I:%M %p %Z}"
    assert (own in message.text) == (who == "nia")


def check_news(year):
    news = Counter(
        (who, then, message.text.split("\n")[0])
        for who, then, message in year.got
        if is_news(message)
    )
    assert news == year.news
    offers = [(who, then) for who, then, message in year.got if is_offer(message)]
    noon = local("2027-03-17 12:00")
    assert offers == [("mateo", noon), ("darnell", noon + timedelta(hours=6))]


async def check_what_is_left(year):
    """Only who still wants to be reminded of what still comes has left a row."""

    def look(t):
        found = [
            (s, each) for s in ALL if s.number for each in t.reminders.list_of_event(s.number)
        ]
        return [(s.title, each.chat_id, each.every) for s, each in found]

    database = year.running.app.database
    nia, mateo = year.people["nia"].id, year.people["mateo"].id
    assert sorted(await database.read(look)) == [
        (ECHO.title, nia, True),
        (MEETING.title, mateo, True),
        (NIGHT.title, mateo, True),
    ]
    ever = local("2026-11-21 12:00")
    assert await database.read(lambda t: t.attendances.list_dates(CLASS.number, ever)) == []
    listed = await year.talk.one(year.sam, "/event")
    buttons = "\n".join(button for row in listed.buttons for button in row)
    still_ahead = [ECHO, MEETING, NIGHT, VIGIL]
    assert [s for s in ENTERED if s.title in buttons] == still_ahead


async def check_calendars(year, nia):
    """Each date's own file, and that of its series, have what is planned for it in the end."""
    shown = await year.talk.one(nia, "/events")
    for series in ENTERED:
        planned = dict(series.at(year.clock.now()))
        for day, wall in planned.items():
            entry, *_ = await entries(year, nia, shown, f"events:file:{series.number}:{day}")
            assert entry["STATUS"] == ("CANCELLED" if wall is None else "CONFIRMED")
            if wall is not None:
                assert entry["DTSTART"].dt.astimezone(UTC) == instant(wall)
                length = (
                    entry["DURATION"].dt
                    if "DURATION" in entry
                    else (entry["DTEND"].dt.astimezone(UTC) - entry["DTSTART"].dt.astimezone(UTC))
                )
                assert length == timedelta(minutes=series.minutes)
        if series.rule and series is not EARLY and series is not VIGIL:
            found = await entries(year, nia, shown, f"events:series:{series.number}")
            assert of_series(found) == sorted(instant(wall) for wall in planned.values() if wall)
    (first,) = await entries(year, nia, shown, f"events:file:{VIGIL.number}:2028-02-29")
    assert first["DTSTART"].dt.astimezone(UTC) == instant(VIGIL.first)
    (cancelled,) = await entries(year, nia, shown, f"events:series:{EARLY.number}")
    assert cancelled["STATUS"] == "CANCELLED"


async def entries(year, person, shown, data):
    (message,) = await year.talk.press_old(person, shown, data)
    stored = year.running.sandbox.world.files.find(message.raw["document"]["file_id"])
    return icalendar.Calendar.from_ical(stored.content).walk("VEVENT")


def of_series(found):
    """Return the instants of the year that a calendar shows for a series."""
    master, *others = found
    rule = rrulestr(master["RRULE"].to_ical().decode(), dtstart=master["DTSTART"].dt)
    dropped = master.get("EXDATE", [])
    dropped = dropped if isinstance(dropped, list) else [dropped]
    gone = {each.dt for part in dropped for each in part.dts}
    gone |= {each["RECURRENCE-ID"].dt for each in others}
    end = datetime.combine(LAST, time(), tzinfo=ZoneInfo("America/Chicago"))
    shown = [
        each for each in rule.between(master["DTSTART"].dt, end, inc=True) if each not in gone
    ]
    shown += [each["DTSTART"].dt for each in others]
    return sorted(each.astimezone(UTC) for each in shown)
