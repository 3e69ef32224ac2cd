"""Holding: a copy leaves as soon as pause and quiet hours allow, and never in them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from bot.clock import local_instant
from bot.models import Held, QuietHours
from bot.services.holding import RETURN_AT, copy_time

CHICAGO = ZoneInfo("America/Chicago")
ZONES = st.sampled_from([CHICAGO, ZoneInfo("Europe/Madrid"), ZoneInfo("Australia/Lord_Howe")])
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
QUIET = st.none() | st.builds(lambda a, b: (a, b), TIMES, TIMES).filter(
    lambda ends: ends[0] != ends[1]
).map(lambda ends: QuietHours(*ends))
PAUSES = st.none() | st.dates(date(2025, 12, 1), date(2028, 2, 1))
NOV_1 = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
MAR_14 = datetime(2027, 3, 14, 5, 0, tzinfo=UTC)
STEP = timedelta(minutes=1)


@given(INSTANTS, PAUSES, QUIET, ZONES)
@example(
    datetime(2026, 11, 1, 5, 30, tzinfo=UTC), None, QuietHours(time(22), time(1, 30)), CHICAGO
)
@example(datetime(2027, 3, 14, 5, 0, tzinfo=UTC), None, QuietHours(time(22), time(2, 30)), CHICAGO)
def test_never_too_early_never_in_quiet_hours_and_never_later_than_needed(
    at, paused_until, quiet, zone
):
    leaves, held = copy_time(at, paused_until, quiet, zone)
    paused = paused_until is not None and paused_until > at.astimezone(zone).date()
    earliest = local_instant(paused_until, RETURN_AT, zone) if paused else at
    assert leaves >= at
    assert leaves >= earliest
    assert quiet is None or not quiet.include(leaves.astimezone(zone).time())
    if leaves == earliest:
        assert held is (Held.PAUSED if paused else None)
        return
    assert held is (Held.PAUSED if paused else Held.QUIET)
    # No earlier minute would have done: all between are in the quiet hours.
    assert leaves - earliest < timedelta(hours=26)
    between = range(int((leaves - earliest) / STEP))
    assert all(
        quiet.include((leaves - STEP * (n + 1)).astimezone(zone).time())
        for n in between
        if leaves - STEP * (n + 1) >= earliest
    )
