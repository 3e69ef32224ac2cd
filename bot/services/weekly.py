"""What staff are told once a week: Mondays at nine, where the coalition is."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock, WeeklySlot
from bot.storage.tables import Tables

SLOT = WeeklySlot.parse("mon 09:00")
LATE = timedelta(days=1)  # later than that it waits for the next week


class Weekly:
    """One weekly notice: whether its time has come; it comes once, also across restarts."""

    def __init__(self, name: str, clock: Clock, zone: ZoneInfo) -> None:
        self._name = name
        self._clock = clock
        self._zone = zone
        self._done: date | None = None  # the Monday that needs no look any more

    def day(self) -> date | None:
        """Return the last Monday unless it is done with."""
        slot_at = SLOT.last_before(self._clock.now(), self._zone)
        day = slot_at.astimezone(self._zone).date()
        return None if day == self._done else day

    def claim(self, t: Tables, day: date) -> bool:
        """Take the notice of a Monday; return False if it was taken, or is too late."""
        now = self._clock.now()
        is_late = now - SLOT.last_before(now, self._zone) > LATE
        if is_late or t.meta.find(self._name) == day.isoformat():
            return False
        t.meta.set(self._name, day.isoformat())
        return True

    def done(self, day: date) -> None:
        """Look no more at that Monday: what was decided is stored."""
        self._done = day
