"""Holding: when a member's copy may leave, given their pause and their quiet hours. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import local_instant
from bot.models import Held, QuietHours
from bot.storage.holds import Hold

A_MINUTE = timedelta(minutes=1)
RETURN_AT = time(9)  # local time at which copies leave on the day on which a pause ends


def copy_time(
    at: datetime, paused_until: date | None, quiet: QuietHours | None, zone: ZoneInfo
) -> tuple[datetime, Held | None]:
    """Return when a copy that is due at an instant may leave, and what holds it until then."""
    held = None
    if paused_until is not None and paused_until > at.astimezone(zone).date():
        at, held = local_instant(paused_until, RETURN_AT, zone), Held.PAUSED
    if quiet is None or not quiet.include(at.astimezone(zone).time()):
        return at, held
    return _end_of(quiet, at, zone), held or Held.QUIET


def list_holds(
    hours: Iterable[tuple[str | None, str | None]], at: datetime, zone: ZoneInfo
) -> list[Hold]:
    """Return when copies leave for each (quiet hours, end of a pause) that delays them at all."""
    holds = []
    for quiet, paused_until in hours:
        due_at, held = copy_time(
            at,
            date.fromisoformat(paused_until) if paused_until else None,
            QuietHours.parse(quiet) if quiet else None,
            zone,
        )
        if held is not None:
            holds.append(Hold(quiet, paused_until, due_at, held))
    return holds


def _end_of(quiet: QuietHours, at: datetime, zone: ZoneInfo) -> datetime:
    """Return the first end of quiet hours after an instant."""
    day = at.astimezone(zone).date()
    end = local_instant(day, quiet.ends, zone)
    if end <= at:
        end = local_instant(day + timedelta(days=1), quiet.ends, zone)
    # Where the clocks skip the end, it has come as soon as they have changed.
    while not quiet.include((end - A_MINUTE).astimezone(zone).time()):
        end -= A_MINUTE
    return end
