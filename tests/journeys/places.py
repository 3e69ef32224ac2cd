"""Places for the journeys, and how an answer names them."""

import re
from datetime import date

from bot.models.sites import Need, Site


def site(name, **changes):
    fields = {
        "key": f"test/{name}",
        "name": name,
        "needs": frozenset({Need.WOUND_CARE}),
        "latitude": 41.8807,
        "longitude": -87.7266,
        "hours": "Mo-Su 09:00-21:00; PH 09:00-21:00",
        "assured_on": date(2026, 11, 1),
        "phone": "312-555-0100",
    }
    return Site(**fields | changes)


def names(shown):
    return [
        re.sub(r" · .*", "", line)[3:]
        for line in shown.text.splitlines()
        if re.match(r"\d\. ", line)
    ]
