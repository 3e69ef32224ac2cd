"""Items: the news of which an edition is made."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.models.content import Language, Media, Section


class ItemState(StrEnum):
    """Whether an item is waiting for an edition."""

    OPEN = "open"  # collected, section chosen or not
    USED = "used"  # went out
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news collected for the e-blast."""

    item_id: int
    section: Section | None
    language: Language
    html: str
    media: Media | None
    translation: str | None  # the same text in the other language
    until: date | None  # last day on which it is worth sending
    standing: bool  # stays for the next edition too
    state: ItemState

    def html_in(self, language: Language) -> str:
        """Return the text in that language, or the only one there is."""
        return self.html if language is self.language else self.translation or self.html
