"""What staff write about places in a few words: until when, on which day, where."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import local_instant
from bot.content.moments import read_day, read_moment
from bot.content.normalise import without_accents
from bot.models import Language

_POINT = re.compile(r"\s*(-?\d{1,2}\.\d+)\s*[,; ]\s*(-?\d{1,3}\.\d+)\s*")
_UNTIL = re.compile(r"\b(?:until|till?|hasta)\b")
_NOTHING = {"-", "--", "—", "–", "none", "ninguno", "ninguna", "nada"}
_LAST_MINUTE = time(23, 59)


def end_in(text: str, now: datetime, zone: ZoneInfo, language: Language) -> datetime:
    """Return until when a notice holds: what follows "until", else the day it names, else today.

    "Van at Chicago and Pulaski until 3 PM" ends at 3, "out of kits tomorrow" at the end of
    tomorrow. An hour that has passed today stays what it is: the caller refuses it.
    """
    plain = without_accents(text.lower())
    after = _UNTIL.split(plain)[-1] if _UNTIL.search(plain) else ""
    if after and (until := read_moment(after, now, zone, language)) is not None:
        return until
    day = read_day(after or plain, now, zone, language)
    return end_of_day(day or now.astimezone(zone).date(), zone)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the last minute of a local day."""
    return local_instant(day, _LAST_MINUTE, zone)


def days_from(now: datetime, days: int, zone: ZoneInfo) -> date:
    """Return the local date so many days from now."""
    return now.astimezone(zone).date() + timedelta(days=days)


def point_in(text: str) -> tuple[float, float] | None:
    """Return the degrees in a text such as "41.8807, -87.7266", or None."""
    match = _POINT.fullmatch(text)
    return (float(match[1]), float(match[2])) if match else None


def emptied(text: str) -> str:
    """Return a text, nothing if it is the sign for nothing."""
    return "" if text.strip().lower() in _NOTHING else text.strip()
