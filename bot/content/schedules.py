"""When an event is, in people's own words: "second Tuesday 10:00-11:00", "cada lunes a las 2 pm".

Nothing is guessed: what is not understood, or means no day, is said so.
"""

import re
from datetime import date, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.content.calendarwords import MONTHS, WEEKDAYS, any_of
from bot.content.moments import take_day, time_words
from bot.models import Language
from bot.models.events import Schedule
from bot.recurrence import Frequency, Rule, Weekday

MONTH = rf"({any_of(MONTHS)})\b\.?"
DEFAULT_MINUTES = 60  # of an event of which only the beginning was said


class Unclear(StrEnum):
    """Why words are not a time."""

    NOT_UNDERSTOOD = "not-understood"
    NO_TIME = "no-time"  # a day, but neither a time nor "all day"
    NEVER = "never"  # there is no such day
    ENDS_BEFORE = "ends-before"  # the series would end before its first date


class UnclearError(Exception):
    """Words that are not a time, and why."""

    def __init__(self, why: Unclear) -> None:
        super().__init__(why)
        self.why = why


_ORDINALS = {
    "first": 1, "1st": 1, "primer": 1, "primero": 1, "primeros": 1,
    "second": 2, "2nd": 2, "segundo": 2, "segundos": 2,
    "third": 3, "3rd": 3, "tercer": 3, "tercero": 3, "terceros": 3,
    "fourth": 4, "4th": 4, "cuarto": 4, "cuartos": 4,
    "fifth": 5, "5th": 5, "quinto": 5, "quintos": 5,
    "last": -1, "ultimo": -1, "ultimos": -1,
}  # fmt: skip
_ORDINAL = "|".join(_ORDINALS)
_DAY = rf"(?:{any_of(WEEKDAYS)})s?"
_DAYS = rf"(?:{_DAY})(?:(?: and| y| &|)(?: the| el| los)? (?:{_DAY}))*"
_NTH = re.compile(
    rf"\b((?:(?:{_ORDINAL})(?: and| y| &|) (?:the |el )?)*(?:{_ORDINAL})) ({_DAYS})\b"
)
_IN_MONTH = re.compile(rf"\b(?:of|in|de|en) {MONTH}")
_EVERY_NTH_WEEK = re.compile(
    r"\b(?:every|cada) (other|2|two|dos|3|three|tres|4|four|cuatro) (?:weeks?|semanas?)?"
    r"|\b(biweekly|fortnightly)\b"
)
_EVERY = re.compile(
    rf"\b(?:every|each|weekly|cada|todos los|todas las semanas)\b.*?\b({_DAYS})\b"
    rf"|\b((?:(?:mon|tues|wednes|thurs|fri|satur|sun)days)(?: and [a-z]+days)*)\b"
    rf"|\blos ({_DAYS})\b"
)
_YEARLY = re.compile(
    rf"\b(?:every|each|cada) (?:year|ano)\b|\b(?:yearly|annually|every {MONTH} \d)"
    rf"|\bcada \d+ de {MONTH}"
)
_MONTHLY = re.compile(r"\b(?:every|each|cada) (?:month|mes)\b|\bmonthly\b|\bmensual(?:mente)?\b")
_LAST_DAY = re.compile(r"\blast day\b|\bultimo dia\b")
_MONTH_DAY = re.compile(
    rf"\b{MONTH} (\d\d?)(?:st|nd|rd|th)?\b|\b(\d\d?)(?:st|nd|rd|th)? (?:of |de )?{MONTH}"
)
_DAY_OF_MONTH = re.compile(r"\b(?:dia |the |el )?(\d\d?)(st|nd|rd|th)?\b(?! ?[ap]m)(?!:)")
_UNTIL = re.compile(r"\b(?:until|till|through|hasta)\b (.*)$")
_STARTING = re.compile(r"\b(?:starting|beginning|a partir del?|desde(?: el)?)\b (.*)$")
_ALL_DAY = re.compile(r"\ball day\b|\btodo el dia\b")
_CLOCK = r"(\d{1,2})(?::(\d\d))? ?(am|pm)?"
_RANGE = re.compile(
    rf"(?<![\d/:-]){_CLOCK} ?(?:-|–|to|a|until|hasta)(?: las)? ?{_CLOCK}\b(?![/-]\d)"
)
_ONE = re.compile(r"(?<![\d/:-])(\d{1,2})(?::(\d\d)| ?(?=am|pm))(?: ?(am|pm))?\b")
_NUMBERS = {"other": 2, "two": 2, "dos": 2, "three": 3, "tres": 3, "four": 4, "cuatro": 4}


def read_schedule(text: str, today: date, zone: ZoneInfo, language: Language) -> Schedule:
    """Return what a text means; raise UnclearError where that is not sure.

    Without a year a day is the next one that fits. A series begins with its first date from today
    on, or from the day that is said: "starting March 1".
    """
    words = time_words(text)
    starts, minutes, words = _times(words)
    words, until = _day_after(_UNTIL, words, today, language)
    words, first = _day_after(_STARTING, words, today, language)
    first = first or today
    rule = _rule(words, until)
    if rule is None:
        day, _ = take_day(words, today, language, past=False)
        if day is None:
            raise UnclearError(
                Unclear.NEVER if _MONTH_DAY.search(words) else Unclear.NOT_UNDERSTOOD
            )
        return Schedule(zone, _coming(day, words, today), starts, minutes)
    first_on = next(rule.dates(first), None)
    if first_on is None:
        raise UnclearError(Unclear.ENDS_BEFORE if _ever(rule, first) else Unclear.NEVER)
    return Schedule(zone, first_on, starts, minutes, rule)


def _ever(rule: Rule, first: date) -> bool:
    endless = Rule(rule.frequency, rule.interval, rule.weekdays, rule.month_day, rule.month)
    return next(endless.dates(first), None) is not None


# ---------------------------------------------------------------------- the rule


def _rule(words: str, until: date | None) -> Rule | None:
    """Return the rule that words name, None if they name no series."""
    if found := _NTH.search(words):
        return _nth_weekdays(words, found, until)
    if _YEARLY.search(words) and (found := _MONTH_DAY.search(words)):
        month = _month(found[1] or found[4])
        return Rule(
            Frequency.YEARLY, month_day=int(found[2] or found[3]), month=month, until=until
        )
    every_nth = _EVERY_NTH_WEEK.search(words)
    if found := _EVERY.search(words) or (every_nth and re.search(rf"({_DAYS})", words)):
        named = next(group for group in found.groups() if group)
        number = (every_nth[1] or "2") if every_nth else "1"
        interval = _NUMBERS.get(number) or int(number)
        days = tuple(Weekday(day) for day in _weekdays(named))
        return Rule(Frequency.WEEKLY, interval, days, until=until)
    if _MONTHLY.search(words):
        if _LAST_DAY.search(words):
            return Rule(Frequency.MONTHLY, month_day=-1, until=until)
        if (found := _DAY_OF_MONTH.search(words)) and 1 <= int(found[1]) <= 31:
            return Rule(Frequency.MONTHLY, month_day=int(found[1]), until=until)
    return None


def _nth_weekdays(words: str, found: re.Match[str], until: date | None) -> Rule:
    ordinals = [_ORDINALS[word] for word in found[1].split() if word in _ORDINALS]
    days = tuple(
        Weekday(day, nth) for nth in dict.fromkeys(ordinals) for day in _weekdays(found[2])
    )
    if named := _IN_MONTH.search(words[found.end() :]):
        return Rule(Frequency.YEARLY, weekdays=days, month=_month(named[1]), until=until)
    return Rule(Frequency.MONTHLY, weekdays=days, until=until)


def _weekdays(words: str) -> list[int]:
    found = re.findall(rf"\b{_DAY}\b", words)
    return list(dict.fromkeys(WEEKDAYS[_singular(day)] for day in found))


def _singular(day: str) -> str:
    return day if day in WEEKDAYS else day.removesuffix("s")


def _month(word: str) -> int:
    return MONTHS[word]


def _day_after(
    pattern: re.Pattern[str], words: str, today: date, language: Language
) -> tuple[str, date | None]:
    """Return the words without "until …", and the day that it names."""
    found = pattern.search(words)
    if found is None:
        return words, None
    day, rest = take_day(found[1], today, language, past=False)
    if day is None:
        raise UnclearError(Unclear.NOT_UNDERSTOOD)
    return f"{words[: found.start()]} {rest}", _coming(day, found[1], today)


def _coming(day: date, words: str, today: date) -> date:
    """Return a day without a year as the next one that fits: events lie ahead."""
    if day >= today or re.search(r"\b20\d\d\b|/\d\d$", words):
        return day
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # February 29
        return day


# ---------------------------------------------------------------------- the time of day


def _times(words: str) -> tuple[time | None, int, str]:
    """Return beginning, length in minutes and the words without them; None: all day."""
    if found := _ALL_DAY.search(words):
        return None, 0, _without(words, found)
    for found in _RANGE.finditer(words):
        if found[2] or found[3] or found[5] or found[6]:
            begins, ends = _range(found)
            minutes = (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
            return begins, minutes if minutes > 0 else minutes + 24 * 60, _without(words, found)
    if found := _ONE.search(words):
        return _clock(found[1], found[2], found[3]), DEFAULT_MINUTES, _without(words, found)
    raise UnclearError(Unclear.NO_TIME)


def _range(found: re.Match[str]) -> tuple[time, time]:
    """Return both ends; "10-11 am" and "11 am-1" are what they are said to be."""
    ends = _clock(found[4], found[5], found[6] or found[3])
    begins = _clock(found[1], found[2], found[3] or found[6])
    if not found[3] and found[6] == "pm" and begins > ends:  # 11-1 pm
        begins = _clock(found[1], found[2], "am")
    if not found[6] and found[3] == "am" and ends < begins:  # 11 am-1
        ends = _clock(found[4], found[5], "pm")
    return begins, ends


def _clock(hours: str, minutes: str | None, half: str | None) -> time:
    hour = int(hours)
    if half and not 1 <= hour <= 12:
        raise UnclearError(Unclear.NOT_UNDERSTOOD)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, int(minutes or 0))
    except ValueError as error:
        raise UnclearError(Unclear.NOT_UNDERSTOOD) from error


def _without(words: str, found: re.Match[str]) -> str:
    return f"{words[: found.start()]} {words[found.end() :]}"
