"""Places that give naloxone and supplies, as plain values: no I/O, no Telegram, no SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntFlag, StrEnum

from bot.models import Language


class Need(StrEnum):
    """What somebody may look for."""

    NALOXONE = "naloxone"
    TEST_STRIPS = "test-strips"
    SYRINGES = "syringes"
    SMOKING_SUPPLIES = "smoking-supplies"
    WOUND_CARE = "wound-care"
    DISPOSAL = "disposal"
    DRUG_CHECKING = "drug-checking"
    ANY = "any"
    TREATMENT = "treatment"

    @property
    def label(self) -> str:
        """Return the key of its name among the labels."""
        return f"need_{self.name.lower()}"


SUPPLIES = frozenset(Need) - {Need.TREATMENT, Need.ANY}


class Trait(IntFlag):
    """What one can narrow a search by; the numbers stand in buttons, so they never change."""

    OPEN_NOW = 1
    WALK_IN = 2
    NO_ID = 4
    FREE = 8
    BY_MAIL = 16
    SPANISH = 32
    WHEELCHAIR = 64

    @property
    def label(self) -> str:
        """Return the key of its name among the labels."""
        return f"trait_{(self.name or '').lower()}"


ANYTHING = Trait(0)


@dataclass(frozen=True, slots=True)
class Site:
    """One place, or one stop of a van. What is not known is empty or None, never guessed."""

    key: str  # names it for good, also in files: "cpl/austin"
    name: str
    needs: frozenset[Need]
    latitude: float  # degrees, WGS84
    longitude: float
    organization: str = ""
    address: str = ""
    city: str = ""
    zip_code: str = ""
    hours: str = ""  # OpenStreetMap's opening_hours, in the coalition's zone
    mobile: bool = False  # a van that stops here during these hours
    walk_in: bool | None = None  # False: by appointment
    no_id: bool | None = None  # False: one has to show an ID
    free: bool | None = None
    by_mail: bool | None = None
    wheelchair: bool | None = None
    languages: frozenset[str] = frozenset()  # codes, beside English
    phone: str = ""
    url: str = ""
    note_en: str = ""  # what one has to know on the spot: "ring the bell"
    note_es: str = ""
    source: str = ""
    assured_on: date | None = None  # the day on which somebody last confirmed what it gives
    hours_on: date | None = None  # the day of the hours, where they come from somewhere else
    closed: bool = False  # for good
    closed_until: date | None = None  # the first day on which it is open again

    def note(self, language: Language) -> str:
        """Return the note in that language, or the only one there is."""
        first, second = self.note_en, self.note_es
        return (second or first) if language is Language.ES else (first or second)

    @property
    def traits(self) -> Trait:
        """Return what is known to be so; OPEN_NOW is never among it."""
        said = {
            Trait.WALK_IN: self.walk_in,
            Trait.NO_ID: self.no_id,
            Trait.FREE: self.free,
            Trait.BY_MAIL: self.by_mail,
            Trait.SPANISH: "es" in self.languages,
            Trait.WHEELCHAIR: self.wheelchair,
        }
        return Trait(sum(trait for trait, so in said.items() if so))


class Freshness(StrEnum):
    """How far what is known of a site can be trusted."""

    CHECKED = "checked"
    OLD = "old"  # it says so
    CALL_FIRST = "call-first"


class Opening(StrEnum):
    """Whether one can go there now."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"  # no hours are known, or a public holiday that they say nothing about


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether a site is open, and when that changes; instants are in UTC."""

    opening: Opening
    changes_at: datetime | None = None  # open: until when; closed: when it opens; None: not known
    holiday: bool = False  # the reason for UNKNOWN
    always: bool = False  # open day and night


@dataclass(frozen=True, slots=True)
class Notice:
    """A short word of staff about a site, which disappears by itself."""

    text: str
    until: datetime


@dataclass(frozen=True, slots=True)
class StoredSite:
    """A site as the directory holds it."""

    site_id: int
    site: Site
    origin: str  # "shipped", "import" or "staff": who may overwrite it
    notices: tuple[Notice, ...] = ()
    out_of: frozenset[Need] = frozenset()  # what it has run out of for now


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to look around; token names it in a button without naming anybody."""

    token: str
    name: str  # empty for a point that somebody shared
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for, whole: two equal searches have equal answers."""

    need: Need
    place: Place
    traits: Trait = ANYTHING


@dataclass(frozen=True, slots=True)
class Stop:
    """Another stop of the same van."""

    name: str
    begins_at: datetime | None  # None: it is there now


@dataclass(frozen=True, slots=True)
class Nearby:
    """One site as an answer shows it."""

    stored: StoredSite
    kilometres: float
    state: OpenState
    freshness: Freshness
    stop: Stop | None = None  # of a van: where it is instead, or where it goes next

    @property
    def site(self) -> Site:
        """Return what is known of it."""
        return self.stored.site

    @property
    def miles(self) -> float:
        """Return the distance as people in the United States measure it."""
        return self.kilometres / 1.609344


@dataclass(frozen=True, slots=True)
class Findings:
    """A page of an answer."""

    search: Search
    found: tuple[Nearby, ...]
    offset: int
    more: bool
    next_to_open: tuple[Nearby, ...] = field(default=())  # where nothing that was found is open


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something cannot be taken: a label and what fills it, for either language."""

    label: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line of a file that cannot be taken, and why."""

    line: int
    reason: str  # in English, for the command line
    table: str = ""  # the file inside a package
    why: Reason | None = None  # the same for people


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do."""

    added: int
    changed: int
    same: int
    removed: int
    rejected: tuple[Rejected, ...]  # the first of them
    rejected_count: int
    change_id: int | None = None  # by which it can be undone; None for a dry run


@dataclass(frozen=True, slots=True)
class SiteChange:
    """One entry of the directory's history."""

    change_id: int
    kind: str  # "shipped", "import" or "staff"
    made_at: datetime
    who: str  # a pseudonym; empty for the program and for a site's own contact
    site_id: int | None  # None: many sites
    name: str  # of the site
    what: str  # a column of a file, or what was done
    before: str
    after: str
    counts: tuple[int, int, int]  # added, changed, removed
    undone: bool = False


class CorrectionKind(StrEnum):
    """What somebody says is wrong with a place."""

    CLOSED = "closed"
    MOVED = "moved"
    HOURS = "hours"
    OUT = "out"  # of something that it gives
    OTHER = "other"

    @property
    def has_words(self) -> bool:
        """Return whether it needs a few words to be of use."""
        return self in {CorrectionKind.MOVED, CorrectionKind.HOURS, CorrectionKind.OTHER}


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody says is wrong with a place. Who they are is not kept, unless they ask back."""

    site_id: int
    kind: CorrectionKind
    need: Need | None = None  # what has run out
    words: str = ""
    chat_id: int | None = None  # to tell them what became of it
    language: Language = Language.EN
