"""Which dates a rule names, against python-dateutil as an independent oracle."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import local_instant
from bot.recurrence import Frequency, Rule, Weekday

CHICAGO = ZoneInfo("America/Chicago")
FIRST = date(2026, 3, 1)
FIVE_YEARS = date(2031, 12, 31)

ordinals = st.sampled_from([1, 2, 3, 4, 5, -1])
weekday = st.integers(0, 6)
nth_weekdays = st.lists(st.builds(Weekday, weekday, ordinals), min_size=1, max_size=3, unique=True)
until = st.none() | st.dates(date(2025, 1, 1), date(2032, 1, 1))
rules = st.one_of(
    st.builds(
        Rule,
        st.just(Frequency.WEEKLY),
        st.integers(1, 5),
        st.lists(st.builds(Weekday, weekday), min_size=1, max_size=4, unique=True).map(tuple),
        until=until,
    ),
    st.builds(
        Rule, st.just(Frequency.MONTHLY), st.integers(1, 5), nth_weekdays.map(tuple), until=until
    ),
    st.builds(
        Rule,
        st.just(Frequency.MONTHLY),
        st.integers(1, 5),
        month_day=st.sampled_from([1, 15, 28, 29, 30, 31, -1]),
        until=until,
    ),
    st.builds(
        Rule,
        st.just(Frequency.YEARLY),
        st.integers(1, 3),
        month_day=st.sampled_from([1, 28, 29, 30, 31]),
        month=st.integers(1, 12),
        until=until,
    ),
    st.builds(
        Rule,
        st.just(Frequency.YEARLY),
        st.integers(1, 2),
        nth_weekdays.map(tuple),
        month=st.integers(1, 12),
        until=until,
    ),
)


def dates(rule, first, last, since=date.min):
    return list(takewhile(lambda day: day <= last, rule.dates(first, since)))


def oracle(rule, first, last):
    found = rrulestr(str(rule), dtstart=datetime.combine(first, time()))
    return [each.date() for each in takewhile(lambda each: each.date() <= last, found)]


@settings(max_examples=300, deadline=None)
@given(rules, st.dates(date(2024, 1, 1), date(2028, 12, 31)))
def test_a_rule_names_the_dates_that_dateutil_names(rule, first):
    last = first + timedelta(days=2200)
    assert dates(rule, first, last) == oracle(rule, first, last)


@settings(max_examples=200, deadline=None)
@given(rules, st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.integers(0, 2000))
def test_to_look_from_later_on_skips_and_changes_nothing(rule, first, days):
    last, since = first + timedelta(days=2200), first + timedelta(days=days)
    whole = dates(rule, first, last)
    assert dates(rule, first, last, since) == [day for day in whole if day >= since]


@given(rules)
def test_a_rule_reads_what_it_writes(rule):
    assert Rule.parse(str(rule)) == rule


@pytest.mark.parametrize("at", [time(0), time(1, 30), time(2, 30), time(10)])
@pytest.mark.parametrize(
    "rule", ["FREQ=WEEKLY;BYDAY=SU", "FREQ=MONTHLY;BYDAY=2SU,1SU", "FREQ=MONTHLY;BYDAY=2TU"]
)
def test_the_wall_time_stays_through_both_changes_of_the_clocks_for_five_years(rule, at):
    """Clocks change on Sundays: 2:30 is skipped on March 8, 2026; 1:30 is twice on November 1."""
    parsed, zone = Rule.parse(rule), tz.gettz("America/Chicago")
    expected, changes = [], 0
    for wall in takewhile(
        lambda each: each.date() <= FIVE_YEARS,
        rrulestr(rule, dtstart=datetime.combine(FIRST, at)),
    ):
        local = wall.replace(tzinfo=zone)
        changes += not tz.datetime_exists(local)
        changes += tz.datetime_ambiguous(local)
        expected.append(tz.resolve_imaginary(local.replace(fold=0)).astimezone(UTC))
    ours = [local_instant(day, at, CHICAGO) for day in dates(parsed, FIRST, FIVE_YEARS)]
    assert ours == expected
    assert len(set(ours)) == len(ours)
    is_odd = at in (time(1, 30), time(2, 30)) and "SU" in rule
    assert changes == (6 if is_odd else 0)


def test_february_29_comes_in_leap_years_only_and_jumps_over_2100():
    rule = Rule.parse("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")
    assert dates(rule, date(2027, 1, 1), date(2033, 1, 1)) == [
        date(2028, 2, 29),
        date(2032, 2, 29),
    ]
    assert dates(rule, date(2095, 1, 1), date(2105, 1, 1)) == [
        date(2096, 2, 29),
        date(2104, 2, 29),
    ]


def test_a_series_that_has_ended_has_no_further_date():
    rule = Rule.parse("FREQ=MONTHLY;BYDAY=2TU;UNTIL=20250708")
    assert len(dates(rule, date(2025, 1, 14), FIVE_YEARS)) == 7
    assert list(rule.dates(date(2025, 1, 14), date(2025, 7, 9))) == []


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;UNTIL=20280228",
        "FREQ=WEEKLY;BYDAY=MO;UNTIL=20260301",
    ],
)
def test_a_rule_that_never_occurs_ends_at_once(rule):
    assert next(Rule.parse(rule).dates(FIRST), None) is None


def test_a_rule_without_end_goes_on_to_the_end_of_the_calendar():
    assert len(list(islice(Rule.parse("FREQ=WEEKLY;BYDAY=TU").dates(FIRST), 5000))) == 5000
    assert list(Rule.parse("FREQ=WEEKLY;BYDAY=FR").dates(date(9999, 12, 25))) == [
        date(9999, 12, 31)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=2TU",
        "FREQ=MONTHLY;BYDAY=TU",
        "FREQ=MONTHLY;BYDAY=2TU;BYMONTHDAY=3",
        "FREQ=YEARLY;BYMONTHDAY=3",
        "FREQ=MONTHLY;BYSETPOS=1;BYDAY=1TU",
        "FREQ=WEEKLY;INTERVAL=0;BYDAY=TU",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "nonsense",
    ],
)
def test_what_is_not_understood_is_refused(text):
    with pytest.raises((ValueError, KeyError)):
        Rule.parse(text)
