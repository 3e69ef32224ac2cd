"""Sample values with which every template is rendered: template -> one or more sets of values.

A set is a dict, or a function of the language where values differ. The rooms of members and staff
have their own modules; a template without a sample fails a test.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.content.answers import Answers
from bot.content.commands import Audience, menu
from bot.content.echo import Echo
from bot.content.sources import Source, Sources
from bot.content.ways import Ways
from bot.models import Language
from bot.models.events import Occurrence
from bot.models.sites import Need
from tests.content import (
    samples_answers,
    samples_calendars,
    samples_cases,
    samples_events,
    samples_member,
    samples_privacy,
    samples_records,
    samples_sites,
    samples_staff,
)

Values = dict[str, Any]
Sample = Values | Callable[[Language], Values]

_SOURCES = Sources()
_ANSWERS = Answers(_SOURCES)
_ECHO = Echo(_SOURCES)
_WAYS = Ways(_SOURCES)
_CARD: Values = {
    "sources": [
        Source("one", "Uno", "Ciudad", "https://example.org/?a=1&b=2", "2022-12-05"),
        Source("two", "Dos", "Estado"),
    ],
    "checked_on": date(2026, 11, 21),
}
_NOON = datetime(2026, 11, 18, 18, tzinfo=UTC)
_WAITING: Values = {**_CARD, "asks_at": _NOON, "stored": True, "zone": ZoneInfo("America/Chicago")}
_ASKING: Values = {**_CARD, "since": _NOON, "zone": ZoneInfo("America/Chicago")}


def _ways(need: Need, *, unknown: bool = False) -> Callable[[Language], Values]:
    return lambda language: {**_WAYS.values(need, language), "unknown": unknown}


def _echo(session: Occurrence | None) -> Callable[[Language], Values]:
    return lambda language: {**_ECHO.values(language, session), "own_zone": None}


def _answer(**values: Any) -> Callable[[Language], Values]:
    return lambda language: {"answer": _ANSWERS.get("good-samaritan", language), **values}


_PUBLIC: dict[str, list[Sample]] = {
    "public/answer": [_answer(overdue=False), _answer(overdue=True)],
    "public/answer_more": [
        _answer(more=more, beside=beside)
        for more, beside in ((False, ()), (True, ()), (True, ("naloxone",)))
    ],
    "public/answer_suggestions": [{}],
    "public/ask_prompt": [{}],
    "public/choose_language": [{}],
    "public/group_only_private": [{}],
    "public/guide_again": [_WAITING, {**_WAITING, "stored": False}],
    "public/guide_ask": [
        {**_ASKING, "minutes": 2, "late": False},
        {**_ASKING, "minutes": 12, "late": True},
    ],
    "public/guide_breathe": [{**_CARD, "breath": n, "breaths": 12} for n in (0, 1, 12)],
    "public/guide_given": [_WAITING, {**_WAITING, "stored": False}, {**_WAITING, "asks_at": None}],
    "public/guide_none": [_CARD],
    "public/guide_over": [{"removed": True}, {"removed": False}],
    "public/guide_rest": [_CARD],
    "public/guide_side": [_CARD],
    "public/guide_woke": [_CARD],
    "public/help": [{"commands": menu(Audience.EVERYONE)}, {"commands": menu(Audience.STAFF)}],
    "public/language_changed": [{}],
    "public/naloxone": [
        _ways(Need.NALOXONE),
        {"need": Need.NALOXONE, "ways": (), "unknown": True},
    ],
    "public/next_echo": [_echo(samples_events.SESSION), _echo(None)],
    "public/no_answer": [{"perhaps": False}, {"perhaps": True}],
    "public/only_text": [{}],
    "public/overdose_card": [_CARD],
    "public/place_unknown": [{}],
    "public/poison_card": [_CARD],
    "public/privacy": [{"keep_days": 30}, {"keep_days": 1}],
    "public/refused_staff": [{}],
    "public/site_where": [{"need": Need.NALOXONE}],
    "public/sites": [*samples_sites.PAGES],
    "public/sites_about": [{}],
    "public/slow_down": [{}],
    "public/start": [{}],
    "public/stimulant_card": [_CARD],
    "public/suicide_card": [_CARD],
    "public/supplies": [
        _ways(need, unknown=need is Need.ANY) for need in Need if need is not Need.TREATMENT
    ],
    "public/treatment": [_ways(Need.TREATMENT), {"need": Need.TREATMENT, "ways": ()}],
    "public/trouble": [{}],
    "public/unknown_command": [{}],
}

SAMPLES: dict[str, list[Sample]] = {
    **_PUBLIC,
    **samples_events.SAMPLES,
    **samples_calendars.SAMPLES,
    **samples_cases.PUBLIC,
    **samples_cases.STAFF,
    **samples_answers.SAMPLES,
    **samples_member.SAMPLES,
    **samples_privacy.SAMPLES,
    **samples_records.SAMPLES,
    **samples_staff.SAMPLES,
    **samples_sites.STAFF,
    **samples_sites.WRONG,
}


def values_of(sample: Sample, language: Language) -> Values:
    """Return the values of a sample in a language."""
    return sample(language) if callable(sample) else sample
