"""Which zone a calendar file means: by its name, by Outlook's name, or by its offsets."""

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from bot.content.icslines import Component

# Where a file names a zone of its own, it is the first of these with the same offsets.
_LIKELY = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix",
    "America/Los_Angeles", "America/Puerto_Rico", "UTC",
)  # fmt: skip
_WINTER, _SUMMER = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(?:\d\d)?")


class Zones:
    """The zones of one file."""

    def __init__(self, calendar: Component, home: ZoneInfo) -> None:
        self._home = home
        self._known: dict[str, ZoneInfo | None] = {}
        self._written = {
            name.value.strip().strip('"'): each
            for each in calendar.parts
            if each.kind == "VTIMEZONE" and (name := each.find("TZID"))
        }

    def find(self, name: str) -> ZoneInfo | None:
        """Return the zone that a TZID means, None if that cannot be told."""
        name = name.strip()
        if name not in self._known:
            self._known[name] = _by_name(name) or self._by_definition(name)
        return self._known[name]

    def _by_definition(self, name: str) -> ZoneInfo | None:
        written = self._written.get(name)
        if written is None:
            return None
        place = written.find("X-LIC-LOCATION")
        if place is not None and (zone := _by_name(place.value.strip())):
            return zone
        offsets = _offsets(written)
        likely = (self._home, *map(ZoneInfo, _LIKELY))
        return next((zone for zone in likely if _offsets_of(zone) == offsets), None)


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def _by_name(name: str) -> ZoneInfo | None:
    """Return a zone by its own name, by that of Windows, or by the end of a longer name."""
    parts = name.strip("/").split("/")
    ends = ["/".join(parts[-count:]) for count in (3, 2, 1) if len(parts) >= count]
    windows = get_global("windows_zone_mapping").get(name)
    found = next((each for each in (name, windows, *ends) if each in _names()), None)
    return ZoneInfo(found) if found else None


def _offsets(written: Component) -> tuple[timedelta | None, timedelta | None] | None:
    """Return the offsets in winter and summer that a file writes down; None if it does not."""
    latest: dict[str, tuple[str, timedelta]] = {}
    for part in written.parts:
        to, begins = part.find("TZOFFSETTO"), part.find("DTSTART")
        found = _OFFSET.fullmatch(to.value.strip()) if to else None
        if found is None:
            return None
        offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
        since = begins.value if begins else ""
        newest = latest.get(part.kind, ("", timedelta()))
        if since >= newest[0]:
            latest[part.kind] = (since, -offset if found[1] == "-" else offset)
    if "STANDARD" not in latest:
        return None
    winter = latest["STANDARD"][1]
    return winter, latest.get("DAYLIGHT", ("", winter))[1]


def _offsets_of(zone: ZoneInfo) -> tuple[timedelta | None, timedelta | None]:
    return _WINTER.astimezone(zone).utcoffset(), _SUMMER.astimezone(zone).utcoffset()
