"""Rules of calendar files (RRULE) as the bot's own, where they mean the very same dates.

What the bot cannot say is refused with the reason in plain words: a date that is missing or too
much sends somebody to a closed door.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import islice

from bot.content.icslines import LineError, Property
from bot.content.labels import Label
from bot.recurrence import Frequency, Rule, Weekday

MOST_COUNT = 1_000  # dates that a rule counts
MOST_INTERVAL = 1_000
_NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_TOO_OFTEN = {"SECONDLY": "seconds", "MINUTELY": "minutes", "HOURLY": "hours"}
_PARTS = {
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS",
}  # fmt: skip
_BEYOND = {
    "BYDAY": Label.ICS_BEYOND_DAY,
    "BYMONTHDAY": Label.ICS_BEYOND_MONTH_DAYS,
    "BYMONTH": Label.ICS_BEYOND_MONTHS,
    "BYSETPOS": Label.ICS_BEYOND_POSITION,
    "BYHOUR": Label.ICS_BEYOND_HOURS,
    "BYMINUTE": Label.ICS_BEYOND_HOURS,
    "BYSECOND": Label.ICS_BEYOND_HOURS,
}


def read_rule(found: Property, first: date, until_day: Callable[[str], date | None]) -> Rule:
    """Return the rule of a series that begins on a date; raise LineError with the reason.

    until_day reads the value of UNTIL as the last day on which the series may still occur.
    """
    return _Reading(found, first).rule(until_day)


class _Reading:
    """One rule on its way into the bot's terms."""

    def __init__(self, found: Property, first: date) -> None:
        self._line = found.line
        self._first = first
        pairs = [part.partition("=") for part in found.value.strip().upper().split(";") if part]
        self._parts = {name.strip(): value.strip() for name, _, value in pairs}
        if len(self._parts) != len(pairs) or "FREQ" not in self._parts:
            raise self._error(Label.ICS_RULE)
        if unknown := sorted(set(self._parts) - _PARTS):
            raise self._beyond(unknown[0])

    def rule(self, until_day: Callable[[str], date | None]) -> Rule:
        """Return it, checked against the date on which the series begins."""
        rule = self._endless()
        dates = rule.dates(self._first)
        begins = next(dates, None)
        if begins is None:
            raise self._error(Label.ICS_NEVER)
        if begins != self._first:
            raise self._error(Label.ICS_NOT_IN_STEP, day=f"{self._first:%Y-%m-%d}")
        return replace(rule, until=self._until(rule, until_day))

    # ------------------------------------------------------------------ its end

    def _until(self, rule: Rule, until_day: Callable[[str], date | None]) -> date | None:
        if "COUNT" in self._parts:
            count = self._number("COUNT")
            if not 1 <= count <= MOST_COUNT:
                raise self._error(
                    Label.ICS_COUNT, count=f"{count:,}"[:20], limit=f"{MOST_COUNT:,}"
                )
            named = list(islice(rule.dates(self._first), count))
            return named[-1] if len(named) == count else None
        if "UNTIL" not in self._parts:
            return None
        until = until_day(self._parts["UNTIL"])
        if until is not None and until < self._first:
            raise self._error(Label.ICS_ENDS_BEFORE)
        return until

    # ------------------------------------------------------------------ its days

    def _endless(self) -> Rule:
        interval = self._number("INTERVAL", 1)
        frequency = self._parts["FREQ"]
        if frequency in _TOO_OFTEN:
            label = Label[f"ICS_EVERY_{_TOO_OFTEN[frequency].upper()}"]
            raise self._error(label, count=interval)
        if not 1 <= interval <= MOST_INTERVAL:
            raise self._error(Label.ICS_RULE)
        match frequency:
            case "DAILY":
                return self._daily(interval)
            case "WEEKLY":
                return self._weekly(interval)
            case "MONTHLY":
                return self._monthly(interval)
            case "YEARLY":
                return self._yearly(interval)
            case _:
                raise self._error(Label.ICS_RULE)

    def _daily(self, interval: int) -> Rule:
        self._forbid("BYMONTHDAY", "BYMONTH", "BYSETPOS")
        if interval % 7 == 0 and "BYDAY" not in self._parts:
            return Rule(Frequency.WEEKLY, interval // 7, (self._weekday(),))
        if interval > 1:
            raise self._error(Label.ICS_EVERY_DAYS, count=interval)
        every_day = tuple(map(Weekday, range(7)))
        return Rule(Frequency.WEEKLY, weekdays=self._plain_days() or every_day)

    def _weekly(self, interval: int) -> Rule:
        self._forbid("BYMONTHDAY", "BYMONTH", "BYSETPOS")
        days = self._plain_days() or (self._weekday(),)
        starts = _NAMES.index(self._parts.get("WKST", "MO")) if self._has_week_start() else 0
        sides = {each.weekday < starts for each in (*days, self._weekday())}
        if interval > 1 and len(sides) > 1:  # some lie in another week than the bot's
            raise self._error(Label.ICS_WEEK_START)
        return Rule(Frequency.WEEKLY, interval, days)

    def _monthly(self, interval: int) -> Rule:
        self._forbid("BYMONTH")
        if "BYDAY" not in self._parts:
            self._forbid("BYSETPOS")
            day = self._month_day()
            return Rule(Frequency.MONTHLY, interval, month_day=day or self._first.day)
        self._forbid("BYMONTHDAY")
        days = self._nth_days()
        if all(each.nth == 0 for each in days) and interval == 1:
            return Rule(Frequency.WEEKLY, weekdays=days)  # each Tuesday of each month
        self._require_nth(days)
        return Rule(Frequency.MONTHLY, interval, days)

    def _yearly(self, interval: int) -> Rule:
        month = self._number("BYMONTH", self._first.month)
        if not 1 <= month <= 12:
            raise self._error(Label.ICS_RULE)
        if "BYDAY" not in self._parts:
            self._forbid("BYSETPOS")
            if "BYMONTHDAY" in self._parts and "BYMONTH" not in self._parts:
                raise self._beyond("BYMONTHDAY")
            day = self._month_day() or self._first.day
            return Rule(Frequency.YEARLY, interval, month_day=day, month=month)
        self._forbid("BYMONTHDAY")
        if "BYMONTH" not in self._parts:  # the second Tuesday of the year
            raise self._beyond("BYDAY")
        days = self._nth_days()
        self._require_nth(days)
        if month == 2 and any(each.nth == 5 for each in days):  # once in 28 years: a mistake
            raise self._beyond("BYDAY")
        return Rule(Frequency.YEARLY, interval, days, month=month)

    # ------------------------------------------------------------------ parts

    def _plain_days(self) -> tuple[Weekday, ...]:
        days = self._days()
        if any(each.nth for each in days):
            raise self._error(Label.ICS_RULE)
        return days

    def _nth_days(self) -> tuple[Weekday, ...]:
        """Return the days of the month; Outlook writes "2TU" as "TU" and the second of them."""
        days = self._days()
        if "BYSETPOS" not in self._parts:
            return days
        if len(days) > 1 or days[0].nth:
            raise self._beyond("BYSETPOS")
        return (Weekday(days[0].weekday, self._number("BYSETPOS")),)

    def _require_nth(self, days: tuple[Weekday, ...]) -> None:
        if not all(each.nth in (-1, 1, 2, 3, 4, 5) for each in days):
            raise self._beyond("BYDAY")

    def _days(self) -> tuple[Weekday, ...]:
        found = set[Weekday]()
        for each in filter(None, self._parts.get("BYDAY", "").split(",")):
            name, nth = each.strip()[-2:], each.strip()[:-2] or "0"
            if name not in _NAMES or not nth.lstrip("+-").isdecimal() or len(nth) > 3:
                raise self._error(Label.ICS_RULE)
            found.add(Weekday(_NAMES.index(name), int(nth)))
        if "BYDAY" in self._parts and not found:
            raise self._error(Label.ICS_RULE)
        return tuple(sorted(found))

    def _month_day(self) -> int:
        """Return the day of the month, -1 for the last, 0 if it is not said."""
        if "BYMONTHDAY" not in self._parts:
            return 0
        day = self._number("BYMONTHDAY")
        if day != -1 and not 1 <= day <= 31:
            raise self._beyond("BYMONTHDAY")
        return day

    def _weekday(self) -> Weekday:
        return Weekday(self._first.weekday())

    def _has_week_start(self) -> bool:
        if self._parts.get("WKST", "MO") not in _NAMES:
            raise self._error(Label.ICS_RULE)
        return True

    def _number(self, name: str, default: int | None = None) -> int:
        value = self._parts.get(name, "" if default is None else str(default))
        if not value.lstrip("+-").isdecimal() or len(value) > 12:
            # Several numbers, such as two days of the month, or none.
            raise self._beyond(name)
        return int(value)

    def _forbid(self, *names: str) -> None:
        for name in names:
            if name in self._parts:
                raise self._beyond(name)

    def _beyond(self, part: str) -> LineError:
        """Return the error for a part that the bot's own rules do not have."""
        label = _BEYOND.get(part)
        return self._error(label) if label else self._error(Label.ICS_BEYOND, part=part[:20])

    def _error(self, label: Label, **values: object) -> LineError:
        return LineError(self._line, label, **values)
