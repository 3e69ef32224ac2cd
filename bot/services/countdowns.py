"""Countdowns: how many days are left until a day that the task force prepares for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.content.occasions import Occasion
from bot.models.events import EventState, Occurrence
from bot.services import occurrences
from bot.storage.tables import Tables


@dataclass(frozen=True, slots=True)
class Countdown:
    """A day that comes, and how many days are left; 0 is today."""

    occasion: Occasion
    occurrence: Occurrence
    days: int


def find_countdown(t: Tables, occasion: Occasion, now: datetime) -> Countdown | None:
    """Return how many days are left, None while it is too far, or does not take place."""
    known = t.events.find_shipped(occasion.event_key)
    if known is None or known[0].state is not EventState.OPEN:
        return None
    event = known[0]
    changes = t.events.changes_of(event.event_id)
    end = now + timedelta(days=occasion.countdown_days + 1)
    for each in occurrences.between(event, changes, now, end):
        days = (each.day - now.astimezone(each.zone).date()).days
        if not each.is_cancelled and days <= occasion.countdown_days:
            return Countdown(occasion, each, max(0, days))
    return None


def next_countdown(t: Tables, occasions: tuple[Occasion, ...], now: datetime) -> Countdown | None:
    """Return the nearest of several."""
    found = [each for o in occasions if (each := find_countdown(t, o, now)) is not None]
    return min(found, key=lambda each: each.days, default=None)
