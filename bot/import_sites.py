"""The command `import-sites`: bring a file of places into the directory, all of it or nothing."""

import argparse
import asyncio
import sys
from pathlib import Path

from bot.clock import Clock
from bot.config import Settings
from bot.content.library import Library
from bot.content.sitetable import FileRefusedError
from bot.errors import StartupError
from bot.models.sites import ImportReport
from bot.services.directory import LIST, Directory
from bot.services.sitefiles import REJECTED_SHOWN, Parsed, read_sites, write_csv
from bot.storage.database import Database
from bot.storage.sealing import Sealer, load_key


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("file", nargs="?", help="CSV, or an HSDS 3.0 package (zip, folder)")
    parser.add_argument("--dry-run", action="store_true", help="only tell what would change")
    parser.add_argument("--list", default=LIST, help="the list that the file is the whole of")
    parser.add_argument("--undo", type=int, metavar="CHANGE", help="take an import back")
    parser.add_argument("--export", metavar="FILE", help="write the directory as CSV instead")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do it and tell what was done; return the exit code."""
    return asyncio.run(_run(arguments, settings))


async def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    library, clock = Library(settings.content_dir), Clock()
    parsed = None
    if arguments.undo is None and not arguments.export:
        parsed = _read(arguments, library, settings, clock)
    path = settings.database_path
    path.parent.mkdir(parents=True, exist_ok=True)
    database = Database(path, Sealer(load_key(settings.data_key.get_secret_value(), path)))
    await database.open()
    try:
        directory = Directory(database, clock, settings.timezone, library.sites)
        if arguments.undo is not None:
            _say(f"Undone: {await directory.undo(arguments.undo):,} sites are as they were.")
        elif parsed is None:
            sites = await directory.every_site()
            _say(f"{write_csv(sites, Path(arguments.export)):,} sites are in {arguments.export}.")
        else:
            report = await directory.bring_in(
                parsed.sites, parsed.rejected, arguments.list, dry_run=arguments.dry_run
            )
            _tell(report, dry_run=arguments.dry_run)
    finally:
        await database.close()
    return 0


def _read(
    arguments: argparse.Namespace, library: Library, settings: Settings, clock: Clock
) -> Parsed:
    if not arguments.file:
        raise StartupError("Name the file: python -m bot import-sites FILE")
    today = clock.now().astimezone(settings.timezone).date()
    try:
        return read_sites(
            Path(arguments.file), library.site_table, arguments.list, today, _progress
        )
    except FileRefusedError as error:
        raise StartupError(f"{error} Nothing has been changed.") from error
    finally:
        _progress(0)


def _progress(rows: int) -> None:
    """Show how far it is, where somebody looks."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{rows:,} rows read" if rows else "\r\x1b[K")
        sys.stderr.flush()


def _tell(report: ImportReport, *, dry_run: bool) -> None:
    for each in report.rejected[:REJECTED_SHOWN]:
        where = f"{each.table}, line {each.line}" if each.table else f"line {each.line}"
        _say(f"rejected: {where}: {each.reason}")
    if len(report.rejected) > REJECTED_SHOWN:
        _say(f"… and {len(report.rejected) - REJECTED_SHOWN:,} more")
    _say(
        f"added {report.added:,}, changed {report.changed:,}, same {report.same:,}, "
        f"removed {report.removed:,}, rejected {len(report.rejected):,}"
    )
    if dry_run:
        _say("This was a dry run: nothing has been changed.")
    elif report.change_id is not None:
        _say(f"To take it back: python -m bot import-sites --undo {report.change_id}")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
