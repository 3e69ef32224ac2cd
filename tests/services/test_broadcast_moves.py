"""The life of a broadcast: whatever staff press in whatever order, the table of moves holds."""

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.clock import Clock
from bot.config import Settings
from bot.content.library import Library
from bot.errors import Refusal
from bot.models import BROADCAST_MOVES, BroadcastState, Language, Section
from bot.storage.database import Database
from bot.storage.sealing import Sealer
from bot.tasks import Tasks
from bot.wiring import wire_services

LIBRARY = Library()
BUTTONS = ("approve", "take_back", "send_now", "undo", "pause", "resume", "stop", "skip")


class Now(Clock):
    """A clock that stands still."""

    def __init__(self):
        self.at = datetime(2026, 11, 18, 18, tzinfo=UTC)

    def now(self):
        return self.at


WRITER = 1


class Broadcasts(RuleBasedStateMachine):
    """Staff press buttons, time passes, items change; the courier never runs."""

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Now()
        self.database = Database(Path(self.folder.name) / "bot.db", Sealer(b"k" * 64))
        settings = Settings(owner_ids="1", _env_file=None)
        services = wire_services(settings, self.database, self.clock, LIBRARY, Tasks(), None)
        self.broadcasts, self.editions = services.broadcasts, services.editions
        self.items, self.progress, self.slots = services.items, services.progress, services.slots
        self.updates = 0
        self.run(self.database.open())
        self.run(self.database.write(lambda t: t.members.add(7, Language.EN, "1", self.clock.at)))
        self.collect()
        self.number = self.run(self.editions.overview()).broadcast.broadcast_id
        self.states = {self.number: BroadcastState.DRAFT}

    def run(self, coroutine):
        return self.loop.run_until_complete(coroutine)

    def teardown(self):
        self.run(self.database.close())
        self.loop.close()
        self.folder.cleanup()

    @rule()
    def collect(self):
        self.updates += 1
        item = self.run(self.items.collect(self.updates, WRITER, Language.EN, "News", None))
        self.run(self.items.set_section(item.item_id, WRITER, Section.EVENTS))

    @rule()
    def change_an_item(self):
        for item in self.run(self.items.list_open())[:1]:
            self.run(self.items.toggle_standing(item.item_id, WRITER))

    @rule(minutes=st.sampled_from([0.2, 2, 29, 60, 1440, 8000]))
    def time_passes(self, minutes):
        self.clock.at += timedelta(minutes=minutes)
        self.run(self.slots.tick())
        self.look()
        self.run(self.progress.tick())

    @rule()
    def open_the_overview(self):
        self.number = self.run(self.editions.overview()).broadcast.broadcast_id

    @rule(button=st.sampled_from(BUTTONS))
    def press(self, button):
        arguments = (self.number, 1) if button in ("approve", "send_now") else (self.number,)
        before = self.all_states()
        try:
            self.run(getattr(self.broadcasts, button)(*arguments))
        except Refusal:
            assert self.all_states() == before, "a refusal changes nothing"
        if button == "resume" and before[self.number] is not BroadcastState.PAUSED:
            assert self.all_states() == before

    def all_states(self):
        found = self.run(self.database.read(lambda t: t.broadcasts.list_in(*BroadcastState)))
        return {each.broadcast_id: each.state for each in found}

    @invariant()
    def look(self):
        """Compare with the last look: one step at most, and one that the table allows."""
        for number, state in self.all_states().items():
            before = self.states.get(number, BroadcastState.DRAFT)
            reachable = {before} | BROADCAST_MOVES[before]
            # "Approve and send now" makes two moves at once.
            if before is BroadcastState.DRAFT:
                reachable |= {BroadcastState.SENDING}
            assert state in reachable, (before, state)
            self.states[number] = state

    @invariant()
    def only_what_is_sent_has_deliveries(self):
        def count(t):
            sql = "SELECT b.state FROM deliveries JOIN broadcasts b USING (broadcast_id)"
            return {row["state"] for row in t.broadcasts._rows(sql)}

        idle = {BroadcastState.DRAFT, BroadcastState.APPROVED}
        assert not idle & {BroadcastState(s) for s in self.run(self.database.read(count))}


class TestBroadcasts(Broadcasts.TestCase):
    settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
