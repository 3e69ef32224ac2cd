"""Tables of trainings for a spreadsheet: CSV in UTF-8, no cell of which runs as a formula."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.content.sitetable import FORMULA
from bot.models.records import Training

COLUMNS = ("date", "trained", "kits", "place", "by", "event")
BOM = "\ufeff"  # without it Excel reads accents wrong


class Period(StrEnum):
    """Which trainings are in a table."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"


_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


@dataclass(frozen=True, slots=True)
class TrainingFile:
    """A table as it is sent, and how many trainings it holds."""

    name: str
    data: bytes
    count: int


def limits(period: Period, today: date) -> tuple[date, date]:
    """Return the first day of a period that holds today, and the day after its last."""
    if period is Period.ALL:
        return date.min, today + timedelta(days=1)
    months = _MONTHS[period]
    first = date(today.year, today.month - (today.month - 1) % months, 1)
    later = first.month - 1 + months
    return first, date(first.year + later // 12, later % 12 + 1, 1)


def name_of(period: Period, today: date) -> str:
    """Return the name of the file, such as "trainings-2026-q4.csv"."""
    quarter = (today.month + 2) // 3
    ends = {
        Period.MONTH: f"-{today:%Y-%m}",
        Period.QUARTER: f"-{today.year}-q{quarter}",
        Period.YEAR: f"-{today.year}",
        Period.ALL: "",
    }
    return f"trainings{ends[period]}.csv"


def write(name: str, trainings: Iterable[Training], titles: Mapping[int, str]) -> TrainingFile:
    """Return trainings as a table; titles are those of events by their ids."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    count = 0
    for count, each in enumerate(trainings, 1):  # noqa: B007 - returned
        writer.writerow(
            (
                each.held_on.isoformat(),
                each.trained,
                "" if each.kits is None else each.kits,
                safe_cell(each.place),
                safe_cell(each.trainer),
                safe_cell(titles.get(each.event_id or 0, "")),
            )
        )
    return TrainingFile(name, (BOM + text.getvalue()).encode(), count)


def safe_cell(text: str) -> str:
    """Return a cell that a spreadsheet takes as text, by the rule for files of places."""
    return f"'{text}" if FORMULA.match(text.lstrip()) else text
