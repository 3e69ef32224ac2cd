"""Days and times as staff type them, in either language; what is not clear is not guessed."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import local_instant
from bot.content.calendarwords import MONTHS, WEEKDAYS, any_of
from bot.content.normalise import without_accents
from bot.models import Language

_WEEKDAY = re.compile(rf"\b(?:{any_of(WEEKDAYS)})\b")
_MONTH = rf"({any_of(MONTHS)})\b\.?"
_YEAR = r"(?:,? (?:de |del )?(20\d\d))?"
_ISO = re.compile(r"\b(20\d\d)-(\d\d?)-(\d\d?)\b")
_SLASHES = re.compile(r"\b(\d\d?)/(\d\d?)(?:/(20\d\d|\d\d))?\b")
_MONTH_DAY = re.compile(rf"\b{_MONTH} (\d\d?)(?:st|nd|rd|th)?\b(?!:| ?[ap]m){_YEAR}")
_DAY_MONTH = re.compile(rf"(?<![:\d])(\d\d?)(?:st|nd|rd|th)? (?:of |de )?{_MONTH}{_YEAR}")
_NEAR = {"today": 0, "hoy": 0, "tonight": 0, "tomorrow": 1, "manana": 1}
_MORNING = re.compile(r"\b(?:de|en|por) la manana\b")
_EVENING = re.compile(r"\b(?:de|en|por) la (?:tarde|noche)\b")
_NOON = re.compile(r"\b(?:noon|mediodia)\b")
_TIME = re.compile(r"(?<![\d/:-])(\d{1,2})(?::(\d\d))? ?(am|pm|h|hrs)?\b(?![/-])")
FAR_PAST = timedelta(days=180)  # a day without a year that is longer ago is meant for next year


def read_moment(text: str, now: datetime, zone: ZoneInfo, language: Language) -> datetime | None:
    """Return the instant that a text such as "Nov 30 10:00" or "mañana 9 am" means, else None.

    Without a day it is today. A time needs minutes, "am" or "pm", so that 9 is not taken for 21.
    """
    words = time_words(text)
    today = now.astimezone(zone).date()
    day, rest = take_day(words, today, language, past=False)
    at = _time(rest)
    if at is None or (day is None and _has_day(rest)):
        return None
    return local_instant(day or today, at, zone)


def read_day(
    text: str, now: datetime, zone: ZoneInfo, language: Language, *, past: bool = False
) -> date | None:
    """Return the day that a text means, else None; past: without a year it is the last one."""
    return take_day(time_words(text), now.astimezone(zone).date(), language, past=past)[0]


def names_day(text: str) -> bool:
    """Return whether a text speaks of a weekday, of today or of tomorrow."""
    words = time_words(text)
    return bool(_WEEKDAY.search(words)) or any(re.search(rf"\b{word}\b", words) for word in _NEAR)


def names_time(text: str) -> bool:
    """Return whether a text speaks of a time of day, such as "6 PM", "18:00" or "noon"."""
    return any(each[2] or each[3] for each in _TIME.finditer(time_words(text)))


def time_words(text: str) -> str:
    """Return a text in small letters without accents, with "am" and "pm" as one word."""
    small = without_accents(text.lower()).replace(",", " ")
    small = re.sub(r"\b([ap])\. ?m\b\.?", r"\1m", small)
    small = _EVENING.sub("pm", _MORNING.sub("am", small))
    return " ".join(_NOON.sub("12:00", small).split())


def take_day(
    words: str, today: date, language: Language, *, past: bool
) -> tuple[date | None, str]:
    """Return the day that is named and the text without it; one that does not exist stays."""
    for pattern, order in (
        (_ISO, "ymd"),
        (_MONTH_DAY, "mdy"),
        (_DAY_MONTH, "dmy"),
        (_SLASHES, "mdy" if language is Language.EN else "dmy"),
    ):
        if found := pattern.search(words):
            parts = dict(zip(order, found.groups(), strict=True))
            day = _day(parts, today, past=past)
            return day, words if day is None else _without(words, found)
    for word, days in _NEAR.items():
        if re.search(rf"\b{word}\b", words):
            return today + timedelta(days=days), re.sub(rf"\b{word}\b", " ", words)
    if found := _WEEKDAY.search(words):
        ahead = (WEEKDAYS[found[0]] - today.weekday()) % 7 or 7
        day = today + timedelta(days=ahead - 7 if past else ahead)
        return day, _without(words, found)
    return None, words


def _without(words: str, found: re.Match[str]) -> str:
    return f"{words[: found.start()]} {words[found.end() :]}"


def _day(parts: dict[str, str], today: date, *, past: bool) -> date | None:
    month = MONTHS.get(parts["m"]) or int(parts["m"])
    number = int(parts["d"])
    if month > 12 >= number:  # 30/11 can only be a day and a month
        month, number = number, month
    year = int(parts["y"] or today.year)
    try:
        day = date(year + 2000 if year < 100 else year, month, number)
        if parts["y"]:
            return day
        if past:
            return day if day <= today else day.replace(year=today.year - 1)
        return day.replace(year=today.year + 1) if today - day > FAR_PAST else day
    except ValueError:
        return None


def _time(words: str) -> time | None:
    found = [each for each in _TIME.finditer(words) if each[2] or each[3]]
    if len(found) != 1:
        return None
    hour, minute, half = int(found[0][1]), int(found[0][2] or 0), found[0][3]
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _has_day(words: str) -> bool:
    return bool(_ISO.search(words) or _SLASHES.search(words) or re.search(_MONTH, words))
