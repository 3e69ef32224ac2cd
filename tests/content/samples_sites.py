"""Sample pages of places: every way in which one can be open, old, reached or out of something."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.models.sites import (
    Findings,
    Freshness,
    Nearby,
    Need,
    Notice,
    Opening,
    OpenState,
    Place,
    Search,
    Site,
    StoredSite,
    Trait,
)

_THEN = datetime(2026, 11, 18, 20, tzinfo=UTC)
_BARE = Site("own/bare", "Bare", frozenset({Need.NALOXONE}), 41.9, -87.7)
_FULL = Site(
    "own/full",
    "Full",
    frozenset({Need.NALOXONE, Need.DISPOSAL, Need.WOUND_CARE}),
    41.9,
    -87.7,
    organization="Coalition",
    address="1 N. State St.",
    city="Chicago",
    hours="24/7",
    walk_in=True,
    no_id=False,
    free=True,
    by_mail=True,
    wheelchair=True,
    languages=frozenset({"es"}),
    phone="312-555-0100",
    note_en="Ring.",
    note_es="Toca.",
    source="Coalition",
    assured_on=date(2026, 1, 1),
    hours_on=date(2026, 2, 1),
)
_VAN = Site("own/van", "Van", frozenset({Need.SYRINGES}), 41.9, -87.7, mobile=True, walk_in=False)


def _nearby(site: Site, state: OpenState, freshness: Freshness = Freshness.CHECKED) -> Nearby:
    notices = (Notice("Aquí <hoy>", _THEN),)
    return Nearby(
        StoredSite(1, site, "staff", notices, frozenset({Need.NALOXONE})), 1.2, state, freshness
    )


_OPEN = OpenState(Opening.OPEN, _THEN)
_CLOSED = OpenState(Opening.CLOSED, _THEN)
_STATES = (
    _OPEN,
    _CLOSED,
    OpenState(Opening.OPEN, always=True),
    OpenState(Opening.UNKNOWN),
    OpenState(Opening.UNKNOWN, holiday=True),
)
_SEARCH = Search(Need.NALOXONE, Place("a25", "Austin", 41.9, -87.7), Trait.FREE)
_ALL = tuple(
    _nearby(site, state, freshness)
    for site in (_BARE, _FULL, _VAN)
    for state in _STATES
    for freshness in Freshness
)


def _page(found: Findings, traits: list[Trait]) -> dict[str, object]:
    return {
        "found": found,
        "zone": ZoneInfo("America/Chicago"),
        "today": _THEN.date(),
        "traits": traits,
    }


PAGES = [
    *(
        _page(Findings(_SEARCH, _ALL[n : n + 3], 0, more=True), [Trait.FREE])
        for n in range(0, len(_ALL), 3)
    ),
    _page(Findings(_SEARCH, (), 0, more=False), [Trait.FREE]),
    _page(Findings(_SEARCH, (), 0, more=False, next_to_open=(_nearby(_FULL, _CLOSED),)), []),
    _page(Findings(_SEARCH, (), 3, more=False), []),
]
