# ruff: noqa: E501 - one case a line reads best
"""When an event is, in the words of staff: what they mean, or plainly that it is not clear."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from bot.content.schedules import Unclear, UnclearError, read_schedule
from bot.models import Language

TODAY = date(2026, 11, 18)  # a Wednesday
CHICAGO = ZoneInfo("America/Chicago")


def read(text, language=Language.EN):
    found = read_schedule(text, TODAY, CHICAGO, language)
    starts = f"{found.starts:%H:%M}" if found.starts else "all day"
    return found.first_on.isoformat(), starts, found.minutes, str(found.rule or "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("second Tuesday 10:00-11:00", ("2026-12-08", "10:00", 60, "FREQ=MONTHLY;BYDAY=2TU")),
        ("2nd Tuesdays of every month, 10-11 am", ("2026-12-08", "10:00", 60, "FREQ=MONTHLY;BYDAY=2TU")),
        ("first and third Monday 2 pm to 3:30 pm", ("2026-12-07", "14:00", 90, "FREQ=MONTHLY;BYDAY=1MO,3MO")),
        ("last Friday of the month 12:00", ("2026-11-27", "12:00", 60, "FREQ=MONTHLY;BYDAY=-1FR")),
        ("fourth Thursday of November 11 am-1", ("2026-11-26", "11:00", 120, "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH")),
        ("every Monday 9am", ("2026-11-23", "09:00", 60, "FREQ=WEEKLY;BYDAY=MO")),
        ("Mondays and Wednesdays 9am", ("2026-11-18", "09:00", 60, "FREQ=WEEKLY;BYDAY=MO,WE")),
        ("every other Thursday 11-1 pm", ("2026-11-19", "11:00", 120, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH")),
        ("every 3 weeks on Friday 8:00", ("2026-11-20", "08:00", 60, "FREQ=WEEKLY;INTERVAL=3;BYDAY=FR")),
        ("every month on the 15th 10 am", ("2026-12-15", "10:00", 60, "FREQ=MONTHLY;BYMONTHDAY=15")),
        ("last day of every month 5 pm", ("2026-11-30", "17:00", 60, "FREQ=MONTHLY;BYMONTHDAY=-1")),
        ("every year on August 31 all day", ("2027-08-31", "all day", 0, "FREQ=YEARLY;BYMONTH=8;BYMONTHDAY=31")),
        ("every year on Feb 29, 10:00", ("2028-02-29", "10:00", 60, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")),
        ("Dec 4 10:00-11:30", ("2026-12-04", "10:00", 90, "")),
        ("Friday 6 pm-1 am", ("2026-11-20", "18:00", 420, "")),
        ("June 3 10:00", ("2027-06-03", "10:00", 60, "")),
        ("June 3, 2026 10:00", ("2026-06-03", "10:00", 60, "")),
        ("12/4 noon", ("2026-12-04", "12:00", 60, "")),
        ("second Tuesday 10:00-11:00 until June 30", ("2026-12-08", "10:00", 60, "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20270630")),
        ("every Monday 9am starting March 1", ("2027-03-01", "09:00", 60, "FREQ=WEEKLY;BYDAY=MO")),
    ],
)  # fmt: skip
def test_english_words_mean_what_people_mean(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("segundo martes de 10:00 a 11:00", ("2026-12-08", "10:00", 60, "FREQ=MONTHLY;BYDAY=2TU")),
        ("cada lunes a las 2 pm", ("2026-11-23", "14:00", 60, "FREQ=WEEKLY;BYDAY=MO")),
        ("todos los miércoles 10 a 11 am", ("2026-11-18", "10:00", 60, "FREQ=WEEKLY;BYDAY=WE")),
        ("último viernes del mes 12:00", ("2026-11-27", "12:00", 60, "FREQ=MONTHLY;BYDAY=-1FR")),
        ("cada dos semanas el jueves 9 am", ("2026-11-19", "09:00", 60, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH")),
        ("cada mes el día 15, 10 am", ("2026-12-15", "10:00", 60, "FREQ=MONTHLY;BYMONTHDAY=15")),
        ("cada año el 31 de agosto, todo el día", ("2027-08-31", "all day", 0, "FREQ=YEARLY;BYMONTH=8;BYMONTHDAY=31")),
        ("4 de diciembre a las 10:30", ("2026-12-04", "10:30", 60, "")),
        ("los sábados 10 am hasta el 30 de junio", ("2026-11-21", "10:00", 60, "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270630")),
    ],
)  # fmt: skip
def test_spanish_words_mean_what_people_mean(text, expected):
    assert read(text, Language.ES) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("every year on February 30, 10:00", Unclear.NEVER),
        ("February 30 10:00", Unclear.NEVER),
        ("every year on April 31 all day", Unclear.NEVER),
        ("every Monday 9am until Nov 19", Unclear.ENDS_BEFORE),
        ("soon", Unclear.NO_TIME),
        ("second Tuesday", Unclear.NO_TIME),
        ("Friday at 9", Unclear.NO_TIME),
        ("some day 10:00", Unclear.NOT_UNDERSTOOD),
        ("Friday 25:00", Unclear.NOT_UNDERSTOOD),
        ("every Monday 9am until the end", Unclear.NOT_UNDERSTOOD),
        ("", Unclear.NO_TIME),
    ],
)
def test_what_is_not_clear_is_said_and_not_guessed(text, why):
    with pytest.raises(UnclearError) as raised:
        read(text)
    assert raised.value.why is why
