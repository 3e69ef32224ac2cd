"""Wall time and instants: checked against every date, zone and hour that Hypothesis thinks of."""

from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.clock import WEEKDAYS, WeeklySlot, local_instant

CHICAGO = ZoneInfo("America/Chicago")
ZONES = st.sampled_from(
    [
        "America/Chicago",
        "America/Puerto_Rico",
        "America/Sao_Paulo",  # its summer time began at midnight
        "America/Mexico_City",
        "America/St_Johns",
        "Europe/Madrid",
        "Australia/Lord_Howe",  # changes by half an hour
        "Africa/Cairo",  # changes at midnight
        "Asia/Kathmandu",
        "Pacific/Auckland",
        "UTC",
    ]
).map(ZoneInfo)
MINUTES = st.times().map(lambda t: t.replace(second=0, microsecond=0, fold=0))
SLOTS = st.builds(WeeklySlot, st.integers(0, 6), MINUTES)
DAYS = st.dates(date(2015, 1, 1), date(2036, 12, 31))
INSTANTS = st.integers(0, 22 * 365 * 1440).map(
    lambda minutes: datetime(2015, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(SLOTS, INSTANTS, ZONES)
@example(WeeklySlot(6, wall_time(1, 30)), datetime(2026, 11, 1, 6, 30, tzinfo=UTC), CHICAGO)
@example(WeeklySlot(6, wall_time(2, 30)), datetime(2026, 3, 8, 8, 0, tzinfo=UTC), CHICAGO)
@settings(deadline=None, max_examples=300)
def test_the_next_slot_is_later_within_eight_days_and_on_its_weekday(slot, now, zone):
    following = slot.next_after(now, zone)
    assert now < following <= now + timedelta(days=7, hours=3)
    local = following.astimezone(zone)
    shown = datetime.combine(local.date(), slot.at)
    moved = local.replace(tzinfo=None) - shown
    assert timedelta() <= moved % timedelta(days=1) <= timedelta(hours=1)
    if not moved:
        assert local.weekday() == slot.weekday
        assert local.time() == slot.at


@given(SLOTS, INSTANTS, ZONES)
@settings(deadline=None, max_examples=200)
def test_next_and_last_are_each_others_counterpart(slot, now, zone):
    following = slot.next_after(now, zone)
    assert slot.last_before(following, zone) == following
    earlier = slot.last_before(now, zone)
    assert earlier <= now < following
    assert slot.next_after(earlier, zone) == following


@given(SLOTS, INSTANTS, ZONES)
@settings(deadline=None, max_examples=50)
def test_slots_follow_one_another_once_a_week_without_a_loop(slot, now, zone):
    slots = [now]
    for _ in range(60):
        slots.append(slot.next_after(slots[-1], zone))
    dates = [each.astimezone(zone).date() for each in slots[1:]]
    assert all(later - earlier == timedelta(days=7) for earlier, later in pairwise(dates))


@given(DAYS, MINUTES, ZONES)
@settings(deadline=None, max_examples=400)
def test_every_date_and_time_has_one_instant_which_shows_that_time_or_as_much_after_a_gap(
    day, at, zone
):
    instant = local_instant(day, at, zone)
    local = instant.astimezone(zone)
    wanted = datetime.combine(day, at)
    if local.replace(tzinfo=None) == wanted:
        earlier = (instant - timedelta(hours=1)).astimezone(zone).replace(tzinfo=None)
        assert earlier != wanted, "the first of the two was meant"
    else:
        before = (instant - timedelta(hours=2)).astimezone(zone)
        gap = local.utcoffset() - before.utcoffset()
        assert timedelta() < gap, "there was no gap"
        assert local.replace(tzinfo=None) == wanted + gap


@given(DAYS, MINUTES, MINUTES, ZONES)
@settings(deadline=None, max_examples=200)
def test_later_wall_times_are_never_earlier_instants(day, one, other, zone):
    early, late = (local_instant(day, at, zone) for at in sorted((one, other)))
    # In the hour that comes twice the first one is meant, so the order holds there too. A time
    # that is skipped lies behind those after the gap, by what is left of the gap.
    skipped = early.astimezone(zone).time() != min(one, other)
    assert early <= late or (skipped and early - late < timedelta(hours=1))


@given(DAYS, MINUTES, ZONES)
@settings(deadline=None, max_examples=200)
def test_an_instant_is_the_one_that_dateutil_names(day, at, zone):
    wall = datetime.combine(day, at, tzinfo=tz.gettz(zone.key))
    assert local_instant(day, at, zone) == tz.resolve_imaginary(wall).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "at", "instant"),
    [
        ("2026-11-01", "00:00", "2026-11-01T05:00"),
        ("2026-11-01", "01:30", "2026-11-01T06:30"),  # the first of two
        ("2026-11-01", "02:30", "2026-11-01T08:30"),
        ("2026-11-01", "10:00", "2026-11-01T16:00"),
        ("2026-03-08", "00:00", "2026-03-08T06:00"),
        ("2026-03-08", "01:30", "2026-03-08T07:30"),
        ("2026-03-08", "02:30", "2026-03-08T08:30"),  # does not exist: 03:30
        ("2026-03-08", "10:00", "2026-03-08T15:00"),
        ("2026-12-31", "23:59", "2027-01-01T05:59"),
    ],
)
def test_chicago_around_the_changes_of_its_clocks(day, at, instant):
    found = local_instant(date.fromisoformat(day), wall_time.fromisoformat(at), CHICAGO)
    assert found == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@given(SLOTS)
def test_a_slot_is_read_as_it_is_written(slot):
    assert WeeklySlot.parse(str(slot)) == slot
    assert WeeklySlot.parse(f"  {str(slot).upper()} ") == slot


@pytest.mark.parametrize(
    "text", ["", "10:00", "tue", "tue 24:00", "tue 10:60", "xyz 10:00", "2 10:00"]
)
def test_a_slot_that_cannot_be_read_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="tue 10:00"):
        WeeklySlot.parse(text)


def test_weekday_names_are_in_the_order_of_python():
    assert WEEKDAYS[date(2026, 11, 23).weekday()] == "mon"
