"""The command `near`: the nearest places, as the bot would show them."""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

from bot.clock import Clock
from bot.config import Settings
from bot.content.library import Library
from bot.errors import StartupError
from bot.models.sites import Nearby, Need
from bot.services.directory import Directory
from bot.services.finder import Finder
from bot.storage.database import Database
from bot.storage.sealing import KEY_BYTES, Sealer, load_key
from bot.tasks import Tasks

COUNT = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("place", help='ZIP code, neighborhood or corner: "pulaski and madison"')
    parser.add_argument("--need", type=Need, choices=list(Need), default=Need.ANY)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the nearest places, a line for each; return the exit code."""
    for nearby in asyncio.run(_search(arguments, settings)):
        sys.stdout.write(f"{as_json(nearby) if arguments.json else as_text(nearby)}\n")
    return 0


async def _search(arguments: argparse.Namespace, settings: Settings) -> tuple[Nearby, ...]:
    library, clock = Library(settings.content_dir), Clock()
    with tempfile.TemporaryDirectory() as folder:
        database = _database(settings, Path(folder))
        await database.open()
        try:
            directory = Directory(database, clock, settings.timezone, library.sites)
            await directory.ship()
            finder = Finder(database, library, clock, settings.timezone, Tasks())
            place = finder.place_in(arguments.place)
            if place is None:
                raise StartupError(f"I don't know the place “{arguments.place}”.")
            return await finder.nearest(arguments.need, place, COUNT)
        finally:
            await database.close()


def _database(settings: Settings, folder: Path) -> Database:
    """Return the bot's database, or where there is none yet an empty one for what ships."""
    path = settings.database_path
    if not path.exists():
        return Database(folder / "near.db", Sealer(os.urandom(KEY_BYTES)))
    return Database(path, Sealer(load_key(settings.data_key.get_secret_value(), path)))


def as_json(nearby: Nearby) -> str:
    """Return a place as one JSON object on one line."""
    site, state = nearby.site, nearby.state
    fields = {
        "id": site.key,
        "name": site.name,
        "kilometres": round(nearby.kilometres, 3),
        "opening": state.opening,
        "changes_at": state.changes_at.isoformat() if state.changes_at else None,
        "needs": sorted(site.needs),
        "address": site.address,
        "phone": site.phone,
        "latitude": site.latitude,
        "longitude": site.longitude,
        "checked_on": site.assured_on.isoformat() if site.assured_on else None,
        "freshness": nearby.freshness,
    }
    return json.dumps(fields, ensure_ascii=False)


def as_text(nearby: Nearby) -> str:
    """Return a place in one line for people."""
    site = nearby.site
    checked = f"checked {site.assured_on}" if site.assured_on else "never checked"
    what = ", ".join(sorted(site.needs))
    return (
        f"{nearby.miles:.1f} mi  {site.name}, {site.address}: {what}; "
        f"{nearby.state.opening}; {checked} ({nearby.freshness})"
    )
