"""The index of places: which are nearest and fit, among many, in a few milliseconds.

Arrays only, some 400 bytes a site, in the cells of two grids. Names and addresses stay in
the database: they are read for the few that are shown.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import nsmallest
from math import asin, ceil, cos, inf, radians, sin, sqrt
from zoneinfo import ZoneInfo

from bot.hours import Hours
from bot.models.sites import SUPPLIES, Freshness, Need, Opening, Place, Search, Trait
from bot.storage.sitenews import IndexRow

OLD_AFTER = 90  # days since the last check, after which a site ranks lower and says so
CALL_AFTER = 180  # days after which it says to call first
NEAR_KM = 5.0  # within that, what was checked comes before what is nearer
FAR_KM = 80.0  # nothing farther is shown
_FINE, _COARSE = 0.01, 0.1  # degrees, of the cells of the two grids
_FEW_OPEN = 4000  # sites; when no more are open than that, they are looked through one by one
_KM_PER_DEGREE = 111.195
_EARTH_KM = 6371.0
_TRAIT_BITS = 7
_BITS = {need: 1 << n + _TRAIT_BITS for n, need in enumerate(Need)}
_BITS[Need.ANY] = sum(_BITS[need] for need in SUPPLIES)
_NEVER = date.min.toordinal()
_TIERS = (Freshness.CHECKED, Freshness.OLD, Freshness.CALL_FIRST)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A search as the arrays see it."""

    latitude: float
    longitude: float
    narrow: float  # kilometres of a degree of longitude there
    need: int  # bits, any of them
    traits: int  # bits, all of them
    open_hours: bytearray | None  # 1 for each number of hours that are open; None: no matter
    today: int


class SiteIndex:
    """All sites that are not closed for good."""

    def __init__(self, zone: ZoneInfo, hours: Hours) -> None:
        self._zone = zone
        self._hours = hours
        self._ids, self._flags, self._hours_of = array("q"), array("I"), array("I")
        self._latitudes, self._longitudes = array("d"), array("d")
        self._assured, self._closed_until = array("i"), array("i")
        self._numbers: dict[int, int] = {}  # where a site is in the arrays, by its id
        self._fine, self._coarse = _Grid(_FINE), _Grid(_COARSE)
        self._needs: dict[str, int] = {}
        # By the number of an expression of hours:
        self._expressions: dict[str, int] = {}
        self._with_hours: list[array[int]] = []
        self._is_open = bytearray()  # 1 if it was open when it was looked at last
        self._holds_until = array("d")  # the second until which that holds
        self._looked_at, self._open_sites = -inf, 0

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def expressions(self) -> tuple[str, ...]:
        """Return the different hours of the sites."""
        return tuple(self._expressions)

    def put(self, rows: Iterable[IndexRow]) -> None:
        """Take sites in; one that is known already is from now on as its row says."""
        for row in rows:
            self.remove(row.site_id)
            self._add(row)

    def remove(self, site_id: int) -> None:
        """Find a site no more."""
        number = self._numbers.pop(site_id, None)
        if number is not None:
            self._flags[number] = 0  # nobody looks for that; the place in the arrays stays

    def _add(self, row: IndexRow) -> None:
        number, hours = len(self._ids), self._number_of_hours(row.hours)
        flags = row.traits | self._bits_of(row.needs)
        self._numbers[row.site_id] = number
        self._ids.append(row.site_id)
        self._flags.append(flags)
        self._hours_of.append(hours)
        self._latitudes.append(row.latitude)
        self._longitudes.append(row.longitude)
        self._assured.append(_ordinal(row.assured_on))
        self._closed_until.append(_ordinal(row.closed_until))
        self._with_hours[hours].append(number)
        self._open_sites += self._is_open[hours]
        for grid in (self._fine, self._coarse):
            grid.add(number, row.latitude, row.longitude, flags)

    def _number_of_hours(self, expression: str) -> int:
        number = self._expressions.setdefault(expression, len(self._expressions))
        if number == len(self._with_hours):
            self._with_hours.append(array("I"))
            self._is_open.append(0)
            self._holds_until.append(-inf)
        return number

    def nearest(self, search: Search, count: int, now: datetime) -> list[int]:
        """Return ids of the first that fit: near ones first, there the checked before the old.

        What a site has run out of for now is not looked at.
        """
        today = now.astimezone(self._zone).date().toordinal()
        open_now = Trait.OPEN_NOW in search.traits
        if open_now:
            self._look_at_hours(now)
        wanted = _Wanted(
            latitude=search.place.latitude,
            longitude=search.place.longitude,
            narrow=_KM_PER_DEGREE * cos(radians(search.place.latitude)),
            need=_BITS[search.need],
            traits=int(search.traits & ~Trait.OPEN_NOW),
            open_hours=self._is_open if open_now else None,
            today=today,
        )
        few = open_now and self._open_sites <= _FEW_OPEN
        found = self._among_the_open(wanted) if few else self._around(wanted, search.place, count)
        return self._ranked(found, today, count)

    # ------------------------------------------------------------------ three ways to look

    def _among_the_open(self, wanted: _Wanted) -> list[tuple[float, int]]:
        """Look through all that are open: at night these are few, and mostly far."""
        found: list[tuple[float, int]] = []
        for hours, is_open in enumerate(wanted.open_hours or b""):
            if is_open:
                found += self._fitting(self._with_hours[hours], wanted)
        return found

    def _around(self, wanted: _Wanted, place: Place, count: int) -> list[tuple[float, int]]:
        """Look ring by ring until nothing that comes later can rank before what was found."""
        found: list[tuple[float, int]] = []
        for reach, numbers in self._fine.rings(place, wanted.need, NEAR_KM):
            found += self._fitting(numbers, wanted)
            if self._checked_within(reach, found, wanted.today) >= count:
                return found
        if sum(1 for squared, _ in found if squared <= NEAR_KM**2) >= count:
            return found
        found = []
        for reach, numbers in self._coarse.rings(place, wanted.need, FAR_KM):
            found += self._fitting(numbers, wanted)
            if sum(1 for squared, _ in found if squared <= reach * reach) >= count:
                break
        return found

    def _fitting(self, numbers: Sequence[int], wanted: _Wanted) -> list[tuple[float, int]]:
        """Return those that fit with the squares of their distances in km, flat as a map."""
        flags, hours_of, closed = self._flags, self._hours_of, self._closed_until
        latitudes, longitudes = self._latitudes, self._longitudes
        need, traits, is_open, today = wanted.need, wanted.traits, wanted.open_hours, wanted.today
        if traits:
            numbers = [n for n in numbers if flags[n] & traits == traits]
        if is_open is not None:
            numbers = [n for n in numbers if is_open[hours_of[n]]]
        north, east, narrow = wanted.latitude, wanted.longitude, wanted.narrow
        return [
            (
                ((latitudes[n] - north) * _KM_PER_DEGREE) ** 2
                + ((longitudes[n] - east) * narrow) ** 2,
                n,
            )
            for n in numbers
            if flags[n] & need and closed[n] <= today
        ]

    def _checked_within(self, reach: float, found: list[tuple[float, int]], today: int) -> int:
        oldest, square = today - OLD_AFTER, reach * reach
        return sum(1 for squared, n in found if squared <= square and self._assured[n] >= oldest)

    def _ranked(self, found: list[tuple[float, int]], today: int, count: int) -> list[int]:
        near, far, assured = NEAR_KM**2, FAR_KM**2, self._assured
        ranked = nsmallest(
            count,
            (
                (squared > near, squared <= near and _tier(today - assured[n]), squared, n)
                for squared, n in found
                if squared <= far
            ),
        )
        return [self._ids[n] for _, _, _, n in ranked]

    # ------------------------------------------------------------------ parts

    def _look_at_hours(self, now: datetime) -> None:
        """Find out which hours are open now; of most it is known until when they stay so."""
        second = now.timestamp()
        if second < self._looked_at:  # the clock was set back
            self._holds_until = array("d", [-inf]) * len(self._holds_until)
        self._looked_at = second
        changed = [n for n, until in enumerate(self._holds_until) if until <= second]
        if not changed:
            return
        expressions = tuple(self._expressions)
        for number in changed:
            opening, until = self._hours.opening_until(expressions[number], now)
            is_open = opening is Opening.OPEN
            sites = len(self._with_hours[number])
            self._open_sites += sites * (is_open - self._is_open[number])
            self._is_open[number], self._holds_until[number] = is_open, until

    def _bits_of(self, needs: str) -> int:
        if needs not in self._needs:
            self._needs[needs] = sum(_BITS[Need(need)] for need in needs.split(",") if need)
        return self._needs[needs]


class _Grid:
    """Sites by cells, with what the sites of a cell have between them."""

    def __init__(self, step: float) -> None:
        self._step = step
        self._cells: dict[tuple[int, int], array[int]] = {}
        self._flags: dict[tuple[int, int], int] = {}

    def add(self, number: int, latitude: float, longitude: float, flags: int) -> None:
        cell = self._cell(latitude, longitude)
        self._cells.setdefault(cell, array("I")).append(number)
        self._flags[cell] = self._flags.get(cell, 0) | flags

    def rings(self, place: Place, need: int, limit: float) -> Iterator[tuple[float, list[int]]]:
        """Yield the sites around a place, ring by ring, each with how far (km) nothing is missing.

        The last ring reaches the limit. Cells where nobody has the need are left out.
        """
        north, east = self._cell(place.latitude, place.longitude)
        narrow = cos(radians(min(89.0, abs(place.latitude) + 1)))
        width = self._step * _KM_PER_DEGREE * narrow  # of a cell; cells are higher than wide
        cells, flags = self._cells, self._flags
        for ring in range(ceil(limit / width) + 1):
            numbers: list[int] = []
            for cell in _ring(north, east, ring):
                if flags.get(cell, 0) & need:
                    numbers.extend(cells[cell])
            yield ring * width, numbers

    def _cell(self, latitude: float, longitude: float) -> tuple[int, int]:
        return int(latitude // self._step), int(longitude // self._step)


def freshness(assured_on: date | None, today: date) -> Freshness:
    """Return how far what was confirmed on that day can be trusted."""
    return _TIERS[_tier((today - (assured_on or date.min)).days)]


def kilometres(
    latitude: float, longitude: float, to_latitude: float, to_longitude: float
) -> float:
    """Return the great-circle distance between two points in degrees (haversine)."""
    up, along = radians(to_latitude - latitude), radians(to_longitude - longitude)
    scale = cos(radians(latitude)) * cos(radians(to_latitude))
    half = sin(up / 2) ** 2 + scale * sin(along / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))


def _tier(age: int) -> int:
    return (age > OLD_AFTER) + (age > CALL_AFTER)


def _ring(north: int, east: int, ring: int) -> Iterator[tuple[int, int]]:
    """Yield the cells whose distance from the middle, in cells, is exactly the ring's."""
    if not ring:
        yield north, east
    for step in range(-ring, ring):
        yield north + ring, east + step
        yield north - ring, east - step
        yield north - step, east + ring
        yield north + step, east - ring


def _ordinal(day: str | None) -> int:
    return date.fromisoformat(day).toordinal() if day else _NEVER
