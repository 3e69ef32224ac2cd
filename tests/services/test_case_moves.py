"""The life of cases: whoever does what in whatever order, the table of moves holds."""

import asyncio
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.clock import Clock
from bot.config import Settings
from bot.content.library import Library
from bot.errors import Refusal
from bot.models import CASE_MOVES, CasePart, CaseState, DeliveryState, Language, Reason
from bot.services.relay import Passed
from bot.services.written import Written
from bot.storage.database import Database
from bot.storage.deliveries import Outcome
from bot.storage.sealing import Sealer
from bot.tasks import Tasks
from bot.wiring import wire_services

LIBRARY = Library()
PEOPLE = (701, 702)
GROUP, OWNER = -1001, 900
OUTCOMES = [
    (DeliveryState.SENT, None),
    (DeliveryState.SENT, None),
    (DeliveryState.PENDING, "flood"),
    (DeliveryState.FAILED, "topic-gone"),
    (DeliveryState.FAILED, "refused"),
    (DeliveryState.UNREACHABLE, "blocked"),
    (DeliveryState.UNCONFIRMED, "timeout"),
]
STAFF_DEEDS = ("claim", "close", "reopen", "mute", "ban", "unmute")


class Now(Clock):
    """A clock that stands still."""

    def __init__(self):
        self.at = datetime(2026, 11, 18, 18, tzinfo=UTC)

    def now(self):
        return self.at


def reachable(state: CaseState) -> set[CaseState]:
    """Return the states that a chain of allowed moves can lead to."""
    found = {state}
    while more := {m for each in found for m in CASE_MOVES[each]} - found:
        found |= more
    return found


class Cases(RuleBasedStateMachine):
    """Two people write, staff decide, time passes; Telegram answers as it likes."""

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Now()
        self.database = Database(Path(self.folder.name) / "bot.db", Sealer(b"k" * 64))
        chosen = Settings(owner_ids=str(OWNER), staff_chat_id=GROUP, _env_file=None)
        self.services = wire_services(chosen, self.database, self.clock, LIBRARY, Tasks(), None)
        self.numbers = count(1)
        self.states: dict[int, CaseState] = {}
        self.passed: Counter[int] = Counter()  # by case, what the person was told is with staff
        self.run(self.database.open())

    def run(self, coroutine):
        return self.loop.run_until_complete(coroutine)

    def read(self, work):
        return self.run(self.database.read(work))

    def teardown(self):
        self.run(self.database.close())
        self.loop.close()
        self.folder.cleanup()

    def written(self, chat_id):
        number = next(self.numbers)
        return Written(number, chat_id, number, f"text {number}", f"text {number}")

    # ------------------------------------------------------------------ the person

    @rule(person=st.sampled_from(PEOPLE), twice=st.booleans())
    def says_yes(self, person, twice):
        written = self.written(person)
        try:
            case = self.run(self.services.relay.open(written, Language.EN))
            if twice:  # handled again after a crash
                again = self.run(self.services.relay.open(written, Language.EN))
                assert again.case_id == case.case_id
        except Refusal:
            return
        self.passed[case.case_id] += 1

    @rule(person=st.sampled_from(PEOPLE), twice=st.booleans())
    def writes(self, person, twice):
        written = self.written(person)
        passing = self.run(self.services.relay.pass_on(written, Language.ES))
        if twice:
            again = self.run(self.services.relay.pass_on(written, Language.ES))
            assert again.outcome is passing.outcome
        if passing.outcome is Passed.SENT:
            self.passed[passing.case.case_id] += 1

    @rule(person=st.sampled_from(PEOPLE))
    def ends(self, person):
        self.run(self.services.relay.end(person))
        assert self.read(lambda t: t.cases.find_open(person)) is None

    @rule(person=st.sampled_from(PEOPLE))
    def deletes_all(self, person):
        self.run(self.services.relay.delete_all(person))
        for case in self.read(lambda t: t.cases.list_of(person)):
            said = self.read(lambda t, n=case.case_id: t.case_messages.list_of(n, CasePart.PERSON))
            assert all(message.said is None for message in said)
            self.passed.pop(case.case_id, None)

    # ------------------------------------------------------------------ staff

    @rule(pick=st.integers(0, 20))
    def staff_answer(self, pick):
        shown = self.read(
            lambda t: t.deliveries._rows(
                "SELECT message_id FROM deliveries WHERE case_message_id IS NOT NULL"
                " AND chat = ? AND operation = 'send' AND message_id IS NOT NULL",
                t.deliveries._sealer.id(GROUP),
            )
        )
        if not shown:
            return
        replied = shown[pick % len(shown)]["message_id"]
        before = self.read(lambda t: t.case_messages.find_shown(GROUP, replied)).case_id
        was_open = self.states[before] in (CaseState.WAITING, CaseState.ANSWERED)
        case = self.run(self.services.replies.answer(self.written(GROUP), replied))
        assert case.case_id == before
        assert case.state is (CaseState.ANSWERED if was_open else self.states[before])

    @rule(deed=st.sampled_from(STAFF_DEEDS), number=st.integers(1, 6))
    def staff_decide(self, deed, number):
        cases = self.services.cases
        arguments = {"claim": ("Sam",), "mute": (3,), "ban": (None,)}.get(deed, ())
        before = self.all_states()
        try:
            self.run(getattr(cases, "mute" if deed == "ban" else deed)(number, *arguments))
        except Refusal:
            assert self.all_states() == before, "a refusal changes nothing"

    # ------------------------------------------------------------------ time and Telegram

    @rule(hours=st.sampled_from([0.1, 3, 25, 15 * 24, 31 * 24]))
    def time_passes(self, hours):
        self.clock.at += timedelta(hours=hours)
        self.run(self.services.case_watch.tick())
        self.look()
        self.run(self.services.case_watch.clean())

    @rule(outcomes=st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=8))
    def telegram_answers(self, outcomes):
        now = self.clock.at

        def work(t):
            due = [each.delivery_id for each in t.deliveries.list_due(now, 30)]
            for n, delivery in enumerate(t.deliveries.list_by_id(due)):
                state, reason = outcomes[n % len(outcomes)]
                ids = (next(self.numbers) + 10**6,) if state is DeliveryState.SENT else ()
                if delivery.operation != "send":
                    ids = delivery.target_ids if state is DeliveryState.SENT else ()
                if state is DeliveryState.SENT and not ids:
                    # What it would change perhaps never arrived: the courier does not even call.
                    assert self.target_state(t, delivery) not in {"sent", "pending", "sending"}
                    state, reason = DeliveryState.FAILED, Reason.NO_MESSAGE
                t.deliveries.claim([delivery], now)
                due = now if state is DeliveryState.PENDING else None
                outcome = Outcome(delivery.delivery_id, state, reason, ids, due)
                t.deliveries.finish([outcome], now)

        self.run(self.database.write(work))
        self.run(self.services.case_watch.tick())

    @staticmethod
    def target_state(t, delivery):
        row = t.deliveries._row(
            "SELECT t.state FROM deliveries d JOIN deliveries t ON t.delivery_id = d.target_id"
            " WHERE d.delivery_id = ?",
            delivery.delivery_id,
        )
        return row["state"] if row else "sent"

    # ------------------------------------------------------------------ what always holds

    def all_states(self):
        def look(t):
            rows = t.cases._rows("SELECT case_id, state FROM cases")
            return {row["case_id"]: CaseState(row["state"]) for row in rows}

        return self.read(look)

    @invariant()
    def look(self):
        """Each case is where allowed moves lead; numbers grow and none vanishes."""
        states = self.all_states()
        assert self.states.keys() <= states.keys()
        assert sorted(states) == list(range(1, len(states) + 1))
        for number, state in states.items():
            assert state in reachable(self.states.get(number, CaseState.WAITING))
        self.states = states

    @invariant()
    def a_person_has_one_open_case(self):
        cases = self.read(lambda t: t.cases.list_open())
        assert len({case.chat_id for case in cases}) == len(cases)
        for case in cases:
            chat_id, now = case.chat_id, self.clock.at
            silence = self.read(lambda t, c=chat_id, n=now: t.cases.find_silence(c, n))
            assert silence is None, "whoever is muted has no open case"

    @invariant()
    def what_is_erased_is_gone(self):
        def look(t):
            erased = [n for n, state in self.states.items() if state is CaseState.ERASED]
            return [
                n
                for n in erased
                if t.cases.get(n).chat_id or t.case_messages.list_of(n, *CasePart)
            ]

        assert self.read(look) == []

    @invariant()
    def what_was_passed_on_is_with_staff_or_on_its_way(self):
        def look(t):
            lost = []
            for number, passed in self.passed.items():
                if self.states[number] is CaseState.ERASED:
                    continue
                messages = [m for m in t.case_messages.list_of(number, CasePart.PERSON) if m.said]
                assert len(messages) == passed, "once each"
                lost += [
                    message
                    for message in messages
                    if not t.case_messages.list_copies(message.case_message_id)
                ]
            return lost

        assert self.read(look) == []


class TestCases(Cases.TestCase):
    settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
