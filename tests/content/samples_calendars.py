"""Sample values of what staff see of calendars of partners."""

from dataclasses import replace
from datetime import date
from typing import Any

from bot.content.icslines import LineError
from bot.content.labels import Label
from bot.models import Language
from bot.models.calendars import Entry, Told
from bot.models.sites import Reason
from bot.services.eventimports import Look
from bot.services.eventsteps import Deed, Step
from bot.services.eventtwins import State
from tests.content import samples_events as events

_REASONS = [label for label in Label if label.name.startswith("ICS_")]
_VALUES = {
    "limit": 500, "zone": "Mars/Olympus" * 5, "day": "2026-12-08", "count": "90",
    "part": "BYWEEKNO",
}  # fmt: skip
_TITLE = "Everybody is welcome to the <great> fair of our neighborhood on the West Side"
_TOLD = Told({Language.EN: _TITLE}, events.SCHEDULE)
_STATE = State(replace(events.EVENT, source="A <library>", imported_on=date(2026, 11, 18)), {})
_WHAT = (
    "told_title", "told_note", "told_place", "told_link", "told_time", "told_dates",
    "told_cancelled", "told_back",
)  # fmt: skip
_STEPS = tuple(
    Step(deed, Entry(7, f"{n}@x", _TOLD), _STATE, _STATE, _WHAT, events.SESSION, will, 1)
    for deed in Deed
    for n, will in enumerate([events.MOVED, events.ALL_DAY] * 4)
)


def _lines(*labels: Label) -> tuple[Any, ...]:
    return tuple(LineError(n, each, **_VALUES).rejected for n, each in enumerate(labels, 1))


_LOOK = Look(3, "A <library>", _STEPS, _lines(*_REASONS[4:10]), _lines(Label.ICS_LEFT_OUT), 2)
_NOTHING = Look(None, "", (), (), (), 0)
_SHOWN = {"deeds": Deed, "shown": 4, "lines_shown": 6}

SAMPLES: dict[str, list[Any]] = {
    "staff/calendar_done": [{"look": _LOOK, "deeds": Deed}, {"look": _NOTHING, "deeds": Deed}],
    "staff/calendar_gone": [{}],
    "staff/calendar_how": [{"limit": 1}],
    "staff/calendar_look": [
        {**_SHOWN, "look": _LOOK},
        {**_SHOWN, "look": _NOTHING},
        *(
            {**_SHOWN, "look": replace(_NOTHING, rejected=_lines(*_REASONS[n : n + 7]))}
            for n in range(0, len(_REASONS), 6)
        ),
    ],
    "staff/calendar_name": [{}],
    "staff/calendar_not_undone": [{}],
    "staff/calendar_offer": [{}],
    "staff/calendar_refused": [
        {"reason": Reason(each.name.lower(), _VALUES)} for each in _REASONS
    ],
    "staff/calendar_stale": [{}],
    "staff/calendar_undone": [{"count": 1}, {"count": 7}],
    "staff/calendar_words": [{"limit": 60}],
}
