"""What a year of events should bring, reckoned by python-dateutil and by no code of the bot."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from dateutil import tz
from dateutil.rrule import rrulestr

CHICAGO = tz.gettz("America/Chicago")
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
NEVER = datetime(2100, 1, 1, tzinfo=UTC)
DAY = 24 * 60  # minutes


def instant(wall: datetime) -> datetime:
    """Return when it is that time in Chicago; a time that is skipped is as much after the gap."""
    return tz.resolve_imaginary(wall.replace(tzinfo=CHICAGO)).astimezone(UTC)


@dataclass(frozen=True)
class Plan:
    """What is planned for a date from an instant on: a wall time, or None if it is cancelled."""

    since: datetime
    starts: datetime | None


@dataclass
class Series:
    """An event of the year, as staff say it and as dateutil does."""

    words: str  # that staff type; empty for what ships
    title: str
    first: datetime  # wall time
    rule: str = ""
    minutes: int = 60
    all_day: bool = False
    spanish: str = ""  # title, where there is one
    number: int = 0  # that the bot gave it
    plans: dict[date, list[Plan]] = field(default_factory=dict)

    @property
    def titles(self) -> set[str]:
        """Return its titles."""
        return {self.title, self.spanish or self.title}

    def reckon(self, until: date) -> None:
        """Name the dates."""
        if not self.rule:
            walls = [self.first]
        else:
            walls = list(rrulestr(self.rule, dtstart=self.first, cache=True).between(
                self.first, datetime.combine(until, time()), inc=True
            ))  # fmt: skip
        self.plans = {wall.date(): [Plan(ALWAYS, wall)] for wall in walls}

    def change(self, at: datetime, on: date | None, starts: datetime | time | None) -> None:
        """Note that staff move or cancel a date, or all of them, at an instant."""
        cancelled = {day for day, wall in self.at(at) if wall is None}
        for day in [on] if on else self.plans.keys() - cancelled:
            wall = datetime.combine(day, starts) if isinstance(starts, time) else starts
            self.plans[day].append(Plan(at, wall))

    def at(self, moment: datetime) -> Iterator[tuple[date, datetime | None]]:
        """Yield each date with the wall time that is planned at a moment."""
        for day, plans in self.plans.items():
            yield day, [each for each in plans if each.since <= moment][-1].starts


@dataclass
class Wish:
    """That somebody wants to be reminded so long before."""

    who: str
    series: Series
    minutes: int
    first: date
    every: bool
    since: datetime
    until: datetime = NEVER

    def covers(self, day: date) -> bool:
        """Return whether it is about a date."""
        return day >= self.first if self.every else day == self.first

    def due(self) -> Iterator[tuple[str, datetime, str, datetime]]:
        """Yield who is reminded when of what, and when that begins."""
        for day, plans in self.series.plans.items():
            if not self.covers(day):
                continue
            for plan, following in zip(plans, [*plans[1:], Plan(NEVER, None)], strict=True):
                if plan.starts is None:
                    continue
                at = self._remind_at(plan.starts)
                if max(plan.since, self.since) < at < min(following.since, self.until):
                    yield self.who, at, self.series.title, instant(plan.starts)

    def is_told(self, at: datetime, on: date | None) -> bool:
        """Return whether they hear of a change that staff make at an instant."""
        days = [on] if on else [d for d, wall in self.series.at(at) if wall and instant(wall) > at]
        return self.since < at < self.until and any(self.covers(day) for day in days)

    def _remind_at(self, starts: datetime) -> datetime:
        days, rest = divmod(self.minutes, DAY)
        begins = starts.replace(hour=9) if self.series.all_day else starts
        return instant(begins - timedelta(days=days)) - timedelta(minutes=rest)
