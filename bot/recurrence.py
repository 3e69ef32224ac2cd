"""Recurrence: which local dates a rule names. Pure; a rule's text is that of iCalendar (RFC 5545).

Of iCalendar only what people say is understood: every so many weeks on weekdays, every so many
months or in a month of each year on "the second Tuesday" or on a day of the month, until a date.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import count

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # as datetime.weekday() counts
_DAY = re.compile(r"(-1|[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
LONGEST_GAP = 9  # years: February 29 is missing for eight around 2100


class Frequency(StrEnum):
    """What a rule counts."""

    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True, slots=True, order=True)
class Weekday:
    """A weekday, 0 = Monday; in months which of them: 2 = the second, -1 = the last."""

    weekday: int
    nth: int = 0

    def __str__(self) -> str:
        return f"{self.nth or ''}{_WEEKDAYS[self.weekday]}"


@dataclass(frozen=True, slots=True)
class Rule:
    """Every so many weeks, months or years, and on which days of them."""

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[Weekday, ...] = ()
    month_day: int = 0  # instead of weekdays; -1 = the last day
    month: int = 0  # of a yearly rule
    until: date | None = None  # the last day on which it may still occur

    def __str__(self) -> str:
        parts = {
            "FREQ": self.frequency,
            "INTERVAL": self.interval if self.interval > 1 else "",
            "BYMONTH": self.month or "",
            "BYDAY": ",".join(map(str, self.weekdays)),
            "BYMONTHDAY": self.month_day or "",
            "UNTIL": f"{self.until:%Y%m%d}" if self.until else "",
        }
        return ";".join(f"{name}={value}" for name, value in parts.items() if value)

    @classmethod
    def parse(cls, text: str) -> "Rule":
        """Read a rule; raise ValueError for one that means nothing or that is not understood."""
        parts = dict(part.split("=", 1) for part in text.strip().upper().split(";"))
        parts.pop("WKST", None)
        days = [_DAY.fullmatch(day) for day in parts.pop("BYDAY", "").split(",") if day]
        if not all(days):
            raise ValueError(f"days that are not understood: {text}")
        until = parts.pop("UNTIL", "")[:8]
        rule = cls(
            Frequency(parts.pop("FREQ")),
            int(parts.pop("INTERVAL", 1)),
            tuple(Weekday(_WEEKDAYS.index(day[2]), int(day[1] or 0)) for day in days if day),
            int(parts.pop("BYMONTHDAY", 0)),
            int(parts.pop("BYMONTH", 0)),
            date.fromisoformat(f"{until[:4]}-{until[4:6]}-{until[6:]}") if until else None,
        )
        if parts or not rule._is_sound():
            raise ValueError(f"a rule that is not understood: {text}")
        return rule

    def dates(self, first: date, since: date = date.min) -> Iterator[date]:
        """Yield the dates from first on that are not before since, in order.

        Weeks, months and years are counted from the one that first lies in. Without an end there
        is no last date, but a rule that never occurs ends at once.
        """
        since = max(first, since)
        silent_after = since.year + LONGEST_GAP * self.interval
        for n in count(self._periods_before(first, since)):
            period = self._period(first, n)
            if period is None or period.year > silent_after:
                return
            for day in self._days_in(period):
                if self.until and day > self.until:
                    return
                if day >= since:
                    silent_after = day.year + LONGEST_GAP * self.interval
                    yield day

    def _is_sound(self) -> bool:
        if self.interval < 1 or bool(self.weekdays) == bool(self.month_day):
            return False
        if self.frequency is Frequency.WEEKLY:
            return not (self.month_day or self.month or any(day.nth for day in self.weekdays))
        if not all(day.nth for day in self.weekdays) or not -1 <= self.month_day <= 31:
            return False
        return (self.frequency is Frequency.YEARLY) == (1 <= self.month <= 12)

    def _periods_before(self, first: date, since: date) -> int:
        """Return how many weeks, months or years of the rule are surely over before a date."""
        years = since.year - first.year
        passed = {
            Frequency.WEEKLY: (since - first).days // 7 - 1,
            Frequency.MONTHLY: years * 12 + since.month - first.month,
            Frequency.YEARLY: years,
        }
        return max(0, passed[self.frequency] // self.interval)

    def _period(self, first: date, n: int) -> date | None:
        """Return the first day of the n-th week, month or year; None beyond all calendars."""
        try:
            if self.frequency is Frequency.WEEKLY:
                monday = first - timedelta(days=first.weekday())
                return monday + timedelta(weeks=n * self.interval)
            if self.frequency is Frequency.YEARLY:
                return date(first.year + n * self.interval, self.month, 1)
            months = first.year * 12 + first.month - 1 + n * self.interval
            return date(months // 12, months % 12 + 1, 1)
        except (OverflowError, ValueError):
            return None

    def _days_in(self, period: date) -> list[date]:
        if self.frequency is Frequency.WEEKLY:
            return sorted(period + timedelta(days=each.weekday) for each in self.weekdays)
        _, length = calendar.monthrange(period.year, period.month)
        if self.month_day:
            number = length if self.month_day < 0 else self.month_day
            return [period.replace(day=number)] if number <= length else []
        numbers = {_number_of(each, period, length) for each in self.weekdays}
        return [period.replace(day=number) for number in sorted(numbers) if number <= length]


def _number_of(each: Weekday, month: date, length: int) -> int:
    """Return the day of the month that is its second Tuesday; a fifth may lie beyond its end."""
    first = (each.weekday - month.weekday()) % 7 + 1
    if each.nth < 0:
        return first + 7 * ((length - first) // 7)
    return first + 7 * (each.nth - 1)
