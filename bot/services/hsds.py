"""Open Referral's HSDS 3.0 as a tabular package: its tables joined into rows of our own columns.

A location is a site. What its services are called and say decides what is given there: HSDS has no
field for that, so words are looked for. Columns that are not read are left alone.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from bot.content.labels import Label
from bot.content.normalise import plain
from bot.content.sitetable import FileRefusedError
from bot.hours import is_valid
from bot.models.sites import Need

Open = Callable[[str], "csv.DictReader[str]"]
TABLES = ("locations.csv", "services.csv", "service_at_locations.csv")
_ACTIVE = {"", "active"}
_WORDS = {
    Need.NALOXONE: r"\b(naloxon[ea]|narcan|overdose reversal)",
    Need.TEST_STRIPS: r"\b(test strips?|testing strips?|tiras reactivas)",
    Need.SYRINGES: r"\b(syringes?|needles?|jeringas?)",
    Need.SMOKING_SUPPLIES: r"\b(smoking (supplies|kits?)|pipes?)\b",
    Need.WOUND_CARE: r"\bwound",
    Need.DISPOSAL: r"\b(sharps|disposal)",
    Need.DRUG_CHECKING: r"\bdrug (checking|testing service)",
    Need.TREATMENT: r"\b(treatment|buprenorphine|methadone|detox|recovery support)",
}
_MEANT = {need: re.compile(words) for need, words in _WORDS.items()}
_DAYS = re.compile(r"(?:[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)")
_TIME = re.compile(r"(\d{2}:\d{2})")


@dataclass(slots=True)
class _Services:
    """What the services at one location say between them."""

    needs: set[Need] = field(default_factory=set)
    organization: str = ""
    website: str = ""
    checked_on: str = ""
    seen: int = 0


def rows_of_package(
    open_table: Open, names: Set[str]
) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Yield (line, table, cells by our columns) for each location of a package."""
    missing = [name for name in TABLES if name not in names]
    if missing:
        raise FileRefusedError(Label.REFUSED_PACKAGE, {"table": missing[0]})
    services = _services(open_table, names)
    addresses = _first_by(open_table, names, "addresses.csv", "location_id")
    phones = _first_by(open_table, names, "phones.csv", "location_id")
    hours = _hours(open_table, names)
    languages: defaultdict[str, list[str]] = defaultdict(list)
    for row in open_table("languages.csv") if "languages.csv" in names else ():
        languages[row.get("location_id") or ""].append(row.get("code") or "")
    accessible = {
        row.get("location_id")
        for row in (open_table("accessibility.csv") if "accessibility.csv" in names else ())
        if "wheelchair" in plain(row.get("description") or "")
    }
    reader = open_table("locations.csv")
    for row in reader:
        location_id = row.get("id") or ""
        at = services.get(location_id)
        address = addresses.get(location_id, {})
        yield (
            reader.line_num,
            "locations.csv",
            {
                "id": location_id,
                "name": row.get("name") or (at.organization if at else ""),
                "organization": at.organization if at else "",
                "needs": ";".join(sorted(at.needs)) if at else "",
                "address": address.get("address_1", ""),
                "city": address.get("city", ""),
                "zip": address.get("postal_code", ""),
                "latitude": row.get("latitude") or "",
                "longitude": row.get("longitude") or "",
                "hours": hours.get(location_id, ""),
                "wheelchair": "yes" if location_id in accessible else "",
                "languages": ";".join(languages.get(location_id, ())),
                "phone": phones.get(location_id, {}).get("number", ""),
                "website": row.get("url") or (at.website if at else ""),
                "checked_on": at.checked_on if at else "",
            },
        )


def _services(open_table: Open, names: Set[str]) -> dict[str, _Services]:
    """Return what is given at each location, by its id."""
    organizations = {
        row.get("id") or "": row.get("name") or ""
        for row in (open_table("organizations.csv") if "organizations.csv" in names else ())
    }
    known: dict[str, tuple[frozenset[Need], str, str, str]] = {}
    for row in open_table("services.csv"):
        if (row.get("status") or "") in _ACTIVE:
            organization = organizations.get(row.get("organization_id") or "", "")
            said = (row.get("url") or "", row.get("assured_date") or "")
            known[row.get("id") or ""] = (_needs(row), organization, *said)
    at: defaultdict[str, _Services] = defaultdict(_Services)
    for row in open_table("service_at_locations.csv"):
        service = known.get(row.get("service_id") or "")
        if service is not None:
            here = at[row.get("location_id") or ""]
            here.needs |= service[0]
            here.organization = here.organization or service[1]
            here.website = here.website or service[2]
            # The oldest check counts, and one that is missing is the oldest of all.
            checked_on = here.checked_on if here.seen else service[3]
            here.checked_on = min(checked_on, service[3])
            here.seen += 1
    return at


def _needs(row: Mapping[str, str]) -> frozenset[Need]:
    text = plain(f"{row.get('name') or ''} . {row.get('description') or ''}")
    return frozenset(need for need, words in _MEANT.items() if words.search(text))


def _first_by(
    open_table: Open, names: Set[str], table: str, column: str
) -> dict[str, dict[str, str]]:
    """Return the first row of a table for each value of a column."""
    kept = ("address_1", "city", "postal_code", "number")
    found: dict[str, dict[str, str]] = {}
    for row in open_table(table) if table in names else ():
        key = row.get(column)
        if key and key not in found:
            found[key] = {name: row[name] for name in kept if row.get(name)}
    return found


def _hours(open_table: Open, names: Set[str]) -> dict[str, str]:
    """Return the opening_hours of each location that says them in a way that can be told."""
    rules: defaultdict[str, list[str]] = defaultdict(list)
    for row in open_table("schedules.csv") if "schedules.csv" in names else ():
        if location_id := row.get("location_id"):
            rules[location_id].append(_rule(row))
    return {each: ", ".join(said) for each, said in rules.items() if all(said)}


def _rule(row: Mapping[str, str]) -> str:
    """Return a schedule as one rule of opening_hours; empty if it is more than that can say.

    A package that this bot wrote has opening_hours as the description, whole.
    """
    opens, closes = (_TIME.match(row.get(name) or "") for name in ("opens_at", "closes_at"))
    days = _DAYS.findall((row.get("byday") or "").upper())
    bounded = any(row.get(name) for name in ("until", "count", "bymonthday", "byyearday"))
    every = (row.get("interval") or "1") == "1"
    whole = row.get("description") or ""
    if not (row.get("opens_at") or days) and whole and is_valid(whole):
        return whole
    if not opens or not closes or not days or bounded or not every:
        return ""
    return f"{','.join(map(_day, days))} {opens[1]}-{closes[1]}"


def _day(code: str) -> str:
    """Return "Tu" for TU and "Tu[2]" for 2TU, the second Tuesday."""
    name = code[-2:].capitalize()
    return f"{name}[{code[0]}]" if code[0].isdigit() else name
