"""Checks: what staff should know about a broadcast before they approve it. Pure.

A flaw that Telegram would refuse stops the approval; any other is for staff to judge.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from html import unescape
from urllib.parse import urlsplit

from bot.content import telegram_html
from bot.content.dates import dates_in
from bot.models import Content, Draft, Item, Language, Poll, Section

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024  # characters after parsing, as Telegram counts them
_HREF = re.compile(r'<a href="([^"]*)"')
_BARE = re.compile(r"(?:https?:/*|www\.)\S*", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
OLD_DATE = timedelta(days=120)  # a date without a year that lies further back means next year


class Flaw(StrEnum):
    """The kinds of things that may be wrong."""

    TOO_LONG = "too-long"
    MARKUP = "markup"
    LINK = "link"  # malformed
    PAST_DATE = "past-date"
    NO_SECTION = "no-section"
    PAST_LAST_DAY = "past-last-day"
    NO_TRANSLATION = "no-translation"
    EMPTY_SECTION = "empty-section"
    SAME_TEXT = "same-text"  # as in what went out before
    POLL = "poll"  # each copy is a poll of its own

    @property
    def stops(self) -> bool:
        """Return whether it must be mended before anybody can approve."""
        return self in (Flaw.TOO_LONG, Flaw.MARKUP)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that staff should look at."""

    flaw: Flaw
    count: int = 1
    language: Language | None = None
    detail: str = ""  # the link, the date, as they stand in the text
    section: Section | None = None


def of_messages(messages: Iterable[tuple[Language, Content]], day: date) -> list[Problem]:
    """Return what is wrong with messages that are to go out on a day, each thing once."""
    found: list[Problem] = []
    for language, content in messages:
        found += _unsendable(language, content)
        found += _doubtful(content.html, day)
    return list(dict.fromkeys(found))


def of_items(items: Sequence[Item], day: date) -> Iterator[Problem]:
    """Return what is wrong with the items that wait for the edition of a day."""
    chosen = [i for i in items if i.section and (i.until is None or i.until >= day)]
    if unsorted := sum(i.section is None for i in items):
        yield Problem(Flaw.NO_SECTION, unsorted)
    if past := sum(i.until is not None and i.until < day for i in items):
        yield Problem(Flaw.PAST_LAST_DAY, past)
    for language in Language:
        if missing := sum(_lacks(item, language) for item in chosen):
            yield Problem(Flaw.NO_TRANSLATION, missing, language)
    filled = {item.section for item in chosen}
    if filled:
        yield from (Problem(Flaw.EMPTY_SECTION, section=s) for s in Section if s not in filled)


def of_draft(draft: Draft) -> Iterator[Problem]:
    """Return what is wrong with what staff wrote."""
    if draft.translation is None and draft.content.html:
        yield Problem(Flaw.NO_TRANSLATION, 1, draft.language.other)
    contents = [each for each in (draft.content, draft.translation) if each]
    if any(isinstance(each.attachment, Poll) for each in contents):
        yield Problem(Flaw.POLL)


def same_texts(now: Iterable[str], before: Iterable[str]) -> list[Problem]:
    """Return how many texts went out before in the same words."""
    earlier = {_plain(html) for html in before} - {""}
    same = Counter(_plain(html) in earlier for html in now)[True]
    return [Problem(Flaw.SAME_TEXT, same)] if same else []


def _unsendable(language: Language, content: Content) -> Iterator[Problem]:
    limit = TEXT_LIMIT if content.attachment is None else CAPTION_LIMIT
    length = telegram_html.visible_length(content.html)
    if length > limit:
        yield Problem(Flaw.TOO_LONG, length - limit, language)
    elif telegram_html.check(content.html):
        yield Problem(Flaw.MARKUP, 1, language)


def _doubtful(html: str, day: date) -> Iterator[Problem]:
    links = [unescape(href) for href in _HREF.findall(html)]
    text = telegram_html.visible_text(html)
    links += [bare.rstrip(".,;:!?)»”\"'") for bare in _BARE.findall(text)]
    for link in links:
        if not _is_link(link):
            yield Problem(Flaw.LINK, detail=link[:60])
    for shown, meant in dates_in(text, day - OLD_DATE):
        if meant < day:
            yield Problem(Flaw.PAST_DATE, detail=shown)


def _is_link(link: str) -> bool:
    """Return whether a link can lead anywhere: a web address, mail, telephone or Telegram."""
    if link.lower().startswith("www."):
        link = f"https://{link}"
    try:
        parts = urlsplit(link)
        _ = parts.port
    except ValueError:
        return False
    if parts.scheme in ("mailto", "tel", "tg"):
        return bool(parts.path or parts.netloc)
    is_web = parts.scheme in ("http", "https")
    return is_web and bool(_HOST.fullmatch(parts.hostname or "")) and " " not in link


def _lacks(item: Item, language: Language) -> bool:
    """Return whether an item has words, but none in that language."""
    return bool(item.html) and item.language is not language and not item.translation


def _plain(html: str) -> str:
    return " ".join(telegram_html.visible_text(html).casefold().split())
