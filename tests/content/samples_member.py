"""Sample values of the templates in the room member: name -> list of dicts.

A function of the language may stand for a dict where values differ.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from bot.models import (
    Broadcast,
    BroadcastKind,
    BroadcastState,
    Content,
    Draft,
    Item,
    ItemState,
    Language,
    Media,
    MediaKind,
    Section,
)
from bot.services.members import QUIET_CHOICES

ITEM = Item(
    item_id=7,
    section=Section.TRAININGS,
    language=Language.EN,
    html='Free <b>Narcan</b> training, <a href="https://example.org/?a=1&amp;b=2">sign up</a>',
    media=None,
    translation=None,
    until=None,
    standing=False,
    state=ItemState.OPEN,
)
TRANSLATED = replace(ITEM, translation="Taller gratis de <b>Narcan</b>")
PHOTO = replace(
    ITEM, section=Section.HARM_REDUCTION, media=Media(MediaKind.PHOTO, "file"), html=""
)
YES_NO = (True, False)
CHICAGO = ZoneInfo("America/Chicago")

ALERT = Broadcast(
    broadcast_id=4,
    kind=BroadcastKind.ALERT,
    state=BroadcastState.DRAFT,
    local_date=None,
    slot_at=None,
    content_hash=None,
    author=None,
    approved_by=None,
    starts_at=None,
    finished_at=None,
    expires_at=datetime(2026, 11, 27, 18, 0, tzinfo=UTC),
)
WRITTEN = Draft(4, Language.EN, Content(ITEM.html), area="Garfield Park", source="CDPH")
ANNOUNCED = [
    {
        "broadcast": ALERT,
        "draft": WRITTEN,
        "html": html,
        "other_language": other,
        "zone": ZoneInfo("America/Chicago"),
    }
    for html, other in product((ITEM.html, ""), YES_NO)
]

SAMPLES: dict[str, list[Any]] = {
    "member/alert": ANNOUNCED,
    "member/announcement": ANNOUNCED,
    "member/correction": ANNOUNCED,
    "member/choose_pause": [{}],
    "member/consent": [{}],
    "member/edition_foot": [{}],
    "member/edition_head": [{}],
    "member/edition_item": [
        {"item": ITEM, "html": ITEM.html, "heading": heading, "other_language": other}
        for heading, other in product(YES_NO, YES_NO)
    ],
    "member/edition_media": [
        {"item": PHOTO, "html": html, "other_language": other}
        for html, other in product(("", ITEM.html), YES_NO)
    ],
    "member/is_member": [{}],
    "member/joined": [
        {"back": back, "all_topics": all_topics, "edition_waits": waits}
        for back, all_topics, waits in product(YES_NO, YES_NO, YES_NO)
    ],
    "member/left": [{"was_member": True}, {"was_member": False}],
    "member/not_a_member": [{}],
    "member/not_now": [{}],
    "member/one_section_at_least": [{}],
    "member/pause_date_wrong": [{}],
    "member/returned": [{"edition_waits": True}, {"edition_waits": False}],
    "member/alerts_on": [{}],
    "member/choose_quiet": [{"zone": CHICAGO}],
    "member/pause_day": [{}],
    "member/pause_day_unclear": [{}],
    "member/settings": [
        {"paused_until": None, "returns_at": None, "zone": CHICAGO},
        {
            "paused_until": date(2026, 12, 24),
            "returns_at": datetime(2026, 12, 24, 15, 0, tzinfo=UTC),
            "zone": CHICAGO,
        },
    ],
    "member/settings_more": [
        {"quiet": quiet, "zone": CHICAGO, "own_zone": own_zone}
        for quiet in (None, *QUIET_CHOICES)
        for own_zone in (None, CHICAGO)
    ],
}
