"""What is said: languages, sections, and one message as it leaves."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """The languages that every sentence exists in."""

    EN = "en"
    ES = "es"

    @classmethod
    def of(cls, code: str | None) -> "Language":
        """Return the language of a Telegram code such as "es-419"; English if unknown."""
        return cls.ES if (code or "").lower().split("-")[0] == "es" else cls.EN

    @property
    def other(self) -> "Language":
        """Return the language to offer for switching."""
        return Language.EN if self is Language.ES else Language.ES


class Section(StrEnum):
    """The parts of an e-blast in the order shown; a member chooses among them."""

    OVERDOSE_PREVENTION = "overdose-prevention"
    HARM_REDUCTION = "harm-reduction"
    TREATMENT = "treatment"
    TRAININGS = "trainings"
    EVENTS = "events"


ALL_SECTIONS = frozenset(Section)
_SEPARATOR = ","


def sections_text(sections: frozenset[Section]) -> str:
    """Return sections as stored: ids in their order, joined by commas."""
    return _SEPARATOR.join(s for s in Section if s in sections)


def sections_of(text: str) -> frozenset[Section]:
    """Return the sections written by sections_text."""
    return frozenset(Section(s) for s in re.split(_SEPARATOR, text) if s)


class MediaKind(StrEnum):
    """The kinds of files that Telegram shows in a way of their own."""

    PHOTO = "photo"
    DOCUMENT = "document"
    VIDEO = "video"
    ANIMATION = "animation"
    AUDIO = "audio"
    VOICE = "voice"
    VIDEO_NOTE = "video_note"
    STICKER = "sticker"

    @property
    def has_caption(self) -> bool:
        """Return whether words can stand under it."""
        return self not in (MediaKind.VIDEO_NOTE, MediaKind.STICKER)


@dataclass(frozen=True, slots=True)
class Media:
    """A file by Telegram's own file id."""

    kind: MediaKind
    file_id: str
    covered: bool = False  # blurred until somebody taps it; photos, films and animations only


@dataclass(frozen=True, slots=True)
class Album:
    """Two to ten files that are shown as one; the caption stands under the first."""

    media: tuple[Media, ...]


@dataclass(frozen=True, slots=True)
class Poll:
    """A question with answers to choose among; nobody sees who chose what."""

    question: str
    options: tuple[str, ...]
    several: bool = False  # more than one answer may be chosen


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map, in degrees; a venue if it has a title and an address."""

    latitude: float
    longitude: float
    title: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji under another message, the only one of the bot there; empty takes it away."""

    emoji: str


class TopicDeed(StrEnum):
    """What is done with a topic of a group."""

    CREATE = "create"
    CLOSE = "close"
    REOPEN = "reopen"
    DELETE = "delete"  # with all that was written in it


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a group that has them; it needs a name only when it is made."""

    deed: TopicDeed
    name: str = ""


Attachment = Media | Album | Poll | Place | Reaction | Topic


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message: callback data or a link, and Telegram's colour for it."""

    text: str
    data: str = ""
    url: str = ""
    style: str = ""  # "", "danger", "success" or "primary"


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Content:
    """One message as it leaves: HTML text, or what is attached with its caption, and buttons."""

    html: str
    attachment: Attachment | None = None
    keyboard: Keyboard = ()

    @property
    def has_words(self) -> bool:
        """Return whether this kind of message can carry text."""
        match self.attachment:
            case Poll() | Place() | Reaction() | Topic():
                return False
            case Media(kind=kind):
                return kind.has_caption
            case _:
                return True
