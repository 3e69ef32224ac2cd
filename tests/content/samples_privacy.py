"""Sample pages about what is kept of a person."""

from datetime import UTC, date, datetime, time
from itertools import product
from zoneinfo import ZoneInfo

from bot.models import (
    ALL_SECTIONS,
    Language,
    Member,
    MemberState,
    QuietHours,
    Section,
    Workgroup,
)
from bot.services.privacy import Known

_THEN = datetime(2026, 11, 18, 20, tzinfo=UTC)
_PLAIN = Member(
    1, 1, MemberState.ACTIVE, Language.EN, ALL_SECTIONS, _THEN, _THEN, "2026-11b"
)  # fmt: skip
_CHOSEN = Member(
    member_id=2,
    chat_id=2,
    state=MemberState.LEFT,
    language=Language.ES,
    sections=frozenset({Section.EVENTS}),
    joined_at=_THEN,
    consent_at=_THEN,
    consent_version="2026-11b",
    paused_until=date(2026, 12, 1),
    quiet=QuietHours(time(21), time(8)),
    wants_alerts=True,
    workgroups=frozenset(Workgroup),
    zone=ZoneInfo("America/New_York"),
)
_KNOWN = (
    Known(None, 0, 0, 0, 0, 0),
    Known(_PLAIN, 1, 0, 1, 1, 0),
    Known(_CHOSEN, 2, 1, 2, 3, 1),
    Known(None, 0, 2, 0, 0, 0),
    Known(None, 0, 0, 0, 0, 0, cases=(12, 7), silenced=True),
    Known(None, 0, 0, 0, 0, 0, reports=1),
    Known(None, 0, 0, 0, 0, 0, places=2),
    Known(None, 0, 0, 0, 0, 0, calendar_read_on=date(2026, 11, 20)),
)

SAMPLES: dict[str, list[dict[str, object]]] = {
    "public/my_data": [
        {"known": known, "is_staff": is_staff}
        for known, is_staff in product(_KNOWN, (True, False))
    ],
    "public/forget_ask": [{}],
    "public/forgotten": [{"is_staff": True}, {"is_staff": False}],
    "public/not_forgotten": [{}],
}
