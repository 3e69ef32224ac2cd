"""Any calendar of a partner: imported it says nothing new, and taken back nothing is left."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.models import Language
from bot.models.events import Event, EventKind, EventState
from bot.services import calendar as events_of
from bot.services import occurrences
from bot.services.eventsteps import Deed
from tests.journeys.test_event_import import calendar

NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)
RULES = (
    "", "", "", "FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=5", "FREQ=DAILY;UNTIL=20270110", "FREQ=MONTHLY",
    "FREQ=YEARLY",
)  # fmt: skip


class Partner:
    """A calendar that somebody works on."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.events = {}
        for _ in range(8):
            self.add()

    def add(self):
        day = date(2026, 12, 2) + timedelta(days=self.random.randrange(40))
        self.events[f"{len(self.events)}-{self.random.random()}"] = {
            "title": f"Thing {self.random.randrange(15)}",
            "day": day,
            "hour": self.random.choice([None, 9, 10, 18]),
            "minutes": self.random.choice([30, 60, 90]),
            "rule": self.random.choice(RULES),
            "place": "",
            "missing": [],
            "moved": {},
            "beside": [],
            "cancelled": False,
        }

    def work(self):  # noqa: C901 - one case for each kind of change
        """Change something, as people do."""
        for _ in range(self.random.randrange(4, 14)):
            each = self.random.choice(list(self.events.values()))
            other = each["day"] + timedelta(days=7 * self.random.randrange(1, 4))
            match self.random.randrange(9):
                case 0:
                    self.add()
                case 1:
                    self.events.pop(next(iter(self.events)))
                    self.add()
                case 2:
                    each["day"] = date(2026, 12, 2) + timedelta(days=self.random.randrange(40))
                case 3:
                    each["hour"] = self.random.choice([None, 9, 15])
                case 4:
                    each["cancelled"] = not each["cancelled"]
                case 5:
                    each["rule"] = self.random.choice(RULES)
                case 6:
                    each["missing"].append(other)
                case 7:
                    each["moved"][other] = self.random.randrange(8, 20)
                case 8:
                    each["beside"].append(other + timedelta(days=1))
                    each["place"] = f"Room {self.random.randrange(9)}"
                    each["minutes"] = self.random.choice([30, 60, 90])

    def file(self):
        parts = []
        for uid, each in self.events.items():
            lines = [self.stamp("DTSTART", each, each["day"])]
            lines += [f"RRULE:{each['rule']}"] if each["rule"] else []
            lines += [self.stamp("EXDATE", each, day) for day in each["missing"]]
            lines += [self.stamp("RDATE", each, day) for day in set(each["beside"])]
            lines += ["STATUS:CANCELLED"] if each["cancelled"] else []
            parts.append(self.part(uid, each, lines))
            for day, hour in each["moved"].items():
                moved = {**each, "hour": hour if each["hour"] else None}
                named = self.stamp("RECURRENCE-ID", each, day)
                lines = [self.stamp("DTSTART", moved, day + timedelta(days=1)), named]
                parts.append(self.part(uid, each, lines))
        return calendar(*parts).encode()

    def part(self, uid, each, lines):
        length = f"DURATION:PT{each['minutes']}M" if each["hour"] else "DURATION:P1D"
        where = [f"LOCATION:{each['place']}"] if each["place"] else []
        return "\n".join([f"UID:{uid}", f"SUMMARY:{each['title']}", *lines, length, *where])

    def stamp(self, name, each, day):
        if each["hour"] is None:
            return f"{name};VALUE=DATE:{day:%Y%m%d}"
        return f"{name};TZID=America/Chicago:{day:%Y%m%d}T{each['hour']:02}0000"


@pytest.fixture
def shown(app):
    """Return a function that tells what people see of the next months."""

    async def shown():
        found = await app.database.read(
            lambda t: events_of.list_between(t, NOW, NOW + timedelta(days=400))
        )
        return [
            (
                o.event.uid,
                o.on,
                o.starts_at,
                o.ends_at,
                o.is_cancelled,
                o.place,
                o.title(Language.EN),
            )
            for o in found
        ]

    return shown


@pytest.mark.parametrize("seed", range(15))
async def test_imported_it_says_nothing_new_and_taken_back_nothing_is_left(
    app, clock, shown, seed
):
    clock.move_to(NOW)
    imports, partner = app.services.event_imports, Partner(seed)
    done = []
    for _ in range(4):
        before = await shown()
        data = partner.file()
        look = await imports.look("file", data)
        if look.number is not None:
            imported = await imports.bring_in(look.number, data, missing=True)
            done.append((imported.number, before))
        again = await imports.look("file", data)
        assert [(s.deed, s.title, s.what) for s in again.steps if s.after] == []
        partner.work()
    assert len(done) > 1
    for number, before in reversed(done):
        await imports.undo(number)
        assert await shown() == before


@pytest.mark.parametrize("seed", range(20))
async def test_people_see_what_the_file_says(app, clock, shown, seed):
    """After any history they see what a new bot would show of the last file."""
    clock.move_to(NOW)
    imports, partner = app.services.event_imports, Partner(seed + 100)
    for _ in range(3):
        data = partner.file()
        look = await imports.look("file", data)
        if look.number is not None:
            await imports.bring_in(look.number, data, missing=True)
        partner.work()
    seen = {}
    for uid, _, starts_at, ends_at, cancelled, place, title in await shown():
        if not cancelled:
            seen.setdefault(uid, []).append((starts_at, ends_at, place, title))
    taken = [each.entry for each in look.steps if each.deed in (Deed.ADD, Deed.CHANGE, Deed.SAME)]
    assert taken
    for entry in taken:
        assert sorted(seen.get(entry.uid, [])) == sorted(expected(entry))


def expected(entry):
    """Return what people would see of an event that was never here before."""
    told = entry.told
    alone = Event(0, entry.uid, EventKind.COMMUNITY, EventState.OPEN, told.schedule, told.titles)
    found = occurrences.between(alone, told.changes, NOW, NOW + timedelta(days=400))
    return [
        (o.starts_at, o.ends_at, o.place or told.place, o.title(Language.EN))
        for o in found
        if not (o.is_cancelled or told.cancelled)
    ]
