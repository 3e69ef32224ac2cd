"""Records of events: how many came or were trained, and what was said to them afterwards."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.models.content import Content, Language


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many came to an event on a date; None: nobody said."""

    event_id: int
    on: date
    in_person: int | None = None
    online: int | None = None

    @property
    def total(self) -> int:
        """Return how many came in all."""
        return (self.in_person or 0) + (self.online or 0)


@dataclass(frozen=True, slots=True)
class Training:
    """One training: how many, where, by whom. Who was trained is not kept."""

    training_id: int
    held_on: date
    trained: int
    place: str = ""
    trainer: str = ""  # an organization, a role or initials
    kits: int | None = None  # None: nobody said
    event_id: int | None = None  # the event that it was, if it was one
    event_on: date | None = None


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One line of the log: who made what of what."""

    change_id: int
    made_at: datetime
    who: str  # a pseudonym
    about: str
    before: str  # JSON; empty: there was nothing
    after: str
    undone: bool


@dataclass(frozen=True, slots=True)
class Afterword:
    """What staff write to those who came to an event on a date."""

    event_id: int
    on: date
    language: Language
    content: Content
    translation: Content | None = None
    sent_at: datetime | None = None

    def in_language(self, language: Language) -> Content:
        """Return it in a language, or in the only one that it is in."""
        if self.translation is not None and language is not self.language:
            return self.translation
        return self.content
