"""Calendar files (RFC 5545): a date of an event, a series with its exceptions, or a feed.

A calendar that has the event already takes the newer one in its place: the UID stays for good,
the SEQUENCE grows with every change. Times are wall times with a zone; its rules are in the file.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo

from bot.models import Language
from bot.models.events import DateChange, Event, EventState, Occurrence, Schedule
from bot.recurrence import Frequency, Rule, Weekday

PRODUCT = "-//Taskforce Bot//Events//EN"
READ_AGAIN = "PT1H"  # how often calendars are asked to read a feed; many come less often
YEARS_OF_ZONE = 6  # of changes of the clocks that are looked at for their rule
_FOLD_AT = 75  # bytes in a line
_DATE, _WALL, _UTC = "%Y%m%d", "%Y%m%dT%H%M%S", "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A file as it is sent."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A date in a feed."""

    occurrence: Occurrence
    is_sure: bool = True  # False: whoever reads it waits for a place there


def of_date(occurrence: Occurrence, language: Language, now: datetime) -> CalendarFile:
    """Return one date of an event as a calendar entry of its own."""
    lines = _entry(occurrence, language, _uid_of(occurrence), now)
    return _file(occurrence.event, occurrence.zone, [occurrence], [lines])


def of_series(
    event: Event, changed: Sequence[Occurrence], language: Language, now: datetime
) -> CalendarFile:
    """Return a whole series; changed are those of its dates that are not like the others."""
    schedule = event.schedule
    if schedule is None:
        raise ValueError("an event without a time")
    first = Occurrence(event, schedule, DateChange(schedule.first_on))
    # By the wall, also where the clocks skip that time: all dates take theirs from the first.
    master = _entry(first, language, event.uid, now, starts=_wall(first))
    if schedule.rule is not None:
        master.append(f"RRULE:{_rule(schedule.rule, first)}")
    missing = [o for o in changed if o.change.cancelled]
    master += [f"EXDATE{_planned(each)}" for each in missing]
    known = {each.on for each in changed}
    skipped = [each for each in _skipped(event, schedule, now) if each.on not in known]
    others = [
        [*_entry(each, language, event.uid, now), f"RECURRENCE-ID{_planned(each)}"]
        for each in (*changed, *skipped)
        if not each.change.cancelled
    ]
    return _file(event, schedule.zone, [first, *changed], [master, *others])


def of_feed(
    name: str, entries: Sequence[FeedEntry], zone: ZoneInfo, since: datetime, language: Language
) -> bytes:
    """Return a calendar that is read again and again: every date is an entry of its own.

    The same dates give the same bytes, whenever they are asked for. The zone's rules, from a year
    before since on, are there also without a date: a calendar without any component is not valid.
    """
    timed = [each.occurrence for each in entries if not each.occurrence.is_all_day]
    zones = {zone.key: zone} | {each.zone.key: each.zone for each in timed}
    head = [
        f"NAME:{_escaped(name)}",
        f"X-WR-CALNAME:{_escaped(name)}",
        f"X-WR-TIMEZONE:{zone.key}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{READ_AGAIN}",
        f"X-PUBLISHED-TTL:{READ_AGAIN}",
    ]
    for each in zones.values():
        head += _zone_lines(each, since)
    return _calendar(head, [_feed_entry(each, language) for each in entries])


def _feed_entry(entry: FeedEntry, language: Language) -> list[str]:
    of = entry.occurrence
    stamp = of.event.changed_at or of.starts_at  # what is stored has one
    status = "CONFIRMED" if entry.is_sure else "TENTATIVE"
    return _entry(of, language, _uid_of(of), stamp, status=status)


def _uid_of(occurrence: Occurrence) -> str:
    """Return what calendars know one date by."""
    if occurrence.schedule.rule is None:
        return occurrence.event.uid
    return f"{occurrence.on:{_DATE}}-{occurrence.event.uid}"


def _entry(
    occurrence: Occurrence,
    language: Language,
    uid: str,
    now: datetime,
    *,
    starts: datetime | None = None,
    status: str = "CONFIRMED",
) -> list[str]:
    """Return the lines of an entry; it begins at a wall time, without one at that of its date."""
    event = occurrence.event
    starts = starts or _local(occurrence, occurrence.starts_at)
    topic, note = occurrence.topic(language), occurrence.note(language)
    title = occurrence.title(language)
    about = "\n".join(text for text in (topic, note, occurrence.url) if text)
    return [
        f"UID:{uid}",
        f"DTSTAMP:{now.astimezone(UTC):{_UTC}}",
        f"LAST-MODIFIED:{(event.changed_at or now).astimezone(UTC):{_UTC}}",
        f"SEQUENCE:{event.revision}",
        f"STATUS:{'CANCELLED' if occurrence.is_cancelled else status}",
        f"SUMMARY:{_escaped(f'{title}: {topic}' if topic else title)}",
        f"DTSTART{_stamp(occurrence, starts)}",
        _end(occurrence, starts),
        *([f"DESCRIPTION:{_escaped(about)}"] if about else []),
        *([f"LOCATION:{_escaped(occurrence.place)}"] if occurrence.place else []),
        *([f"URL:{_escaped(occurrence.url)}"] if occurrence.url.startswith("http") else []),
    ]


def _file(
    event: Event, zone: ZoneInfo, shown: Iterable[Occurrence], entries: Iterable[list[str]]
) -> CalendarFile:
    timed = [each.starts_at for each in shown if not each.is_all_day]
    head = ["METHOD:PUBLISH", *(_zone_lines(zone, min(timed)) if timed else [])]
    data = _calendar(head, entries)
    cancelled = "-cancelled" if event.state is EventState.CANCELLED else ""
    return CalendarFile(f"{event.kind}-{event.event_id}{cancelled}.ics", data)


def _calendar(head: Sequence[str], entries: Iterable[Sequence[str]]) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", *head]
    for entry in entries:
        lines += ["BEGIN:VEVENT", *entry, "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _stamp(occurrence: Occurrence, wall: datetime) -> str:
    """Return a wall time as the value of DTSTART and the like, with what stands before it."""
    if occurrence.is_all_day:
        return f";VALUE=DATE:{wall:{_DATE}}"
    return f";TZID={occurrence.zone.key}:{wall:{_WALL}}"


def _end(occurrence: Occurrence, starts: datetime) -> str:
    """Return the end; where the clocks change before it, or skip the beginning, the length.

    A wall time that occurs twice is read as the first of the two, so it cannot name such an end.
    """
    length = occurrence.ends_at - occurrence.starts_at
    ends = _local(occurrence, occurrence.ends_at)
    if occurrence.is_all_day or ends - starts == length:
        return f"DTEND{_stamp(occurrence, ends)}"
    return f"DURATION:PT{length // timedelta(minutes=1)}M"


def _local(occurrence: Occurrence, instant: datetime) -> datetime:
    return instant.astimezone(occurrence.zone).replace(tzinfo=None)


def _wall(occurrence: Occurrence) -> datetime:
    """Return the wall time at which a date begins, also one that the clocks skip."""
    return datetime.combine(occurrence.day, occurrence.starts or time())


def _skipped(event: Event, schedule: Schedule, now: datetime) -> list[Occurrence]:
    """Return the dates of a series whose beginning the clocks skip.

    Of such a time programs make what they like: before the change, after it, or no date at all.
    """
    if schedule.rule is None or schedule.starts is None:
        return []
    dates = schedule.rule.dates(schedule.first_on, now.date())
    near = takewhile(lambda day: day.year <= now.year + YEARS_OF_ZONE, dates)
    found = (Occurrence(event, schedule, DateChange(day)) for day in near)
    return [each for each in found if _local(each, each.starts_at) != _wall(each)]


def _planned(occurrence: Occurrence) -> str:
    """Return when a date is by the rule, which is what names it."""
    planned = replace(occurrence, change=DateChange(occurrence.on))
    return _stamp(planned, _wall(planned))


def _rule(rule: Rule, first: Occurrence) -> str:
    """Return a rule whose end is written as calendars want it: an instant, if there is a time."""
    if rule.until is None or first.is_all_day:
        return str(rule)
    last = replace(first, change=DateChange(rule.until)).starts_at
    return f"{replace(rule, until=None)};UNTIL={last:{_UTC}}"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Yield a line in pieces of at most 75 bytes, no character cut."""
    if len(line.encode()) <= _FOLD_AT:  # nearly all
        yield line
        return
    piece, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > _FOLD_AT:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + width
    yield piece


# ---------------------------------------------------------------------- zones


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of the clocks: wall time before it, and the offsets around it."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool


def _zone_lines(zone: ZoneInfo, first: datetime) -> list[str]:
    """Return the zone's changes of the clocks from a year before an instant on."""
    return list(_zone_lines_since(zone, first.astimezone(zone).year - 1))


@lru_cache(maxsize=64)
def _zone_lines_since(zone: ZoneInfo, start: int) -> tuple[str, ...]:
    """Return the changes of the clocks from a year on; they take longer to find than all else."""
    changes = _changes(zone, start, start + YEARS_OF_ZONE)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone.key}"]
    kinds = {(c.before, c.after): c for c in reversed(changes)}
    if not kinds:
        local = datetime(start, 1, 1, tzinfo=UTC).astimezone(zone)
        offset = local.utcoffset() or timedelta()
        only = _Change(datetime(start, 1, 1), offset, offset, local.tzname() or "", False)  # noqa: DTZ001, FBT003 - wall time
        kinds, changes = {(offset, offset): only}, [only]
    for (before, after), earliest in kinds.items():
        alike = [c for c in changes if (c.before, c.after) == (before, after)]
        name = "DAYLIGHT" if earliest.is_summer else "STANDARD"
        lines += [
            f"BEGIN:{name}",
            f"DTSTART:{earliest.wall:{_WALL}}",
            *_repeated(alike),
            f"TZOFFSETFROM:{_offset(before)}",
            f"TZOFFSETTO:{_offset(after)}",
            f"TZNAME:{earliest.name}",
            f"END:{name}",
        ]
    return (*lines, "END:VTIMEZONE")


def _changes(zone: ZoneInfo, first_year: int, last_year: int) -> list[_Change]:
    """Return the changes of the clocks in these years, found hour by hour around each day."""
    found = []
    instant = datetime(first_year, 1, 1, tzinfo=UTC)
    while instant.year < last_year:
        later = instant + timedelta(days=1)
        if _offset_at(instant, zone) != _offset_at(later, zone):
            found.append(_change_between(instant, later, zone))
        instant = later
    return found


def _change_between(low: datetime, high: datetime, zone: ZoneInfo) -> _Change:
    before, after = _offset_at(low, zone), _offset_at(high, zone)
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if _offset_at(middle, zone) == before else (low, middle)
    instant = high.replace(second=0, microsecond=0)
    local = (instant + timedelta(minutes=1)).astimezone(zone)
    return _Change(
        (instant + before).replace(tzinfo=None),
        before,
        after,
        local.tzname() or "",
        bool(local.dst()),
    )


def _repeated(alike: Sequence[_Change]) -> list[str]:
    """Return the rule that changes of one kind follow, or else each of them by itself."""
    walls = [each.wall for each in alike]
    for nth in (_nth(walls[0].date()), -1):
        rule = Rule(
            Frequency.YEARLY,
            weekdays=(Weekday(walls[0].weekday(), nth),),
            month=walls[0].month,
        )
        named = rule.dates(walls[0].date())
        same_time = {wall.time() for wall in walls} == {walls[0].time()}
        if len(walls) > 1 and same_time and all(next(named) == wall.date() for wall in walls):
            return [f"RRULE:{rule}"]
    return [f"RDATE:{wall:{_WALL}}" for wall in walls[1:]]


def _nth(day: date) -> int:
    return (day.day - 1) // 7 + 1


def _offset_at(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def _offset(value: timedelta) -> str:
    minutes = int(value.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
