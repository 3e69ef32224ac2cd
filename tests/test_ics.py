"""Calendar files, read back by two independent parsers."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from dateutil.rrule import rrulestr

from bot.content import ics
from bot.models import Language
from bot.models.events import DateChange, Event, EventKind, EventState, Occurrence, Schedule
from bot.recurrence import Rule

NOW = datetime(2026, 11, 18, 18, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")
LAST = 2032  # year
ON = date(2026, 12, 8)
TITLE = "ECHO; talk, case — \\ reducción de daños 🙂 and a title that is long enough to be folded"
SECOND_TUESDAY = Schedule(CHICAGO, ON, time(10), 60, Rule.parse("FREQ=MONTHLY;BYDAY=2TU"))


def event(schedule=SECOND_TUESDAY, **more):
    return Event(
        7,
        "7-abc@taskforce",
        EventKind.ECHO,
        EventState.OPEN,
        schedule,
        {Language.EN: TITLE},
        {Language.EN: "Bring a case.\nNo names."},
        place="West Side, Room 3",
        url="https://example.org/a?b=1,2",
        revision=4,
        changed_at=NOW,
        **more,
    )


def occurrence(of=None, **change):
    of = of or event()
    return Occurrence(of, of.schedule, DateChange(of.schedule.first_on, **change))


def by_icalendar(file):
    calendar = icalendar.Calendar.from_ical(file.data)
    return [
        {
            "uid": str(each["UID"]),
            "sequence": int(each["SEQUENCE"]),
            "status": str(each["STATUS"]),
            "summary": str(each["SUMMARY"]),
            "start": each["DTSTART"].dt,
            "end": each["DTEND"].dt if "DTEND" in each else None,
            "lasts": each["DURATION"].dt if "DURATION" in each else None,
            "about": str(each.get("DESCRIPTION", "")),
            "place": str(each.get("LOCATION", "")),
        }
        for each in calendar.walk("VEVENT")
    ]


def by_vobject(file):
    calendar = vobject.readOne(file.data.decode())
    return [
        {
            "uid": each.uid.value,
            "sequence": int(each.sequence.value),
            "status": each.status.value,
            "summary": each.summary.value,
            "start": each.dtstart.value,
            "end": each.dtend.value if hasattr(each, "dtend") else None,
            "lasts": each.duration.value if hasattr(each, "duration") else None,
            "about": each.description.value if hasattr(each, "description") else "",
            "place": each.location.value if hasattr(each, "location") else "",
        }
        for each in calendar.vevent_list
    ]


@pytest.mark.parametrize("read", [by_icalendar, by_vobject])
@pytest.mark.parametrize("cancelled", [False, True])
def test_a_date_reads_back_as_it_is(read, cancelled):
    file = ics.of_date(
        occurrence(topics={Language.EN: "Youth"}, cancelled=cancelled), Language.EN, NOW
    )
    (found,) = read(file)
    assert found["start"].astimezone(UTC) == datetime(2026, 12, 8, 16, tzinfo=UTC)
    assert found["end"].astimezone(UTC) == datetime(2026, 12, 8, 17, tzinfo=UTC)
    del found["start"], found["end"], found["lasts"]
    assert found == {
        "uid": "20261208-7-abc@taskforce",
        "sequence": 4,
        "status": "CANCELLED" if cancelled else "CONFIRMED",
        "summary": f"{TITLE}: Youth",
        "about": "Youth\nBring a case.\nNo names.\nhttps://example.org/a?b=1,2",
        "place": "West Side, Room 3",
    }


@pytest.mark.parametrize("read", [by_icalendar, by_vobject])
def test_a_day_without_a_time_ends_where_the_next_begins(read):
    whole_day = Schedule(
        CHICAGO, date(2026, 8, 31), rule=Rule.parse("FREQ=YEARLY;BYMONTH=8;BYMONTHDAY=31")
    )
    file = ics.of_date(occurrence(event(whole_day)), Language.ES, NOW)
    (found,) = read(file)
    assert (found["start"], found["end"]) == (date(2026, 8, 31), date(2026, 9, 1))
    assert b"VTIMEZONE" not in file.data


def test_the_same_date_keeps_its_uid_when_it_is_moved_and_its_sequence_grows():
    before = by_icalendar(ics.of_date(occurrence(), Language.EN, NOW))[0]
    moved = occurrence(replace(event(), revision=5), moved_to=date(2026, 12, 9), starts=time(14))
    after = by_icalendar(ics.of_date(moved, Language.EN, NOW))[0]
    assert after["uid"] == before["uid"]
    assert after["sequence"] == before["sequence"] + 1
    assert after["start"].astimezone(UTC) == datetime(2026, 12, 9, 20, tzinfo=UTC)


def test_a_series_has_its_rule_its_missing_dates_and_those_of_their_own():
    """A calendar shows the dates that the bot shows, in winter and in summer."""
    whole = event(
        replace(SECOND_TUESDAY, rule=Rule.parse("FREQ=MONTHLY;BYDAY=2TU;UNTIL=20270713"))
    )
    changed = [
        Occurrence(whole, whole.schedule, DateChange(date(2027, 1, 12), cancelled=True)),
        Occurrence(
            whole,
            whole.schedule,
            DateChange(date(2027, 4, 13), moved_to=date(2027, 4, 15), starts=time(9)),
        ),
    ]
    file = ics.of_series(whole, changed, Language.EN, NOW)
    master, moved = icalendar.Calendar.from_ical(file.data).walk("VEVENT")
    rule = rrulestr(master["RRULE"].to_ical().decode(), dtstart=master["DTSTART"].dt)
    missing = {each.dt for each in master["EXDATE"].dts}
    shown = [each for each in rule if each not in missing]
    assert [each.date().isoformat() for each in shown] == [
        *("2026-12-08", "2027-02-09", "2027-03-09", "2027-04-13"),
        *("2027-05-11", "2027-06-08", "2027-07-13"),
    ]
    assert {each.hour for each in shown} == {10}
    assert moved["RECURRENCE-ID"].dt in shown
    assert moved["DTSTART"].dt.astimezone(UTC) == datetime(2027, 4, 15, 14, tzinfo=UTC)
    assert moved["UID"] == master["UID"] == whole.uid
    (first, second) = vobject.readOne(file.data.decode()).vevent_list
    vobject_shown = [each for each in first.rruleset if each.date() != date(2027, 1, 12)]
    assert [each.date() for each in vobject_shown] == [each.date() for each in shown]
    assert second.recurrence_id.value.date() == date(2027, 4, 13)


def shown(file, zone):
    """Return the instants that a calendar shows until the end of LAST."""
    entries = icalendar.Calendar.from_ical(file.data).walk("VEVENT")
    master, others = entries[0], entries[1:]
    start = master["DTSTART"].dt.replace(tzinfo=zone)
    rule = rrulestr(master["RRULE"].to_ical().decode(), dtstart=start)
    named = set(takewhile(lambda each: each.year <= LAST, rule))
    dropped = master.get("EXDATE", [])
    dropped = dropped if isinstance(dropped, list) else [dropped]
    left_out = {each.dt.replace(tzinfo=zone) for part in dropped for each in part.dts}
    left_out |= {each["RECURRENCE-ID"].dt.replace(tzinfo=zone) for each in others}
    assert left_out <= named, "an exception to a date that the rule does not name"
    moved = {each["DTSTART"].dt.replace(tzinfo=zone) for each in others}
    return sorted(each.astimezone(UTC) for each in (named - left_out) | moved)


@pytest.mark.parametrize("read_zone", ["of the file", "of the computer"])
@pytest.mark.parametrize("at", [time(0), time(1, 30), time(2, 30), time(10)])
@pytest.mark.parametrize(
    ("rule", "first"),
    [
        ("FREQ=WEEKLY;BYDAY=SU", date(2027, 3, 14)),  # the clocks skip 2:30 on its first date
        ("FREQ=WEEKLY;BYDAY=SU", date(2026, 11, 1)),  # 1:30 is twice on its first date
        ("FREQ=MONTHLY;BYDAY=2SU", date(2026, 11, 8)),
        ("FREQ=MONTHLY;BYDAY=2TU", date(2026, 12, 8)),
    ],
)
def test_calendars_show_the_instants_of_the_bot_for_five_years(rule, first, at, read_zone):
    """Through all changes of the clocks, with dates that are cancelled and moved on such days."""
    whole = event(Schedule(CHICAGO, first, at, 60, Rule.parse(rule)))
    days = list(takewhile(lambda each: each.year <= LAST, whole.schedule.rule.dates(first)))
    changed = [
        Occurrence(whole, whole.schedule, DateChange(days[1], cancelled=True)),
        Occurrence(whole, whole.schedule, DateChange(days[4], moved_to=days[4], starts=time(2))),
        *(
            Occurrence(whole, whole.schedule, DateChange(day, cancelled=True))
            for day in (date(2028, 3, 12), date(2028, 11, 5))
            if day in days
        ),
    ]
    file = ics.of_series(whole, changed, Language.EN, NOW)
    (component,) = icalendar.Calendar.from_ical(file.data).walk("VTIMEZONE")
    zone = component.to_tz(lookup_tzid=False) if read_zone == "of the file" else CHICAGO
    by_day = {each.on: each for each in changed}
    dates = takewhile(lambda each: each.year <= LAST, whole.schedule.rule.dates(first))
    ours = [by_day.get(day) or Occurrence(whole, whole.schedule, DateChange(day)) for day in dates]
    expected = sorted(each.starts_at for each in ours if not each.change.cancelled)
    assert shown(file, zone) == expected


@pytest.mark.parametrize("read", [by_icalendar, by_vobject])
@pytest.mark.parametrize(
    ("on", "at", "minutes"),
    [
        (date(2027, 3, 14), time(1, 30), 60),  # ends at 3:30
        (date(2027, 3, 14), time(2, 30), 60),  # is at 3:30
        (date(2026, 11, 1), time(0, 30), 90),  # ends at 1:00, the second of the two
        (date(2026, 11, 1), time(1, 30), 30),
        (date(2026, 11, 1), time(1, 30), 60),
    ],
)
def test_a_date_on_a_change_of_the_clocks_lasts_as_long_as_it_does(read, on, at, minutes):
    once = event(Schedule(CHICAGO, on, at, minutes))
    found = occurrence(once)
    (entry,) = read(ics.of_date(found, Language.EN, NOW))
    starts_at = entry["start"].astimezone(UTC)
    length = entry["lasts"] or entry["end"].astimezone(UTC) - starts_at
    assert (starts_at, length) == (found.starts_at, timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "key", ["America/Chicago", "America/Phoenix", "Europe/Madrid", "America/Mexico_City", "UTC"]
)
def test_the_zone_in_the_file_has_the_offsets_of_the_real_one(key):
    zone = ZoneInfo(key)
    of = event(replace(SECOND_TUESDAY, zone=zone))
    file = ics.of_date(occurrence(of), Language.EN, NOW)
    (component,) = icalendar.Calendar.from_ical(file.data).walk("VTIMEZONE")
    written = component.to_tz(lookup_tzid=False)
    for day in range(0, 365 * 4, 11):
        wall = datetime.fromisoformat("2026-06-01T12:00") + timedelta(days=day)
        assert wall.replace(tzinfo=written).utcoffset() == wall.replace(tzinfo=zone).utcoffset()


def feed(*entries):
    since = datetime(2026, 11, 18, 6, tzinfo=UTC)
    return ics.of_feed("Mis eventos: añadidos", entries, CHICAGO, since, Language.EN)


def test_a_feed_without_a_date_is_a_valid_calendar_with_its_zone():
    calendar = icalendar.Calendar.from_ical(feed())
    assert [each.name for each in calendar.subcomponents] == ["VTIMEZONE"]
    assert calendar["X-WR-CALNAME"] == calendar["NAME"] == "Mis eventos: añadidos"


def test_a_feed_has_each_date_by_itself_with_the_uid_of_its_own_file():
    away = event(replace(SECOND_TUESDAY, zone=ZoneInfo("Europe/Madrid")))
    dates = [occurrence(), occurrence(replace(away, uid="8@x"), cancelled=True)]
    data = feed(ics.FeedEntry(dates[0], is_sure=False), ics.FeedEntry(dates[1], is_sure=False))
    calendar = icalendar.Calendar.from_ical(data)
    zones = [str(each["TZID"]) for each in calendar.walk("VTIMEZONE")]
    assert sorted(zones) == ["America/Chicago", "Europe/Madrid"]
    found = calendar.walk("VEVENT")
    assert [str(each["STATUS"]) for each in found] == ["TENTATIVE", "CANCELLED"]
    own = [icalendar.Calendar.from_ical(ics.of_date(d, Language.EN, NOW).data) for d in dates]
    assert [each["UID"] for each in found] == [each.walk("VEVENT")[0]["UID"] for each in own]


def test_no_line_is_longer_than_75_bytes_and_no_character_is_cut():
    file = ics.of_date(occurrence(), Language.EN, NOW)
    lines = file.data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()
