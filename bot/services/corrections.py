"""Corrections by anyone: what is wrong with a place goes to staff, who accept or reject it."""

from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.dates import datetime_text
from bot.content.library import Library
from bot.content.sitewords import days_from, end_of_day
from bot.errors import Refusal
from bot.models import Content, Keyboard, Lane, Language
from bot.models.sites import Correction, CorrectionKind, Site
from bot.services.staff import Staff
from bot.storage.database import Database
from bot.storage.deliveries import NewDelivery
from bot.storage.tables import Tables

AWAITED_FOR = timedelta(minutes=15)  # a few words; in memory only
LONGEST_WORDS = 300  # characters
MOST_AN_HOUR = 5  # reports of one chat; counted in memory
MOST_OPEN = 100  # reports that wait for staff; more help nobody
_HOUR = timedelta(hours=1)
_MOST_CHATS = 10_000


@dataclass(frozen=True, slots=True)
class _Awaited:
    """A report that still lacks its words, or the yes to send it."""

    correction: Correction
    until: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a report."""

    correction: Correction
    site: Site
    change_id: int | None  # what accepting it changed at once; None: staff change it by hand


class Corrections:
    """Takes reports and decides on them. Before a report is sent nothing of it is stored."""

    def __init__(
        self,
        database: Database,
        staff: Staff,
        library: Library,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._database = database
        self._staff = staff
        self._words = library.words
        self._clock = clock
        self._zone = zone
        self._awaited: OrderedDict[int, _Awaited] = OrderedDict()
        self._sent: OrderedDict[int, deque[datetime]] = OrderedDict()

    # ------------------------------------------------------------------ before it is sent

    async def site(self, site_id: int) -> Site:
        """Return the place that a report is about; raise Refusal if it is gone."""
        now = self._clock.now()
        stored = await self._database.read(lambda t: t.sites.find(site_id, now))
        if stored is None or stored.site.closed:
            raise Refusal("public/wrong_gone")
        return stored.site

    def begin(self, chat_id: int, correction: Correction) -> None:
        """Keep what somebody is about to report, in memory and for a while."""
        self._awaited.pop(chat_id, None)
        self._awaited[chat_id] = _Awaited(correction, self._clock.now() + AWAITED_FOR)
        while len(self._awaited) > _MOST_CHATS:
            self._awaited.popitem(last=False)

    def awaits_words(self, chat_id: int) -> bool:
        """Return whether a chat's next words are about a report."""
        begun = self._begun(chat_id)
        return begun is not None and begun.kind.has_words and not begun.words

    def add_words(self, chat_id: int, words: str) -> Correction | None:
        """Take the words of a report; raise Refusal if they are too long."""
        begun, said = self._begun(chat_id), " ".join(words.split())
        if begun is None:
            return None
        if not said or len(said) > LONGEST_WORDS:
            raise Refusal("public/wrong_too_long", limit=LONGEST_WORDS)
        correction = replace(begun, words=said)
        self.begin(chat_id, correction)
        return correction

    def forget(self, chat_id: int) -> None:
        """Forget what a chat was about to report."""
        self._awaited.pop(chat_id, None)
        self._sent.pop(chat_id, None)

    def cancel(self, chat_id: int) -> None:
        """Drop what a chat was about to report."""
        self._awaited.pop(chat_id, None)

    # ------------------------------------------------------------------ sending

    async def send(self, update_id: int, chat_id: int, language: Language, *, tell: bool) -> None:
        """Give a report to staff; raise Refusal if it is gone or there are too many."""
        begun = self._begun(chat_id)
        if begun is None:
            raise Refusal("public/wrong_old")
        self._count(chat_id)
        now = self._clock.now()
        correction = replace(begun, chat_id=chat_id if tell else None, language=language)

        def work(t: Tables) -> None:
            if t.corrections.count_open() >= MOST_OPEN:
                raise Refusal("public/wrong_full")
            stored = t.sites.find(correction.site_id, now)
            if stored is None:
                raise Refusal("public/wrong_gone")
            self.tell_staff(t, update_id, correction, stored.site, now)

        await self._database.write(work)
        self.cancel(chat_id)

    def tell_staff(
        self, t: Tables, update_id: int, correction: Correction, site: Site, now: datetime
    ) -> None:
        """Keep a report and tell staff of it, once per update."""
        number = t.corrections.add(update_id, correction, now)
        if number is None:
            return
        html = self._staff.render("staff/correction", correction=correction, site=site)
        keyboard = self._buttons(number, correction.site_id)
        self._staff.tell(t, f"correction:{number}", html, keyboard, now=now)

    # ------------------------------------------------------------------ deciding

    async def decide(self, number: int, author_id: int, *, accepted: bool) -> Decided:
        """Accept or reject a report, tell whoever wanted to hear, and erase who they are."""
        now = self._clock.now()

        def work(t: Tables) -> Decided:
            correction = t.corrections.find_open(number)
            if correction is None:
                raise Refusal("staff/correction_gone")
            stored = t.sites.find(correction.site_id, now)
            if stored is None:  # it would have taken its reports along
                raise Refusal("staff/correction_gone")
            change_id = self._apply(t, correction, author_id, now) if accepted else None
            if correction.chat_id is not None:
                self._tell(t, number, correction, stored.site, accepted=accepted)
            t.corrections.decide(number, accepted=accepted)
            return Decided(correction, stored.site, change_id)

        return await self._database.write(work)

    def _apply(
        self, t: Tables, correction: Correction, author_id: int, now: datetime
    ) -> int | None:
        """Do what can be done without asking: what ran out is out for today."""
        if correction.kind is not CorrectionKind.OUT or correction.need is None:
            return None
        until = end_of_day(days_from(now, 0, self._zone), self._zone)
        change_id = t.sites.begin_edit(correction.site_id, author_id, now)
        t.sites.set_out(correction.site_id, correction.need, until)
        after = f"{correction.need}: {datetime_text(until, Language.EN, self._zone)}"
        t.sites.describe(change_id, correction.site_id, "stock", "", after)
        return change_id

    def _tell(
        self, t: Tables, number: int, correction: Correction, site: Site, *, accepted: bool
    ) -> None:
        if correction.chat_id is None:
            return
        template = "public/wrong_accepted" if accepted else "public/wrong_rejected"
        html = self._words.render(template, correction.language, name=site.name)
        t.deliveries.add(
            NewDelivery(
                correction.chat_id,
                Content(html),
                Lane.NOTICE,
                self._clock.now(),
                key=f"correction-told:{number}",
                forget=True,
            )
        )

    # ------------------------------------------------------------------ parts

    def _buttons(self, number: int, site_id: int) -> Keyboard:
        button = self._staff.button
        return (
            (
                button("correction_accept", f"correction:accept:{number}"),
                button("correction_reject", f"correction:reject:{number}"),
            ),
            (button("site_look", f"site:show:{site_id}"),),
        )

    def _begun(self, chat_id: int) -> Correction | None:
        awaited = self._awaited.get(chat_id)
        if awaited is None or self._clock.now() >= awaited.until:
            return None
        return awaited.correction

    def _count(self, chat_id: int) -> None:
        """Note that a chat sends a report; raise Refusal if it sent too many within an hour."""
        now = self._clock.now()
        sent = self._sent.pop(chat_id, deque[datetime](maxlen=MOST_AN_HOUR))
        self._sent[chat_id] = sent
        if len(sent) == MOST_AN_HOUR and now - sent[0] < _HOUR:
            raise Refusal("public/wrong_too_many")
        sent.append(now)
        while len(self._sent) > _MOST_CHATS:
            self._sent.popitem(last=False)
