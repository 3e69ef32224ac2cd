"""Days as people write them, in both languages: "Dec 20", "20 de diciembre", "2026-12-20"."""

import re
from datetime import date

from bot.content.calendarwords import MONTHS
from bot.content.normalise import plain

_TOKEN = re.compile(r"(\d+)(?:st|nd|rd|th|o)?\b|([a-z]+)")
_BETWEEN = re.compile(r"[\s,./-]*")
_FILLERS = frozenset(["until", "till", "the", "of", "on", "el", "hasta", "de", "del", "dia"])
_SHORTEST_MONTH = 3  # letters
_YEARS_FROM = 1000  # a smaller number at the beginning is a day or a month


def day_of(text: str, today: date) -> date | None:
    """Return the day that a text names, without a year the next such day; None if it is unclear.

    "3/4" is unclear: in the two languages it is read as different days.
    """
    words = _words(text)
    if words is None:
        return None
    match words:
        case [str(month), int(day), *rest] | [int(day), str(month), *rest]:
            found = _month(month)
        case [int(year), int(found), int(day)] if year >= _YEARS_FROM:
            rest = [year]
        case [int(first), int(second), *rest]:
            day, found = _day_and_month(first, second)
        case _:
            return None
    match rest:
        case []:
            return _next(today, found, day)
        case [int(year)]:
            return _date(year if year >= _YEARS_FROM else 2000 + year, found, day)
        case _:
            return None


def _words(text: str) -> list[int | str] | None:
    """Return the numbers and words of a text without fillers; None if it has anything else."""
    simple = plain(text)
    if _BETWEEN.sub("", _TOKEN.sub("", simple)):
        return None
    found = [(number, word) for number, word in _TOKEN.findall(simple) if word not in _FILLERS]
    if any(len(number) > len("2026") for number, _ in found):
        return None
    return [int(number) if number else word for number, word in found]


def _month(word: str) -> int:
    """Return the month that a word begins to name, 0 if none or several."""
    if len(word) < _SHORTEST_MONTH:
        return 0
    found = {number for name, number in MONTHS.items() if name.startswith(word)}
    return found.pop() if len(found) == 1 else 0


def _day_and_month(first: int, second: int) -> tuple[int, int]:
    """Return which is the day and which the month; a month 0 if both could be either."""
    if first == second or second > 12 >= first:
        return second, first
    return first, second if first > 12 else 0


def _next(today: date, month: int, day: int) -> date | None:
    years = (today.year, today.year + 1)
    return next((d for y in years if (d := _date(y, month, day)) and d >= today), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
