"""Calendars of partners: what comes out is what they mean, or the line and why not."""

import time as clock_time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import ics
from bot.content.icslines import LARGEST_FILE, MOST_EVENTS
from bot.content.icsread import read_calendar
from bot.content.icstext import LONGEST_LINE
from bot.content.sitetable import FileRefusedError
from bot.models import Language
from bot.models.events import DateChange, Event, EventKind, EventState, Occurrence, Schedule
from bot.recurrence import Frequency, Rule, Weekday

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 18, 18, tzinfo=UTC)


MANY_DATES = ",".join(f"{date(2027, 1, 1) + timedelta(n):%Y%m%d}T100000" for n in range(400))


def calendar(*events, head=""):
    body = "".join(f"BEGIN:VEVENT\n{each}\nEND:VEVENT\n" for each in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{body}END:VCALENDAR\n".encode()


def event(*lines, uid="a@partner", title="Narcan training", start="DTSTART:20261208T160000Z"):
    return "\n".join([f"UID:{uid}", f"SUMMARY:{title}", start, *lines])


def read(*events, head=""):
    return read_calendar(calendar(*events, head=head), CHICAGO)


def one(*lines, **parts):
    (entry,) = read(event(*lines, **parts)).entries
    return entry.told


def reasons(found):
    return [(each.line, each.reason) for each in found.rejected]


# ---------------------------------------------------------------------- lines


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_endings_marks_and_folds_make_no_difference(ending, mark):
    text = calendar(event(r"LOCATION:A\, B\; C \\ D", title="Prevención de so\n bredosis"))
    data = mark + text.replace(b"\n", ending.encode())
    (entry,) = read_calendar(data, CHICAGO).entries
    assert entry.told.titles == {Language.EN: "Prevención de sobredosis"}
    assert entry.told.place == r"A, B; C \ D"
    assert entry.line == 3


def test_a_fold_may_cut_a_character():
    data = calendar(event(title="Prevenci@n")).replace(b"@", b"\xc3\n \xb3")
    assert read_calendar(data, CHICAGO).entries[0].told.titles[Language.EN] == "Prevención"


BROKEN = [
    ("FOO BAR", "this line cannot be read"),
    ("DTEND:yesterday", "this is no date or time that can be read"),
    ("DTEND:20260231T100000", "this is no date or time that can be read"),
    ("DTEND:20261208T150000Z", "it ends before it begins"),
    ("DTEND:20301208T150000Z", "it lasts more than 366 days"),
    ("DTEND;VALUE=DATE:20261209", "this is no date or time that can be read"),
    ("DURATION:-PT5M", "this is no length that can be read"),
    ("DURATION:soon", "this is no length that can be read"),
    ("CLASS:PRIVATE", "its owner marked it as private"),
    ("STATUS:TENTATIVE", "it is not sure yet: the partner marked it as tentative"),
    ("END:VTODO", "this line cannot be read"),
]


@pytest.mark.parametrize(("line", "reason"), BROKEN)
def test_a_line_that_cannot_be_taken_is_told_by_its_number(line, reason):
    found = read(event(line), event(uid="b@partner"))
    assert reasons(found) == [(7, reason)]
    assert [each.uid for each in found.entries] == ["b@partner"]


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("X-NOTHING:1", (3, "the event does not say when it begins")),
        ("DTSTART;TZID=Mars/Olympus:20261208T100000", (6, "the time zone “Mars/Olympus” is not")),
        ("DTSTART:00010101T000000Z", (6, "this is no date or time that can be read")),
        ("DTSTART:20261301", (6, "this is no date or time that can be read")),
    ],
)
def test_a_beginning_that_cannot_be_told_is_not_guessed(start, reason):
    ((line, text),) = reasons(read(event(start=start)))
    assert (line, text[: len(reason[1])]) == reason


def test_a_line_that_was_not_folded_is_left_out_of_a_text_and_told():
    found = read(event("DESCRIPTION:Bring a friend", "and your ID"))
    assert found.entries[0].told.notes == {Language.EN: "Bring a friend"}
    assert [(each.line, each.reason) for each in found.left_out] == [
        (8, "this line cannot be read; the event was taken without it")
    ]


def test_an_event_without_an_end_takes_no_other_with_it():
    text = calendar(event(), event(uid="b@partner")).replace(b"END:VEVENT\n", b"", 1)
    found = read_calendar(text, CHICAGO)
    assert reasons(found) == [(3, "the end of this event is missing")]
    assert [each.uid for each in found.entries] == ["b@partner"]


def test_an_alarm_in_an_event_is_not_the_event():
    alarm = "BEGIN:VALARM\nTRIGGER:-PT15M\nDESCRIPTION:Hurry\nSUMMARY:No\nEND:VALARM"
    told = one(alarm)
    assert (told.titles, told.notes) == ({Language.EN: "Narcan training"}, {})


def test_of_a_thousand_events_each_broken_line_is_told_and_the_others_come():
    events, expected, line = [], [], 3
    for number in range(1000):
        bad = BROKEN[number // 4 % len(BROKEN)] if number % 4 == 0 else None
        lines = [f"X-NUMBER:{number}", *([bad[0]] if bad else [])]
        events.append(event(*lines, uid=f"{number}@partner"))
        if bad:
            expected.append((line + 5, bad[1]))
        line += 5 + len(lines)
    found = read(*events)
    assert reasons(found) == expected
    assert len(expected) == 250
    assert len(found.entries) == 750


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no calendar file"),
        (b"hello", "no calendar file"),
        (b"\x00\x01\xff", "UTF-8"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR", "holds no event"),
        (calendar(event(title="Prevenci\u00f3n")).decode().encode("latin-1"), "not in UTF-8"),
        (calendar(event()).decode().encode("utf-16"), "not in UTF-8"),
        (b"x" * (LARGEST_FILE + 1), "larger than 1 MB"),
        (b"BEGIN:VEVENT\n" * 5000, "more than 2,000 events"),
        (b"BEGIN:X\n" * 5000, "no calendar file"),
        (calendar("\n".join(["junk"] * 5000)), "no calendar file"),
        (
            calendar(*(event(f"RDATE:{MANY_DATES}", uid=f"{n}") for n in range(9))),
            "more than 2,000 events",
        ),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_the_reason(data, words):
    with pytest.raises(FileRefusedError, match=words):
        read_calendar(data, CHICAGO)


HOSTILE = {
    "a million lines": b"BEGIN:VCALENDAR\n" + b"\n" * 999_000,
    "a million folds": b"BEGIN:VCALENDAR\n" + b" \n" * 490_000,
    "one line": b"BEGIN:VCALENDAR\nX" + b";A=B" * 240_000,
    "quotes": b'BEGIN:VCALENDAR\nX;A="' + b'"' * 900_000,
    "tags": calendar(event(title="<" * 400_000), event(f"DESCRIPTION:{'<a ' * 200_000}")),
    "scripts": calendar(event(title="<script>" * 100_000)),
    "dates": calendar(event("RRULE:FREQ=DAILY", f"EXDATE:{','.join(['20270101'] * 90_000)}")),
    "many": calendar(
        *(
            event("RRULE:FREQ=DAILY;COUNT=999", uid=f"{n}", start="DTSTART;VALUE=DATE:20261208")
            for n in range(MOST_EVENTS)
        )
    ),
    "nested": b"BEGIN:VCALENDAR\n" + b"END:X\nBEGIN:VALARM\n" * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_little(name):
    began = clock_time.process_time()
    with suppress(FileRefusedError):
        read_calendar(HOSTILE[name], CHICAGO)
    assert clock_time.process_time() - began < 8


# ---------------------------------------------------------------------- texts


def test_texts_come_out_short_in_one_line_and_without_markup():
    told = one(
        r"DESCRIPTION:<p>Free &amp; open</p><script>alert(1)</script>\n\nhttps://example.org/a",
        "URL:https://example.org/a",
        title=r"<b>Free</b>\n Narcan" + "\u202e x" * 200,
    )
    assert told.titles[Language.EN].startswith("Free Narcan x")
    assert len(told.titles[Language.EN]) == LONGEST_LINE
    assert told.titles[Language.EN].endswith("…")
    assert told.notes == {Language.EN: "Free & open"}


@pytest.mark.parametrize(
    ("line", "url", "place"),
    [
        ("URL:https://example.org/a", "https://example.org/a", ""),
        ("URL:javascript:alert(1)", "", ""),
        ("URL:file:///etc/passwd", "", ""),
        ("URL:https://example.org/a b", "", ""),
        (f"URL:https://example.org/{'a' * 600}", "", ""),
        ("LOCATION:https://example.org/zoom", "https://example.org/zoom", ""),
        ("X-GOOGLE-CONFERENCE:https://example.org/m", "https://example.org/m", ""),
        ("LOCATION:Austin Library", "", "Austin Library"),
    ],
)
def test_a_link_leads_to_a_web_page_or_is_none(line, url, place):
    told = one(line)
    assert (told.url, told.place) == (url, place)


def test_the_language_is_what_the_file_says():
    told = one(title="x").titles
    assert list(told) == [Language.EN]
    text = event().replace("SUMMARY:", "SUMMARY;LANGUAGE=es-MX:")
    assert list(read(text).entries[0].told.titles) == [Language.ES]


def test_the_name_of_the_calendar_is_known_or_not():
    assert read(event(), head="X-WR-CALNAME:Library\\, West\n").name == "Library, West"
    assert read(event()).name == ""


def test_an_event_that_is_twice_counts_once_and_the_later_version_does():
    found = read(event("SEQUENCE:1", title="Old"), event("SEQUENCE:2", title="New"))
    assert [each.told.titles[Language.EN] for each in found.entries] == ["New"]
    assert reasons(found) == [(3, "the same event is in the file twice")]


def test_without_a_uid_title_and_time_are_the_name():
    nameless = event().partition("\n")[2]
    first, again = (read(nameless).entries[0].uid for _ in range(2))
    assert first == again
    assert read(nameless.replace("1208", "1209")).entries[0].uid != first
    assert read(event(uid="a b\\nX:1")).entries[0].uid.endswith("@calendar")


# ---------------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("start", "day", "at"),
    [
        ("DTSTART:20261208T160000Z", date(2026, 12, 8), time(10)),
        ("DTSTART:20260708T040000Z", date(2026, 7, 7), time(23)),
        ("DTSTART:20261208T100000", date(2026, 12, 8), time(10)),
        ("DTSTART;TZID=America/New_York:20261208T100000", date(2026, 12, 8), time(10)),
        ("DTSTART;VALUE=DATE:20261208", date(2026, 12, 8), None),
        ("DTSTART:20261208", date(2026, 12, 8), None),
    ],
)
def test_a_beginning_is_local(start, day, at):
    schedule = one(start=start).schedule
    assert (schedule.first_on, schedule.starts) == (day, at)


def test_times_without_a_zone_count_here_and_are_counted():
    found = read(event(start="DTSTART:20261208T100000"), event(uid="b"))
    assert found.floating == 1
    assert found.entries[0].told.schedule.zone.key == "America/Chicago"


VTIMEZONE = (
    "BEGIN:VTIMEZONE\nTZID:%s\n%sBEGIN:STANDARD\nDTSTART:16010101T020000\nTZOFFSETFROM:-0500\n"
    "TZOFFSETTO:%s\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T020000\n"
    "TZOFFSETFROM:-0600\nTZOFFSETTO:%s\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
)


@pytest.mark.parametrize(
    ("name", "head", "zone"),
    [
        ("America/Denver", "", "America/Denver"),
        ("Central Standard Time", "", "America/Chicago"),
        ("Eastern Standard Time", "", "America/New_York"),
        ("/mozilla.org/20050126_1/America/Chicago", "", "America/Chicago"),
        ("/freeassociation.sourceforge.net/America/New_York", "", "America/New_York"),
        ("Ours", VTIMEZONE % ("Ours", "", "-0600", "-0500"), "America/Chicago"),
        ("Ours", VTIMEZONE % ("Ours", "", "-0500", "-0400"), "America/New_York"),
        (
            "Ours",
            VTIMEZONE % ("Ours", "X-LIC-LOCATION:Europe/Madrid\n", "-0600", "-0500"),
            "Europe/Madrid",
        ),
    ],
)
def test_a_zone_is_found_by_its_name_or_by_its_offsets(name, head, zone):
    found = read(event(start=f"DTSTART;TZID={name}:20261208T100000"), head=head)
    schedule = found.entries[0].told.schedule
    assert (schedule.zone.key, schedule.starts) == (zone, time(10))


def test_an_unknown_zone_of_its_own_is_not_guessed():
    head = VTIMEZONE % ("Ours", "", "+0330", "+0430")
    found = read(event(start="DTSTART;TZID=Ours:20261208T100000"), head=head)
    assert reasons(found) == [(19, "the time zone “Ours” is not known")]


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("DTSTART:20261208T100000", "DTEND:20261208T113000", 90),
        ("DTSTART:20261208T100000", "DTEND:20261208T173000Z", 90),
        ("DTSTART:20261208T100000", "DURATION:PT1H30M", 90),
        ("DTSTART:20261208T100000", "DURATION:P1DT30S", 1441),
        ("DTSTART:20261208T100000", "X-NOTHING:1", 60),
        ("DTSTART:20261208T100000", "DTEND:20261208T100000", 60),
        ("DTSTART;VALUE=DATE:20261208", "DTEND;VALUE=DATE:20261209", 0),
        ("DTSTART;VALUE=DATE:20261208", "DTEND;VALUE=DATE:20261208", 0),
        ("DTSTART;VALUE=DATE:20261208", "DTEND;VALUE=DATE:20261211", 3 * 1440),
        ("DTSTART;VALUE=DATE:20261208", "DURATION:P1W", 7 * 1440),
    ],
)
def test_an_event_lasts_as_long_as_the_file_says(start, end, minutes):
    assert one(end, start=start).schedule.minutes == minutes


def test_several_whole_days_are_over_after_the_last():
    told = one("DTEND;VALUE=DATE:20261211", start="DTSTART;VALUE=DATE:20261208")
    found = Occurrence(
        Event(1, "u", EventKind.COMMUNITY, EventState.OPEN, told.schedule, told.titles),
        told.schedule,
        DateChange(date(2026, 12, 8)),
    )
    assert found.last_day == date(2026, 12, 10)
    assert found.ends_at == datetime(2026, 12, 11, 6, tzinfo=UTC)


OUTLOOK = """BEGIN:VCALENDAR
PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
VERSION:2.0
METHOD:PUBLISH
X-MS-OLK-FORCEINSPECTOROPEN:TRUE
BEGIN:VTIMEZONE
TZID:(UTC-06:00) Central Time (US & Canada)
BEGIN:STANDARD
DTSTART:16011104T020000
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
TZOFFSETFROM:-0500
TZOFFSETTO:-0600
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010311T020000
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
TZOFFSETFROM:-0600
TZOFFSETTO:-0500
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;CN="Doe; Jane: x";RSVP=TRUE:mailto:jane@example.org
CLASS:PUBLIC
DESCRIPTION:Join us.\\n\\nBring your ID.\\n
DTEND;TZID="(UTC-06:00) Central Time (US & Canada)":20261208T110000
DTSTART;TZID="(UTC-06:00) Central Time (US & Canada)":20261208T100000
LOCATION:Room 2\\, 5615 W Race Ave
ORGANIZER;CN=Bob:mailto:bob@example.org
RRULE:FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2
SUMMARY;LANGUAGE=en-us:Recovery circle
UID:040000008200E00074C5B7101A82E0080000000010
X-ALT-DESC;FMTTYPE=text/html:<html><body>
 Hello</body></html>
BEGIN:VALARM
TRIGGER:-PT15M
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def test_a_file_as_outlook_writes_it_is_read_whole():
    found = read_calendar(OUTLOOK.encode(), CHICAGO)
    (told,) = [each.told for each in found.entries]
    assert (found.rejected, found.left_out, found.floating) == ([], [], 0)
    tuesdays = Rule.parse("FREQ=MONTHLY;BYDAY=2TU")
    assert told.schedule == Schedule(CHICAGO, date(2026, 12, 8), time(10), 60, tuesdays)
    assert told.titles == {Language.EN: "Recovery circle"}
    assert told.notes == {Language.EN: "Join us.\nBring your ID."}
    assert told.place == "Room 2, 5615 W Race Ave"
    assert "example.org" not in str(found)


# ---------------------------------------------------------------------- rules

TUESDAY = "DTSTART;TZID=America/Chicago:20261208T100000"  # the second one of December


def rule(text, start=TUESDAY):
    return one(f"RRULE:{text}", start=start).schedule.rule


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU"),
        ("FREQ=DAILY;INTERVAL=14", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        ("FREQ=DAILY;BYDAY=MO,TU", "FREQ=WEEKLY;BYDAY=MO,TU"),
        ("FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=TU"),
        ("FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=TU,TH", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH"),
        ("FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=8"),
        ("FREQ=MONTHLY;BYDAY=2TU", "FREQ=MONTHLY;BYDAY=2TU"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2", "FREQ=MONTHLY;BYDAY=2TU"),
        ("FREQ=MONTHLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU"),
        ("FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=8"),
        ("FREQ=YEARLY;BYMONTH=12;BYDAY=TU;BYSETPOS=2", "FREQ=YEARLY;BYMONTH=12;BYDAY=2TU"),
        ("FREQ=WEEKLY;COUNT=3", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261222"),
        ("FREQ=WEEKLY;UNTIL=20261222", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261222"),
        ("FREQ=WEEKLY;UNTIL=20261222T160000Z", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261222"),
        ("FREQ=WEEKLY;UNTIL=20261222T155900Z", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261221"),
        ("FREQ=WEEKLY;UNTIL=99991231T235959Z", "FREQ=WEEKLY;BYDAY=TU"),
    ],
)
def test_a_rule_becomes_the_same_dates_in_the_words_of_the_bot(text, meant):
    assert str(rule(text)) == str(Rule.parse(meant))


REFUSED = [
    ("FREQ=MINUTELY;INTERVAL=90", "it repeats every 90 minutes: that cannot be taken"),
    ("FREQ=HOURLY", "it repeats every 1 hours: that cannot be taken"),
    ("FREQ=SECONDLY;COUNT=1000000000", "it repeats every 1 seconds: that cannot be taken"),
    (
        "FREQ=DAILY;INTERVAL=2",
        "it repeats every 2 days: only each day or whole weeks can be taken",
    ),
    ("FREQ=WEEKLY;COUNT=1000000000", "it repeats 1,000,000,000 times: at most 1,000 can be taken"),
    ("FREQ=WEEKLY;COUNT=0", "it repeats 0 times: at most 1,000 can be taken"),
    ("FREQ=WEEKLY;BYDAY=WE", "it begins on 2026-12-08, which is no day on which it repeats"),
    ("FREQ=WEEKLY;UNTIL=20261101", "the series ends before it begins"),
    ("FREQ=WEEKLY;UNTIL=soon", "this is no date or time that can be read"),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "it never occurs: there is no such day"),
    ("FREQ=YEARLY;BYMONTH=13", "how it repeats cannot be read"),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "it repeats on one of several days"),
    ("FREQ=MONTHLY;BYMONTHDAY=1,15", "it repeats on days of the month in a way that"),
    ("FREQ=MONTHLY;BYMONTHDAY=-3", "it repeats on days of the month in a way that"),
    ("FREQ=MONTHLY;BYDAY=-2TU", "it repeats on weekdays in a way that cannot be taken"),
    ("FREQ=YEARLY;BYMONTH=2;BYDAY=5TU", "it repeats on weekdays in a way that cannot be taken"),
    ("FREQ=WEEKLY;BYMONTH=3", "it repeats in some months only: that cannot be taken"),
    ("FREQ=YEARLY;BYWEEKNO=20", "it repeats by a rule that cannot be taken (BYWEEKNO)"),
    ("FREQ=DAILY;BYHOUR=9,12", "it repeats several times a day: that cannot be taken"),
    ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU", "it repeats in weeks that do not begin on"),
    ("FREQ=SOMETIMES", "how it repeats cannot be read"),
    ("FREQ=WEEKLY;INTERVAL=0", "how it repeats cannot be read"),
    ("FREQ=WEEKLY;INTERVAL=99999999999999", "it repeats by a rule that cannot be taken (INTERVAL"),
    ("FREQ=WEEKLY;FREQ=DAILY", "how it repeats cannot be read"),
    ("INTERVAL=2", "how it repeats cannot be read"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_a_rule_that_the_bot_cannot_say_is_refused_in_plain_words(text, reason):
    ((line, told),) = reasons(read(event(f"RRULE:{text}", start=TUESDAY)))
    assert line == 7
    assert told.startswith(reason)


@pytest.mark.parametrize("end", ["20261211", "20261211T000000Z", "20261211T235959Z"])
def test_whole_days_end_on_the_day_that_is_written(end):
    start = "DTSTART;VALUE=DATE:20261208"
    told = one(f"RRULE:FREQ=DAILY;UNTIL={end}", f"EXDATE:{end}", start=start)
    assert told.schedule.rule.until == date(2026, 12, 11)
    assert list(told.changes) == [date(2026, 12, 11)]


def test_a_series_in_utc_is_refused_and_a_single_date_is_not():
    assert reasons(read(event("RRULE:FREQ=WEEKLY")))[0][1].startswith("it repeats in UTC")
    assert one().schedule.starts == time(10)


DAYS = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
SOME_DAYS = st.lists(DAYS, min_size=1, max_size=4, unique=True).map(",".join)
NTH = st.tuples(st.sampled_from(["1", "2", "3", "4", "5", "-1"]), DAYS).map("".join)
RULES = st.one_of(
    st.builds("FREQ=WEEKLY;INTERVAL={};BYDAY={}".format, st.integers(1, 4), SOME_DAYS),
    st.builds("FREQ=WEEKLY;INTERVAL={};WKST=SU;BYDAY={}".format, st.integers(1, 3), SOME_DAYS),
    st.builds("FREQ=DAILY;BYDAY={}".format, SOME_DAYS),
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.sampled_from([1, 7, 14])),
    st.builds("FREQ=MONTHLY;INTERVAL={};BYDAY={}".format, st.integers(1, 5), NTH),
    st.builds("FREQ=MONTHLY;BYDAY={};BYSETPOS={}".format, DAYS, st.sampled_from([1, 3, -1])),
    st.builds("FREQ=MONTHLY;BYMONTHDAY={}".format, st.sampled_from([-1, 1, 15, 29, 30, 31])),
    st.builds("FREQ=YEARLY;BYMONTH={};BYDAY={}".format, st.integers(1, 12), NTH),
    st.just("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
)
ENDS = st.one_of(
    st.just(""),
    st.builds(";COUNT={}".format, st.integers(1, 30)),
    st.builds(";UNTIL=20{}{:02}15T160000Z".format, st.integers(27, 33), st.integers(1, 12)),
)


@settings(max_examples=150, deadline=None)
@given(RULES, ENDS, st.dates(date(2026, 11, 1), date(2027, 3, 1)))
def test_a_rule_names_the_dates_that_another_library_finds(text, end, near):
    """The beginning is a date of the rule, as calendars write it."""
    opening = datetime.combine(near, time(10))
    begins = rrulestr(text, dtstart=opening)[0].date()
    start = f"DTSTART;TZID=America/Chicago:{begins:%Y%m%d}T100000"
    found = read(event(f"RRULE:{text}{end}", start=start))
    aware = datetime.combine(begins, time(10), tzinfo=CHICAGO)
    expected = [each.date() for each in islice(rrulestr(text + end, dtstart=aware), 25)]
    if "BYMONTH=2;BYDAY=5" in text:
        assert reasons(found)[0][1].startswith("it repeats on weekdays in a way")
        return
    if found.rejected:
        is_over = not expected and "ends before it begins" in found.rejected[0].reason
        assert is_over or "weeks that do not begin on Monday" in found.rejected[0].reason
        return
    rule = found.entries[0].told.schedule.rule
    assert list(islice(rule.dates(begins), 25)) == expected


# ---------------------------------------------------------------------- single dates


SERIES = "RRULE:FREQ=MONTHLY;BYDAY=2TU"


def of_date(on, *lines, start="DTSTART;TZID=America/Chicago:20270112T100000", **more):
    named = f"RECURRENCE-ID;TZID=America/Chicago:{on}"
    return event(named, *lines, start=start, **more)


def changes(*events):
    found = read(
        event(SERIES, "DTEND;TZID=America/Chicago:20261208T110000", start=TUESDAY), *events
    )
    assert reasons(found) == []
    return found.entries[0].told.changes


def test_a_missing_date_is_cancelled_however_it_is_written():
    on = date(2027, 1, 12)
    for line in (
        "EXDATE;TZID=America/Chicago:20270112T100000",
        "EXDATE:20270112T160000Z",
        "EXDATE;VALUE=DATE:20270112",
        "EXDATE:20270112T100000,20270113T100000",
    ):
        told = one(SERIES, line, start=TUESDAY)
        assert told.changes == {on: DateChange(on, cancelled=True)}, line


@pytest.mark.parametrize(
    ("written", "change"),
    [
        (of_date("20270112T100000", "STATUS:CANCELLED"), {"cancelled": True}),
        (
            of_date("20270112T100000", start="DTSTART:20270113T200000Z"),
            {"moved_to": date(2027, 1, 13), "starts": time(14)},
        ),
        (of_date("20270112T100000", "DURATION:PT2H"), {"minutes": 120}),
        (of_date("20270112T100000", "LOCATION:Room 9"), {"place": "Room 9"}),
        (
            of_date("20270112T100000", title="Narcan training: Youth"),
            {"topics": {Language.EN: "Youth"}},
        ),
    ],
)
def test_a_date_of_its_own_is_a_date_that_is_not_like_the_others(written, change):
    on = date(2027, 1, 12)
    assert changes(written) == {on: DateChange(on, **change)}


def test_a_date_that_is_like_the_others_is_none_of_its_own():
    assert changes(of_date("20270112T100000")) == {}
    skipped = (
        event("RRULE:FREQ=WEEKLY", start="DTSTART;TZID=America/Chicago:20270307T023000"),
        event(
            "RECURRENCE-ID;TZID=America/Chicago:20270314T023000",
            start="DTSTART;TZID=America/Chicago:20270314T033000",
        ),
    )
    assert read(*skipped).entries[0].told.changes == {}


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([of_date("20270112T100000")], (3, "it changes one date of a series that is not in")),
        (
            [event(SERIES, start=TUESDAY), of_date("20270113T100000")],
            (13, "it changes a date that the series does not have"),
        ),
        (
            [
                event(SERIES, start=TUESDAY),
                of_date("20270112T100000").replace("-ID;", "-ID;RANGE=THISANDFUTURE;"),
            ],
            (13, "it changes a date and all after it: that cannot be taken"),
        ),
        ([event(SERIES, "EXRULE:FREQ=DAILY", start=TUESDAY)], (8, "it repeats by two rules")),
        ([event("RDATE;VALUE=PERIOD:20270101T100000/PT1H")], (7, "its single dates have lengths")),
        ([event(f"RDATE:{','.join(['20270101'] * 501)}")], (7, "it has more than 500 single")),
    ],
)
def test_a_date_that_cannot_be_taken_is_told_by_its_line(events, reason):
    ((line, text),) = reasons(read(*events))
    assert (line, text[: len(reason[1])]) == reason


def test_a_broken_series_makes_no_noise_about_its_dates():
    found = read(event("RRULE:FREQ=HOURLY", start=TUESDAY), of_date("20270112T100000"))
    assert [line for line, _ in reasons(found)] == [7]


def test_dates_beside_the_rule_are_events_of_their_own():
    found = read(
        event(SERIES, "RDATE;TZID=America/Chicago:20270120T140000,20270112T100000", start=TUESDAY),
        of_date("20270120T140000", start="DTSTART;TZID=America/Chicago:20270121T150000"),
    )
    series, alone = found.entries
    assert (series.uid, alone.uid) == ("a@partner", "20270120-a@partner")
    assert alone.told.series == "a@partner"
    assert alone.told.schedule == Schedule(CHICAGO, date(2027, 1, 21), time(15), 60)


def test_a_file_that_cancels_cancels_all_of_it():
    assert read(event(), head="METHOD:CANCEL\n").entries[0].told.cancelled
    assert one("STATUS:CANCELLED").cancelled
    assert not one("STATUS:CONFIRMED").cancelled


# ---------------------------------------------------------------------- there and back

WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "Zs"), exclude_characters="&<>"),
    max_size=60,
).map(lambda text: " ".join(text.split()))
TITLES = WORDS.filter(lambda text: text and ": " not in text)
BOT_RULES = st.one_of(
    st.none(),
    st.builds(
        Rule,
        st.just(Frequency.WEEKLY),
        st.integers(1, 5),
        st.sets(st.integers(0, 6), min_size=1).map(lambda d: tuple(map(Weekday, sorted(d)))),
    ),
    st.builds(
        Rule,
        st.just(Frequency.MONTHLY),
        st.integers(1, 5),
        st.builds(Weekday, st.integers(0, 6), st.sampled_from([1, 2, 4, 5, -1])).map(
            lambda d: (d,)
        ),
    ),
    st.builds(
        Rule, st.just(Frequency.MONTHLY), month_day=st.sampled_from([-1, 1, 28, 29, 30, 31])
    ),
    st.builds(
        Rule, st.just(Frequency.YEARLY), month_day=st.integers(1, 28), month=st.integers(1, 12)
    ),
)


@st.composite
def series(draw):
    """Return an event of the bot and its dates that are not like the others."""
    rule = draw(BOT_RULES)
    near = draw(st.dates(date(2026, 1, 1), date(2028, 1, 1)))
    first = next(rule.dates(near)) if rule else near
    named = list(islice(rule.dates(first), 30)) if rule else [first]
    if rule and draw(st.booleans()):
        rule = replace(rule, until=named[-1] + timedelta(days=draw(st.integers(0, 3))))
    zone = ZoneInfo(draw(st.sampled_from(["America/Chicago", "Europe/Madrid", "UTC"])))
    starts = draw(st.one_of(st.none(), st.times().map(lambda t: time(t.hour, t.minute))))
    minutes = draw(st.integers(1, 3000)) if starts else draw(st.sampled_from([0, 2880, 7200]))
    if starts is None:
        zone = CHICAGO  # a whole day is told without a zone
    place = draw(WORDS)
    found = Event(
        7,
        "7-abc@taskforce",
        EventKind.COMMUNITY,
        EventState.OPEN,
        Schedule(zone, first, starts, minutes, rule),
        {Language.EN: draw(TITLES)},
        notes={Language.EN: note} if (note := draw(WORDS)) else {},
        place=place,
        url=draw(st.sampled_from(["", "https://example.org/?a=1&b=2,3;4"])),
        revision=draw(st.integers(0, 50)),
        changed_at=NOW.replace(microsecond=0),
    )
    days = draw(st.sets(st.sampled_from(named), max_size=4)) if rule else set()
    return found, [draw(changed(found, day)) for day in sorted(days)]


@st.composite
def changed(draw, found, day):
    if draw(st.booleans()):
        return DateChange(day, cancelled=True)
    starts = found.schedule.starts
    return DateChange(
        day,
        moved_to=draw(st.sampled_from([None, day + timedelta(days=1), day - timedelta(days=3)])),
        starts=draw(st.sampled_from([None, time(3, 15), time(14)])) if starts else None,
        topics=draw(st.sampled_from([{}, {Language.EN: "Youth; and, more"}])),
        place=draw(st.sampled_from(["", "Room 9"])),
    )


def shown(found, change):
    """Return what people see of a date."""
    each = Occurrence(found, found.schedule, change)
    texts = (each.place, each.url, each.topic(Language.EN), each.note(Language.EN))
    if each.is_cancelled:
        return each.on, True
    return each.on, False, each.starts_at, each.ends_at, *texts


@settings(max_examples=200, deadline=None)
@given(series())
def test_what_the_bot_writes_it_reads_again(made):
    found, changes = made
    dates = [Occurrence(found, found.schedule, each) for each in changes]
    file = ics.of_series(found, dates, Language.EN, NOW)
    back = read_calendar(file.data, CHICAGO)
    assert (back.rejected, back.left_out, back.floating) == ([], [], 0)
    (entry,) = back.entries
    told = entry.told
    assert entry.uid == found.uid
    assert told.schedule == found.schedule
    assert (told.titles, told.notes) == (found.titles, found.notes)
    assert (told.place, told.url) == (found.place, found.url)
    assert (told.sequence, told.modified_at) == (found.revision, found.changed_at)
    again = replace(found, schedule=told.schedule)
    own = {each.on: each for each in changes}
    for on in {*own, *told.changes}:
        usual = DateChange(on)
        assert shown(again, told.changes.get(on, usual)) == shown(found, own.get(on, usual))


@settings(max_examples=60, deadline=None)
@given(series())
def test_another_library_reads_the_same_from_the_file(made):
    """What is read is what icalendar reads, so that no fault of ours hides a fault of ours."""
    found, changes = made
    dates = [Occurrence(found, found.schedule, each) for each in changes]
    file = ics.of_series(found, dates, Language.EN, NOW)
    told = read_calendar(file.data, CHICAGO).entries[0].told
    master = icalendar.Calendar.from_ical(file.data).walk("VEVENT")[0]
    assert next(iter(told.titles.values())) == str(master["SUMMARY"])
    assert told.place == str(master.get("LOCATION", ""))
    begins = master["DTSTART"].dt
    if told.schedule.starts is None:
        assert begins == told.schedule.first_on
    else:
        assert begins.replace(tzinfo=None) == datetime.combine(
            told.schedule.first_on, told.schedule.starts
        )


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400))
def test_no_bytes_in_a_file_make_it_fall(noise, place):
    data = calendar(event(SERIES, "EXDATE:20270112T160000Z", start=TUESDAY), of_date("20270209"))
    with suppress(FileRefusedError):
        read_calendar(data[:place] + noise + data[place:], CHICAGO)
