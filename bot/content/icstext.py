"""Texts of foreign calendar files, made harmless: plain, short, without markup."""

import html
import re
import unicodedata

from bot.content.icslines import Property
from bot.models import Language

LONGEST_LINE = 120  # characters of a title, a topic or a place; longer ones are cut
LONGEST_NOTE = 300
LONGEST_NAME = 60  # of a partner
LONGEST_LINK = 500
_READ = 5_000  # characters of a text that are looked at
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|/h\d)\b[^<>]{0,50}>", re.IGNORECASE)
_HIDDEN = re.compile(
    r"<(script|style)\b[^<>]{0,2000}>.{0,5000}?</\1\s*>", re.IGNORECASE | re.DOTALL
)
_LINK = re.compile(r"https?://[^\s\"'<>\\^`{|}]+", re.IGNORECASE)
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")


def plain_text(text: str) -> str:
    """Return a text without tags, entities and unseen signs; lines stay, empty ones go."""
    text = text[:_READ]
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n", _HIDDEN.sub("", text)))
    if "&" in text:
        text = html.unescape(text)
    seen = "".join(
        each if each == "\n" or unicodedata.category(each) not in _UNSEEN else " " for each in text
    )
    lines = (" ".join(line.split()) for line in seen.split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(found: Property | None) -> str:
    """Return the text of a property in one line; empty if there is none."""
    return " ".join(plain_text(found.text).split()) if found else ""


def cut(text: str, limit: int) -> str:
    """Return a text that is not longer than a limit."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def web_link(text: str) -> str:
    """Return a link to a web page; empty for anything else, such as a script or a local file."""
    found = _LINK.fullmatch(text.strip())
    return found[0] if found and len(found[0]) <= LONGEST_LINK else ""


def language_of(found: Property | None) -> Language:
    """Return the language that a property says it is in; English where it says nothing."""
    said = found.parameters.get("LANGUAGE", "") if found else ""
    return Language.ES if said.lower().startswith("es") else Language.EN
