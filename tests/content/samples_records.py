"""Sample values of what staff see after events: counts, trainings, and their log."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bot.content.bars import bars
from bot.models import Content, Language
from bot.models.events import Turnout
from bot.models.records import Afterword, RecordChange, Training
from bot.services.afterwordviews import Reach, View
from bot.services.headcounts import Past
from bot.services.recordlog import Entry
from bot.services.trainings import Asked, Totals, Year
from tests.content.samples_events import ALL_DAY, CHICAGO, COUNTS, ON, SESSION

TRAINING = Training(3, ON, 25, "Austin <library>", "Prevention Partnership", 20, 7, ON)
_BARE = Training(4, ON, 1)
_SAID = Turnout(in_person=3, online=2)
_PAST = Past(SESSION, COUNTS[0], _SAID, TRAINING, None, has_come=True)
_MONTHS = [(date(2026, month, 1), Totals(month % 3, month * 11, month)) for month in range(1, 13)]
_YEAR = Year(2026, Totals(12, 1240, 300), _MONTHS, [2025])
_NONE = Year(2026, Totals(), [(date(2026, 1, 1), Totals())], [])
_CHART = bars([("Jan", 11), ("Feb", 0), ("Mar", 1240)])


def _entry(about: str, *, undone: bool = False, **values: Any) -> Entry:
    made_at = datetime(2026, 12, 8, 18, tzinfo=UTC)
    return Entry(RecordChange(5, made_at, "a1b2", about, "", "", undone), **values)


_ENTRIES = [
    *(_entry("count:7:2026-12-08", title="ECHO", after=each) for each in COUNTS),
    _entry("training:3", before=_BARE, after=TRAINING),
    _entry("training:3", before=TRAINING, undone=True),
    _entry("afterword:7:2026-12-08", title="ECHO", told=1),
    _entry("afterword:7:2026-12-08", title="ECHO", told=12),
]

_WORDS = Content("Narcan <b>kits</b>")
_AFTERWORD = Afterword(7, ON, Language.EN, _WORDS)
_BOTH = replace(_AFTERWORD, translation=Content("Gracias"))
_SENT = replace(_BOTH, sent_at=datetime(2026, 12, 9, 18, tzinfo=UTC))
_REACH = Reach({Language.EN: 8, Language.ES: 4}, later=2, paused=1)
_ONE = Reach({Language.ES: 1}, later=1, paused=2)
_VIEWS = [
    View(SESSION, afterword, reach, {}, "0a1b2c3d")
    for afterword in (None, _AFTERWORD, _BOTH, _SENT)
    for reach in (_REACH, _ONE, Reach({}))
]

SAMPLES: dict[str, list[Any]] = {
    "public/event_afterword": [
        {"occurrence": SESSION, "html": html, "other_language": other}
        for html in ("Narcan <b>kits</b>", "")
        for other in (False, True)
    ],
    "staff/afterword": [{"view": view} for view in _VIEWS],
    "staff/afterword_ask": [
        {"view": view, "is_version": is_version} for view in _VIEWS for is_version in (False, True)
    ],
    "staff/afterword_changed": [{}],
    "staff/afterword_dropped": [{}],
    "staff/afterword_kind": [{}],
    "staff/afterword_nobody": [{"paused": paused} for paused in range(3)],
    "staff/afterword_offer": [{"found": []}, {"found": [_PAST]}],
    "staff/afterword_second": [{"occurrence": SESSION}],
    "staff/afterword_sent_already": [{}],
    "staff/count_ask": [
        {"occurrence": SESSION, "said": _SAID},
        {"occurrence": ALL_DAY, "said": Turnout()},
    ],
    "staff/count_early": [{}],
    "staff/count_how": [{"occurrence": SESSION}],
    "staff/count_kinds": [{}],
    "staff/count_unclear": [{"limit": 100_000}],
    "staff/event_past_date": [
        {"past": _PAST, "dismissed": False},
        *(
            {
                "past": Past(ALL_DAY, None, Turnout(), training, None, has_come=False),
                "dismissed": dismissed,
            }
            for dismissed, training in ((True, None), (False, _BARE))
        ),
    ],
    "staff/events_past": [{"found": []}, {"found": [_PAST]}],
    "staff/record_changes": [
        {"entries": [], "zone": CHICAGO},
        {"entries": _ENTRIES, "zone": CHICAGO},
    ],
    "staff/training": [{"training": TRAINING}, {"training": _BARE}],
    "staff/training_ask": [{"training": TRAINING, "asked": asked} for asked in Asked],
    "staff/training_day_unclear": [{}],
    "staff/training_deleted": [{"training": TRAINING}],
    "staff/training_files": [{}],
    "staff/training_future": [{"day": ON}],
    "staff/training_gone": [{}],
    "staff/training_how": [{}],
    "staff/training_month": [{"first": date(2026, 12, 1), "total": Totals(1, 25, 20)}],
    "staff/training_names": [{}],
    "staff/training_none": [{}],
    "staff/training_number": [{"limit": 100_000}],
    "staff/trainings": [
        {"year": _YEAR, "chart": _CHART},
        {"year": _NONE, "chart": bars([("Jan", 0)])},
    ],
}
