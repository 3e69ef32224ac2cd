"""What a partner's calendar would do here, step by step; nothing is changed yet."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.content.icsfields import version
from bot.models.calendars import Entry, PartnerCalendar, Told
from bot.models.events import Event, EventKind, EventState, Occurrence, Texts
from bot.services.eventmerge import merged, news_between, what_changed
from bot.services.eventtwins import State, Twins, folded, next_of
from bot.storage.tables import Tables

_TRAINING = ("training", "workshop", "class", "capacita", "taller", "curso", "entrenamiento")


class Deed(StrEnum):
    """What is done with an event."""

    ADD = "add"
    CHANGE = "change"
    CANCEL = "cancel"
    MISSING = "missing"  # from the file, unlike last time: cancelled only if staff say so
    SAME = "same"
    HERE = "here"  # known from elsewhere: left alone
    OVER = "over"  # nothing of it lies ahead, or it was cancelled before it was known
    SERIES_OVER = "series-over"

    @property
    def acts(self) -> bool:
        """Return whether something happens by itself."""
        return self in (Deed.ADD, Deed.CHANGE, Deed.CANCEL)


@dataclass(frozen=True, slots=True)
class Step:
    """What one event of a file does."""

    deed: Deed
    entry: Entry
    known: State | None = None
    after: State | None = None  # of what acts
    what: tuple[str, ...] = ()  # changed, as labels
    was: Occurrence | None = None  # the next one as it is
    will: Occurrence | None = None  # the next one as it will be
    asked: int = 0  # how many chats are told

    @property
    def title(self) -> str:
        """Return the title as the file has it."""
        return next(iter(self.entry.told.titles.values()))


class Steps:
    """Compares the events of one file with what is there, within one transaction."""

    def __init__(self, t: Tables, name: str, today: date, now: datetime) -> None:
        self._t = t
        self._name = name
        self._today = today
        self._now = now
        changes = t.events.all_changes()
        self._known = {
            each.uid: State(each, changes.get(each.event_id, {}))
            for each in t.events.list_in(*EventState)
        }
        self._told = t.eventimports.all_told()
        self._twins = Twins()

    def of(self, calendar: PartnerCalendar) -> list[Step]:
        """Return what the events of a file do: those that are known first, then new ones."""
        entries = calendar.entries
        steps = [step for each in entries if (step := self._of_known(each))]
        met = {each.entry.uid for each in steps}
        named = {each.uid for each in entries} | calendar.unread
        steps += [each for step in steps for each in self._no_more(step, named)]
        self._learn(steps)
        steps += [self._of_new(each) for each in entries if each.uid not in met]
        return steps + list(self._missing(named, steps))

    # ------------------------------------------------------------------ what is known

    def _of_known(self, entry: Entry) -> Step | None:
        known = self._known.get(entry.uid)
        if known is None or known.event.state is EventState.REMOVED:
            return None
        base = self._told.get(known.event.event_id)
        if base is None:
            return Step(Deed.HERE, entry, known)
        if version(entry.told) < version(base):
            return Step(Deed.SAME, entry)
        what = what_changed(base, entry.told)
        if not what:
            return Step(Deed.SAME, entry, known)
        is_end = entry.told.cancelled and not base.cancelled
        deed = Deed.CANCEL if is_end else Deed.CHANGE
        return self._changed(deed, entry, known, base, what) or Step(Deed.OVER, entry, known)

    def _changed(
        self, deed: Deed, entry: Entry, known: State, base: Told, what: tuple[str, ...]
    ) -> Step | None:
        """Return the step that changes an event; None if nothing of it lies ahead."""
        after = merged(known, base, entry.told)
        after = replace(after, event=replace(after.event, imported_on=self._today))
        was, will = next_of(known, self._now), next_of(after, self._now)
        if was is None and will is None:
            return None
        asked = chats_of(self._t, known.event.event_id, self._now)
        whole, dated = news_between(known, after, asked)
        told = len(set().union(*asked.values())) if whole or dated else 0
        return Step(deed, entry, known, after, what, was, will, told)

    def _no_more(self, step: Step, named: set[str]) -> Iterator[Step]:
        """Cancel dates beside the rule of a series that its calendar does not name any more."""
        if step.known is None or step.deed is Deed.HERE:
            return
        for known, base in self._imported():
            if base.series == step.entry.uid and known.event.uid not in named:
                yield from self._ended(Deed.CANCEL, known, base)

    def _missing(self, named: set[str], steps: list[Step]) -> Iterator[Step]:
        """Find what this partner's calendar had and has no more, as far ahead as it tells."""
        last = max((each.will.starts_at for each in steps if each.will), default=self._now)
        same = [next_of(each.known, self._now) for each in steps if each.known]
        last = max([last, *(each.starts_at for each in same if each)])
        done = named | {each.entry.uid for each in steps}
        done |= {each.known.event.uid for each in steps if each.known}  # also under another name
        for known, base in self._imported():
            if known.event.uid in done or folded(known.event.source) != folded(self._name):
                continue
            coming = next_of(known, self._now)
            if coming is not None and coming.starts_at <= last:
                yield from self._ended(Deed.MISSING, known, base)

    def _ended(self, deed: Deed, known: State, base: Told) -> Iterator[Step]:
        if base.cancelled:
            return
        entry = Entry(0, known.event.uid, replace(base, cancelled=True))
        step = self._changed(deed, entry, known, base, ("told_cancelled",))
        if step is not None:
            yield step

    def _imported(self) -> Iterator[tuple[State, Told]]:
        for known in self._known.values():
            base = self._told.get(known.event.event_id)
            if base is not None and known.event.state is not EventState.REMOVED:
                yield known, base

    # ------------------------------------------------------------------ what is new

    def _learn(self, steps: Iterable[Step]) -> None:
        """Know all that will be there; what a partner has cancelled may come again anew."""
        after = {each.entry.uid: each for each in steps if each.after}
        for uid, known in self._known.items():
            step, base = after.get(uid), self._told.get(known.event.event_id)
            told = step.entry.told if step else base
            if known.event.state is not EventState.REMOVED and not (told and told.cancelled):
                self._twins.add((step and step.after) or known)

    def _of_new(self, entry: Entry) -> Step:
        removed = self._known.get(entry.uid)
        event = self._event(entry, removed.event if removed else None)
        after = State(event, entry.told.changes)
        will = next_of(after, self._now)
        if will is None or entry.told.cancelled:
            return Step(Deed.SERIES_OVER if entry.told.schedule.rule else Deed.OVER, entry)
        if (twin := self._twins.find(after, will)) is not None:
            return Step(Deed.HERE, entry, twin)
        self._twins.add(after)
        return Step(Deed.ADD, entry, removed, after, will=will)

    def _event(self, entry: Entry, removed: Event | None) -> Event:
        told = entry.told
        return Event(
            event_id=removed.event_id if removed else 0,
            uid=entry.uid,
            kind=_kind_of(told.titles),
            state=EventState.OPEN,
            schedule=told.schedule,
            titles=told.titles,
            notes=told.notes,
            place=told.place,
            url=told.url,
            revision=removed.revision if removed else told.sequence,
            source=self._name,
            imported_on=self._today,
        )


def chats_of(t: Tables, event_id: int, now: datetime) -> dict[date, set[int]]:
    """Return who asked to be reminded of an event or comes to it, by date."""
    found: dict[date, set[int]] = {}
    for each in t.reminders.list_of_event(event_id):
        found.setdefault(each.on, set()).add(each.chat_id)
    for on in t.attendances.list_dates(event_id, now):
        coming = {each.chat_id for each in t.attendances.list_of_date(event_id, on)}
        found.setdefault(on, set()).update(coming)
    return found


def digest_of(steps: Iterable[Step]) -> str:
    """Return what is the same as long as the steps would do the same."""
    found = hashlib.sha256()
    for each in steps:
        if each.after is not None:
            revision = each.known.event.revision if each.known else 0
            found.update(f"{each.deed}|{each.entry.uid}|{revision}|{each.entry.told}\n".encode())
    return found.hexdigest()


def _kind_of(titles: Texts) -> EventKind:
    """Return the kind that a title suggests; what is the coalition's own is no partner's."""
    text = " ".join(titles.values()).casefold()
    is_training = any(hint in text for hint in _TRAINING)
    return EventKind.TRAINING if is_training else EventKind.COMMUNITY
