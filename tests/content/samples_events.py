"""Sample values of what people see of events."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.content.occasions import Occasion, ReadyItem
from bot.content.schedules import Unclear
from bot.content.sources import Source
from bot.models import Broadcast, BroadcastKind, BroadcastState, Item, ItemState, Language, Section
from bot.models.events import (
    Attendance,
    DateChange,
    Event,
    EventKind,
    EventState,
    Occurrence,
    Reminder,
    Schedule,
    Standing,
    Turnout,
    Way,
)
from bot.models.records import Headcount
from bot.recurrence import Rule
from bot.services.attending import Place
from bot.services.countdowns import Countdown
from bot.services.eventforms import Asked
from bot.services.eventsheets import Sheet
from bot.services.occasions import Ready, View
from bot.services.reminders import News

Values = dict[str, Any]

CHICAGO, NEW_YORK = ZoneInfo("America/Chicago"), ZoneInfo("America/New_York")
ON = date(2026, 12, 8)
SCHEDULE = Schedule(CHICAGO, ON, time(10), 60, Rule.parse("FREQ=MONTHLY;BYDAY=2TU"))
EVENT = Event(
    event_id=7,
    uid="7@test",
    kind=EventKind.ECHO,
    state=EventState.OPEN,
    schedule=SCHEDULE,
    titles={Language.EN: "Harm Reduction ECHO", Language.ES: "ECHO de reducción de daños"},
    notes={Language.EN: "Bring a <case>.", Language.ES: "Trae un <caso>."},
    place="Austin Library",
    url="https://example.org/?a=1&b=2",
    languages=frozenset(Language),
    seats=40,
)
_TOPICS = {Language.EN: "Youth", Language.ES: "Jóvenes"}
SESSION = Occurrence(EVENT, SCHEDULE, DateChange(ON, topics=_TOPICS))
MOVED = replace(SESSION, change=replace(SESSION.change, moved_to=date(2026, 12, 9)))
ELSEWHERE = replace(SESSION, change=replace(SESSION.change, place="The library"))
CANCELLED = replace(SESSION, change=replace(SESSION.change, cancelled=True))
_DAY = replace(SCHEDULE, starts=None, minutes=0)
ALL_DAY = Occurrence(replace(EVENT, schedule=_DAY, place="", url=""), _DAY, DateChange(ON))
_DAYS = replace(_DAY, minutes=3 * 1440)
_PARTNERS = replace(EVENT, schedule=_DAYS, source="A <library>", imported_on=date(2026, 11, 18))
SEVERAL_DAYS = Occurrence(_PARTNERS, _DAYS, DateChange(ON))
REMINDER = Reminder(1, 7, ON, 5, Language.EN, 60, False, datetime(2026, 12, 8, 15, tzinfo=UTC))
_NO_REMINDER: Values = {"own_zone": None, "reminder": None}
_LIST: Values = {
    "found": [SESSION, MOVED, ELSEWHERE, CANCELLED, ALL_DAY],
    "left": 0,
    "month": None,
    "kind": None,
    "own_zone": NEW_YORK,
    "meeting_known": True,
    "countdown": None,
}
_NEWS = ReadyItem(
    key="signs",
    section=Section.OVERDOSE_PREVENTION,
    texts={Language.EN: "Narcan <kits>", Language.ES: "Kits de <Narcan>"},
    sources=(Source("a", "Title", "CDPH", "https://example.org/?a=1&b=2", "2025-08"),),
    checked_on=date(2026, 11, 21),
)
_OCCASION = Occasion("awareness-day", "awareness-day", 56, 42, (_NEWS, _NEWS))
COUNTDOWNS = [Countdown(_OCCASION, ALL_DAY, days) for days in (0, 1, 42)]
_IN_WORK = Item(1, Section.EVENTS, Language.EN, "Narcan", None, None, None, False, ItemState.OPEN)
_READY = [
    Ready(_NEWS, item)
    for item in (None, _IN_WORK, *(replace(_IN_WORK, state=state) for state in ItemState))
]
_EMPTY: Values = {**_LIST, "found": [], "meeting_known": False}

_DRAFT = replace(EVENT, state=EventState.DRAFT, titles={Language.ES: "Curso"}, schedule=None)
_UNTIL = replace(SCHEDULE, rule=Rule.parse("FREQ=MONTHLY;BYDAY=2TU;UNTIL=20270713"))
SHEET = Sheet(EVENT, [SESSION, MOVED, CANCELLED], asked=2)
_SHEETS = (
    SHEET,
    Sheet(_DRAFT),
    Sheet(replace(EVENT, state=EventState.CANCELLED), [CANCELLED], told=1),
    Sheet(replace(EVENT, schedule=_UNTIL, place="", url=""), [SESSION], asked=1, told=2),
    Sheet(EVENT),
    Sheet(_PARTNERS, [SEVERAL_DAYS]),
)
COUNTS = (
    Headcount(7, ON, 12, 5),
    Headcount(7, ON, online=5),
    Headcount(7, ON, in_person=1200),
    Headcount(7, ON),
)
_OF_DATE = Sheet(
    EVENT, [SESSION], asked=1, date=SESSION, turnout=Turnout(3, 2, 1, 4), count=COUNTS[0]
)
_BROADCAST = Broadcast(
    broadcast_id=5,
    kind=BroadcastKind.ANNOUNCEMENT,
    state=BroadcastState.DRAFT,
    local_date=None,
    slot_at=datetime(2026, 12, 8, 15, tzinfo=UTC),
    content_hash=None,
    author=None,
    approved_by=None,
    starts_at=None,
    finished_at=None,
)
_HANGING: Values = {"broadcast": _BROADCAST, "occurrence": SESSION, "zone": CHICAGO}

MINE = Attendance(1, 7, ON, 5, Language.EN, Way.IN_PERSON, Standing.COMING)
_UNTIL_THEN = datetime(2026, 12, 7, 15, tzinfo=UTC)
_MINE = (
    None,
    MINE,
    replace(MINE, way=Way.ONLINE),
    replace(MINE, standing=Standing.WAITING),
    replace(MINE, standing=Standing.OFFERED, offered_until=_UNTIL_THEN),
)

_LINK = "https://bot.example.org/calendar/abc_DEF-123.ics?lang=es&x=1"

SAMPLES: dict[str, list[Any]] = {
    "public/events": [
        _LIST,
        {**_LIST, "left": 3, "month": date(2026, 12, 1)},
        *({**_LIST, "countdown": each} for each in COUNTDOWNS),
        *({**_EMPTY, "kind": kind} for kind in EventKind),
    ],
    "public/event": [
        *({**_NO_REMINDER, "occurrence": o} for o in (SESSION, MOVED, CANCELLED, ALL_DAY)),
        {**_NO_REMINDER, "occurrence": SEVERAL_DAYS},
        {"occurrence": SESSION, "own_zone": NEW_YORK, "reminder": REMINDER},
    ],
    "public/event_remind": [
        {**_NO_REMINDER, "occurrence": SESSION},
        {"occurrence": SESSION, "own_zone": None, "reminder": replace(REMINDER, every=True)},
        {"occurrence": SESSION, "own_zone": None, "reminder": replace(REMINDER, due_at=None)},
    ],
    "public/reminder": [
        {"occurrence": SESSION, "own_zone": zone, "late": late, "has_begun": has_begun}
        for zone in (None, NEW_YORK)
        for late, has_begun in ((False, False), (True, False), (True, True))
    ],
    "public/event_news": [
        {"occurrence": MOVED, "own_zone": zone, "news": news}
        for news in News
        for zone in (None, NEW_YORK)
    ],
    "public/event_coming": [
        {"place": Place(SESSION, mine, turnout), "occurrence": SESSION, "own_zone": None}
        for mine in _MINE
        for turnout in (Turnout(), Turnout(in_person=40, waiting=2))
    ],
    "public/event_offer": [
        {"occurrence": SESSION, "own_zone": zone, "until": _UNTIL_THEN}
        for zone in (None, NEW_YORK)
    ],
    "public/offer_over": [{}],
    "public/feed_about": [{"read_on": day, "keep_days": 400} for day in (None, ON)],
    "public/feed_link": [{"link": _LINK, "is_new": is_new} for is_new in (True, False)],
    "public/feed_public": [{"link": _LINK}],
    "public/feed_off": [{}],
    "public/feed_closed": [{}],
    "public/event_gone": [{}],
    "public/event_over": [{}],
    "public/reminder_past": [{}],
    "public/reminder_none": [{}],
    "public/snooze_past": [{}],
    "member/choose_zone": [{"zone": CHICAGO}],
    "member/occasion_item": [{"news": _NEWS}],
    "staff/occasion": [{"view": View(each, _READY)} for each in COUNTDOWNS],
    "staff/occasion_gone": [{}],
    "staff/occasion_nudge": [{"countdown": each} for each in COUNTDOWNS],
    "member/edition_event": [
        {"occurrence": each}
        for each in (SESSION, MOVED, ELSEWHERE, CANCELLED, ALL_DAY, SEVERAL_DAYS)
    ],
    "staff/event": [{"sheet": sheet} for sheet in _SHEETS],
    "staff/event_again": [{}],
    "staff/event_ask": [{"sheet": SHEET, "asked": asked} for asked in Asked],
    "staff/event_date": [{"sheet": _OF_DATE}],
    "staff/event_dates": [{"sheet": SHEET}],
    "staff/event_dropped": [{}],
    "staff/event_gone": [{}],
    "staff/event_how": [{"sheets": []}, {"sheets": [SHEET]}],
    "staff/event_in_edition": [_HANGING],
    "staff/event_kind": [{"sheet": SHEET}],
    "staff/event_moved_draft": [_HANGING],
    "staff/event_no_time": [{}],
    "staff/event_one_date": [{}],
    "staff/event_past": [{"day": ON}],
    "staff/event_stopped_draft": [_HANGING],
    "staff/event_sure": [
        {"before": SHEET, "after": SHEET},
        {"before": _OF_DATE, "after": _OF_DATE},
        {"before": _OF_DATE, "after": Sheet(EVENT, [CANCELLED], date=CANCELLED)},
        {"before": _OF_DATE, "after": None},
        {"before": SHEET, "after": None},
    ],
    "staff/event_unclear": [{"why": why} for why in Unclear],
    "staff/event_seats": [{"limit": 100}],
    "staff/event_words": [{"limit": 120}],
}
