"""Sample pages of places: every way in which one can be open, old, reached or out of something."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.models.sites import (
    Correction,
    CorrectionKind,
    Findings,
    Freshness,
    ImportReport,
    Nearby,
    Need,
    Notice,
    Opening,
    OpenState,
    Place,
    Reason,
    Rejected,
    Search,
    Site,
    SiteChange,
    StoredSite,
    Trait,
)
from bot.services.corrections import Decided
from bot.services.sitechecks import Page
from bot.services.sitedesk import Desk
from bot.services.sitedrafts import SHORT, STEPS
from bot.services.siteforms import FLAGS, TEXTS
from bot.services.siteimports import Look, Named
from bot.storage.sitechecks import DueSite

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


# ---------------------------------------------------------------------- what staff see

_ZONE = ZoneInfo("America/Chicago")


def _change(what: str, before: str = "", after: str = "", **more: Any) -> SiteChange:
    fields = {"undone": False, "who": "a1b2", "counts": (0, 1, 0)} | more
    return SiteChange(
        7, "staff", _THEN, fields["who"], 1, "Full <1>", what, before, after,
        fields["counts"], undone=fields["undone"],
    )  # fmt: skip


_CHANGES = [
    _change("hours", "Mo 09:00-10:00", "Mo 09:00-11:00"),
    _change("notice", "", "Van <here>", who=""),
    _change("closed_until", "2026-12-01", "", undone=True),
    _change("", counts=(1000, 2, 3)),
]


def _desk(site: Site, freshness: Freshness, changed: SiteChange | None = None) -> dict[str, Any]:
    notices = (Notice("Van <here>", _THEN),)
    stored = StoredSite(1, site, "staff", notices, frozenset({Need.NALOXONE}))
    state = _OPEN if freshness is Freshness.CHECKED else _CLOSED
    return {
        "desk": Desk(stored, state, freshness, has_contact=True, changed=changed),
        "zone": _ZONE,
    }


_REJECTED = tuple(
    Rejected(n, "", table, Reason("row_need_unknown", {"need": "<x>"}))
    for n, table in enumerate(("", "locations.csv", "", ""), 2)
)
_CORRECTIONS = [
    Correction(1, CorrectionKind.CLOSED, chat_id=7),
    Correction(1, CorrectionKind.OUT, Need.NALOXONE),
    *(Correction(1, kind, words="at <5th>") for kind in CorrectionKind if kind.has_words),
]
_DUE = [DueSite(1, "A <b>", None, None), DueSite(2, "B", date(2026, 9, 1), None)]
_CLOSED_SITE = replace(_FULL, closed=True)
_PAUSED_SITE = replace(_VAN, closed_until=date(2026, 12, 1), organization="", url="https://a.org")
STAFF: dict[str, list[Any]] = {
    "staff/site": [
        _desk(_BARE, Freshness.CALL_FIRST),
        _desk(_FULL, Freshness.CHECKED, _CHANGES[0]),
        _desk(_CLOSED_SITE, Freshness.OLD, _CHANGES[1]),
        _desk(_PAUSED_SITE, Freshness.CHECKED, _CHANGES[2]),
        *(
            _desk(_FULL, Freshness.CHECKED, _change(what, "a", "b"))
            for what in (*TEXTS, *FLAGS, "position", "notice_end", "stock", "closed", "added")
        ),
    ],
    "staff/site_how": [{}],
    "staff/site_found": [{"found": [1], "text": "<x>"}, {"found": [], "text": "<x>"}],
    "staff/site_changes": [{"changes": _CHANGES, "zone": _ZONE}, {"changes": [], "zone": _ZONE}],
    "staff/site_fields": [{"site": _FULL}],
    "staff/site_flag": [{"site": _FULL, "field": "free"}],
    "staff/site_stock": [{"site": _FULL}],
    "staff/site_until": [{"site": _FULL, "need": None}, {"site": _FULL, "need": Need.NALOXONE}],
    "staff/site_closing": [{"site": _FULL}],
    "staff/site_ask": [
        {"site": _FULL, "what": what, "now": now}
        for what in ("name", "hours", "needs", "position", "notice", "closed_until", "phone")
        for now in ("", "a <b>")
    ],
    "staff/site_step": [{"step": step, "columns": SHORT} for step in STEPS],
    "staff/site_draft": [{"site": _FULL}, {"site": _BARE}],
    "staff/site_dropped": [{}],
    "staff/site_gone": [{}],
    "staff/site_draft_gone": [{}],
    "staff/site_exists": [{"name": "A <b>"}],
    "staff/site_same": [{}],
    "staff/site_wrong": [
        {"reason": Reason("row_no_name", {})},
        {"reason": Reason("row_need_unknown", {"need": "<x>"})},
    ],
    "staff/site_too_far": [{}],
    "staff/site_notice_length": [{"limit": 200}],
    "staff/site_point_unclear": [{}],
    "staff/site_not_undone": [{}],
    "staff/site_undone": [{"number": 7}],
    "staff/correction": [{"correction": each, "site": _FULL} for each in _CORRECTIONS],
    "staff/correction_decided": [
        {"decided": Decided(each, _FULL, change_id), "accepted": accepted}
        for each in _CORRECTIONS
        for accepted, change_id in ((True, 7), (True, None), (False, None))
    ],
    "staff/correction_gone": [{}],
    "staff/contact_link": [{"site": _FULL, "link": "https://t.me/x?start=contact-1", "days": 7}],
    "staff/check_due": [{"sites": _DUE[:1], "days": 60}, {"sites": _DUE, "days": 60}],
    "staff/check_list": [
        {"stale": 1000, "soon": 20, "old": _DUE, "coming": _DUE},
        {"stale": 0, "soon": 1, "old": [], "coming": _DUE[:1]},
    ],
    "staff/check_page": [
        {"page": Page(None, 0), "zone": _ZONE},
        *(
            {"page": Page(_desk(each, Freshness.OLD)["desk"], 3), "zone": _ZONE}
            for each in (_FULL, _BARE)
        ),
    ],
    "staff/import_how": [{"limit": 20}],
    "staff/import_look": [
        {"look": look, "shown": 2}
        for look in (
            Look(
                7,
                "idhs",
                ImportReport(1000, 2, 3, 1, _REJECTED, 30),
                Named(("A <b>",), ("B",), ()),
            ),
            Look(None, "idhs", ImportReport(0, 0, 3, 0, (), 0), Named((), (), ())),
            Look(7, "idhs", ImportReport(0, 0, 3, 9, _REJECTED[:1], 1), Named((), (), ("C",))),
        )
    ],
    "staff/import_done": [
        {"report": ImportReport(1000, 2, 3, 1, rejected, len(rejected), 8)}
        for rejected in ((), _REJECTED)
    ],
    "staff/import_refused": [
        {"reason": Reason("refused_encoding", {}), "first": None},
        {"reason": Reason("refused_empty", {}), "first": _REJECTED[0]},
    ],
    "staff/import_too_large": [{"limit": 20}],
    "staff/import_list_name": [{}],
    "staff/import_gone": [{}],
    "staff/import_stale": [{}],
}

WRONG: dict[str, list[Any]] = {
    "public/wrong": [{"name": "A <b>"}],
    "public/wrong_which": [{}],
    "public/wrong_out": [{"name": "A <b>"}],
    "public/wrong_words": [
        {"name": "A <b>", "kind": kind} for kind in CorrectionKind if kind.has_words
    ],
    "public/wrong_sure": [{"name": "A <b>", "correction": each} for each in _CORRECTIONS],
    "public/wrong_sent": [{"tell": True}, {"tell": False}],
    "public/wrong_dropped": [{}],
    "public/wrong_gone": [{}],
    "public/wrong_old": [{}],
    "public/wrong_too_long": [{"limit": 300}],
    "public/wrong_too_many": [{}],
    "public/wrong_full": [{}],
    "public/wrong_accepted": [{"name": "A <b>"}],
    "public/wrong_rejected": [{"name": "A <b>"}],
    "public/contact_ask": [{"site": _FULL}],
    "public/contact_taken": [{"site": _FULL}],
    "public/contact_refused": [{}],
    "public/contact_old": [{}],
    "public/contact_no_more": [{}],
    "public/contact_thanks": [{}],
    "public/contact_stopped": [{}],
    "public/contact_closed": [{}],
    "public/contact_check": [{"site": _FULL}, {"site": _BARE}],
}
