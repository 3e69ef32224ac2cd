"""The directory as an HSDS 3.0 tabular package, which other directories read, and hsds.py too.

HSDS has no field for what a place gives, so the service's name says it in words. What it has no
field for at all, such as whether an ID is asked for, is said in words that people read; the plain
CSV has everything.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bot.models.sites import Need, Site

NAMES = {
    Need.NALOXONE: "Naloxone (Narcan)",
    Need.TEST_STRIPS: "Test strips",
    Need.SYRINGES: "Syringes",
    Need.SMOKING_SUPPLIES: "Safer smoking supplies",
    Need.WOUND_CARE: "Wound care",
    Need.DISPOSAL: "Sharps disposal",
    Need.DRUG_CHECKING: "Drug checking",
    Need.TREATMENT: "Treatment",
}
Row = tuple[object, ...]


def write_package(sites: Iterable[Site], path: Path) -> int:
    """Write sites as a zipped package; return how many."""
    kept = list(sites)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, (columns, rows_of) in _TABLES.items():
            table = io.StringIO(newline="")
            writer = csv.writer(table, lineterminator="\n")
            writer.writerow(("id", *columns))
            writer.writerows(row for site in kept for row in rows_of(site))
            if name == "organizations":
                writer.writerows(_organizations(kept))
            package.writestr(f"{name}.csv", table.getvalue())
        package.writestr("datapackage.json", json.dumps(_description(), indent=2))
    return len(kept)


def _organizations(sites: Iterable[Site]) -> Iterator[Row]:
    names = dict.fromkeys(site.organization for site in sites if site.organization)
    return ((name, name, name) for name in names)


def _service(site: Site) -> Iterator[Row]:
    what = ", ".join(NAMES[need] for need in sorted(site.needs))
    status = "inactive" if site.closed else "active"
    yield (
        site.key, site.organization, what, status, site.url, site.assured_on or "",
        _said(site.walk_in, "Walk in", "By appointment"), _said(site.free, "Free", "Not free"),
    )  # fmt: skip


def _location(site: Site) -> Iterator[Row]:
    yield site.key, "physical", site.name, site.note_en, site.latitude, site.longitude, site.url


def _address(site: Site) -> Iterator[Row]:
    if site.address or site.zip_code:
        place = (site.address, site.city, "", site.zip_code, "US", "physical")
        yield site.key, site.key, *place


def _document(site: Site) -> Iterator[Row]:
    if site.no_id is not None:
        yield site.key, site.key, _said(site.no_id, "None", "Government-issued ID")


def _schedule(site: Site) -> Iterator[Row]:
    if site.hours:
        yield site.key, site.key, site.hours


def _said(value: bool | None, yes: str, no: str) -> str:  # noqa: FBT001 - it is the value
    return "" if value is None else yes if value else no


_TABLES: dict[str, tuple[tuple[str, ...], Callable[[Site], Iterator[Row]]]] = {
    "organizations": (("name", "description"), lambda _: iter(())),
    "services": (
        ("organization_id", "name", "status", "url", "assured_date", "application_process",
         "fees_description"),
        _service,
    ),
    "locations": (
        ("location_type", "name", "description", "latitude", "longitude", "url"), _location,
    ),
    "service_at_locations": (
        ("service_id", "location_id"), lambda site: iter([(site.key, site.key, site.key)]),
    ),
    "addresses": (
        ("location_id", "address_1", "city", "state_province", "postal_code", "country",
         "address_type"),
        _address,
    ),
    "phones": (
        ("location_id", "number"),
        lambda site: iter([(site.key, site.key, site.phone)] if site.phone else []),
    ),
    "schedules": (("location_id", "description"), _schedule),
    "languages": (
        ("location_id", "code"),
        lambda site: ((f"{site.key}:{code}", site.key, code) for code in sorted(site.languages)),
    ),
    "accessibility": (
        ("location_id", "description"),
        lambda site: iter([(site.key, site.key, "Wheelchair access")] if site.wheelchair else []),
    ),
    "required_documents": (("service_id", "document"), _document),
}  # fmt: skip


def _description() -> dict[str, object]:
    resources = [{"name": name, "path": f"{name}.csv"} for name in _TABLES]
    return {"name": "sites", "profile": "tabular-data-package", "resources": resources}
