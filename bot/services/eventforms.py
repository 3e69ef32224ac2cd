"""Event forms: what staff answer about an event, and what the answer makes of it. Pure."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.content.schedules import UnclearError, read_schedule
from bot.errors import Refusal
from bot.models import Language
from bot.models.events import DateChange, Event, EventKind, Schedule

LONGEST_TITLE = 120  # characters, also of a topic and a place
LONGEST_LINK = 500
MOST_SEATS = 100_000


class Asked(StrEnum):
    """What the next message of a member of staff says about an event."""

    WHEN = "event-when"
    TITLE = "event-title"
    OTHER_TITLE = "event-other-title"  # in the other language than the staff's
    PLACE = "event-place"  # or a link; of all dates or of one
    SEATS = "event-seats"  # how many can come in person; of all dates or of one
    TOPIC = "event-topic"  # of one date
    MOVE = "event-move"  # of one date

    @property
    def is_told(self) -> bool:
        """Return whether people are told of such a change, so that it needs a second look."""
        return self in (Asked.WHEN, Asked.PLACE, Asked.MOVE)


def parts_of(text: str) -> tuple[str, str, str]:
    """Return title, time and place of "title; when; place", or of as many lines."""
    pieces = [piece.strip() for piece in text.replace("\n", ";").split(";") if piece.strip()]
    title, when, *rest = (*pieces, "", "")
    return line_of(title), when, line_of(" ".join(each for each in rest if each), empty=True)


def kind_of(title: str) -> EventKind:
    """Return the kind that a title suggests; staff see it and can change it."""
    words = title.lower()
    hints = {
        "echo": EventKind.ECHO,
        "workgroup": EventKind.WORKGROUP,
        "grupo de trabajo": EventKind.WORKGROUP,
        "meeting": EventKind.MEETING,
        "reuni": EventKind.MEETING,
        "training": EventKind.TRAINING,
        "capacit": EventKind.TRAINING,
        "class": EventKind.TRAINING,
    }
    return next((kind for hint, kind in hints.items() if hint in words), EventKind.COMMUNITY)


def schedule_of(text: str, language: Language, now: datetime, zone: ZoneInfo) -> Schedule:
    """Return the time that words name; raise Refusal if they are unclear, or it has passed."""
    today = now.astimezone(zone).date()
    try:
        schedule = read_schedule(text, today, zone, language)
    except UnclearError as error:
        raise Refusal("staff/event_unclear", why=error.why) from error
    if schedule.first_on < today:
        raise Refusal("staff/event_past", day=schedule.first_on)
    return schedule


def worded(event: Event, asked: Asked, line: str, language: Language) -> Event:
    """Return an event with another title, place or link."""
    if asked is Asked.PLACE:
        return replace(event, url=line) if is_link(line) else replace(event, place=line)
    named = language if asked is Asked.TITLE else language.other
    return replace(event, titles={**event.titles, named: line})


def seats_of(text: str) -> int | None:
    """Return a number of seats; None where there is no limit."""
    word = text.strip().lower()
    if word in ("none", "no", "ninguno", "sin límite"):
        return None
    if not word.isdecimal() or not 1 <= int(word) <= MOST_SEATS:
        raise Refusal("staff/event_seats", limit=MOST_SEATS)
    return int(word)


def topics_of(text: str, language: Language) -> dict[Language, str]:
    """Return the topic of a date: "Youth", or in both languages "Youth / Jóvenes"."""
    mine, _, other = line_of(text).partition(" / ")
    return {language: mine, language.other: other} if other else {language: mine}


def date_with(known: DateChange, asked: Asked, text: str, language: Language) -> DateChange:
    """Return a date with a topic, seats, a place or a link of its own."""
    if asked is Asked.TOPIC:
        return replace(known, topics=topics_of(text, language))
    if asked is Asked.SEATS:
        return replace(known, seats=seats_of(text) or 0)
    line = line_of(text)
    return replace(known, url=line) if is_link(line) else replace(known, place=line)


def moved(known: DateChange, planned: Schedule, wanted: Schedule) -> DateChange:
    """Return a date at another time; raise Refusal if a time is missing."""
    if (planned.starts is None) != (wanted.starts is None):
        raise Refusal("staff/event_unclear", why="no-time")
    return replace(
        known,
        moved_to=wanted.first_on,
        starts=wanted.starts,
        minutes=wanted.minutes if wanted.starts else None,
    )


def in_step(planned: Schedule | None, schedule: Schedule) -> Schedule:
    """Return a new schedule; one with the rule as before goes on counting from its first date."""
    if planned is not None and planned.rule is not None and planned.rule == schedule.rule:
        return replace(schedule, first_on=planned.first_on)
    return schedule


def line_of(text: str, *, empty: bool = False) -> str:
    """Return a text in one line; raise Refusal if it is empty or too long."""
    line = " ".join(text.split())
    limit = LONGEST_LINK if is_link(line) else LONGEST_TITLE
    if (not line and not empty) or len(line) > limit:
        raise Refusal("staff/event_words", limit=limit)
    return line


def is_link(line: str) -> bool:
    """Return whether a text is a link, not a place."""
    return line.startswith(("https://", "http://"))
