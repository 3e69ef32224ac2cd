"""Where somebody is, told from their words: ZIP code, neighbourhood, corner or address.

Whole words only, so that "na" is never found in "Chinatown". ZIP codes, community areas and
streets ship in sites/*.csv; a coalition elsewhere lays its own over them.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from rapidfuzz import fuzz, process

from bot.content.files import layers, merged_mapping, parse
from bot.content.grid import BEFORE_A_STREET, Corner, Grid, spelled_out
from bot.content.normalise import words
from bot.models.sites import Place

STEPS_PER_DEGREE = 200  # a shared location is rounded to 0.005 degrees, about 500 m
WEST_SIDE = ("a25", "a26", "a27", "a23", "a29", "a30")  # offered as buttons, by their tokens
_LONGEST_TEXT = 300
_LONGEST_NAME = 5  # words
_SHORTEST_FUZZY = 6  # letters; below that a typo is as likely another word
_ALIKE = 87.0  # of 100, from which two spellings are the same name
_LONGEST_CORNER = 6  # words: "chicago ave and pulaski rd" and one more
_LONGEST_SLUG = 26  # letters of a token, so that a button's data fits into 64 bytes
_BEFORE_A_PLACE = frozenset(["in", "near", "at", "en", "cerca", "de", "around", "by", "por"])
_ZIP = re.compile(r"(?<![\d.])(\d{5})(?:-\d{4})?(?![\d.])")
_POINT = re.compile(r"p(-?\d{1,6})\.(-?\d{1,6})")


class Places:
    """Finds places in words and reads the tokens of buttons; built once, then pure."""

    def __init__(self, content_dir: Path | None = None) -> None:
        self._zips = {place.token[1:]: place for place in _zip_codes(content_dir)}
        self._grid = Grid(content_dir)
        self._named: dict[tuple[str, ...], Place] = {}
        self._by_token: dict[str, Place] = {}
        self._load_names(content_dir)
        self._towns = _towns(content_dir)
        self._by_token |= {place.token: place for place in self._towns.values()}
        self._spellings = {
            " ".join(name): place
            for name, place in self._named.items()
            if len("".join(name)) >= _SHORTEST_FUZZY
        }
        self.west_side = tuple(t for token in WEST_SIDE if (t := self._by_token.get(token)))

    def find(self, text: str) -> Place | None:
        """Return the place that a text names, or None."""
        text = text[:_LONGEST_TEXT]
        said = words(text)
        return (
            self._zip_in(text)
            or self._corner_in(text)
            or self._name_in(said)
            or self._town_in(said)
        )

    def is_only_a_place(self, text: str) -> bool:
        """Return whether a text is the name of a place and nothing else."""
        said = spelled_out(text[:_LONGEST_TEXT])
        while said and said[0] in _BEFORE_A_PLACE:
            said = said[1:]
        name = tuple(said)
        if name in self._named or name in self._towns or _ZIP.fullmatch(text.strip()):
            return self.find(text) is not None
        if self._fuzzy(" ".join(said)) is not None:
            return True
        while said and said[0] in BEFORE_A_STREET:
            said = said[1:]
        # Without its first word it is no corner any more: nothing else was said before it.
        is_corner = self._corner_in(" ".join(said)) and not self._corner_in(" ".join(said[1:]))
        return bool(is_corner) and len(said) <= _LONGEST_CORNER

    def of_token(self, token: str) -> Place | None:
        """Return the place of a button, or None if there is no such place any more."""
        if match := _POINT.fullmatch(token):
            latitude, longitude = (int(part) / STEPS_PER_DEGREE for part in match.groups())
            inside = abs(latitude) <= 90 and abs(longitude) <= 180
            return Place(token, "", latitude, longitude) if inside else None
        if token.startswith("x"):
            return self._corner_in(token[1:].replace(".", " and ").replace("-", " "))
        return self._zips.get(token[1:]) if token.startswith("z") else self._by_token.get(token)

    def of_address(self, address: str) -> Place | None:
        """Return about where an address of the street grid is, or None."""
        corner = self._grid.address_in(address)
        return None if corner is None else Place("", "", corner.latitude, corner.longitude)

    def of_zip(self, zip_code: str) -> Place | None:
        """Return the middle of a ZIP code, or None."""
        return self._zips.get(zip_code[:5])

    def _zip_in(self, text: str) -> Place | None:
        return next((self._zips[m[1]] for m in _ZIP.finditer(text) if m[1] in self._zips), None)

    def _corner_in(self, text: str) -> Place | None:
        corner = self._grid.corner_in(text)
        if corner is not None:
            return _corner_place(corner)
        address = self._grid.address_in(text)
        return None if address is None else near_point(address.latitude, address.longitude)

    def _name_in(self, said: Sequence[str]) -> Place | None:
        """Return the longest name in the words; names as they are written before likely typos."""
        for look in (self._exact, self._fuzzy):
            for length in range(min(_LONGEST_NAME, len(said)), 0, -1):
                for start in range(len(said) - length + 1):
                    place = look(" ".join(said[start : start + length]))
                    if place is not None:
                        return place
        return None

    def _town_in(self, said: Sequence[str]) -> Place | None:
        """Return a town outside of Chicago, if it is all that is said or follows "in" or "near".

        Towns are called Normal, Joy and Justice: alone such a word means something else.
        """
        starts = [n + 1 for n, word in enumerate(said) if word in _BEFORE_A_PLACE]
        for start in starts:
            for length in range(min(_LONGEST_NAME, len(said) - start), 0, -1):
                if place := self._towns.get(tuple(said[start : start + length])):
                    return place
        return self._towns.get(tuple(said))

    def _exact(self, name: str) -> Place | None:
        return self._named.get(tuple(name.split()))

    def _fuzzy(self, name: str) -> Place | None:
        if len(name.replace(" ", "")) < _SHORTEST_FUZZY:
            return None
        best = process.extractOne(
            name, self._spellings.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE
        )
        return self._spellings[best[0]] if best else None

    def _load_names(self, content_dir: Path | None) -> None:
        areas = list(_areas(content_dir))
        points = {number: (latitude, longitude) for number, _, latitude, longitude, _ in areas}
        covered: dict[str, list[int]] = {}
        for number, name, latitude, longitude, aliases in areas:
            self._add(Place(f"a{number}", name, latitude, longitude))
            for alias in aliases:
                covered.setdefault(alias, []).append(number)
        extra = parse(
            dict[str, list[int]], merged_mapping("sites/names.yaml", content_dir), "names.yaml"
        )
        for name, numbers in (covered | extra).items():
            self._add(_between(name, [points[n] for n in numbers if n in points]))

    def _add(self, place: Place) -> None:
        self._by_token.setdefault(place.token, place)
        self._named.setdefault(tuple(words(place.name)), place)


def near_point(latitude: float, longitude: float) -> Place:
    """Return a place without a name, rounded to about 500 m: nobody needs to know more."""
    north, east = round(latitude * STEPS_PER_DEGREE), round(longitude * STEPS_PER_DEGREE)
    return Place(f"p{north}.{east}", "", north / STEPS_PER_DEGREE, east / STEPS_PER_DEGREE)


def _corner_place(corner: Corner) -> Place:
    streets = (part.lower().replace(" ", "-") for part in corner.name.split(" & "))
    token = "x" + ".".join(streets)
    if len(token) > _LONGEST_SLUG:
        token = near_point(corner.latitude, corner.longitude).token
    return Place(token, corner.name, corner.latitude, corner.longitude)


def _between(name: str, points: Sequence[tuple[float, float]]) -> Place:
    latitude = sum(point[0] for point in points) / len(points)
    longitude = sum(point[1] for point in points) / len(points)
    return Place(f"n{'-'.join(words(name))}"[:_LONGEST_SLUG], name, latitude, longitude)


def _towns(content_dir: Path | None) -> dict[tuple[str, ...], Place]:
    """Return the towns of the ZIP codes, each where its ZIP codes are on average."""
    points: dict[str, list[tuple[float, float]]] = {}
    for row in _rows("sites/zipcodes.csv", content_dir):
        points.setdefault(row["city"], []).append(
            (float(row["latitude"]), float(row["longitude"]))
        )
    places = {}
    for city, where in points.items():
        found = _between(city, where)
        token = f"c{found.token[1:]}"
        places[tuple(words(city))] = Place(token, city, found.latitude, found.longitude)
    return places


def _areas(content_dir: Path | None) -> Iterator[tuple[int, str, float, float, list[str]]]:
    for row in _rows("sites/areas.csv", content_dir):
        aliases = [alias for alias in row["aliases"].split(";") if alias]
        point = float(row["latitude"]), float(row["longitude"])
        yield int(row["number"]), row["name"], *point, aliases


def _zip_codes(content_dir: Path | None) -> Iterator[Place]:
    for row in _rows("sites/zipcodes.csv", content_dir):
        zip_code = row["zip"]
        yield Place(f"z{zip_code}", zip_code, float(row["latitude"]), float(row["longitude"]))


def _rows(name: str, content_dir: Path | None) -> Iterator[dict[str, str]]:
    """Yield the rows of a table; a coalition's own file replaces the default."""
    with layers(name, content_dir)[-1].open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
