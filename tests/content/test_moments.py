"""Days and times as staff type them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.content.calendarwords import MONTHS
from bot.content.dates import dates_in
from bot.content.days import day_of
from bot.content.moments import read_day, read_moment
from bot.models import Language

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 18, 18, 0, tzinfo=UTC)  # a Wednesday noon in Chicago
EN, ES = Language
UNDERSTOOD = [
    ("Nov 30 10:00", EN, "2026-11-30 10:00"),
    ("november 30th, 2026 at 10 a.m.", EN, "2026-11-30 10:00"),
    ("30/11 10 am", EN, "2026-11-30 10:00"),
    ("11/12 5pm", EN, "2026-11-12 17:00"),
    ("11/12 5pm", ES, "2026-12-11 17:00"),
    ("2026-12-01 09:30", EN, "2026-12-01 09:30"),
    ("mañana 9:00", EN, "2026-11-19 09:00"),
    ("mañana 9 de la mañana", ES, "2026-11-19 09:00"),
    ("30 de noviembre a las 5 de la tarde", ES, "2026-11-30 17:00"),
    ("1 dic 10:00 a. m.", ES, "2026-12-01 10:00"),
    ("el 3 de mayo 10:00", ES, "2027-05-03 10:00"),
    ("hoy 17:00", ES, "2026-11-18 17:00"),
    ("tomorrow noon", EN, "2026-11-19 12:00"),
    ("Friday 12 am", EN, "2026-11-20 00:00"),
    ("viernes 12:30 pm", ES, "2026-11-20 12:30"),
    ("wednesday 10:00", EN, "2026-11-25 10:00"),
    ("8:15", EN, "2026-11-18 08:15"),
    ("Jan 5 10:00", EN, "2027-01-05 10:00"),
    ("Nov 1 10:00", EN, "2026-11-01 10:00"),
]
UNCLEAR = [
    *("", "soon", "Nov 30", "tomorrow", "9", "tomorrow at 9", "25:00", "10:75", "13 pm"),
    *("Feb 30 10:00", "31/31 10:00", "9 am or 10 am", "Nov 30 10:00 to 11:00"),
]


@pytest.mark.parametrize(("text", "language", "local"), UNDERSTOOD)
def test_a_time_is_read(text, language, local):
    found = read_moment(text, NOW, CHICAGO, language)
    assert found is not None
    assert f"{found.astimezone(CHICAGO):%Y-%m-%d %H:%M}" == local


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_is_not_clear_is_not_guessed(text):
    assert read_moment(text, NOW, CHICAGO, EN) is None


def test_a_day_in_the_past_is_the_last_one():
    assert read_day("Dec 1", NOW, CHICAGO, EN, past=True) == date(2025, 12, 1)
    assert read_day("1 de noviembre", NOW, CHICAGO, ES, past=True) == date(2026, 11, 1)
    assert read_day("Nov 1, 2024", NOW, CHICAGO, EN, past=True) == date(2024, 11, 1)
    assert read_day("once", NOW, CHICAGO, EN, past=True) is None


@pytest.mark.parametrize(("name", "month"), MONTHS.items())
def test_all_who_read_days_know_the_same_months(name, month):
    text, since, meant = f"5 {name} 2027", NOW.date(), date(2027, month, 5)
    assert read_day(text, NOW, CHICAGO, EN) == meant
    assert day_of(text, since) == meant
    assert [found for _, found in dates_in(text, since)] == [meant]
