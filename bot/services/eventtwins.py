"""Events that are there twice: the same title at the same time, under another name. Pure."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.content.normalise import without_accents
from bot.models.events import DateChange, Event, Occurrence
from bot.services import occurrences

SAME_START = timedelta(hours=1)  # the same title within it is the same event
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class State:
    """An event with its dates that are not like the others."""

    event: Event
    changes: Mapping[date, DateChange]


class Twins:
    """The events that are there, by their titles."""

    def __init__(self) -> None:
        self._by_title: dict[str, list[State]] = {}

    def add(self, state: State) -> None:
        """Know one more."""
        for title in set(map(folded, state.event.titles.values())):
            self._by_title.setdefault(title, []).append(state)

    def find(self, new: State, upcoming: Occurrence) -> State | None:
        """Return what is the same as something new, of which the next date is given; or None."""
        alike = [
            state
            for title in set(map(folded, new.event.titles.values()))
            for state in self._by_title.get(title, ())
        ]
        return next((state for state in alike if _meets(state, new, upcoming)), None)


def next_of(state: State, now: datetime) -> Occurrence | None:
    """Return the first date that is not over and takes place, or None."""
    found = occurrences.ahead(state.event, state.changes, now)
    return next((each for each in found if not each.is_cancelled), None)


def _meets(state: State, new: State, upcoming: Occurrence) -> bool:
    """Return whether something begins when another thing does; a series is no single date."""
    one, other = state.event.schedule, new.event.schedule
    if one is None or other is None or (other.rule is not None and one.rule is None):
        return False
    near = occurrences.between(
        state.event, state.changes, upcoming.starts_at - _A_DAY, upcoming.starts_at + _A_DAY
    )
    return any(
        each.day == upcoming.day
        if each.is_all_day or upcoming.is_all_day
        else abs(each.starts_at - upcoming.starts_at) <= SAME_START
        for each in near
    )


def folded(title: str) -> str:
    """Return a title without what tells no two events apart: case, accents, signs, spaces."""
    plain = without_accents(title).casefold()
    return "".join(each for each in plain if unicodedata.category(each)[0] in "LN")
