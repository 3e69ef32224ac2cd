"""Where a van is while it is not here, and where it goes next, from the hours of its stops."""

from collections.abc import Iterable
from datetime import datetime

from bot.hours import Hours
from bot.models.sites import Nearby, Opening, Stop, StoredSite


def other_stop(
    van: Nearby, stops: Iterable[StoredSite], hours: Hours, now: datetime
) -> Stop | None:
    """Return the next of the stops of whoever runs the van; None if it comes here before.

    While it is not here that may be where it is now. If it is here, others that are open now are
    stops of a second van.
    """
    is_here = van.state.opening is Opening.OPEN
    comes_here_at = None if is_here else van.state.changes_at
    found: list[tuple[datetime, Stop]] = []
    for stored in stops:
        begins_at = _begins_at(stored, hours, now)
        if begins_at is None or not _is_another_stop(stored, van):
            continue
        is_there = begins_at == now
        if is_there and is_here:
            continue
        if comes_here_at is None or begins_at < comes_here_at:
            found.append((begins_at, Stop(stored.site.name, None if is_there else begins_at)))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _is_another_stop(stored: StoredSite, van: Nearby) -> bool:
    same = van.site.mobile and stored.site.organization == van.site.organization
    return same and stored.site_id != van.stored.site_id


def _begins_at(stored: StoredSite, hours: Hours, now: datetime) -> datetime | None:
    """Return when a stop begins, now if it has; None if that is not known or it is closed then."""
    site, state = stored.site, hours.state(stored.site.hours, now)
    begins_at = now if state.opening is Opening.OPEN else state.changes_at
    if begins_at is not None and site.closed_until is not None:
        return begins_at if begins_at.astimezone(hours.zone).date() >= site.closed_until else None
    return begins_at
