"""Event news: coming events become items of the edition; what hangs on a date follows it.

An item that the bot made is one like any other: staff see it, change it or take it out. Its update
is a number of its own below zero, made of the event and the date, so each date has one.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.content.renderer import Words
from bot.models import Broadcast, BroadcastKind, BroadcastState, Item, ItemState, Language, Section
from bot.models.events import Event, EventKind, EventState, Occurrence
from bot.services import calendar, occurrences
from bot.services.broadcasts import to_draft
from bot.services.staff import Staff
from bot.storage.rows import milliseconds
from bot.storage.tables import Tables

AHEAD = timedelta(days=14)  # after its day, an edition tells of so much
_OPEN = (BroadcastState.DRAFT, BroadcastState.APPROVED)
_DATES = 10_000_000  # more than there are days in the calendar
NOBODY = 0  # who wrote what the bot made


class EventNews:
    """Keeps editions and announcements in step with events."""

    def __init__(self, words: Words, staff: Staff, zone: ZoneInfo) -> None:
        self._words = words
        self._staff = staff
        self.zone = zone

    def fill(self, t: Tables, edition: Broadcast, now: datetime) -> int:
        """Make items of the events that come after an edition; return how many are new."""
        return sum(self._add(t, each, now) for each in _coming(t, edition, now))

    def follow(self, t: Tables, event: Event, now: datetime, *, is_news: bool) -> None:
        """Bring items and announcements in step with an event that has changed.

        News is another time or place, and that it is cancelled: the next edition tells it, too,
        if an earlier one told something else.
        """
        for item, on in _items_of(t, event.event_id):
            occurrence = occurrences.find(t, event.event_id, on)
            self._renew(t, item, occurrence, now, is_news=is_news)
        for broadcast in t.broadcasts.list_in(*_OPEN):
            if (broadcast.occasion or "").startswith(f"event:{event.event_id}:"):
                self._replan(t, broadcast, now)
            if _was_filled(t, broadcast):
                self._add_late(t, broadcast, event, now)

    def _add_late(self, t: Tables, edition: Broadcast, event: Event, now: datetime) -> None:
        """Let an event that is entered after the cut-off still come into a draft."""
        start = edition.slot_at or now
        changes = t.events.changes_of(event.event_id)
        for each in occurrences.between(event, changes, start, start + AHEAD):
            if event.state is EventState.OPEN and not each.is_cancelled:
                self._add(t, each, now)

    def _add(self, t: Tables, occurrence: Occurrence, now: datetime) -> bool:
        number = update_id_of(occurrence.event.event_id, occurrence.on)
        if t.items.knows_update(number):
            return False
        html = {language: self._html(occurrence, language) for language in Language}
        item = t.items.add(number, NOBODY, Language.EN, html[Language.EN], None, now)
        is_training = occurrence.event.kind in (EventKind.TRAINING, EventKind.ECHO)
        t.items.set_section(item.item_id, Section.TRAININGS if is_training else Section.EVENTS)
        t.items.set_translation(item.item_id, html[Language.ES])
        t.items.set_until(item.item_id, occurrence.day)
        return True

    def _renew(
        self, t: Tables, item: Item, occurrence: Occurrence | None, now: datetime, *, is_news: bool
    ) -> None:
        """Give an item that waits for its edition the words that are right now.

        One that goes with its event loses its last day, unlike one that staff took out. One that
        went out comes back with what is new.
        """
        is_ahead = occurrence is not None and occurrence.starts_at > now
        if not is_ahead and item.state is not ItemState.OPEN:
            return
        is_read = is_ahead and t.items.went_out(item.item_id)
        stays = occurrence is not None and (is_read or not occurrence.is_cancelled)
        html = {each: self._html(occurrence, each) for each in Language} if occurrence else {}
        is_concerned = {
            ItemState.OPEN: True,
            ItemState.USED: is_read and is_news and item.html != html[item.language],
            ItemState.REMOVED: stays and item.until is None,
        }
        if not is_concerned[item.state]:
            return
        if occurrence is None or not stays:
            t.items.set_state(item.item_id, ItemState.REMOVED)
            t.items.set_until(item.item_id, None)
        else:
            t.items.set_state(item.item_id, ItemState.OPEN)
            t.items.set_text(item.item_id, html[item.language])
            t.items.set_translation(item.item_id, html[item.language.other])
            t.items.set_until(item.item_id, occurrence.day)
        for broadcast in t.broadcasts.list_in(BroadcastState.APPROVED):
            if item.item_id in t.renditions.list_items(broadcast.broadcast_id):
                to_draft(t, broadcast, now)
                self._tell(t, "staff/event_in_edition", broadcast, occurrence, now)

    def _replan(self, t: Tables, broadcast: Broadcast, now: datetime) -> None:
        """Let an announcement follow the date that its time was counted from."""
        _, event_id, on, minutes = (broadcast.occasion or "").split(":")
        occurrence = occurrences.find(t, int(event_id), date.fromisoformat(on))
        slot_at = None
        if occurrence is not None and not occurrence.is_cancelled:
            slot_at = occurrence.starts_at + timedelta(minutes=int(minutes))
        if slot_at == broadcast.slot_at:
            return
        if slot_at is not None and slot_at > now:
            t.broadcasts.set_time(broadcast.broadcast_id, slot_at, broadcast.occasion)
            moved = t.broadcasts.get(broadcast.broadcast_id)
            self._tell(t, "staff/event_moved_draft", moved, occurrence, now)
            return
        t.broadcasts.set_time(broadcast.broadcast_id, None, None)
        to_draft(t, broadcast, now)
        self._tell(t, "staff/event_stopped_draft", broadcast, occurrence, now)

    def _html(self, occurrence: Occurrence, language: Language) -> str:
        return self._words.render("member/edition_event", language, occurrence=occurrence)

    def _tell(
        self,
        t: Tables,
        template: str,
        broadcast: Broadcast,
        occurrence: Occurrence | None,
        now: datetime,
    ) -> None:
        html = self._staff.render(
            template, broadcast=broadcast, occurrence=occurrence, zone=self.zone
        )
        key = f"event-plan:{broadcast.broadcast_id}:{milliseconds(now)}"
        self._staff.tell(t, key, html, now=now)


def cut_off_key(slot_at: datetime) -> str:
    """Return the name in meta that says that the cut-off before a slot has been."""
    return f"cut-off:{slot_at.date().isoformat()}"


def _was_filled(t: Tables, broadcast: Broadcast) -> bool:
    """Return whether it is a draft of an edition into which coming events were put already."""
    is_draft = broadcast.state is BroadcastState.DRAFT
    if broadcast.kind is not BroadcastKind.EDITION or broadcast.slot_at is None or not is_draft:
        return False
    return t.meta.find(cut_off_key(broadcast.slot_at)) is not None


def _coming(t: Tables, edition: Broadcast, now: datetime) -> list[Occurrence]:
    """Return what comes after an edition, so that it tells of it."""
    start = edition.slot_at or now
    found = calendar.list_between(t, start, start + AHEAD)
    return [each for each in found if not each.is_cancelled]


def update_id_of(event_id: int, on: date) -> int:
    """Return the number that stands for an event on a date; Telegram's are above zero."""
    return -(event_id * _DATES + on.toordinal())


def _items_of(t: Tables, event_id: int) -> list[tuple[Item, date]]:
    """Return the items that were made of an event, each with its date."""
    first, last = -((event_id + 1) * _DATES) + 1, -(event_id * _DATES)
    return [
        (item, date.fromordinal(-update_id - event_id * _DATES))
        for update_id, item in t.items.list_of_updates(first, last)
    ]
