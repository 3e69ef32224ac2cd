"""Opening hours: OpenStreetMap's opening_hours in the coalition's zone, told honestly.

Never "open" without hours. On a public holiday hours that say nothing about holidays are not
believed: they are the usual ones.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import inf
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, State, validate

from bot.models.sites import Opening, OpenState

COUNTRY = "US"
LONGEST = 1000  # characters of an expression
PREPARED_FOR = timedelta(days=1)  # what prepare() leaves nothing to be worked out for
_SPAN = timedelta(days=9)  # how far ahead a timetable reaches
_WORTH = timedelta(days=8)  # until when it is used, from its beginning
_NEXT_WITHIN = timedelta(days=370)  # a next opening later than that is none
_MOST_CHANGES = 500  # of a timetable; hours that change more often than that are a mistake
_STATES = {State.OPEN: Opening.OPEN, State.CLOSED: Opening.CLOSED, State.UNKNOWN: Opening.UNKNOWN}
_NOT_KNOWN = OpenState(Opening.UNKNOWN)


class Timetable:
    """When one expression is open, worked out for some days ahead."""

    __slots__ = ("begins_at", "ends_at", "opening", "starts")

    def __init__(
        self, begins_at: float, ends_at: float, spans: Iterable[tuple[float, Opening]]
    ) -> None:
        self.begins_at = begins_at  # seconds since 1970, as all of them
        self.ends_at = ends_at
        pairs = list(spans)
        self.starts = tuple(start for start, _ in pairs)
        self.opening = tuple(opening for _, opening in pairs)

    def at(self, second: float) -> tuple[Opening, float]:
        """Return whether it is open then, and the second until which that holds at least."""
        later = bisect_right(self.starts, second)
        until = self.starts[later] if later < len(self.starts) else self.ends_at
        return self.opening[later - 1], min(until, self.ends_at)


class Hours:
    """Answers for expressions; each is worked out once in about a week."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._tables: dict[str, Timetable] = {}
        self._holidays = OpeningHours(
            "PH", timezone=zone, country=COUNTRY, auto_timezone=False, auto_country=False
        )

    def opening(self, expression: str, now: datetime) -> Opening:
        """Return whether it is open."""
        return self.opening_until(expression, now)[0]

    def opening_until(self, expression: str, now: datetime) -> tuple[Opening, float]:
        """Return whether it is open, and the second since 1970 until which that holds."""
        if not expression:
            return Opening.UNKNOWN, inf
        second = now.timestamp()
        table = self._tables.get(expression)
        if table is None or not table.begins_at <= second < table.ends_at:
            table = self._work_out(expression, now)
        return table.at(second)

    def prepare(self, expression: str, now: datetime) -> bool:
        """Work an expression out if what is known of it ends within a day; return whether."""
        table, tomorrow = self._tables.get(expression), (now + PREPARED_FOR).timestamp()
        if not expression or (
            table and table.begins_at <= now.timestamp() <= tomorrow <= table.ends_at
        ):
            return False
        self._work_out(expression, now)
        return True

    def state(self, expression: str, now: datetime) -> OpenState:
        """Return whether it is open and when that changes, for one that is shown."""
        if not expression:
            return _NOT_KNOWN
        opening = self.opening(expression, now)
        if opening is Opening.UNKNOWN:
            return OpenState(opening, holiday=self.is_holiday(now))
        wanted = {Opening.CLOSED, Opening.UNKNOWN} if opening is Opening.OPEN else {Opening.OPEN}
        changes_at = self._next(expression, now, wanted)
        always = opening is Opening.OPEN and changes_at is None
        return OpenState(opening, changes_at, always=always)

    def opens_ever(self, expression: str, now: datetime) -> bool:
        """Return whether it is open now or within a year, or may be."""
        state = self.state(expression, now)
        return state.opening is not Opening.CLOSED or state.changes_at is not None

    def is_holiday(self, now: datetime) -> bool:
        """Return whether it is a public holiday in the coalition's zone."""
        return self._holidays.is_open(now.astimezone(self.zone))

    def forget_old(self, now: datetime) -> None:
        """Drop the timetables that have ended."""
        second = now.timestamp()
        self._tables = {e: t for e, t in self._tables.items() if second < t.ends_at}

    def _next(self, expression: str, now: datetime, wanted: set[Opening]) -> datetime | None:
        """Return the next instant from which it is one of those, or None."""
        table, second = self._tables[expression], now.timestamp()
        for start, opening in zip(table.starts, table.opening, strict=True):
            if start > second and opening in wanted:
                return datetime.fromtimestamp(start, UTC)
        begin = datetime.fromtimestamp(table.ends_at, self.zone)
        intervals = _parse(expression, self.zone).intervals(begin, begin + _NEXT_WITHIN)
        for later, _, state, _ in intervals:
            believed = not (_says_no_holidays(expression) and self.is_holiday(later))
            if believed and _STATES[state] in wanted:
                return later.astimezone(UTC)
        return None

    def _work_out(self, expression: str, now: datetime) -> Timetable:
        begin = now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        parsed = _parse(expression, self.zone)
        spans: list[tuple[float, Opening]] = []
        for start, _, state, _ in parsed.intervals(begin, begin + _SPAN):
            spans.append((start.timestamp(), _STATES[state]))
            if len(spans) > _MOST_CHANGES:
                break
        if _says_no_holidays(expression):
            spans = self._without_holidays(spans, begin)
        table = Timetable(begin.timestamp(), (begin + _WORTH).timestamp(), spans)
        self._tables[expression] = table
        return table

    def _without_holidays(
        self, spans: list[tuple[float, Opening]], begin: datetime
    ) -> list[tuple[float, Opening]]:
        """Return the spans with each public holiday as not known, from midnight to midnight."""
        end = (begin + _SPAN).timestamp()
        for start, until, state, _ in self._holidays.intervals(begin, begin + _SPAN):
            if state is State.OPEN:
                first, last = start.timestamp(), until.timestamp()
                after = next((o for s, o in reversed(spans) if s <= last), Opening.CLOSED)
                outside = [span for span in spans if not first <= span[0] <= last]
                added = [(first, Opening.UNKNOWN)]
                if last < end:
                    added.append((last, after))
                spans = sorted([*outside, *added])
        return spans


def is_valid(expression: str) -> bool:
    """Return whether an expression can be taken."""
    return len(expression) <= LONGEST and validate(expression)


def _parse(expression: str, zone: ZoneInfo) -> OpeningHours:
    return OpeningHours(
        expression, timezone=zone, country=COUNTRY, auto_timezone=False, auto_country=False
    )


def _says_no_holidays(expression: str) -> bool:
    """Return whether the hours leave out public holidays; "24/7" means them too."""
    return "PH" not in expression and not expression.startswith("24/7")
