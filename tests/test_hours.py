"""Opening hours told honestly: never open without hours, holidays, midnight, changes of clocks."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from bot.hours import Hours, is_valid
from bot.models.sites import Opening

ZONE = ZoneInfo("America/Chicago")
LIBRARY = "Mo,We 12:00-20:00; Tu,Th 10:00-18:00; Fr,Sa 09:00-17:00; Su 13:00-17:00"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


CASES = [
    (LIBRARY, "2026-11-18T12:00", Opening.OPEN, "2026-11-18T20:00"),
    (LIBRARY, "2026-11-18T19:59", Opening.OPEN, "2026-11-18T20:00"),
    (LIBRARY, "2026-11-18T23:59", Opening.CLOSED, "2026-11-19T10:00"),
    (LIBRARY, "2026-11-25T23:59", Opening.CLOSED, "2026-11-27T09:00"),
    (LIBRARY, "2026-11-26T00:00", Opening.UNKNOWN, None),
    (LIBRARY, "2026-11-26T12:00", Opening.UNKNOWN, None),
    (LIBRARY, "2026-11-27T00:00", Opening.CLOSED, "2026-11-27T09:00"),
    (f"{LIBRARY}; PH off", "2026-11-26T12:00", Opening.CLOSED, "2026-11-27T09:00"),
    ("Mo-Su 00:00-24:00", "2026-11-25T12:00", Opening.OPEN, "2026-11-26T00:00"),
    ("24/7", "2026-11-26T12:00", Opening.OPEN, None),
    ("Mo-Su 22:00-02:00; PH 22:00-02:00", "2026-11-18T23:59", Opening.OPEN, "2026-11-19T02:00"),
    ("Mo-Su 00:15-03:30", "2027-03-14T01:30", Opening.OPEN, "2027-03-14T03:30"),
    ("Mo-Su 00:15-03:30", "2026-11-01T01:30", Opening.OPEN, "2026-11-01T03:30"),
    ("Tu[2] 10:00-12:00", "2026-11-18T12:00", Opening.CLOSED, "2026-12-08T10:00"),
    ('off "closed until further notice"', "2026-11-18T12:00", Opening.CLOSED, None),
    ("Mo-Fr 09:00-17:00 unknown", "2026-11-18T12:00", Opening.UNKNOWN, None),
    ("", "2026-11-18T12:00", Opening.UNKNOWN, None),
]


@pytest.mark.parametrize(("hours", "now", "opening", "changes"), CASES)
def test_open_and_until_when(hours, now, opening, changes):
    state = Hours(ZONE).state(hours, at(now))
    assert state.opening is opening
    assert state.changes_at == (at(changes) if changes else None)
    assert state.always is (hours == "24/7")
    assert state.holiday is ("11-26" in now and opening is Opening.UNKNOWN)


@pytest.mark.parametrize("hours", ["banana", "Mo-Fr 9-17", "Mo-Fr 25:00-99:00", "x" * 2000])
def test_what_is_no_hours_is_told(hours):
    assert not is_valid(hours)
    assert is_valid("Mo-Fr 09:00-17:00; PH off")


@given(st.integers(0, 60 * 24 * 20))
def test_a_timetable_says_what_the_library_says(minutes):
    now = at("2026-10-25T00:00") + timedelta(minutes=minutes)
    hours = Hours(ZONE)
    expected = OpeningHours(f"{LIBRARY}; PH unknown", timezone=ZONE, country="US")
    assert (hours.opening(LIBRARY, now) is Opening.OPEN) == expected.is_open(now)
