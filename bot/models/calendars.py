"""What a partner's calendar says, in the bot's own terms: no I/O, no Telegram, no SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.models.events import DateChange, Schedule, Texts
from bot.models.sites import Rejected


@dataclass(frozen=True, slots=True)
class Told:
    """What a calendar says of one event; it is kept, to tell later what the partner changed."""

    titles: Texts
    schedule: Schedule
    notes: Texts = field(default_factory=dict)
    place: str = ""
    url: str = ""
    changes: Mapping[date, DateChange] = field(default_factory=dict)
    cancelled: bool = False
    sequence: int = 0
    modified_at: datetime | None = None
    series: str = ""  # the UID of the series that a date beside its rule came with


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a file."""

    line: int  # where it begins
    uid: str
    told: Told


@dataclass(slots=True)
class PartnerCalendar:
    """What a file holds."""

    name: str = ""  # as the file says; empty: it does not
    entries: list[Entry] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)  # events that cannot be taken
    left_out: list[Rejected] = field(default_factory=list)  # lines without which they were taken
    unread: set[str] = field(default_factory=set)  # UIDs of events that cannot be taken
    floating: int = 0  # events whose file does not say in which zone they are
