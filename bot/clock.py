"""Time: the one place that reads the real clock, and pure functions on wall time.

Instants are aware datetimes in UTC; what people decide is local wall time with an IANA zone.
"""

import asyncio
import re
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Clock:
    """The real clock; tests pass one that they move."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back, for measuring and pacing."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class WeeklySlot:
    """A weekday and a local time, such as "tue 10:00"."""

    weekday: int  # 0 = Monday, as datetime.weekday()
    at: wall_time

    @classmethod
    def parse(cls, text: str) -> "WeeklySlot":
        """Read "tue 10:00"; raise ValueError with a sentence if it is anything else."""
        match = re.fullmatch(r"\s*([a-z]{3})[a-z]*\s+(\d{1,2}):(\d{2})\s*", text.lower())
        if not match or match[1] not in WEEKDAYS or int(match[2]) > 23 or int(match[3]) > 59:
            msg = f'write a weekday and a time, such as "tue 10:00", not "{text}"'
            raise ValueError(msg)
        return cls(WEEKDAYS.index(match[1]), wall_time(int(match[2]), int(match[3])))

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {self.at:%H:%M}"

    def on_or_after(self, day: date) -> date:
        """Return the first date on or after day that has this weekday."""
        return day + timedelta(days=(self.weekday - day.weekday()) % 7)

    def next_after(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return the next instant of this slot strictly after now."""
        day = self.on_or_after(now.astimezone(zone).date())
        instant = local_instant(day, self.at, zone)
        while instant <= now:
            day += timedelta(days=7)
            instant = local_instant(day, self.at, zone)
        return instant

    def last_before(self, then: datetime, zone: ZoneInfo) -> datetime:
        """Return the latest instant of this slot at or before then."""
        day = self.on_or_after(then.astimezone(zone).date())
        instant = local_instant(day, self.at, zone)
        while instant > then:
            day -= timedelta(days=7)
            instant = local_instant(day, self.at, zone)
        return instant


def local_instant(day: date, at: wall_time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a local date and time, as calendars read it (RFC 5545, 3.3.5).

    A time that the change to summer time skips counts by the clocks before it: 2:30 becomes 3:30.
    A time that occurs twice in autumn is the first of the two. So every date has one instant.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which a local date begins."""
    return local_instant(day, wall_time(), zone)
