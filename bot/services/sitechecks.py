"""Verification rounds: is it still right? Contacts are asked, else staff; silence makes it old.

A round is once a day, at a time when people are up. Whatever is due and has a contact is asked
there, one place a day for each; of the others staff get one message a day, to be done by taps.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock, local_instant
from bot.content.library import Library
from bot.models import Button, Content, Keyboard, Lane, Language
from bot.services.sitedesk import Desk, SiteDesk
from bot.services.siteindex import OLD_AFTER
from bot.services.staff import Staff
from bot.storage.database import Database
from bot.storage.deliveries import NewDelivery
from bot.storage.sitechecks import DueSite
from bot.storage.tables import Tables

BEGINS, ENDS = time(10), time(18)  # local: a round that is late waits for the next day
STAFF_A_DAY = 10  # places that staff are asked about in a day, in one message
SOON = timedelta(days=14)  # a place that gets old within that is on the weekly list too
NAMED = 10  # places that the weekly list names of each kind
LIST_ON = 0  # Monday
_LOOKED_AT = 400  # places of one round; the others have their turn the next day
_DONE = "site_round"  # in meta: the last local date of a round
_CHOSEN = {"right": "success", "changed": "", "closed": "", "stop": ""}


@dataclass(frozen=True, slots=True)
class Page:
    """One place of a list that staff go through."""

    desk: Desk | None  # None: the list is done
    left: int


class SiteChecks:
    """Asks, once a day, about what was not checked for a while."""

    def __init__(
        self,
        database: Database,
        staff: Staff,
        desk: SiteDesk,
        library: Library,
        clock: Clock,
        every_days: int,
    ) -> None:
        self._database = database
        self._staff = staff
        self._desk = desk
        self._words = library.words
        self._clock = clock
        self._zone: ZoneInfo = desk.zone
        self._every = timedelta(days=every_days)
        self._next_at: datetime | None = None  # in memory, so that most ticks read nothing

    async def tick(self) -> bool:
        """Do today's round if it is due; return whether somebody is asked something."""
        now = self._clock.now()
        if not self._every or (self._next_at is not None and now < self._next_at):
            return False
        today = now.astimezone(self._zone).date()
        begins, ends = (local_instant(today, at, self._zone) for at in (BEGINS, ENDS))
        self._next_at = begins
        if now >= begins:
            tomorrow = today + timedelta(days=1)
            self._next_at = local_instant(tomorrow, BEGINS, self._zone)
        in_time = begins <= now < ends
        return await self._database.write(lambda t: self._round(t, now, today, in_time=in_time))

    def _round(self, t: Tables, now: datetime, today: date, *, in_time: bool) -> bool:
        """Ask about what is due; the first day of a directory asks nothing."""
        done = t.meta.find(_DONE)
        if done is None:
            t.meta.set(_DONE, today.isoformat())
            return False
        if not in_time or str(done) >= today.isoformat():
            return False
        t.meta.set(_DONE, today.isoformat())
        until = today - self._every
        due = t.sitechecks.list_due(until, until, today, _LOOKED_AT)
        asked = self._ask_contacts(t, due, now, today)
        asked |= self._ask_staff(t, [each for each in due if each.contact is None], now, today)
        if today.weekday() == LIST_ON:
            asked |= self._list(t, now, today)
        return asked

    def _ask_contacts(self, t: Tables, due: Iterable[DueSite], now: datetime, today: date) -> bool:
        """Ask each contact about the one of their places that was not checked for longest."""
        asked: set[int] = set()
        for each in due:
            contact = each.contact
            if contact is None or contact.chat_id in asked:
                continue
            stored = t.sites.find(each.site_id, now)
            if stored is None:
                continue
            asked.add(contact.chat_id)
            html = self._words.render("public/contact_check", contact.language, site=stored.site)
            keyboard = self._contact_buttons(each.site_id, contact.language)
            t.deliveries.add(
                NewDelivery(
                    contact.chat_id,
                    Content(html, keyboard=keyboard),
                    Lane.NOTICE,
                    now,
                    key=f"site-check:{each.site_id}:{today}",
                    forget=True,
                )
            )
            t.sitechecks.mark_asked(each.site_id, today)
        return bool(asked)

    def _ask_staff(self, t: Tables, due: list[DueSite], now: datetime, today: date) -> bool:
        """Tell staff in one message that some places are due."""
        some = due[:STAFF_A_DAY]
        for each in some:
            t.sitechecks.mark_asked(each.site_id, today)
        return bool(some) and self._tell(
            t, "staff/check_due", today.isoformat(), now, sites=some, days=self._every.days
        )

    def _list(self, t: Tables, now: datetime, today: date) -> bool:
        """Give staff the weekly list of what is old, and of what will be soon."""
        old, soon = _old_on(today), _old_on(today) + SOON
        stale = t.sitechecks.count_old(old, today)
        both = t.sitechecks.count_old(soon, today)
        if not both:
            return False
        some = t.sitechecks.list_old(old, today, NAMED)
        coming = t.sitechecks.list_old(soon, today, stale + NAMED)[stale:]
        return self._tell(
            t, "staff/check_list", "old", now, stale=stale, soon=both - stale, old=some,
            coming=coming,
        )  # fmt: skip

    def _tell(self, t: Tables, template: str, which: str, now: datetime, **values: object) -> bool:
        html = self._staff.render(template, **values)
        keyboard = ((self._staff.button("check_go", f"check:go:{which}"),),)
        today = now.astimezone(self._zone).date()
        return self._staff.tell(t, f"{template}:{today}", html, keyboard, now=now)

    def _contact_buttons(self, site_id: int, language: Language) -> Keyboard:
        return tuple(
            (
                Button(
                    self._words.label(f"contact_{deed}", language),
                    data=f"contact:{deed}:{site_id}",
                    style=style,
                ),
            )
            for deed, style in _CHOSEN.items()
        )

    # ------------------------------------------------------------------ staff go through a list

    async def page(self, which: str, index: int) -> Page:
        """Return the place at an index of a list: that of a day ("2026-11-21"), or "old"."""
        today = self._clock.now().astimezone(self._zone).date()

        def work(t: Tables) -> list[DueSite]:
            if which == "old":
                return t.sitechecks.list_old(_old_on(today) + SOON, today, _LOOKED_AT)
            return t.sitechecks.list_asked(which, today, _LOOKED_AT)

        sites = await self._database.read(work)
        if index >= len(sites):
            return Page(None, 0)
        return Page(await self._desk.get(sites[index].site_id), len(sites) - index)


def _old_on(today: date) -> date:
    """Return the last day of a check that is too long ago."""
    return today - timedelta(days=OLD_AFTER + 1)
