"""Files of places: one plain CSV, or an HSDS 3.0 package (zip or folder), read and written.

A file is refused as a whole, with a sentence, if it is not what it says, too big, not UTF-8, or
holds a cell that a spreadsheet would run. A single row that cannot be taken is told by its line.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import IO, Self

from bot.content.labels import Label
from bot.content.sitetable import (
    COLUMNS,
    NEEDED,
    FileRefusedError,
    FormulaError,
    RowError,
    SiteTable,
)
from bot.models.sites import Rejected, Site
from bot.services.hsds import rows_of_package

LARGEST_FILE = 200_000_000  # bytes, unpacked, all files of a package together
MOST_ROWS = 300_000
LONGEST_LINE = 100_000  # characters
LARGEST_RATIO = 200  # unpacked to packed; beyond that it is a bomb
MOST_MEMBERS = 60
_ZIP_START = b"PK\x03\x04"
_PROGRESS_EVERY = 2000  # rows
Progress = Callable[[int, float], None]


def read_sites(
    path: Path,
    table: SiteTable,
    list_name: str,
    today: date,
    progress: Progress = lambda _rows, _share: None,
) -> Generator[Site | Rejected]:
    """Yield the sites of a file, and each row that cannot be taken; raise FileRefusedError.

    Whoever takes them does nothing with the first before the last has come: a file is taken whole.
    Now and then progress is told how many rows were read, and which share of the file that is.
    """
    seen, first = set[str](), None
    with _refusals(), _Source(path) as source:
        for number, (line, name, row) in enumerate(source.rows(), 1):
            if number > MOST_ROWS:
                raise FileRefusedError(Label.REFUSED_ROWS, {"limit": f"{MOST_ROWS:,}"})
            taken = _take(seen, line, name, lambda: table.site(row, list_name, today))  # noqa: B023
            first = first or (taken if isinstance(taken, Rejected) else None)
            yield taken
            if number % _PROGRESS_EVERY == 0:
                progress(number, source.share)
    if not seen:
        raise FileRefusedError(Label.REFUSED_EMPTY, first=first)


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what goes wrong with a whole file into a sentence."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise FileRefusedError(Label.REFUSED_ENCODING) from error
    except csv.Error as error:
        raise FileRefusedError(Label.REFUSED_TABLE) from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise FileRefusedError(Label.REFUSED_DAMAGED) from error
    except OSError as error:
        raise FileRefusedError(Label.REFUSED_UNREADABLE, {"error": error.strerror}) from error


def _take(seen: set[str], line: int, name: str, make: Callable[[], Site]) -> Site | Rejected:
    try:
        site = make()
    except FormulaError as error:
        values = {"line": line, **error.reason.values}
        raise FileRefusedError(Label.REFUSED_FORMULA, values) from error
    except RowError as error:
        return Rejected(line, str(error), name, error.reason)
    if site.key in seen:
        twice = RowError(Label.ROW_TWICE, id=site.key)
        return Rejected(line, str(twice), name, twice.reason)
    seen.add(site.key)
    return site


class _Source:
    """A file, a package or a folder that is open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened = ExitStack()
        self._current: IO[bytes] | None = None  # the table that is being read, and its size
        self._size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    @property
    def share(self) -> float:
        """Return how much of the last table has been read, from 0 to 1."""
        return min(1.0, self._current.tell() / max(self._size, 1)) if self._current else 0.0

    def rows(self) -> Iterator[tuple[int, str, Mapping[str, str]]]:
        """Yield (line, file inside the package, cells by COLUMNS)."""
        if self._path.is_dir():
            files = {p.name: p for p in sorted(self._path.glob("*.csv"))}
            _check_size(sum(p.stat().st_size for p in files.values()))
            yield from rows_of_package(
                lambda name: self._table(files[name].open("rb"), files[name].stat().st_size),
                files.keys(),
            )
            return
        size = self._path.stat().st_size
        file = self._opened.enter_context(self._path.open("rb"))
        if file.read(4) == _ZIP_START:
            package = self._opened.enter_context(zipfile.ZipFile(self._path))
            members = _members(package, size)
            yield from rows_of_package(
                lambda name: self._table(package.open(members[name]), members[name].file_size),
                members.keys(),
            )
            return
        _check_size(size)
        file.seek(0)
        reader = self._table(file, size)
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            raise FileRefusedError(Label.REFUSED_COLUMNS, {"columns": " and ".join(missing)})
        for row in reader:
            if any(row.values()):
                yield reader.line_num, "", {k: v for k, v in row.items() if isinstance(v, str)}

    def _table(self, file: IO[bytes], size: int) -> "csv.DictReader[str]":
        self._current, self._size = file, size
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        reader = csv.DictReader(_lines(self._opened.enter_context(text)), strict=True)
        reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
        return reader


def _lines(text: IO[str]) -> Iterator[str]:
    """Yield the lines; one without an end would be the whole file in memory."""
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise csv.Error("a line without an end")
        yield line


def _members(package: zipfile.ZipFile, packed: int) -> dict[str, zipfile.ZipInfo]:
    """Return the tables of a package by their names; raise FileRefusedError for a bomb."""
    infos = package.infolist()
    unpacked = sum(info.file_size for info in infos)
    if len(infos) > MOST_MEMBERS or unpacked > LARGEST_RATIO * max(packed, 1):
        raise FileRefusedError(Label.REFUSED_BOMB)
    _check_size(unpacked)
    return {Path(info.filename).name: info for info in infos if info.filename.endswith(".csv")}


def _check_size(size: int) -> None:
    if size > LARGEST_FILE:
        raise FileRefusedError(Label.REFUSED_SIZE, {"limit": LARGEST_FILE // 1_000_000})


def write_csv(sites: Iterable[Site], path: Path) -> int:
    """Write sites as the plain CSV that read_sites takes; return how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for count, site in enumerate(sites, 1):  # noqa: B007 - returned
            writer.writerow(cells_of(site))
    return count


def cells_of(site: Site) -> tuple[object, ...]:
    """Return a row in the order of COLUMNS."""
    return (
        site.key,
        site.name,
        site.organization,
        ";".join(sorted(site.needs)),
        site.address,
        site.city,
        site.zip_code,
        site.latitude,
        site.longitude,
        site.hours,
        *map(_yes_no, (site.mobile, site.walk_in, site.no_id, site.free, site.by_mail)),
        _yes_no(site.wheelchair),
        ";".join(sorted(site.languages)),
        site.phone,
        site.url,
        site.note_en,
        site.note_es,
        site.source,
        site.assured_on or "",
        site.hours_on or "",
        _yes_no(site.closed),
        site.closed_until or "",
    )


def _yes_no(value: bool | None) -> str:  # noqa: FBT001 - it is the value
    return "" if value is None else "yes" if value else "no"
