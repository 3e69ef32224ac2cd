"""Events: what happens when and where, once or again and again; and reminders of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.clock import local_instant
from bot.models.content import Language
from bot.recurrence import Rule

Texts = Mapping[Language, str]  # one text by language; what is not translated is missing
A_DAY = 24 * 60  # minutes
WHOLE_DAY_REMINDS_AT = time(9)  # reminders of an event without a time count from then


class EventKind(StrEnum):
    """What people choose among."""

    ECHO = "echo"
    MEETING = "meeting"
    TRAINING = "training"
    COMMUNITY = "community"
    AWARENESS = "awareness"
    WORKGROUP = "workgroup"


class EventState(StrEnum):
    """Whether people see an event."""

    DRAFT = "draft"
    OPEN = "open"
    CANCELLED = "cancelled"  # people who knew of it are told; it is shown crossed out
    REMOVED = "removed"  # a draft that was thrown away


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an event is, as people say it: local days, a local time, and for how long."""

    zone: ZoneInfo
    first_on: date
    starts: time | None = None  # None: all day
    minutes: int = 0  # all day: whole days, where it is more than one
    rule: Rule | None = None  # None: once


@dataclass(frozen=True, slots=True)
class Event:
    """An event or a series of them."""

    event_id: int
    uid: str  # what calendars know it by, for good
    kind: EventKind
    state: EventState
    schedule: Schedule | None  # None: a draft that nobody has said the time of
    titles: Texts
    notes: Texts = field(default_factory=dict)
    place: str = ""
    url: str = ""
    languages: frozenset[Language] = frozenset()  # that are spoken there; empty: not said
    seats: int | None = None  # in person; None: no limit is known
    revision: int = 0  # grows with every change: the SEQUENCE of calendars
    changed_at: datetime | None = None
    key: str = ""  # of what ships, until staff change it
    source: str = ""  # the partner from whose calendar it came
    imported_on: date | None = None  # the day on which that calendar was last brought in

    def title(self, language: Language) -> str:
        """Return the title in a language, or the only one there is."""
        return text_in(self.titles, language)


@dataclass(frozen=True, slots=True)
class DateChange:
    """What is different about one date of a series; an empty value is as in the series."""

    on: date  # as the rule has it: names the date for good
    moved_to: date | None = None
    starts: time | None = None
    minutes: int | None = None
    cancelled: bool = False
    topics: Texts = field(default_factory=dict)
    place: str = ""
    url: str = ""
    seats: int | None = None  # 0: no limit


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event on one date."""

    event: Event
    schedule: Schedule
    change: DateChange

    @property
    def on(self) -> date:
        """Return the date that names it, also after it was moved."""
        return self.change.on

    @property
    def zone(self) -> ZoneInfo:
        """Return where its wall time counts."""
        return self.schedule.zone

    @property
    def day(self) -> date:
        """Return the local day on which it begins."""
        return self.change.moved_to or self.change.on

    @property
    def starts(self) -> time | None:
        """Return the local time at which it begins, None if it lasts all day."""
        return self.change.starts or self.schedule.starts

    @property
    def is_all_day(self) -> bool:
        """Return whether it has no time."""
        return self.starts is None

    @property
    def starts_at(self) -> datetime:
        """Return when it begins; all day: when the day does."""
        return local_instant(self.day, self.starts or time(), self.zone)

    @property
    def ends_at(self) -> datetime:
        """Return when it is over."""
        if self.is_all_day:
            return local_instant(self.last_day + timedelta(days=1), time(), self.zone)
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def minutes(self) -> int:
        """Return how long it lasts; 0 for one whole day."""
        return self.schedule.minutes if self.change.minutes is None else self.change.minutes

    @property
    def last_day(self) -> date:
        """Return the last local day of one that lasts all day, or several days."""
        return self.day + timedelta(days=max(0, self.minutes // A_DAY - 1))

    @property
    def is_cancelled(self) -> bool:
        """Return whether it does not take place."""
        return self.change.cancelled or self.event.state is EventState.CANCELLED

    @property
    def is_moved(self) -> bool:
        """Return whether it has a day or a time of its own."""
        return self.change.moved_to is not None or self.change.starts is not None

    @property
    def is_elsewhere(self) -> bool:
        """Return whether it is not where people of the series would go."""
        return bool(self.event.place and self.change.place not in ("", self.event.place))

    @property
    def place(self) -> str:
        """Return where it is."""
        return self.change.place or self.event.place

    @property
    def url(self) -> str:
        """Return where to sign up or to join."""
        return self.change.url or self.event.url

    @property
    def seats(self) -> int | None:
        """Return how many can come in person; None: no limit is known."""
        return self.event.seats if self.change.seats is None else self.change.seats or None

    def title(self, language: Language) -> str:
        """Return the title in a language, or the only one there is."""
        return self.event.title(language)

    def topic(self, language: Language) -> str:
        """Return what this date is about."""
        return text_in(self.change.topics, language)

    def note(self, language: Language) -> str:
        """Return what else one should know."""
        return text_in(self.event.notes, language)

    def remind_at(self, minutes: int) -> datetime:
        """Return when to remind so long before; whole days keep the wall time."""
        at = self.starts or WHOLE_DAY_REMINDS_AT
        days, rest = divmod(minutes, 24 * 60)
        instant = local_instant(self.day - timedelta(days=days), at, self.zone)
        return instant - timedelta(minutes=rest)


@dataclass(frozen=True, slots=True)
class Reminder:
    """A wish to be reminded of an event on a date."""

    reminder_id: int
    event_id: int
    on: date
    chat_id: int
    language: Language
    minutes: int  # before it begins
    every: bool  # goes on with the next date of the series
    due_at: datetime | None  # None: it has gone to the outbox, or the date is cancelled


def text_in(texts: Texts, language: Language) -> str:
    """Return a text in a language, or in the only one that it is in."""
    return texts.get(language) or texts.get(language.other, "")


class Way(StrEnum):
    """How somebody takes part."""

    IN_PERSON = "in-person"
    ONLINE = "online"


class Standing(StrEnum):
    """Whether somebody who wants to come has a place."""

    COMING = "coming"
    WAITING = "waiting"
    OFFERED = "offered"  # a place is kept until they answer, or until its time is over


@dataclass(frozen=True, slots=True)
class Attendance:
    """Somebody's wish to come to an event on a date."""

    attendance_id: int
    event_id: int
    on: date
    chat_id: int
    language: Language
    way: Way
    standing: Standing
    offered_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many come to a date; nobody sees who."""

    in_person: int = 0
    online: int = 0
    offered: int = 0  # places that are kept for an answer
    waiting: int = 0

    @property
    def taken(self) -> int:
        """Return the places in person that are not free."""
        return self.in_person + self.offered
