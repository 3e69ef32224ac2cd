"""Sample values of the templates in the room staff: name -> list of dicts.

A function of the language may stand for a dict where values differ.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.models import (
    Audience,
    AudienceFilter,
    Broadcast,
    BroadcastKind,
    BroadcastState,
    Cause,
    Content,
    DeliveryState,
    Draft,
    Held,
    Language,
    LeftOut,
    Media,
    MediaKind,
    Poll,
    Reason,
    Section,
    Tally,
)
from bot.services.amendments import Reach
from bot.services.announcements import Asked
from bot.services.checks import Flaw, Problem
from bot.services.overview import Overview
from bot.services.results import Results
from tests.content import samples_member
from tests.content.samples_events import COUNTDOWNS, SESSION

ZONE = ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
ITEM = samples_member.ITEM
RICH = replace(
    samples_member.TRANSLATED,
    media=Media(MediaKind.DOCUMENT, "file"),
    standing=True,
    until=date(2026, 12, 1),
)
ITEMS = [ITEM, samples_member.TRANSLATED, samples_member.PHOTO, replace(ITEM, section=None), RICH]
TALLY = Tally(pending=90, held=7, sent=400, unreachable=5, failed=2, unconfirmed=2, cancelled=1)
PROBLEMS = [
    Problem(flaw, count, language, "Nov 3", section)
    for flaw in Flaw
    for count in (1, 3)
    for language, section in zip(Language, (Section.EVENTS, Section.TREATMENT), strict=True)
]
SPREAD = Audience(
    1234,
    {Language.EN: 1000, Language.ES: 234},
    {Held.PAUSED: 1, Held.QUIET: 30},
    dict.fromkeys(LeftOut, 20),
)
ONE = Audience(1, {Language.EN: 1, Language.ES: 0})
NOBODY = Audience(0, {Language.EN: 0, Language.ES: 0}, {Held.QUIET: 1}, dict.fromkeys(LeftOut, 1))


def broadcast(
    state: BroadcastState, kind: BroadcastKind = BroadcastKind.EDITION, **changes: Any
) -> Broadcast:
    """Return a broadcast in a state."""
    made = Broadcast(
        broadcast_id=3,
        kind=kind,
        state=state,
        local_date=date(2026, 11, 24) if kind is BroadcastKind.EDITION else None,
        slot_at=NOW,
        content_hash=None,
        approved_by=None,
        starts_at=NOW,
        finished_at=None,
        author=None,
    )
    return replace(made, **changes)


def _blast(state: BroadcastState, **changes: Any) -> dict[str, Any]:
    overview = Overview(broadcast(state), [ITEM, RICH], None, [], SPREAD, Tally(), undo_seconds=0)
    overview = replace(overview, **changes)
    return {
        "overview": overview,
        "broadcast": overview.broadcast,
        "zone": ZONE,
        "approval_voided": overview.tally.total > 0,
    }


def _progress(state: BroadcastState, **changes: Any) -> dict[str, Any]:
    values = {
        "broadcast": broadcast(state),
        "tally": TALLY,
        "undo_seconds": 0,
        "left_seconds": 3,
    }
    return values | changes


UNFINISHED = Draft(3, Language.EN, Content("Strong <b>fentanyl</b> &amp; xylazine " * 20))
WRITTEN = replace(UNFINISHED, area="Garfield Park", source="CDPH", translation=Content("Ojo"))
ATTACHED = replace(UNFINISHED, content=Content("", Poll("Which day?", ("Monday", "Friday"))))
CAUSES = [Cause(DeliveryState.UNREACHABLE, reason, 1234) for reason in Reason]
CAUSES += [Cause(DeliveryState.PENDING, held, 7, NOW) for held in Held]
CAUSES += [Cause(DeliveryState.CANCELLED, None, 1), Cause(DeliveryState.FAILED, Reason.MARKUP, 2)]
HELD = {"broadcast": broadcast(BroadcastState.PAUSED), "since": NOW, "zone": ZONE}
SLOT = {"broadcast": broadcast(BroadcastState.APPROVED), "zone": ZONE}

REACH = Reach(broadcast(BroadcastState.SENT), 400, 400, 380, 0, 0, [])
PARTLY = Reach(
    broadcast(BroadcastState.PAUSED),
    arrived=401,
    young=1,
    readers=1,
    waiting=90,
    unknown=2,
    done=[broadcast(BroadcastState.SENT, kind) for kind in BroadcastKind if kind.amends],
)
RESULTS = Results(400, too_old=9, gone=1, unreachable=5, unknown=2, refused=1, held=7, stopped=3)
RESULTS = replace(RESULTS, causes=CAUSES)

SAMPLES: dict[str, list[Any]] = {
    "staff/broadcast": [
        *(_blast(state) for state in BroadcastState),
        _blast(BroadcastState.DRAFT, items=[], audience=NOBODY),
        _blast(BroadcastState.DRAFT, problems=PROBLEMS, audience=ONE),
        _blast(BroadcastState.DRAFT, problems=PROBLEMS, audience=NOBODY),
        *(_blast(BroadcastState.DRAFT, countdown=each) for each in COUNTDOWNS),
        _blast(BroadcastState.SENDING, undo_seconds=57),
        *(_blast(s, tally=TALLY) for s in (BroadcastState.SENDING, BroadcastState.CANCELLED)),
        *(
            _blast(
                state,
                broadcast=broadcast(state, kind, slot_at=slot_at, expires_at=slot_at),
                items=[],
                draft=draft,
            )
            for kind in BroadcastKind
            for state in (BroadcastState.DRAFT, BroadcastState.APPROVED, BroadcastState.CANCELLED)
            for slot_at, draft in ((NOW, WRITTEN), (NOW, ATTACHED), (None, UNFINISHED))
        ),
        _blast(
            BroadcastState.APPROVED,
            broadcast=broadcast(
                BroadcastState.APPROVED,
                BroadcastKind.ANNOUNCEMENT,
                occasion="event:7:2026-12-08:-1440",
            ),
            draft=WRITTEN,
        ),
        _blast(
            BroadcastState.DRAFT,
            broadcast=broadcast(BroadcastState.DRAFT, BroadcastKind.RECALL, slot_at=None),
            amended=broadcast(BroadcastState.SENT),
        ),
    ],
    "staff/amend": [{"reach": reach, "zone": ZONE} for reach in (REACH, PARTLY)],
    "staff/recall_sure": [{"reach": reach, "zone": ZONE} for reach in (REACH, PARTLY)],
    "staff/sent_lately": [{"sent": []}, {"sent": [broadcast(BroadcastState.SENT)]}],
    "staff/amend_ask": [
        {"reader": reader, "html": html}
        for reader in (None, *Language)
        for html in ("", ITEM.html)
    ],
    "staff/amend_texts": [{"is_list": True}, {"is_list": False}],
    "staff/amend_preview": [{}],
    "staff/amend_kind": [{}],
    "staff/amend_parts": [{}],
    "staff/amend_nothing": [{}],
    "staff/amend_too_long": [{"length": 3456, "limit": 3000}],
    "staff/withdrawn": [{}],
    "staff/amend_report": [
        {"broadcast": broadcast(state, kind), "results": results, "zone": ZONE}
        for kind in BroadcastKind
        if kind.amends
        for state in (BroadcastState.SENT, BroadcastState.CANCELLED)
        for results in (Results(1), RESULTS)
    ],
    "staff/started": [{}],
    "staff/cut_off": [{"items": 0}, {"items": 1}, {"items": 4}],
    "staff/alert_expired": [{}],
    "staff/alert_how": [{}],
    "staff/alert_incomplete": [
        {"broadcast": broadcast(BroadcastState.DRAFT, BroadcastKind.ALERT), "draft": draft}
        for draft in (UNFINISHED, WRITTEN)
    ],
    "staff/alert_text_only": [{}],
    "staff/alert_too_long": [{}],
    "staff/alert_words": [{"limit": 100}],
    "staff/announce_how": [{}],
    "staff/announcement_too_long": [{"length": 4001, "limit": 3900}],
    "staff/day_unclear": [{}],
    "staff/draft_ask": [
        {"asked": asked.value, "draft": draft} for asked in Asked for draft in (WRITTEN, ATTACHED)
    ],
    "staff/draft_when": [
        {
            "broadcast": broadcast(BroadcastState.DRAFT, kind, slot_at=slot_at),
            "session": session,
            "before": before,
            "zone": ZONE,
        }
        for kind, slot_at, session, before in (
            (BroadcastKind.ALERT, None, None, None),
            (BroadcastKind.ANNOUNCEMENT, NOW, SESSION, None),
            (BroadcastKind.EDITION, NOW, None, NOW),
        )
    ],
    "staff/draft_who": [
        {
            "broadcast": each,
            "overview": Overview(each, [], WRITTEN, [], who, Tally(), undo_seconds=0),
            "approval_voided": who is NOBODY,
        }
        for who in (SPREAD, ONE, NOBODY)
        for audience in (
            AudienceFilter(),
            AudienceFilter(joined_from=date(2026, 10, 22)),
            AudienceFilter(joined_before=date(2026, 10, 22)),
        )
        for each in [
            broadcast(BroadcastState.DRAFT, BroadcastKind.ANNOUNCEMENT, audience=audience)
        ]
    ],
    "staff/echo_moved": [{}],
    "staff/guard": [{}],
    "staff/guard_closed": [{}],
    "staff/guard_gone": [{}],
    "staff/message_kind": [{}],
    "staff/no_quiz": [{}],
    "staff/time_ask": [{"now": NOW, "before": before, "zone": ZONE} for before in (None, NOW)],
    "staff/time_next": [{"when": NOW, "before": NOW, "zone": ZONE}],
    "staff/time_past": [{"when": NOW, "zone": ZONE}],
    "staff/time_unclear": [{}],
    "staff/changed_since": [{}],
    "staff/nothing_to_send": [{}],
    "staff/broadcast_gone": [{}],
    "staff/moved_on": [{"state": BroadcastState.SENT}],
    "staff/held": [HELD | {"left": 1}, HELD | {"left": 1234}],
    "staff/held_backup": [
        HELD | {"is_sure": is_sure, "approved": count, "waiting": count}
        for is_sure in (True, False)
        for count in (0, 1, 2)
    ],
    "staff/held_broadcast": [HELD | {"left": 1}, HELD | {"left": 1234}],
    "staff/held_sent": [{"count": count} for count in (0, 1, 2)],
    "staff/held_slot": [SLOT],
    "staff/item": [
        {
            "item": item,
            "texts": {Language.EN: item.html, Language.ES: "Taller"} if item.html else {},
            "shortened": voided,
            "approval_voided": voided,
        }
        for item in ITEMS
        for voided in (False, True)
    ],
    "staff/item_ask_text": [{"item": ITEM}, {"item": samples_member.PHOTO}],
    "staff/item_ask_translation": [{"item": ITEM}, {"item": samples_member.PHOTO}],
    "staff/item_empty": [{}],
    "staff/item_gone": [{}],
    "staff/item_how": [{}],
    "staff/item_kind": [{}],
    "staff/item_last_day": [{}],
    "staff/item_removed": [{"approval_voided": True}, {"approval_voided": False}],
    "staff/item_section": [{"item": item} for item in ITEMS],
    "staff/item_too_long": [{"length": 3456, "limit": 3000}],
    "staff/items": [{"items": []}, {"items": ITEMS[:1]}, {"items": ITEMS}],
    "staff/menu": [{}],
    "staff/preview": [
        {"messages": count, "reader": reader, "sections": sections}
        for count, reader, sections in (
            (2, Language.EN, list(Section)),
            (0, Language.ES, [Section.EVENTS, Section.TREATMENT]),
            (None, Language.ES, []),
            (1, Language.EN, None),
        )
    ],
    "staff/progress": [
        *(_progress(state) for state in BroadcastState),
        _progress(BroadcastState.SENDING, undo_seconds=57, tally=Tally(pending=500)),
        _progress(BroadcastState.SENDING, left_seconds=61),
        _progress(BroadcastState.SENDING, left_seconds=3000),
        _progress(BroadcastState.SENT, tally=Tally()),
    ],
    "staff/report": [
        {"broadcast": broadcast(state), "tally": tally, "found": found, "zone": ZONE}
        | {"took_seconds": seconds}
        for state, tally, found, seconds in (
            (BroadcastState.SENT, Tally(sent=1), [], 1),
            (BroadcastState.SENT, TALLY, CAUSES, 17),
            (BroadcastState.CANCELLED, TALLY, CAUSES, 600),
        )
    ],
    "staff/flawed": [{"problems": [each for each in PROBLEMS if each.flaw.stops]}],
    "staff/second_person": [{"broadcast": broadcast(BroadcastState.DRAFT)}],
    "staff/slot_late": [SLOT],
    "staff/slot_not_approved": [SLOT],
    "staff/stop_sure": [{"tally": Tally(pending=1)}, {"tally": TALLY}],
    "staff/storm": [
        {"broadcast": broadcast(BroadcastState.PAUSED), "reason": reason} for reason in Reason
    ],
    "staff/test_marker": [{}],
    "staff/trouble_storage": [{}],
    "staff/trouble_update": [{}],
}
