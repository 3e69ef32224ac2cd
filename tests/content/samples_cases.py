"""Sample values for the words about cases, of both sides."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.models import Case, CaseState, Language
from bot.models.sites import Opening, OpenState

Values = dict[str, Any]

NOON = datetime(2026, 11, 18, 18, tzinfo=UTC)
ZONE = ZoneInfo("America/Chicago")
CASE = Case(12, 700100, CaseState.WAITING, Language.ES, NOON, NOON)
CASES = [
    CASE,
    replace(CASE, state=CaseState.ANSWERED, claimed_by="Sam", language=Language.EN),
    replace(CASE, state=CaseState.CLOSED),
    replace(CASE, state=CaseState.ERASED, chat_id=None),
]
_ONE: Values = {"case": CASE, "zone": ZONE}
_OFFICES = [
    OpenState(Opening.OPEN, NOON),
    OpenState(Opening.OPEN, always=True),
    OpenState(Opening.CLOSED, NOON + timedelta(days=1)),
    OpenState(Opening.CLOSED),
    OpenState(Opening.UNKNOWN),
]
_EXPECT: list[Values] = [
    {"office": office, "keep_days": days, "zone": ZONE}
    for office, days in zip(_OFFICES, (30, 1, 30, 7, 30), strict=True)
]

PUBLIC: dict[str, list[Any]] = {
    "public/case_alarm_passed": [{}],
    "public/case_answer": [{"text": "<b>Yes</b> &amp; no"}],
    "public/case_closed": [{**_ONE, "keep_days": 30}, {**_ONE, "keep_days": 1}],
    "public/case_delete_sure": [{}],
    "public/case_deleted": [{"count": count} for count in (0, 1, 3)],
    "public/case_ended": [{"keep_days": 30}, {"keep_days": 1}],
    "public/case_kind": [{}],
    "public/case_message_deleted": [{}],
    "public/case_nobody": [{}],
    "public/case_none_open": [{}],
    "public/case_not_deleted": [{}],
    "public/case_not_sent": [{}],
    "public/case_nothing_deleted": [{}],
    "public/case_offer": _EXPECT,
    "public/echo_case": _EXPECT,
    "public/handoff": _EXPECT,
    "public/handoff_write": [{}],
    "public/case_opened": [{**_ONE, **each} for each in _EXPECT],
    "public/case_passed": [
        {**_ONE, **each, "is_new": is_new} for each in _EXPECT for is_new in (True, False)
    ],
    "public/case_reopened": [_ONE],
    "public/case_silenced": [{"until": NOON, "zone": ZONE}, {"until": None, "zone": ZONE}],
    "public/case_still_open": [_ONE],
    "public/case_too_fast": [{}],
    "public/case_write": [{}],
}
STAFF: dict[str, list[Any]] = {
    "staff/case_alarm": [_ONE],
    "staff/case_answer_preview": [{**_ONE, "text": "<b>Call</b> 833-234-6343."}],
    "staff/case_answer_sent": [_ONE],
    "staff/case_answers": [_ONE],
    "staff/case_asked_to_delete": [{**_ONE, "count": 1}, {**_ONE, "count": 3}],
    "staff/case_card": [{"case": case, "zone": ZONE} for case in CASES],
    "staff/case_ended_by_person": [_ONE],
    "staff/case_erased": [_ONE],
    "staff/case_erased_message": [_ONE],
    "staff/case_escalated": [{**_ONE, "since": NOON}],
    "staff/case_gone": [{"number": 12}],
    "staff/case_how_to_answer": [{}],
    "staff/case_inbox": [{"cases": CASES[:2], "zone": ZONE}, {"cases": [], "zone": ZONE}],
    "staff/case_is_closed": [_ONE],
    "staff/case_kind": [{}],
    "staff/case_message": [
        {**_ONE, "text": "I am <b>[name hidden]</b>", "kept_back": kept_back, "part": part}
        for kept_back in (True, False)
        for part in (0, 1)
    ],
    "staff/case_mirror": [{**_ONE, "text": "Yes."}],
    "staff/case_muted": [_ONE],
    "staff/case_mute_days": [{}],
    "staff/case_not_answered": [{"case": case, "zone": ZONE} for case in CASES[2:]],
    "staff/case_note": [{}],
    "staff/case_other_open": [{**_ONE, "other": replace(CASE, case_id=13)}],
    "staff/case_ready_sent": [{**_ONE, "text": "<b>Call</b> 833-234-6343."}],
    "staff/case_refused": [_ONE],
    "staff/case_reminder": [_ONE],
    "staff/case_text_gone": [{}],
    "staff/case_unbanned": [{"ended": True}, {"ended": False}],
    "staff/case_unconfirmed": [_ONE],
    "staff/case_unknown": [{"number": 99}],
    "staff/case_unreachable": [_ONE],
    "staff/case_which": [{}],
}
