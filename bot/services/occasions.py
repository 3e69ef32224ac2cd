"""Occasions: staff are nudged once before a day, and put ready news into the e-blast by a tap.

Nothing is put there by itself, and the e-blast is approved as always.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.library import Library
from bot.content.occasions import Occasion, ReadyItem
from bot.errors import Refusal
from bot.models import Item, ItemState, Language
from bot.services.countdowns import Countdown, find_countdown, next_countdown
from bot.services.staff import Staff
from bot.storage.database import Database
from bot.storage.tables import Tables

AWAKE = (time(9), time(20))  # staff are nudged within these local hours
_EVERY = timedelta(minutes=1)
_NUMBERS = 10**15  # below its negative lie the numbers of ready news; see eventnews.update_id_of


@dataclass(frozen=True, slots=True)
class Ready:
    """News that is ready, and the item that was made of it for this day, if any."""

    news: ReadyItem
    item: Item | None


@dataclass(frozen=True, slots=True)
class View:
    """A day that comes, with what is ready for it."""

    countdown: Countdown
    ready: list[Ready]


class Occasions:
    """Looks after the days that the task force prepares for."""

    def __init__(
        self, database: Database, library: Library, staff: Staff, clock: Clock, zone: ZoneInfo
    ) -> None:
        self._database = database
        self._library = library
        self._staff = staff
        self._clock = clock
        self._zone = zone
        self._looked_at: datetime | None = None

    async def next(self) -> Countdown | None:
        """Return the day that is counted down to, None if none is near."""
        now = self._clock.now()
        return await self._database.read(lambda t: next_countdown(t, self._library.occasions, now))

    async def look(self, key: str) -> View:
        """Return a day with what is ready for it; raise Refusal if it is not near."""
        now = self._clock.now()
        return await self._database.read(lambda t: self._view(t, key, now))

    async def put(self, key: str, item_key: str, person_id: int) -> View:
        """Put news into the e-blast in work; once for each year, however often it is pressed."""
        now = self._clock.now()

        def work(t: Tables) -> View:
            view = self._view(t, key, now)
            ready = next((each for each in view.ready if each.news.key == item_key), None)
            if ready is None:
                raise Refusal("staff/occasion_gone")
            if ready.item is None:
                self._add(t, view.countdown, ready.news, person_id, now)
            elif ready.item.state is ItemState.REMOVED:
                t.items.set_state(ready.item.item_id, ItemState.OPEN)
                t.items.set_author(ready.item.item_id, person_id)
            return self._view(t, key, now)

        return await self._database.write(work)

    async def tick(self) -> bool:
        """Nudge staff once before each day, by day; return whether it did."""
        now = self._clock.now()
        is_soon = self._looked_at is not None and timedelta() <= now - self._looked_at < _EVERY
        if is_soon or not AWAKE[0] <= now.astimezone(self._zone).time() < AWAKE[1]:
            return False
        self._looked_at = now
        if not await self._database.read(lambda t: self._to_nudge(t, now)):
            return False

        def work(t: Tables) -> bool:
            return any([self._nudge(t, each, now) for each in self._to_nudge(t, now)])  # noqa: C419 - each

        return await self._database.write(work)

    def _to_nudge(self, t: Tables, now: datetime) -> list[Countdown]:
        found = [find_countdown(t, each, now) for each in self._library.occasions]
        return [
            each
            for each in found
            if each is not None
            and 0 < each.days <= each.occasion.nudge_days
            and t.meta.find(_name(each)) != each.occurrence.on.isoformat()
        ]

    def _nudge(self, t: Tables, countdown: Countdown, now: datetime) -> bool:
        on = countdown.occurrence.on.isoformat()
        t.meta.set(_name(countdown), on)
        html = self._staff.render("staff/occasion_nudge", countdown=countdown)
        key = countdown.occasion.key
        look = self._staff.button("occasion_look", f"occasion:look:{key}", "primary")
        return self._staff.tell(t, f"{_name(countdown)}:{on}", html, ((look,),), now=now)

    def _view(self, t: Tables, key: str, now: datetime) -> View:
        occasion = next((each for each in self._library.occasions if each.key == key), None)
        countdown = find_countdown(t, occasion, now) if occasion else None
        if occasion is None or countdown is None:
            raise Refusal("staff/occasion_gone")
        return View(countdown, [_ready(t, occasion, each, countdown) for each in occasion.items])

    def _add(
        self, t: Tables, countdown: Countdown, news: ReadyItem, person_id: int, now: datetime
    ) -> None:
        number = _number(countdown.occasion, news, countdown)
        html = {language: self._html(news, language) for language in Language}
        item = t.items.add(number, person_id, Language.EN, html[Language.EN], None, now)
        t.items.set_section(item.item_id, news.section)
        t.items.set_translation(item.item_id, html[Language.ES])
        t.items.set_until(item.item_id, countdown.occurrence.day)

    def _html(self, news: ReadyItem, language: Language) -> str:
        return self._library.words.render("member/occasion_item", language, news=news)


def _ready(t: Tables, occasion: Occasion, news: ReadyItem, countdown: Countdown) -> Ready:
    number = _number(occasion, news, countdown)
    found = t.items.list_of_updates(number, number)
    return Ready(news, found[0][1] if found else None)


def _number(occasion: Occasion, news: ReadyItem, countdown: Countdown) -> int:
    """Return the number that stands for news of a day in a year; Telegram's are above zero."""
    name = f"{occasion.key}:{news.key}:{countdown.occurrence.on}".encode()
    return -(_NUMBERS + int.from_bytes(hashlib.blake2b(name, digest_size=6).digest(), "big"))


def _name(countdown: Countdown) -> str:
    return f"occasion:{countdown.occasion.key}"
