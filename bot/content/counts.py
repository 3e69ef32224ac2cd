"""Counts as staff type them, "12 in person, 5 online" or "12 5", and what looks like names."""

import re

from bot.content.masking import find_marks
from bot.content.normalise import without_accents
from bot.models import Hidden

MOST = 100_000  # people, or kits
_NUMBER = re.compile(r"\d+")
_AFTER = re.compile(r"(\d+)([^\d]*)")
_BEFORE = re.compile(r"([^\d]+)(\d+)")
_PERSON = re.compile(r"\b(?:in person|en persona|presencial|person|persona|there|here)")
_ONLINE = re.compile(r"\b(?:online|on line|zoom|virtual|en linea|linea)")
_BETWEEN = re.compile(r"[,;\n]|\s(?:and|y|e|&|\+)\s")
_FEWEST_NAMES = 3  # "Ana Ruiz, Joe Poe" may be two trainers; three are a list
_NAME_WORD = re.compile(r"[^\W\d_][\w'’-]*\.?")
# Words of organizations, roles and places: what has one is no person's name.
_NO_NAME = frozenset(
    """
    academy agency alliance area association avenue branch cares center centers centro chicago
    church city clinic clinica coalition college community comunidad comunitario county
    department departamento escuela family fire foundation force garfield group grupo health
    home hospital house humboldt iglesia illinois institute lawndale library biblioteca medical
    mission network north office outreach park parque parish partners partnership police program
    programa project proyecto public recovery room sala salud school service services servicios
    shelter side society south staff state street task team trainer training treatment university
    west austin east online volunteer volunteers young youth
    """.split()  # noqa: SIM905 - a list of words is easier to read and to add to
)
_CONTACTS = frozenset({Hidden.PHONE, Hidden.EMAIL, Hidden.HANDLE})


def read_number(text: str) -> int | None:
    """Return the number that a text such as "20 kits" begins with, None if it does not."""
    found = _NUMBER.match(text.strip())
    return int(found[0]) if found and int(found[0]) <= MOST else None


def read_counts(text: str, *, only_online: bool = False) -> tuple[int | None, int | None] | None:
    """Return how many came (in person, online), None where not said; None if it is unclear.

    Bare numbers are first those in person, then those online; only_online: one is those online.
    """
    words = without_accents(text.lower()).strip()
    pairs = _pairs(words)
    if pairs is None:
        return None
    said: dict[str, int] = {}
    for number, named in pairs:
        is_online = bool(_ONLINE.search(named))
        if is_online or _PERSON.search(named):
            way = "online" if is_online else "person"
        else:
            way = "online" if "person" in said or (only_online and len(pairs) == 1) else "person"
        if way in said or number > MOST:
            return None
        said[way] = number
    return said.get("person"), said.get("online")


def _pairs(words: str) -> list[tuple[int, str]] | None:
    """Return each number with the words after it, or before it; None if there are too many."""
    if words[:1].isdecimal():
        found = [(int(number), named) for number, named in _AFTER.findall(words)]
    else:
        found = [(int(number), named) for named, number in _BEFORE.findall(words)]
        if _BEFORE.sub("", words).strip(" ."):
            return None
    return found if 1 <= len(found) <= 2 else None


def looks_like_names(text: str) -> bool:
    """Return whether a text looks like a list of people, or holds a phone number or an address.

    It errs on the side of refusing lists: an organization with an unusual name can be written
    short, but names of people who were trained must not be kept.
    """
    if any(mark.kind in _CONTACTS for mark in find_marks(text)):
        return True
    pieces = [piece.strip() for piece in _BETWEEN.split(text) if piece.strip()]
    return sum(_is_name(piece) for piece in pieces) >= _FEWEST_NAMES


def _is_name(piece: str) -> bool:
    """Return whether a piece may be a person's name: some words, none of an organization."""
    words = piece.split()
    is_alone = len(words) == 1 and (not piece[:1].isupper() or piece.isupper())
    if not 1 <= len(words) <= 4 or is_alone:  # "AB" are initials
        return False
    known = {without_accents(word.lower().strip(".")) for word in words}
    return not known & _NO_NAME and all(_NAME_WORD.fullmatch(word) for word in words)
