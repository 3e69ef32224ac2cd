"""Days, times and lengths of calendar files, as local days and times in a zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import local_instant
from bot.content.icslines import LineError, Property
from bot.content.icszones import Zones
from bot.content.labels import Label

FIRST_YEAR, LAST_YEAR = 1970, 2199  # what lies beyond is a mistake
_ENDS_OF_DAY = (time(), time(23, 59))
_VALUE = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?")
_LENGTH = re.compile(
    r"\+?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A local day and time, as a file says it."""

    day: date
    at: time | None  # None: the whole day
    zone: ZoneInfo | None  # None: the file does not say where
    in_utc: bool = False  # told in no place's own time

    def instant(self, zone: ZoneInfo) -> datetime:
        """Return when it is, as the clocks of a zone show it."""
        return local_instant(self.day, self.at or time(), zone)

    def within(self, zone: ZoneInfo, *, whole_days: bool = False) -> "Moment":
        """Return the same moment as the clocks of a zone show it.

        whole_days: it names a day, so that midnight in UTC is where that day begins or ends.
        """
        is_day = whole_days and self.in_utc and self.at in _ENDS_OF_DAY
        if self.at is None or self.zone is None or self.zone.key == zone.key or is_day:
            return Moment(self.day, self.at, zone)
        local = self.instant(self.zone).astimezone(zone)
        return Moment(local.date(), local.time(), zone)


def moment(found: Property, zones: Zones, value: str | None = None) -> Moment:
    """Return the moment of a property, or of one of its values; raise LineError if it is none."""
    text = (found.value if value is None else value).strip()
    match = _VALUE.fullmatch(text)
    if match is None:
        raise LineError(found.line, Label.ICS_TIME)
    year, month, day, hour, minute, _, utc = match.groups()
    try:
        on = date(int(year), int(month), int(day))
        at = time(int(hour), int(minute)) if hour else None
    except ValueError as error:
        raise LineError(found.line, Label.ICS_TIME) from error
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise LineError(found.line, Label.ICS_TIME)
    zone = _zone(found, zones, is_utc=bool(utc)) if hour else None
    return Moment(on, at, zone, in_utc=bool(utc))


def _zone(found: Property, zones: Zones, *, is_utc: bool) -> ZoneInfo | None:
    if is_utc:
        return ZoneInfo("UTC")
    name = found.parameters.get("TZID", "")
    if not name:
        return None
    zone = zones.find(name)
    if zone is None:
        raise LineError(found.line, Label.ICS_ZONE, zone=name[:60])
    return zone


def length(found: Property) -> timedelta:
    """Return the length that a DURATION says; raise LineError if it is none."""
    match = _LENGTH.fullmatch(found.value.strip().upper())
    if match is None or not any(match.groups()):
        raise LineError(found.line, Label.ICS_DURATION)
    weeks, days, hours, minutes, seconds = (int(each or 0) for each in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def utc_instant(found: Property | None) -> datetime | None:
    """Return the instant of a property such as LAST-MODIFIED; None if it is none."""
    match = _VALUE.fullmatch(found.value.strip()) if found else None
    if match is None or match[4] is None:
        return None
    year, month, day, hour, minute, second = (int(each or 0) for each in match.groups()[:6])
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
