"""Rows of sites: the columns, and how a site becomes one and comes back."""

import hashlib
import sqlite3
from datetime import date

from bot.models.sites import Need, Site

# The columns of a site that a file or a person can say, in the order of values_of().
SAID = (
    "name, needs, latitude, longitude, address, city, zip_code, hours, mobile, walk_in, no_id,"
    " free, by_mail, wheelchair, languages, phone, url, note_en, note_es,"
    " source, assured_on, hours_on, closed, closed_until"
)
COLUMNS = f"key, digest, origin, organization_id, {SAID}, changed_at"
STORED = f"site_id, {COLUMNS}"
MARKS = ", ".join("?" * (len(SAID.split(",")) + 3))  # with key, digest and organization
UPDATES = ", ".join(
    f"{name.strip()} = excluded.{name.strip()}" for name in f"{SAID}, changed_at".split(",")
)


def prefixed(table: str) -> str:
    """Return the columns of SAID, each with its table."""
    return ", ".join(f"{table}.{name.strip()}" for name in SAID.split(","))


def key_and_digest(site: Site) -> tuple[str, int]:
    """Return the key and a number that tells one state of a site from another."""
    said = repr((site.organization, *values_of(site))).encode()
    digest = hashlib.blake2b(said, digest_size=8).digest()
    return site.key, int.from_bytes(digest, "big", signed=True)


def values_of(site: Site) -> tuple[object, ...]:
    """Return what a site says, in the order of SAID."""
    return (
        site.name,
        ",".join(sorted(site.needs)),
        site.latitude,
        site.longitude,
        site.address,
        site.city,
        site.zip_code,
        site.hours,
        int(site.mobile),
        *map(_flag, (site.walk_in, site.no_id, site.free, site.by_mail, site.wheelchair)),
        ",".join(sorted(site.languages)),
        site.phone,
        site.url,
        site.note_en,
        site.note_es,
        site.source,
        site.assured_on.isoformat() if site.assured_on else None,
        site.hours_on.isoformat() if site.hours_on else None,
        int(site.closed),
        site.closed_until.isoformat() if site.closed_until else None,
    )


def site_of(row: sqlite3.Row) -> Site:
    """Return the site of a row that was joined with its organization."""
    return Site(
        key=row["key"],
        name=row["name"],
        needs=frozenset(Need(need) for need in row["needs"].split(",") if need),
        latitude=row["latitude"],
        longitude=row["longitude"],
        organization=row["organization"] or "",
        address=row["address"],
        city=row["city"],
        zip_code=row["zip_code"],
        hours=row["hours"],
        mobile=bool(row["mobile"]),
        walk_in=_yes_no(row["walk_in"]),
        no_id=_yes_no(row["no_id"]),
        free=_yes_no(row["free"]),
        by_mail=_yes_no(row["by_mail"]),
        wheelchair=_yes_no(row["wheelchair"]),
        languages=frozenset(code for code in row["languages"].split(",") if code),
        phone=row["phone"],
        url=row["url"],
        note_en=row["note_en"],
        note_es=row["note_es"],
        source=row["source"],
        assured_on=_day(row["assured_on"]),
        hours_on=_day(row["hours_on"]),
        closed=bool(row["closed"]),
        closed_until=_day(row["closed_until"]),
    )


def _flag(value: bool | None) -> int | None:  # noqa: FBT001 - it is the value
    return None if value is None else int(value)


def _yes_no(stored: int | None) -> bool | None:
    return None if stored is None else bool(stored)


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None
