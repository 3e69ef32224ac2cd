"""Where somebody is, from their words: whole words, usual names, typos, corners; never a guess."""

import csv
from pathlib import Path

import pytest
import zipcodes
from hypothesis import given
from hypothesis import strategies as st

from bot.content.places import Places, near_point
from bot.services.siteindex import kilometres

SITES = Path(__file__).parents[2] / "bot/content/sites"
PLACES = Places()

FOUND = [
    ("narcan 60624", "60624"),
    ("60624-1234", "60624"),
    ("jeringas en La Villita", "La Villita"),
    ("little village", "Little Village"),
    ("garfield park", "Garfield Park"),
    ("west side", "West Side"),
    ("AUSTIN!", "Austin"),
    ("north lawndle", "North Lawndale"),
    ("humbolt park", "Humbolt Park"),
    ("chinatown", "Chinatown"),
    ("strips near pulaski and madison", "Pulaski & Madison"),
    ("Chicago Ave & Pulaski Rd", "Chicago & Pulaski"),
    ("la 26 y kostner", "26th & Kostner"),
    ("63rd and kedzie", "63rd & Kedzie"),
    ("esquina de Cicero con Madison", "Cicero & Madison"),
    ("cicero/madison", "Cicero & Madison"),
    ("test strips in oak park", "Oak Park"),
]
NOT_FOUND = [
    *("na", "", "👍", "where can i get narcan", "no narcan left what do I do", "99999", "my son"),
    *("how do i throw away syringes", "is naloxone free", "it is normal", "joy", "12 and 13"),
    *("he fell out", "pulaski and kedzie"),
]


@pytest.mark.parametrize(("text", "name"), FOUND)
def test_a_place_is_found_in_words(text, name):
    place = PLACES.find(text)
    assert place is not None
    assert place.name == name
    assert PLACES.of_token(place.token) == place


@pytest.mark.parametrize("text", NOT_FOUND)
def test_what_names_no_place_finds_none(text):
    place = PLACES.find(text)
    assert place is None or text == "joy"  # a town, if it is all that is said


@pytest.mark.parametrize(
    "text",
    [
        "60624",
        "austin",
        "in Austin",
        "pulaski & madison",
        "near W. Madison and the Pulaski",
        "la villita",
    ],
)
def test_a_place_alone_is_only_a_place(text):
    assert PLACES.is_only_a_place(text)


@pytest.mark.parametrize(
    "text",
    [
        "narcan 60624",
        "austin help me",
        "hello",
        "is madison safe",
        "strips near pulaski and madison",
        "tiras cerca de pulaski y madison",
    ],
)
def test_more_than_a_place_is_not(text):
    assert not PLACES.is_only_a_place(text)


def test_the_street_grid_finds_the_libraries_that_stand_on_it():
    with (SITES / "sites.csv").open(encoding="utf-8") as file:
        libraries = [row for row in csv.DictReader(file) if row["id"].startswith("cpl/")]
    misses = []
    for row in libraries:
        place = PLACES.of_address(row["address"])
        if place is not None:
            there = float(row["latitude"]), float(row["longitude"])
            misses.append(kilometres(place.latitude, place.longitude, *there))
    assert len(misses) > 45
    assert max(misses) < 0.3
    assert sum(misses) / len(misses) < 0.1


def test_the_zip_codes_are_those_of_the_package():
    with (SITES / "zipcodes.csv").open(encoding="utf-8") as file:
        ours = {row["zip"]: (row["latitude"], row["longitude"]) for row in csv.DictReader(file)}
    theirs = [z for z in zipcodes.filter_by(state="IL") if z["active"] and z["lat"] and z["long"]]
    assert ours == {z["zip_code"]: (z["lat"], z["long"]) for z in theirs}


def test_all_77_community_areas_are_known():
    with (SITES / "areas.csv").open(encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert len(names) == 77
    found = [PLACES.find(name) for name in names]
    assert [place.name for place in found if place] == names


@given(st.floats(-89, 89), st.floats(-179, 179))
def test_a_shared_point_is_rounded_and_its_token_says_no_more(latitude, longitude):
    place = near_point(latitude, longitude)
    assert PLACES.of_token(place.token) == place
    assert abs(place.latitude - latitude) <= 0.0026
    assert place.latitude * 200 == pytest.approx(round(place.latitude * 200))


@given(st.text(max_size=60))
def test_no_text_breaks_it(text):
    place = PLACES.find(text)
    assert place is None or len(f"near:at:smoking-supplies:{place.token}:127:60") <= 64
    PLACES.is_only_a_place(text)
    PLACES.of_token(text)
