"""Whatever happens in whatever order: nobody is skipped, nobody gets anything twice."""

import asyncio
import contextlib
import tempfile
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from telegram.error import Forbidden, NetworkError, RetryAfter

from bot.app import wire_services
from bot.config import Settings
from bot.content.library import Library
from bot.delivery.courier import Courier
from bot.delivery.pacing import Pacer
from bot.errors import NotSentError, Refusal
from bot.models import BroadcastState, Language, Section
from bot.services.items import TEXT
from bot.storage.database import Database
from bot.storage.sealing import KEY_BYTES, Sealer
from bot.tasks import Tasks
from tests.conftest import MovedClock

CHICAGO = ZoneInfo("America/Chicago")
PEOPLE = st.integers(1, 8)
STAFF = 99
_library: list[Library] = []


class _NotSentError(NetworkError, NotSentError):
    pass


class Telegram:
    """Takes messages, or not, as told; knows what each chat was given."""

    def __init__(self):
        self.given = Counter()
        self.blocked = set()
        self.faults = []

    async def post(self, method, form):
        fields = parse_qs(form.decode())
        chat_id = int(fields["chat_id"][0])
        fault = self.faults.pop() if self.faults and chat_id != STAFF else ""
        await asyncio.sleep(0)
        if fault == "not sent":
            raise _NotSentError("no route")
        if fault == "429":
            raise RetryAfter(3)
        if chat_id in self.blocked:
            raise Forbidden("Forbidden: bot was blocked by the user")
        if fault == "lost before":
            raise NetworkError("reset")
        self.given[chat_id, fields.get("text", [""])[0]] += 1
        await asyncio.sleep(0.003)  # long enough to be killed in
        if fault == "lost after":
            raise NetworkError("reset")
        return {"message_id": sum(self.given.values())}


class Promises(RuleBasedStateMachine):
    """The services, the outbox and its courier, against a Telegram that does what it likes."""

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.clock, self.telegram = MovedClock(), Telegram()
        self.approved = set()
        self.updates = 0
        self._library = _library[0] if _library else Library()
        _library[:] = [self._library]
        self.run(self.start())

    def run(self, coroutine):
        return self.loop.run_until_complete(coroutine)

    async def start(self):
        path = Path(self.folder.name) / "bot.db"
        self.database = Database(path, Sealer(b"k" * KEY_BYTES))
        await self.database.open()
        settings = Settings(owner_ids="99", undo_seconds=30, _env_file=None)
        services = wire_services(settings, self.database, self.clock, self._library, Tasks(), None)
        self.broadcasts, self.editions = services.broadcasts, services.editions
        self.items, self.members = services.items, services.members
        self.progress, self.upkeep = services.progress, services.upkeep
        self.previews = services.previews
        await self.upkeep.recover()
        self.tasks = Tasks()
        pacer = Pacer(1000, self.clock, limited=False)
        self.courier = Courier(
            self.database,
            self.telegram.post,
            pacer,
            self.clock,
            self.tasks,
            rate=30,
            on_storm=self.upkeep.hold_broadcast,
        )
        self.courier.start()

    async def edition(self):
        return (await self.editions.overview()).broadcast

    def attempt(self, coroutine):
        """Do what staff ask for; a refusal changes nothing and is fine."""
        with contextlib.suppress(Refusal):
            return self.run(coroutine)

    @rule(person=PEOPLE)
    def join(self, person):
        if person not in self.telegram.blocked:
            self.run(self.members.join(person, Language.EN))

    @rule(person=PEOPLE)
    def leave(self, person):
        self.run(self.members.leave(person))

    @rule(person=PEOPLE, noticed=st.booleans())
    def block(self, person, noticed):
        self.telegram.blocked.add(person)
        if noticed:
            self.run(self.members.blocked(person))

    @rule(person=PEOPLE)
    def come_back(self, person):
        self.telegram.blocked.discard(person)
        self.run(self.members.come_back(person))

    @rule(person=PEOPLE)
    def ask_for_the_current_edition(self, person):
        self.attempt(self.members.send_current_edition(person))

    @rule()
    def collect(self):
        self.updates += 1

        async def deed():
            item = await self.items.collect(
                self.updates, STAFF, Language.EN, f"news {self.updates}", None
            )
            await self.items.set_section(item.item_id, STAFF, Section.TRAININGS)

        self.run(deed())

    @rule()
    def edit_an_item(self):
        async def deed():
            for item in await self.items.list_open():
                before = (await self.edition()).state
                await self.items.ask(STAFF, STAFF, TEXT, item.item_id)
                await self.items.answer_form(STAFF, STAFF, item.html + "!")
                after = (await self.edition()).state
                assert (before, after) != (BroadcastState.APPROVED, BroadcastState.APPROVED) or (
                    item.item_id not in [i.item_id for i in (await self.editions.overview()).items]
                )
                return

        self.run(deed())

    @rule()
    def approve_and_send(self):
        async def deed():
            edition = await self.edition()
            await self.broadcasts.approve(edition.broadcast_id, STAFF)
            for content in await self.previews.messages(
                edition.broadcast_id, Language.EN, frozenset(Section)
            ):
                self.approved.add(content.html)
            await self.broadcasts.send_now(edition.broadcast_id, STAFF)

        self.attempt(deed())

    @rule(deed=st.sampled_from(["undo", "pause", "resume", "stop"]))
    def control(self, deed):
        async def act():
            edition = await self.edition()
            await getattr(self.broadcasts, deed)(edition.broadcast_id)

        self.attempt(act())

    @rule(
        faults=st.lists(
            st.sampled_from(["429", "not sent", "lost before", "lost after"]), max_size=6
        )
    )
    def trouble(self, faults):
        self.telegram.faults = list(faults)

    @rule(seconds=st.sampled_from([1, 31, 3600]))
    def time_passes(self, seconds):
        self.clock.move(seconds=seconds)
        self.courier.wake()
        self.run(self.some_turns(30))
        self.run(self.progress.tick())

    @rule(seconds=st.sampled_from([1, 31]), turns=st.integers(0, 25))
    def killed_in_the_middle(self, seconds, turns):
        self.clock.move(seconds=seconds)
        self.courier.wake()
        self.run(self.some_turns(turns))
        self.run(self.kill())

    @rule(turns=st.integers(0, 25))
    def everybody_joins_and_it_is_killed_while_sending(self, turns):
        """What would take many lucky steps."""
        for person in range(1, 9):
            self.join(person)
        self.collect()
        self.approve_and_send()
        self.killed_in_the_middle(31, turns)

    async def some_turns(self, turns):
        for _ in range(turns):
            await asyncio.sleep(0.0005)

    async def kill(self):
        """End everything as a power failure would: nothing gets a chance to be recorded."""
        await self.tasks.cancel()
        await self.database.close()
        await self.start()

    @invariant()
    def nobody_gets_anything_twice(self):
        doubles = {k: n for k, n in self.telegram.given.items() if n > 1 and k[0] != STAFF}
        assert doubles == {}

    @invariant()
    def nothing_leaves_that_was_not_approved(self):
        given = {text for chat_id, text in self.telegram.given if chat_id != STAFF and text}
        assert given <= self.approved

    def teardown(self):
        try:
            self.run(self.finish())
        finally:
            self.run(self.close())
            self.loop.close()
            self.folder.cleanup()

    async def finish(self):
        """Let everything end well; then each delivery has an outcome that agrees with Telegram."""
        self.telegram.faults = []
        edition = await self.edition()
        if edition.state is BroadcastState.PAUSED:
            await self.broadcasts.resume(edition.broadcast_id)
        for _ in range(200):
            self.clock.move(seconds=61)
            self.courier.wake()
            await self.some_turns(20)
            if not await self.database.read(_unfinished):
                break
        rows = await self.database.read(_outcomes)
        given = Counter(chat_id for chat_id, text in self.telegram.given if chat_id != STAFF)
        sent = Counter(chat_id for chat_id, state in rows if state == "sent")
        perhaps = Counter(chat_id for chat_id, state in rows if state == "unconfirmed")
        assert {state for _, state in rows} <= {"sent", "unconfirmed", "unreachable", "cancelled"}
        for chat_id in set(given) | set(sent):
            assert sent[chat_id] <= given[chat_id] <= sent[chat_id] + perhaps[chat_id]

    async def close(self):
        await self.courier.stop(1)
        await self.tasks.cancel()
        await self.database.close()


def _unfinished(t):
    waiting = "state IN ('pending', 'sending')"
    sql = f"SELECT 1 FROM deliveries WHERE broadcast_id IS NOT NULL AND {waiting}"
    return t.deliveries._rows(sql)


def _outcomes(t):
    rows = t.deliveries._rows("SELECT chat, state FROM deliveries WHERE broadcast_id IS NOT NULL")
    return [(t.deliveries._sealer.open_id(row["chat"]), row["state"]) for row in rows]


TestPromises = Promises.TestCase
TestPromises.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # real time passes in it, so a failure cannot be made smaller
)
