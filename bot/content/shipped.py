"""The places that ship: what is confirmed, and as of when; a coalition adds its own."""

import csv
from datetime import date
from pathlib import Path

from bot.content.files import layers
from bot.content.sitetable import RowError, SiteTable
from bot.errors import StartupError
from bot.models.sites import Site

FILE = "sites/sites.csv"


def shipped_sites(table: SiteTable, content_dir: Path | None = None) -> tuple[Site, ...]:
    """Return the sites of sites.csv; a coalition's rows replace those of the same id."""
    sites: dict[str, Site] = {}
    for path in layers(FILE, content_dir):
        with path.open(encoding="utf-8", newline="") as file:
            for row in (reader := csv.DictReader(file)):
                try:
                    site = table.site(row, "own", date.max)
                except RowError as error:
                    message = f"{path}, line {reader.line_num}: {error}"
                    raise StartupError(message) from error
                sites[site.key] = site
    return tuple(sites.values())
