"""One row of a table of places, as a coordinator writes it in a spreadsheet, as a Site.

The columns are COLUMNS; the staff guide explains them. Only a name and something that is given are
needed, and a way to tell where it is.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime

from bot import hours
from bot.content.labels import Label
from bot.content.normalise import words
from bot.content.places import Places
from bot.content.plainhours import read_hours
from bot.models.sites import Need, Reason, Rejected, Site

COLUMNS = (
    "id", "name", "organization", "needs", "address", "city", "zip", "latitude", "longitude",
    "hours", "mobile", "walk_in", "no_id", "free", "mail", "wheelchair", "languages", "phone",
    "website", "note_en", "note_es", "source", "checked_on", "hours_checked_on", "closed",
    "closed_until",
)  # fmt: skip
NEEDED = ("name", "needs")
LONGEST_CELL = 400  # characters
_LONGEST_NAME = 120
_UNSEEN = ("Cc", "Cf", "Cs", "Co")
_PHONE = re.compile(r"[\d\s()+.x/-]{7,40}", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)
FORMULA = re.compile(r"[=+\-@|%]")
_NUMBER = re.compile(r"[+-]?[\d\s().x/-]+", re.IGNORECASE)
_SPAN = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")
_LONGEST_NIGHT = 16  # hours that one can be open over midnight
_KEY = re.compile(r"[\w.:/-]{1,120}")
_YES, _NO = {"yes", "y", "true", "1", "si", "x"}, {"no", "n", "false", "0"}
_LANGUAGES = {"spanish": "es", "espanol": "es", "english": "en", "polish": "pl"}
_MEANT = {
    "narcan": Need.NALOXONE,
    "naloxona": Need.NALOXONE,
    "strips": Need.TEST_STRIPS,
    "fentanyl strips": Need.TEST_STRIPS,
    "fentanyl test strips": Need.TEST_STRIPS,
    "tiras": Need.TEST_STRIPS,
    "needles": Need.SYRINGES,
    "jeringas": Need.SYRINGES,
    "safer smoking supplies": Need.SMOKING_SUPPLIES,
    "sharps": Need.DISPOSAL,
    "sharps disposal": Need.DISPOSAL,
    "mar": Need.TREATMENT,
    **{" ".join(words(need)): need for need in Need if need is not Need.ANY},
}


class RowError(ValueError):
    """A row that cannot be taken; the message says why, the reason in any language."""

    def __init__(self, label: Label, **values: object) -> None:
        super().__init__(label.value % values if values else label.value)
        self.reason = Reason(label.name.lower(), values)


class FormulaError(RowError):
    """A cell that a spreadsheet would run: the whole file is refused."""


class FileRefusedError(Exception):
    """A whole file cannot be taken; the message is a sentence or two, and nothing has changed."""

    def __init__(
        self,
        label: Label,
        values: Mapping[str, object] | None = None,
        first: Rejected | None = None,
    ) -> None:
        values = values or {}
        sentence = label.value % values if values else label.value
        why = f" Line {first.line}: {first.reason}." if first else ""
        super().__init__(sentence + why)
        self.reason = Reason(label.name.lower(), values)
        self.first = first  # the first line that was rejected, where that is all there is


class SiteTable:
    """Reads rows; built once, then pure."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._hours: dict[str, str | None] = {}  # as they were written, and as they are meant

    def site(self, row: Mapping[str, str | None], list_name: str, today: date) -> Site:
        """Return the site of a row, cells keyed by COLUMNS; raise RowError."""
        cells = {name: _clean(name, row.get(name) or "") for name in COLUMNS}
        name = _within(cells["name"], _LONGEST_NAME, "name")
        if not name:
            raise RowError(Label.ROW_NO_NAME)
        latitude, longitude = self._point(cells)
        return Site(
            key=_key(cells, list_name),
            name=name,
            needs=_needs(cells["needs"]),
            latitude=latitude,
            longitude=longitude,
            organization=cells["organization"],
            address=cells["address"],
            city=cells["city"],
            zip_code=cells["zip"],
            hours=self._checked_hours(cells["hours"]),
            mobile=bool(_flag(cells, "mobile")),
            walk_in=_flag(cells, "walk_in"),
            no_id=_flag(cells, "no_id"),
            free=_flag(cells, "free"),
            by_mail=_flag(cells, "mail"),
            wheelchair=_flag(cells, "wheelchair"),
            languages=_languages(cells["languages"]),
            phone=_matching(_PHONE, cells["phone"], Label.ROW_PHONE),
            url=_matching(_WEB, cells["website"], Label.ROW_WEBSITE),
            note_en=cells["note_en"],
            note_es=cells["note_es"],
            source=cells["source"],
            assured_on=_day(cells, "checked_on", latest=today),
            hours_on=_day(cells, "hours_checked_on", latest=today),
            closed=bool(_flag(cells, "closed")),
            closed_until=_day(cells, "closed_until"),
        )

    def _point(self, cells: Mapping[str, str]) -> tuple[float, float]:
        """Return where it is: by degrees, else by the street grid, else by its ZIP code."""
        if cells["latitude"] or cells["longitude"]:
            try:
                latitude, longitude = float(cells["latitude"]), float(cells["longitude"])
            except ValueError:
                raise RowError(Label.ROW_NOT_DEGREES) from None
            if not (-90 < latitude < 90 and -180 <= longitude <= 180) or not (
                latitude or longitude
            ):
                raise RowError(Label.ROW_NOT_ON_EARTH)
            return latitude, longitude
        in_grid = cells["city"].lower() in {"", "chicago"}
        place = self._places.of_address(cells["address"]) if in_grid else None
        place = place or self._places.of_zip(cells["zip"])
        if place is None:
            raise RowError(Label.ROW_NO_POINT)
        return place.latitude, place.longitude

    def _checked_hours(self, expression: str) -> str:
        if expression not in self._hours:
            valid = not expression or hours.is_valid(expression)
            self._hours[expression] = expression if valid else read_hours(expression)
        found = self._hours[expression]
        if found is None:
            raise RowError(Label.ROW_HOURS)
        if span := _all_night(found):
            raise RowError(Label.ROW_HOURS_NIGHT, span=span)
        return found


def _all_night(hours_said: str) -> str:
    """Return a span such as "9:00-5:00", by which somebody meant the afternoon; "" if none is."""
    for span in _SPAN.finditer(hours_said):
        opens, past_opens, closes, past_closes = map(int, span.groups())
        minutes = closes * 60 + past_closes - opens * 60 - past_opens
        if minutes < 0 and minutes + 24 * 60 > _LONGEST_NIGHT * 60:
            return span[0]
    return ""


def _clean(name: str, cell: str) -> str:
    """Return a cell without what cannot be seen; raise FormulaError for what could run."""
    if not cell.isascii() or not cell.isprintable():
        cell = "".join(" " if c in "\r\n\t" else c for c in cell)
        cell = "".join(c for c in cell if unicodedata.category(c) not in _UNSEEN)
    cell = " ".join(cell.split())
    if FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        raise FormulaError(Label.ROW_FORMULA, name=name, sign=cell[0])
    return _within(cell, hours.LONGEST if name == "hours" else LONGEST_CELL, name)


def _within(cell: str, limit: int, name: str) -> str:
    if len(cell) > limit:
        raise RowError(Label.ROW_TOO_LONG, name=name, limit=limit)
    return cell


def _key(cells: Mapping[str, str], list_name: str) -> str:
    """Return "list/id"; an id that has its list already is kept."""
    own = cells["id"]
    if own and not _KEY.fullmatch(own):
        raise RowError(Label.ROW_ID)
    if "/" in own:
        return own
    slug = "-".join(words(f"{cells['name']} {cells['address'] or cells['zip']}"))[:100]
    return f"{list_name}/{own or slug}"


def _needs(cell: str) -> frozenset[Need]:
    found = set()
    for part in filter(None, (part.strip() for part in re.split(r"[,;|]", cell))):
        need = _MEANT.get(" ".join(words(part)))
        if need is None:
            raise RowError(Label.ROW_NEED_UNKNOWN, need=part[:40])
        found.add(need)
    if not found:
        raise RowError(Label.ROW_NO_NEEDS)
    return frozenset(found)


def _languages(cell: str) -> frozenset[str]:
    parts = [" ".join(words(part)) for part in re.split(r"[,;|]", cell)]
    return frozenset(_LANGUAGES.get(part, part)[:20] for part in parts if part)


def _flag(cells: Mapping[str, str], name: str) -> bool | None:
    said = " ".join(words(cells[name]))
    if said in {"", "unknown"}:
        return None
    if said not in _YES | _NO:
        raise RowError(Label.ROW_YES_NO, name=name)
    return said in _YES


def _matching(pattern: re.Pattern[str], cell: str, otherwise: Label) -> str:
    if cell and not pattern.fullmatch(cell):
        raise RowError(otherwise)
    return cell


def _day(cells: Mapping[str, str], name: str, latest: date | None = None) -> date | None:
    cell = cells[name]
    if not cell:
        return None
    day = _iso(cell) or _as_spreadsheets_write(cell)
    if day is None:
        raise RowError(Label.ROW_DATE, name=name)
    if latest is not None and day > latest:
        raise RowError(Label.ROW_FUTURE, name=name)
    return day


def _tried(read: Callable[[], date]) -> date | None:
    try:
        return read()
    except ValueError:
        return None


def _iso(cell: str) -> date | None:
    return _tried(lambda: date.fromisoformat(cell[:10]))


def _as_spreadsheets_write(cell: str) -> date | None:
    return _tried(lambda: datetime.strptime(cell, "%m/%d/%Y").date())  # noqa: DTZ007 - a date only
