"""Dates and times as people read them, in both languages and always with the zone."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal
from markupsafe import Markup

from bot.content.calendarwords import MONTHS, any_of
from bot.models import Language, QuietHours

_LOCALES = {Language.EN: Locale("en", "US"), Language.ES: Locale("es")}
_NUMBERS = Locale("en", "US")  # Spanish in the United States groups digits by commas too

_DATE = {Language.EN: "MMM d, y", Language.ES: "d MMM y"}
_SHORT_DATE = {Language.EN: "EEE, MMM d", Language.ES: "EEE d MMM"}
_MONTH = {Language.EN: "MMM y", Language.ES: "MMM y"}
_TIME = "h:mm a"
_HOUR = {True: "h a", False: _TIME}  # by whether it is a full hour
_NAMED_HOURS = {
    Language.EN: {time(0): "midnight", time(12): "noon"},
    Language.ES: {time(0): "medianoche", time(12): "mediodía"},
}
_HOURS = {Language.EN: "{} to {}", Language.ES: "de {} a {}"}
_DATETIME = {Language.EN: "EEE, MMM d, h:mm a", Language.ES: "EEE d MMM, h:mm a"}

TG_TIME_FORMAT = "wDt"  # weekday, long date, short time, in the reader's own zone


def date_text(value: date, language: Language) -> str:
    """Return "Dec 1, 2026" or "1 dic 2026"."""
    return _plain(format_date(value, _DATE[language], locale=_LOCALES[language]))


def month_text(value: date, language: Language) -> str:
    """Return "Dec 2026" or "dic 2026"."""
    return _plain(format_date(value, _MONTH[language], locale=_LOCALES[language]))


def short_date_text(value: date, language: Language) -> str:
    """Return "Tue, Dec 1" or "mar 1 dic"."""
    return _plain(format_date(value, _SHORT_DATE[language], locale=_LOCALES[language]))


def partial_date_text(value: str, language: Language) -> str:
    """Return a date known to the day, month or year ("2022-12-05", "2025-08", "2018")."""
    match value.count("-"):
        case 2:
            return date_text(date.fromisoformat(value), language)
        case 1:
            first = date.fromisoformat(f"{value}-01")
            return month_text(first, language)
        case _:
            return value


def time_text(value: datetime, language: Language, zone: ZoneInfo) -> str:
    """Return "10:00 AM CST" or "10:00 a. m. CST"."""
    return _with_zone(_TIME, value, language, zone)


def datetime_text(value: datetime, language: Language, zone: ZoneInfo) -> str:
    """Return "Tue, Dec 1, 10:00 AM CST" or "mar 1 dic, 10:00 a. m. CST"."""
    return _with_zone(_DATETIME[language], value, language, zone)


def hours_text(value: QuietHours, language: Language) -> str:
    """Return "9 PM to 8 AM" or "de 9 p. m. a 8 a. m."; for people twelve is noon or midnight."""
    ends = (_clock_text(each, language) for each in (value.begins, value.ends))
    return _HOURS[language].format(*ends)


def zone_text(zone: ZoneInfo) -> str:
    """Return the city that a zone is named after, such as "Chicago"."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def tg_time(value: datetime, language: Language, zone: ZoneInfo) -> Markup:
    """Return Telegram's time entity: the reader's own local time, readable in older apps too."""
    instant = int(value.astimezone(UTC).timestamp())
    readable = datetime_text(value, language, zone)
    return Markup('<tg-time unix="{}" format="{}">{}</tg-time>').format(
        instant, TG_TIME_FORMAT, readable
    )


def number_text(value: float) -> str:
    """Return "1,234" in both languages, as people write it in the United States."""
    return format_decimal(value, locale=_NUMBERS)


def _clock_text(value: time, language: Language) -> str:
    named = _NAMED_HOURS[language].get(value)
    pattern = _HOUR[value.minute == 0]
    return named or _plain(format_time(value, pattern, locale=_LOCALES[language]))


def _with_zone(pattern: str, value: datetime, language: Language, zone: ZoneInfo) -> str:
    local = value.astimezone(zone)
    text = format_datetime(local, pattern, tzinfo=zone, locale=_LOCALES[language])
    return f"{_plain(text)} {local.tzname()}"


def _plain(text: str) -> str:
    """Return text with ordinary spaces: Babel puts narrow ones before AM and PM."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


_NAMES = any_of(MONTHS)
_WRITTEN = re.compile(
    rf"\b(?P<month>{_NAMES})\b\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<year>20\d\d))?"
    rf"|\b(?P<day2>\d{{1,2}}) (?:de )?(?P<month2>{_NAMES})\b\.?"
    r"(?:,? (?:de |del )?(?P<year2>20\d\d))?"
    r"|\b(?P<year3>20\d\d)-(?P<month3>\d\d)-(?P<day3>\d\d)\b"
    r"|\b(?P<month4>\d{1,2})/(?P<day4>\d{1,2})(?:/(?P<year4>20\d\d))?\b(?!/)",
    re.IGNORECASE,
)


def dates_in(text: str, since: date) -> list[tuple[str, date]]:
    """Return the dates written in a text, as written and as meant, in both languages.

    A date without a year is the first one on or after since. Digits are month/day, as in the
    United States; what is no date ("24/7", "Feb 30") is left out.
    """
    found = []
    for match in _WRITTEN.finditer(text):
        parts = {name.rstrip("234"): value for name, value in match.groupdict().items() if value}
        month = MONTHS.get(parts["month"].lower()) or _number(parts["month"])
        if meant := _date_on_or_after(since, month, int(parts["day"]), parts.get("year")):
            found.append((match[0], meant))
    return found


def _date_on_or_after(since: date, month: int, day: int, year: str | None) -> date | None:
    years = [int(year)] if year else [since.year, since.year + 1]
    try:
        candidates = [date(each, month, day) for each in years]
    except ValueError:
        return None
    return next((each for each in candidates if each >= since), candidates[-1])


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
