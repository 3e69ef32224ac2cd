"""The command `import-sites`: bring a file of places into the directory, all of it or nothing."""

import argparse
import asyncio
import sys
from datetime import date
from pathlib import Path

from bot.clock import Clock
from bot.config import Settings
from bot.content.library import Library
from bot.content.sitetable import FileRefusedError, SiteTable
from bot.errors import StartupError
from bot.models.sites import ImportReport
from bot.services.directory import LIST, Directory
from bot.services.hsdsexport import write_package
from bot.services.sitefiles import read_sites, write_csv
from bot.storage.database import Database
from bot.storage.sealing import Sealer, load_key

BAR_WIDTH = 30  # signs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("file", nargs="?", help="CSV, or an HSDS 3.0 package (zip, folder)")
    parser.add_argument("--dry-run", action="store_true", help="only tell what would change")
    parser.add_argument("--list", default=LIST, help="the list that the file is the whole of")
    parser.add_argument("--undo", type=int, metavar="CHANGE", help="take an import back")
    parser.add_argument("--export", metavar="FILE", help="write it, as CSV or HSDS (.zip)")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do it and tell what was done; return the exit code."""
    return asyncio.run(_run(arguments, settings))


async def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    library, clock = Library(settings.content_dir), Clock()
    path = settings.database_path
    if not (arguments.file or arguments.export or arguments.undo is not None):
        raise StartupError("Name the file: python -m bot import-sites FILE")
    path.parent.mkdir(parents=True, exist_ok=True)
    database = Database(path, Sealer(load_key(settings.data_key.get_secret_value(), path)))
    await database.open()
    try:
        directory = Directory(database, clock, settings.timezone, library.sites)
        if arguments.undo is not None:
            _say(f"Undone: {await directory.undo(arguments.undo):,} sites are as they were.")
        elif arguments.export:
            out = Path(arguments.export)
            write = write_package if out.suffix == ".zip" else write_csv
            _say(f"{write(await directory.every_site(), out):,} sites are in {out}.")
        else:
            today = clock.now().astimezone(settings.timezone).date()
            await _import(directory, arguments, library.site_table, today)
    finally:
        await database.close()
    return 0


async def _import(
    directory: Directory, arguments: argparse.Namespace, table: SiteTable, today: date
) -> None:
    bar = Bar()
    rows = read_sites(Path(arguments.file), table, arguments.list, today, bar.show)
    try:
        report = await directory.bring_in(rows, arguments.list, dry_run=arguments.dry_run)
    except FileRefusedError as error:
        raise StartupError(f"{error} Nothing has been changed.") from error
    finally:
        bar.clear()
    _tell(report, dry_run=arguments.dry_run)


class Bar:
    """How far it is, where somebody looks."""

    def __init__(self) -> None:
        self._is_watched = sys.stderr.isatty()

    def show(self, rows: int, share: float) -> None:
        """Draw the bar anew."""
        if self._is_watched:
            done = round(share * BAR_WIDTH)
            bar = "█" * done + "░" * (BAR_WIDTH - done)
            sys.stderr.write(f"\r{bar} {share:4.0%}  {rows:,} rows")
            sys.stderr.flush()

    def clear(self) -> None:
        """Leave the line empty for what is said next."""
        if self._is_watched:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _tell(report: ImportReport, *, dry_run: bool) -> None:
    for each in report.rejected:
        where = f"{each.table}, line {each.line}" if each.table else f"line {each.line}"
        _say(f"rejected: {where}: {each.reason}")
    if report.rejected_count > len(report.rejected):
        _say(f"… and {report.rejected_count - len(report.rejected):,} more")
    _say(
        f"added {report.added:,}, changed {report.changed:,}, same {report.same:,}, "
        f"removed {report.removed:,}, rejected {report.rejected_count:,}"
    )
    if dry_run:
        _say("This was a dry run: nothing has been changed.")
    elif report.change_id is not None:
        _say(f"To take it back: python -m bot import-sites --undo {report.change_id}")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
