"""Calendar files of partners, read: each event in the bot's own terms, or the line and why not.

Lines, texts, times, zones and rules have modules of their own. Organizers and guests are not read.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.content.icsfields import (
    link_of,
    notes_of,
    place_of,
    require_public,
    sequence_of,
    topics_of,
    uid_of,
    uid_of_date,
    version,
    with_version_of,
)
from bot.content.icslines import (
    MOST_EVENTS,
    Component,
    LineError,
    Property,
    read_calendars,
)
from bot.content.icsrules import read_rule
from bot.content.icstext import LONGEST_LINE, LONGEST_NAME, cut, language_of, one_line
from bot.content.icstimes import LAST_YEAR, Moment, length, moment, utc_instant
from bot.content.icszones import Zones
from bot.content.labels import Label
from bot.content.schedules import DEFAULT_MINUTES
from bot.content.sitetable import FileRefusedError
from bot.models.calendars import Entry, PartnerCalendar, Told
from bot.models.events import A_DAY, DateChange, Schedule

MOST_DATES = 500  # of a series that are not like the others, or beside its rule
LONGEST_DAYS = 366


def read_calendar(data: bytes, home: ZoneInfo) -> PartnerCalendar:
    """Return what a file holds; times without a zone count in home.

    Raise FileRefusedError where a file cannot be taken as a whole.
    """
    found, entries = PartnerCalendar(), dict[str, Entry]()
    for calendar in read_calendars(data):
        _Reading(calendar, home, found, entries).take()
    found.entries = list(entries.values())
    found.rejected.sort(key=lambda each: each.line)
    found.left_out.sort(key=lambda each: each.line)
    if not found.entries and not found.rejected:
        raise FileRefusedError(Label.ICS_NO_EVENTS)
    return found


class _Reading:
    """One calendar of a file."""

    def __init__(
        self,
        calendar: Component,
        home: ZoneInfo,
        found: PartnerCalendar,
        entries: dict[str, Entry],
    ) -> None:
        self._events = [each for each in calendar.parts if each.kind == "VEVENT"]
        self._zones = Zones(calendar, home)
        self._home = home
        self._found = found
        self._entries = entries
        method = calendar.find("METHOD")
        self._is_cancellation = method is not None and method.value.strip().upper() == "CANCEL"
        name = one_line(calendar.find("X-WR-CALNAME") or calendar.find("NAME"))
        found.name = found.name or cut(name, LONGEST_NAME)

    def take(self) -> None:
        """Read its events: first those that stand for themselves, then dates of series."""
        dates = []
        for event in self._events:
            self._found.left_out += [each.rejected for each in event.left_out]
            if event.find("RECURRENCE-ID"):
                dates.append(event)
                continue
            self._try(self._take_event, event)
        for event in dates:
            self._try(self._take_date, event)

    def _try(self, take: Callable[[Component], None], event: Component) -> None:
        """Take an event, or tell the line that makes it impossible."""
        try:
            if event.broken:
                raise event.broken
            take(event)
        except LineError as error:
            self._found.rejected.append(error.rejected)
            self._found.unread.add(uid_of(event))

    # ------------------------------------------------------------------ events

    def _take_event(self, event: Component) -> None:
        require_public(event)
        summary = event.find("SUMMARY")
        title = cut(one_line(summary), LONGEST_LINE)
        if not title:
            raise LineError(event.line, Label.ICS_NO_TITLE)
        begins = self._begins(event)
        schedule = self._schedule(event, begins)
        link = link_of(event)
        told = Told(
            titles={language_of(summary): title},
            schedule=schedule,
            notes=notes_of(event, link),
            place=place_of(event),
            url=link,
            changes=self._missing(event, schedule),
            cancelled=self._is_cancelled(event),
            sequence=sequence_of(event),
            modified_at=utc_instant(event.find("LAST-MODIFIED")),
        )
        uid = uid_of(event)
        for each in [Entry(event.line, uid, told), *self._beside(event, uid, told)]:
            self._keep(each)
        self._found.floating += begins.at is not None and begins.zone is None

    def _keep(self, entry: Entry) -> None:
        """Keep the newer one where a file has an event twice, and tell of the other."""
        known = self._entries.get(entry.uid)
        kept, dropped = entry, known
        if known is not None and version(known.told) >= version(entry.told):
            kept, dropped = known, entry
        self._entries[entry.uid] = kept
        if len(self._entries) > MOST_EVENTS:  # with dates beside rules
            raise FileRefusedError(Label.ICS_MANY, {"limit": f"{MOST_EVENTS:,}"})
        if dropped is not None:
            self._found.rejected.append(LineError(dropped.line, Label.ICS_TWICE).rejected)

    def _begins(self, event: Component) -> Moment:
        found = event.find("DTSTART")
        if found is None:
            raise LineError(event.line, Label.ICS_NO_START)
        return moment(found, self._zones)

    def _schedule(self, event: Component, begins: Moment) -> Schedule:
        rules = [*event.find_all("RRULE"), *event.find_all("EXRULE")]
        if len(rules) > 1 or (rules and rules[0].name == "EXRULE"):
            raise LineError(rules[-1].line, Label.ICS_TWO_RULES)
        if rules and begins.in_utc:
            raise LineError(rules[0].line, Label.ICS_UTC_SERIES)
        local = begins.within(self._home) if begins.in_utc or begins.zone is None else begins
        zone = local.zone or self._home
        minutes = self._minutes(event, begins)
        schedule = Schedule(zone, local.day, local.at, minutes)
        if not rules:
            return schedule
        rule = read_rule(rules[0], local.day, lambda text: self._until(rules[0], text, schedule))
        return replace(schedule, rule=rule)

    def _minutes(self, event: Component, begins: Moment) -> int:
        """Return how long an event lasts; 0 for one day without a time."""
        ends, lasts = event.find("DTEND"), event.find("DURATION")
        line = (ends or lasts or event).line
        if ends is not None:
            lasting = self._lasting(ends, begins)
        else:
            lasting = length(lasts) if lasts else timedelta()
        minutes = -(-lasting // timedelta(minutes=1))
        if minutes < 0:
            raise LineError(line, Label.ICS_ENDS_FIRST)
        if minutes > LONGEST_DAYS * A_DAY:
            raise LineError(line, Label.ICS_TOO_LONG, limit=LONGEST_DAYS)
        if begins.at is None:
            return minutes if minutes > A_DAY else 0
        return minutes or DEFAULT_MINUTES

    def _lasting(self, ends: Property, begins: Moment) -> timedelta:
        last = moment(ends, self._zones)
        if (last.at is None) != (begins.at is None):
            raise LineError(ends.line, Label.ICS_TIME)
        if begins.at is None or last.at is None:
            return last.day - begins.day
        zone = begins.zone or self._home
        return last.instant(last.zone or zone) - begins.instant(zone)

    def _until(self, found: Property, text: str, schedule: Schedule) -> date | None:
        """Return the last day on which a series may occur; None where that is beyond all plans."""
        if text[:4].isdecimal() and int(text[:4]) > LAST_YEAR:
            return None
        until = _in(schedule, moment(found, self._zones, text))
        if until.at is not None and schedule.starts is not None and until.at < schedule.starts:
            return until.day - timedelta(days=1)
        return until.day

    # ------------------------------------------------------------------ single dates

    def _missing(self, event: Component, schedule: Schedule) -> dict[date, DateChange]:
        days = {each.day for _, each in self._moments(event, "EXDATE", schedule)}
        return {
            day: DateChange(day, cancelled=True) for day in sorted(days) if _names(schedule, day)
        }

    def _beside(self, event: Component, uid: str, told: Told) -> list[Entry]:
        """Return the dates beside the rule as events of their own."""
        found, schedule = list[Entry](), told.schedule
        for line, each in self._moments(event, "RDATE", schedule):
            if _names(schedule, each.day):
                continue
            if (each.at is None) != (schedule.starts is None):
                raise LineError(line, Label.ICS_TIME)
            once = replace(schedule, first_on=each.day, starts=each.at, rule=None)
            alone = replace(told, schedule=once, changes={}, series=uid)
            found.append(Entry(line, uid_of_date(uid, each.day), alone))
        return found

    def _moments(
        self, event: Component, name: str, schedule: Schedule
    ) -> list[tuple[int, Moment]]:
        found = [(each, value) for each in event.find_all(name) for value in each.value.split(",")]
        if len(found) > MOST_DATES:
            raise LineError(found[-1][0].line, Label.ICS_MANY_DATES, limit=MOST_DATES)
        if any(each.parameters.get("VALUE", "").upper() == "PERIOD" for each, _ in found):
            raise LineError(found[0][0].line, Label.ICS_PERIOD)
        return [
            (each.line, _in(schedule, moment(each, self._zones, value))) for each, value in found
        ]

    def _take_date(self, event: Component) -> None:
        """Let one date of a series, or beside it, be as an event of its own says."""
        uid = uid_of(event)
        if uid in self._found.unread and uid not in self._entries:
            return  # its series was told already
        series, named = self._entries.get(uid), event.find("RECURRENCE-ID")
        if series is None or named is None:
            raise LineError(event.line, Label.ICS_NO_SERIES)
        if "RANGE" in named.parameters:
            raise LineError(named.line, Label.ICS_THIS_AND_LATER)
        require_public(event)
        told = series.told
        on = _in(told.schedule, moment(named, self._zones)).day
        alone = self._entries.get(uid_of_date(uid, on))
        if alone is not None:
            self._entries[alone.uid] = replace(alone, told=self._of_date(event, alone.told))
            return
        if told.schedule.rule is None or not _names(told.schedule, on):
            raise LineError(named.line, Label.ICS_NO_SUCH_DATE)
        if len(told.changes) >= MOST_DATES:
            raise LineError(named.line, Label.ICS_MANY_DATES, limit=MOST_DATES)
        change = self._change(event, told, on)
        changes = dict(told.changes) | {on: change}
        if change == DateChange(on):  # it is like the others after all
            del changes[on]
        newer = with_version_of(told, event)
        self._entries[uid] = replace(series, told=replace(newer, changes=changes))

    def _of_date(self, event: Component, told: Told) -> Told:
        """Return what is told of a date that is an event of its own."""
        if self._is_cancelled(event):
            return replace(told, cancelled=True)
        return replace(told, schedule=self._schedule(event, self._begins(event)))

    def _change(self, event: Component, told: Told, on: date) -> DateChange:
        schedule = told.schedule
        if self._is_cancelled(event):
            return DateChange(on, cancelled=True)
        begins = self._begins(event)
        if (begins.at is None) != (schedule.starts is None):
            raise LineError(event.line, Label.ICS_TIME)
        local, minutes = begins.within(schedule.zone), self._minutes(event, begins)
        usual = Moment(on, schedule.starts, schedule.zone)
        if local.instant(schedule.zone) == usual.instant(schedule.zone):
            local = usual  # also where the clocks skip that time
        place, link = place_of(event), link_of(event)
        return DateChange(
            on,
            moved_to=local.day if local.day != on else None,
            starts=local.at if local.at != schedule.starts else None,
            minutes=minutes if minutes != schedule.minutes else None,
            topics=topics_of(event, told),
            place="" if place == told.place else place,
            url="" if link == told.url else link,
        )

    def _is_cancelled(self, event: Component) -> bool:
        status = event.find("STATUS")
        said = status.value.strip().upper() if status else ""
        if status is not None and said == "TENTATIVE":
            raise LineError(status.line, Label.ICS_TENTATIVE)
        return self._is_cancellation or said == "CANCELLED"


def _names(schedule: Schedule, day: date) -> bool:
    """Return whether a schedule names a date."""
    if schedule.rule is None:
        return day == schedule.first_on
    return next(schedule.rule.dates(schedule.first_on, day), None) == day


def _in(schedule: Schedule, found: Moment) -> Moment:
    """Return a moment as one of a schedule's own zone, or as one of its whole days."""
    return found.within(schedule.zone, whole_days=schedule.starts is None)
