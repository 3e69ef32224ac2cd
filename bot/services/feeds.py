"""Feeds: calendars that an app reads again and again, so that they follow every change.

The public one has all events that are open to everybody. A private one has what one person said
yes to, behind a link with a secret. The database has a digest of the secret only, so nobody can
read a link there; and no feed opens the sealed number of whose it is.
"""

import asyncio
import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock, local_midnight
from bot.content import ics
from bot.content.renderer import Words
from bot.errors import Refusal, StorageUnavailableError
from bot.models import Language
from bot.models.events import EventKind, Occurrence
from bot.services import calendar, occurrences
from bot.storage.calendar_links import Wish
from bot.storage.database import Database
from bot.storage.tables import Tables

log = logging.getLogger(__name__)

AHEAD = timedelta(days=184)  # of the public feed
KEPT_AFTER = timedelta(days=7)  # what was lately, cancelled or not, stays in it
SECRET_BYTES = 32
PUBLIC_PATH = "/calendar.ics"
PRIVATE_PATH = "/calendar/{secret}.ics"
_IN_LANGUAGE = {Language.EN: "", Language.ES: "?lang=es"}
_NOT_FOR_ALL = frozenset({EventKind.WORKGROUP})


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar as it is served."""

    data: bytes
    tag: str  # names these bytes
    changed_at: datetime | None = None  # None: nothing tells, the tag must do


@dataclass(frozen=True, slots=True)
class _Made:
    """A public feed, and what it was made of."""

    version: tuple[int, datetime | None]  # of all events
    day: date
    feed: Feed


class Feeds:
    """Makes feeds, and the links to them."""

    def __init__(
        self, database: Database, words: Words, clock: Clock, zone: ZoneInfo, address: str | None
    ) -> None:
        self._database = database
        self._words = words
        self._clock = clock
        self._zone = zone
        self._address = address  # under which people reach the web server; None: they do not
        self._made: dict[Language, _Made] = {}
        self._making = asyncio.Lock()

    async def public(self, language: Language) -> Feed:
        """Return what is open to everybody; made anew only on a new day or after a change."""
        today = self._today()

        def work(t: Tables) -> _Made:
            version = t.events.version()
            made = self._made.get(language)
            if made is not None and (made.version, made.day) == (version, today):
                return made
            return _Made(version, today, self._public(t, language, today, version[1]))

        async with self._making:  # many may ask for what has just changed
            made = self._made[language] = await self._database.read(work)
        return made.feed

    async def private(self, secret: str, language: Language) -> Feed | None:
        """Return what somebody said yes to, None if the link is wrong or was switched off.

        Nothing tells when they said it: that is not stored.
        """
        digest, today = _digest(secret), self._today()

        def work(t: Tables) -> tuple[date, Feed] | None:
            read_on = t.calendar_links.find(digest)
            if read_on is None:
                return None
            return read_on, self._private(t, digest, language, today)

        found = await self._database.read(work)
        if found is None:
            return None
        read_on, feed = found
        if read_on != today:
            await self._note_reading(digest, today)
        return feed

    # ------------------------------------------------------------------ links

    @property
    def are_offered(self) -> bool:
        """Return whether people can reach feeds."""
        return self._address is not None

    def public_link(self, language: Language) -> str:
        """Return where the public feed is."""
        return self._link(PUBLIC_PATH, language)

    async def last_read(self, chat_id: int) -> date | None:
        """Return the day on which a chat's link was last read or made; None: there is none."""
        return await self._database.read(lambda t: t.calendar_links.find_of_chat(chat_id))

    async def make_link(self, chat_id: int, language: Language) -> str:
        """Return a new private link of a chat; the one before does not work any more.

        It cannot be shown again: only a digest of its secret is kept.
        """
        secret, today = secrets.token_urlsafe(SECRET_BYTES), self._today()
        link = self._link(PRIVATE_PATH.format(secret=secret), language)
        digest = _digest(secret)
        await self._database.write(lambda t: t.calendar_links.put(chat_id, digest, today))
        return link

    async def switch_off(self, chat_id: int) -> None:
        """Let the link of a chat lead nowhere; safe to repeat."""
        await self._database.write(lambda t: t.calendar_links.remove_chat(chat_id))

    # ------------------------------------------------------------------ inside

    def _link(self, path: str, language: Language) -> str:
        if self._address is None:
            raise Refusal("public/feed_closed")
        return f"{self._address}{path}{_IN_LANGUAGE[language]}"

    def _private(self, t: Tables, digest: bytes, language: Language, today: date) -> Feed:
        """Return it without what was over before today, and without what people see no more."""
        since = local_midnight(today, self._zone)
        before = local_midnight(today + AHEAD, self._zone)
        found: dict[tuple[int, date], ics.FeedEntry] = {}
        for wish in t.calendar_links.list_wishes(digest):
            for each in _dates_of(t, wish, since, before):
                is_sure = wish.is_sure or each.on != wish.on
                found.setdefault((wish.event_id, each.on), ics.FeedEntry(each, is_sure))
        entries = sorted(found.values(), key=_order)
        name = self._words.label("feed_name_private", language)
        data = ics.of_feed(name, entries, self._zone, since, language)
        return Feed(data, _tag(data))

    async def _note_reading(self, digest: bytes, today: date) -> None:
        try:
            await self._database.write(lambda t: t.calendar_links.set_read(digest, today))
        except StorageUnavailableError as error:
            log.warning("The day on which a calendar was read cannot be noted: %s", error)

    def _public(
        self, t: Tables, language: Language, today: date, changed_at: datetime | None
    ) -> Feed:
        """Return it for a whole day, so that it changes at midnight only, or when events do."""
        midnight = local_midnight(today, self._zone)
        since = local_midnight(today - KEPT_AFTER, self._zone)
        before = local_midnight(today + AHEAD, self._zone)
        entries = [
            ics.FeedEntry(each)
            for each in calendar.list_between(t, since, before)
            if each.event.kind not in _NOT_FOR_ALL
        ]
        name = self._words.label("feed_name_public", language)
        data = ics.of_feed(name, entries, self._zone, since, language)
        return Feed(data, _tag(data), max(midnight, changed_at or midnight))

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()


def _dates_of(t: Tables, wish: Wish, since: datetime, before: datetime) -> list[Occurrence]:
    """Return the date of a wish, and those after it if it is for every date of a series."""
    event = t.events.find(wish.event_id)
    if event is None or event.state not in calendar.SHOWN:
        return []
    changes = t.events.changes_of(event.event_id)
    own = occurrences.occurrence(event, changes, wish.on)
    if own is None:
        return []
    after = max(since, own.ends_at)
    later = occurrences.between(event, changes, after, before) if wish.every else []
    return [*([own] if own.ends_at > since else []), *later]


def _order(entry: ics.FeedEntry) -> tuple[datetime, int, date]:
    of = entry.occurrence
    return of.starts_at, of.event.event_id, of.on


def _digest(secret: str) -> bytes:
    """Return what is stored of a secret; it is too long to be guessed, so no salt is needed."""
    return hashlib.sha256(secret.encode()).digest()


def _tag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
