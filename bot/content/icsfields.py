"""What single lines of an event of a calendar file say: its name, its link, its note."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.content.icslines import Component, LineError
from bot.content.icstext import (
    LONGEST_LINE,
    LONGEST_NOTE,
    cut,
    language_of,
    one_line,
    plain_text,
    web_link,
)
from bot.content.icstimes import utc_instant
from bot.content.labels import Label
from bot.models import Language
from bot.models.calendars import Told

_UID = re.compile(r"[!-~]{1,200}")  # what can stand in a file of the bot as it is
_LINKS = ("URL", "CONFERENCE", "X-GOOGLE-CONFERENCE", "LOCATION")
_SHUT = ("PRIVATE", "CONFIDENTIAL")
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def uid_of(event: Component) -> str:
    """Return what names an event for good; where its file does not say, title and time do."""
    found = event.find("UID")
    if found and _UID.fullmatch(found.value.strip()):
        return found.value.strip()
    parts = [each.value for name in ("UID", "SUMMARY", "DTSTART") if (each := event.find(name))]
    return f"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}@calendar"


def uid_of_date(uid: str, on: date) -> str:
    """Return what names one date of a series; the bot's own files name it the same way."""
    return f"{on:%Y%m%d}-{uid}"


def link_of(event: Component) -> str:
    """Return the first link to a web page that an event names; empty if it names none."""
    found = (event.find(name) for name in _LINKS)
    return next((link for each in found if each and (link := web_link(each.text))), "")


def place_of(event: Component) -> str:
    """Return where an event is; a link is no place."""
    place = one_line(event.find("LOCATION"))
    return "" if web_link(place) else cut(place, LONGEST_LINE)


def notes_of(event: Component, link: str) -> Mapping[Language, str]:
    """Return what else one should know, without the link that is told anyway."""
    found = event.find("DESCRIPTION")
    lines = plain_text(found.text).split("\n") if found else []
    note = cut("\n".join(line for line in lines if line != link), LONGEST_NOTE)
    return {language_of(found): note} if note else {}


def topics_of(event: Component, told: Told) -> Mapping[Language, str]:
    """Return what one date is about, where its title is not that of the series."""
    summary = event.find("SUMMARY")
    title, usual = one_line(summary), next(iter(told.titles.values()))
    topic = title.removeprefix(f"{usual}: ") if title != usual else ""
    is_cut = usual.endswith("…") and title.startswith(usual[:-1])
    return {language_of(summary): cut(topic, LONGEST_LINE)} if topic and not is_cut else {}


def sequence_of(event: Component) -> int:
    """Return how often an event was changed, as far as its file says."""
    found = event.find("SEQUENCE")
    text = found.value.strip() if found else ""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def version(told: Told) -> tuple[int, datetime]:
    """Return what is larger for what was said later."""
    return told.sequence, told.modified_at or _LONG_AGO


def with_version_of(told: Told, event: Component) -> Told:
    """Return a series with the version of one of its dates, if that is the newer."""
    of_date = replace(
        told,
        sequence=sequence_of(event),
        modified_at=utc_instant(event.find("LAST-MODIFIED")),
    )
    newer = max(told, of_date, key=version)
    return replace(told, sequence=newer.sequence, modified_at=newer.modified_at)


def require_public(event: Component) -> None:
    """Raise LineError for an event that its owner does not want to be seen."""
    found = event.find("CLASS")
    if found is not None and found.value.strip().upper() in _SHUT:
        raise LineError(found.line, Label.ICS_PRIVATE)
