"""The office: when somebody of staff looks at what people ask."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.hours import Hours
from bot.models.sites import Opening, OpenState


class Office:
    """Opening hours in the coalition's zone; without any nothing is promised."""

    def __init__(self, hours: str | None, zone: ZoneInfo) -> None:
        self._expression = hours or ""
        self._hours = Hours(zone)

    def state(self, now: datetime) -> OpenState:
        """Return whether it is open, and when that changes."""
        return self._hours.state(self._expression, now)

    def may_be_nudged(self, now: datetime) -> bool:
        """Return whether staff may be reminded now: not while the office is surely closed."""
        return self._hours.opening(self._expression, now) is not Opening.CLOSED
