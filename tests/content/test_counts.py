"""Counts as staff type them, names that are refused, and the small chart."""

import csv
import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.bars import WIDTH, bars
from bot.content.counts import looks_like_names, read_counts, read_number
from bot.models.records import Training
from bot.services.trainingfiles import BOM, Period, limits, write
from bot.services.trainings import totals


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("12", (12, None)),
        ("12 5", (12, 5)),
        ("12/5", (12, 5)),
        ("12 people", (12, None)),
        ("12 in person, 5 online", (12, 5)),
        ("5 online, 12 in person", (12, 5)),
        ("In person: 12, online: 5", (12, 5)),
        ("12 and 5 on Zoom", (12, 5)),
        ("5 en línea", (None, 5)),
        ("12 en persona y 5 en línea", (12, 5)),
        ("0", (0, None)),
        ("a few", None),
        ("", None),
        ("1 2 3", None),
        ("5 online 6 online", None),
        ("100001", None),
    ],
)
def test_counts_are_read(text, counts):
    assert read_counts(text) == counts


def test_a_bare_number_of_an_online_event_is_online():
    assert read_counts("12", only_online=True) == (None, 12)


@pytest.mark.parametrize(("text", "number"), [("20 kits", 20), ("x", None), ("-3", None)])
def test_numbers_are_read(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "Ana Ruiz, Joe Poe, Li Wu",
        "ana ruiz\njuan pérez\nli wu",
        "María, Juan y Pedro",
        "ANA RUIZ, JOE POE, LI WU",
        "Ana R., Joe P. and Li W.",
        "trainer: a@example.org",
        "Joe 312-555-0199",
    ],
)
def test_names_are_seen(text):
    assert looks_like_names(text)


@pytest.mark.parametrize(
    "text",
    [
        "Prevention Partnership",
        "AB",
        "AB, CD, EF",
        "peer trainer",
        "Austin Library, Garfield Park, West Side",
        "Chicago Recovering Communities Coalition, Prevention Partnership, AIDS Foundation",
        "Biblioteca Austin",
    ],
)
def test_organizations_roles_initials_and_places_are_taken(text):
    assert not looks_like_names(text)


@given(st.lists(st.integers(0, 99_999), min_size=1, max_size=12))
def test_bars_fit_a_phone_and_keep_their_order(numbers):
    lines = bars([(f"M{n:02}", number) for n, number in enumerate(numbers)])
    assert all(len(line) <= 3 + 1 + 6 + 1 + WIDTH for line in lines)
    drawn = sorted(zip(numbers, (line.count("█") for line in lines), strict=True))
    assert [bar for _, bar in drawn] == sorted(bar for _, bar in drawn)
    assert [line[-1] in "█▏▎▍▌▋▊▉" for line in lines] == [number > 0 for number in numbers]


TRAININGS = st.builds(
    Training,
    training_id=st.integers(1, 10**6),
    held_on=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    trained=st.integers(0, 10**5),
    place=st.text(max_size=20) | st.sampled_from(["=1+1", "@x", " +1", "línea; 2", '"q", r']),
    trainer=st.text('=+-@|% a,"', max_size=5),
    kits=st.none() | st.integers(0, 10**5),
    event_id=st.none(),
    event_on=st.none(),
)


@given(st.lists(TRAININGS, max_size=20))
def test_a_table_holds_the_totals_that_are_shown_and_no_formula(found):
    file = write("t.csv", found, {})
    text = file.data.decode()
    assert text.startswith(BOM)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))
    total = totals(found)
    assert (len(rows), file.count) == (total.trainings, total.trainings)
    assert sum(int(row["trained"]) for row in rows) == total.trained
    assert sum(int(row["kits"] or 0) for row in rows) == total.kits
    for row, training in zip(rows, found, strict=True):
        for cell, said in ((row["place"], training.place), (row["by"], training.trainer)):
            assert cell in (said, f"'{said}")
            assert cell.lstrip()[:1] not in set("=+-@|%")


def test_every_day_is_in_its_month_quarter_and_year():
    day = date(2026, 1, 1)
    while day < date(2028, 3, 1):
        for period in Period:
            first, before = limits(period, day)
            assert first <= day < before
        assert limits(Period.YEAR, day) == (date(day.year, 1, 1), date(day.year + 1, 1, 1))
        quarter = limits(Period.QUARTER, day)
        assert quarter[0].month in {1, 4, 7, 10}
        assert 89 < (quarter[1] - quarter[0]).days < 93
        day += timedelta(days=1)
