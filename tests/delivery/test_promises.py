"""Whatever happens in whatever order: nobody is skipped, nobody gets anything twice.

What staff take back is asked back from everybody who has it, and what is over never leaves.
"""

import asyncio
import contextlib
import json
import tempfile
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from bot.clock import local_midnight
from bot.config import Settings
from bot.content.library import Library
from bot.delivery.courier import Courier
from bot.delivery.pacing import Pacer
from bot.errors import NotSentError, Refusal
from bot.models import (
    AudienceFilter,
    BroadcastKind,
    BroadcastState,
    Content,
    DeliveryState,
    Language,
    MemberState,
    QuietHours,
    Section,
    Workgroup,
)
from bot.services.announcements import Asked, Written
from bot.services.items import TEXT
from bot.storage.database import Database
from bot.storage.rows import instant
from bot.storage.sealing import KEY_BYTES, Sealer
from bot.tasks import Tasks
from bot.wiring import wire_services
from tests.conftest import MovedClock
from tests.delivery import ledger

CHICAGO = ZoneInfo("America/Chicago")
NEVER = datetime.max.replace(tzinfo=UTC)
PEOPLE = st.integers(1, 8)
STAFF = 99
FENTANYL = frozenset({Workgroup.FENTANYL})
FILTERS = [
    AudienceFilter(),
    AudienceFilter(workgroups=FENTANYL),
    AudienceFilter(without_workgroups=FENTANYL),
    AudienceFilter(languages=frozenset({Language.ES})),  # nobody
]
AMENDMENTS = [BroadcastKind.EDIT, BroadcastKind.CORRECTION, BroadcastKind.RECALL]
_library: list[Library] = []


class _NotSentError(NetworkError, NotSentError):
    pass


class Telegram:
    """Takes messages, or not, as told; knows what each chat was given and what it shows."""

    def __init__(self):
        self.given = []  # (chat, text, the message that it answers)
        self.shown = {}  # (chat, message): text
        self.asked_to_delete = set()
        self.blocked = set()
        self.faults = []

    async def post(self, method, form):
        fields = {name: values[0] for name, values in parse_qs(form.decode()).items()}
        chat_id = int(fields["chat_id"])
        fault = self.faults.pop() if self.faults and chat_id != STAFF else ""
        await asyncio.sleep(0.001)
        if fault == "not sent":
            raise _NotSentError("no route")
        if fault == "429":
            raise RetryAfter(3)
        if chat_id in self.blocked and method != "deleteMessage":
            raise Forbidden("Forbidden: bot was blocked by the user")
        if fault == "lost before":
            raise NetworkError("reset")
        result = self._take(method, chat_id, fields)
        await asyncio.sleep(0.003)  # long enough to be killed in
        if fault == "lost after":
            raise NetworkError("reset")
        return result

    def _take(self, method, chat_id, fields):
        if method == "sendMessage":
            answered = json.loads(fields.get("reply_parameters", "{}")).get("message_id")
            self.given.append((chat_id, fields["text"], answered))
            self.shown[chat_id, len(self.given)] = fields["text"]
            return {"message_id": len(self.given)}
        place = chat_id, int(fields["message_id"])
        if method == "deleteMessage":
            self.asked_to_delete.add(place)
            if self.shown.pop(place, None) is None:
                raise BadRequest("message to delete not found")
        elif place not in self.shown:
            raise BadRequest("message to edit not found")
        elif self.shown[place] == fields["text"]:
            raise BadRequest("message is not modified")
        else:
            self.shown[place] = fields["text"]
        return True

    def given_to_members(self):
        return [each for each in self.given if each[0] != STAFF]


class Promises(RuleBasedStateMachine):
    """The services, the outbox and its courier, against a Telegram that does what it likes."""

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.clock, self.telegram = MovedClock(), Telegram()
        self.approved = {}  # text: the broadcast whose message it is, also after an edit
        self.again = Counter()  # (chat, broadcast): copies that staff sent once more
        self.away = defaultdict(list)  # chat: [[since, until], …] in which it is no member
        self.paused = defaultdict(list)  # the same for pauses
        self.withdrawn = {}  # broadcast: since when nobody else gets it
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
        self.announcements, self.amendments = services.announcements, services.amendments
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
        """Do what staff or members ask for; a refusal changes nothing and is fine."""
        with contextlib.suppress(Refusal):
            self.run(coroutine)
            return True
        return False

    def new_update(self):
        self.updates += 1
        return self.updates

    # ------------------------------------------------------------------ members

    @rule(person=PEOPLE, in_workgroup=st.booleans(), wants_alerts=st.booleans())
    def join(self, person, in_workgroup, wants_alerts):
        if person in self.telegram.blocked:
            return
        self.end(self.away[person])

        async def deed():
            joined = (await self.members.join(person, Language.EN)).member
            await self.members.set_alerts(person, wants=wants_alerts)
            if in_workgroup is not bool(joined.workgroups):
                await self.members.toggle_workgroup(person, Workgroup.FENTANYL)

        self.run(deed())

    @rule(person=PEOPLE)
    def leave(self, person):
        if self.run(self.members.leave(person)):
            self.begin(self.away[person])
            self.end(self.paused[person])

    @rule(person=PEOPLE, noticed=st.booleans())
    def block(self, person, noticed):
        self.telegram.blocked.add(person)
        if noticed:
            self.run(self.members.blocked(person))

    @rule(person=PEOPLE)
    def come_back(self, person):
        self.telegram.blocked.discard(person)
        self.run(self.members.come_back(person))

    @rule(person=PEOPLE, days=st.sampled_from([0, 1, 9]))
    def pause_or_go_on(self, person, days):
        until = self.clock.now().astimezone(CHICAGO).date() + timedelta(days=days)
        self.end(self.paused[person])
        if self.attempt(self.members.pause(person, until if days else None)) and days:
            self.paused[person].append([self.clock.now(), local_midnight(until, CHICAGO)])

    @rule(person=PEOPLE, hours=st.sampled_from(["", "00:00-23:59", "12:30-14:30"]))
    def choose_quiet_hours(self, person, hours):
        quiet = QuietHours.parse(hours) if hours else None
        self.attempt(self.members.set_quiet(person, quiet))

    @rule(person=PEOPLE)
    def ask_for_the_current_edition(self, person):
        self.attempt(self.members.send_current_edition(person))

    # ------------------------------------------------------------------ staff

    @rule()
    def collect(self):
        number = self.new_update()

        async def deed():
            item = await self.items.collect(number, STAFF, Language.EN, f"news {number}", None)
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
    def send_the_edition(self):
        async def deed():
            await self.send((await self.edition()).broadcast_id)

        self.attempt(deed())

    @rule(audience=st.sampled_from(FILTERS))
    def announce(self, audience):
        self.attempt(self.write(BroadcastKind.ANNOUNCEMENT, audience))

    @rule(audience=st.sampled_from(FILTERS[:3]), hours=st.sampled_from([1, 6]))
    def alert(self, audience, hours):
        self.attempt(self.write(BroadcastKind.ALERT, audience, hours))

    @rule(kind=st.sampled_from(AMENDMENTS), which=st.integers(0, 5), look_first=st.booleans())
    def amend(self, kind, which, look_first):
        """Edit, correct or recall what went out; looking at it first holds it."""

        async def deed():
            sent = await self.sent(which)
            if sent is None:
                return
            if look_first:
                await self.amendments.hold(sent.broadcast_id)
            await self.send(await self.prepare(kind, sent), amends=sent.broadcast_id)

        self.attempt(deed())

    @rule(which=st.integers(0, 5), deed=st.sampled_from(["undo", "pause", "resume", "stop"]))
    def control(self, which, deed):
        async def act():
            broadcast = await self.sent(which, amendments=True)
            if broadcast is None:
                return
            await getattr(self.broadcasts, deed)(broadcast.broadcast_id)
            if deed == "undo" and broadcast.amends:
                self.withdrawn.pop(broadcast.amends, None)

        self.attempt(act())

    @rule(which=st.integers(0, 5))
    def send_again_to_the_unconfirmed(self, which):
        async def act():
            broadcast = await self.sent(which)
            if broadcast is None:
                return
            number = broadcast.broadcast_id
            rows = await self.database.read(lambda t: ledger.copies(t, number))
            await self.broadcasts.send_again(number, DeliveryState.UNCONFIRMED)
            self.again.update((r.chat, number) for r in rows if r.state == "unconfirmed")

        self.attempt(act())

    async def write(self, kind, audience, hours=0):
        number = self.new_update()
        written = Written(Content(f"{kind} {number}"))
        made = await self.announcements.create(number, STAFF, Language.EN, written, kind)
        number = made.broadcast.broadcast_id
        await self.broadcasts.set_audience(number, STAFF, lambda _: audience)
        if kind is BroadcastKind.ALERT:
            for asked in (Asked.AREA, Asked.SOURCE):
                await self.announcements.ask(STAFF, STAFF, asked, number)
                said = Written(Content("Austin"))
                await self.announcements.answer(STAFF, STAFF, said, Language.EN)
            await self.announcements.set_end(number, STAFF, hours)
        await self.send(number)

    async def sent(self, which, *, amendments=False):
        """Return one of those that went out or are under way, or None."""
        started = [s for s in BroadcastState if s not in ("draft", "approved")]
        last = (BroadcastKind.EDIT, BroadcastKind.RECALL)
        found = [
            each
            for each in await self.database.read(lambda t: t.broadcasts.list_in(*started))
            if amendments or each.kind not in last
        ]
        return found[-1 - which % len(found)] if found else None

    async def prepare(self, kind, original):
        """Prepare an amendment as staff do and return its number."""
        number, update = original.broadcast_id, self.new_update()
        if kind is BroadcastKind.RECALL:
            return (await self.amendments.recall(number, STAFF)).broadcast.broadcast_id
        if kind is BroadcastKind.CORRECTION:
            await self.amendments.ask_correction(STAFF, STAFF, number)
        else:
            texts = await self.amendments.edit(number, STAFF, update)
            item_id = texts.items[0].item_id if texts.items else 0
            edit = texts.broadcast.broadcast_id
            await self.amendments.ask_text(STAFF, STAFF, edit, Language.EN, item_id)
        text = Content(f"{kind} {update}")
        answer = await self.amendments.answer_form(STAFF, STAFF, update, Language.EN, text)
        return answer.broadcast.broadcast_id

    async def send(self, number, amends=None):
        """Approve and start; look whether it is written for those whom it is for."""
        await self.broadcasts.approve(number, STAFF)
        broadcast = (await self.broadcasts.overview(number)).broadcast
        is_edit = broadcast.kind is BroadcastKind.EDIT
        for content in await self.previews.messages(number, Language.EN, frozenset(Section)):
            self.approved[content.html] = amends if is_edit else number
        before = await self.expected(broadcast)
        await self.broadcasts.send_now(number, STAFF)
        after = await self.expected(broadcast)
        rows = await self.database.read(lambda t: ledger.rows_of(t, number))
        assert before & after <= {row.chat for row in rows} <= before | after
        if broadcast.kind in (BroadcastKind.CORRECTION, BroadcastKind.RECALL):
            self.withdrawn.setdefault(amends, self.clock.now())

    async def expected(self, broadcast):
        """Return the chats that a broadcast is for, without looking at how the bot finds them."""

        def work(t):
            found = [t.members.find(person) for person in range(1, 9)]
            members = {m.chat_id: m for m in found if m and m.state is MemberState.ACTIVE}
            if broadcast.amends:
                under_way = ("sent", "sending")
                copies = ledger.copies(t, broadcast.amends)
                having = {c.chat for c in copies if c.state in under_way}
                if broadcast.kind is BroadcastKind.CORRECTION:
                    return having & members.keys()
                return having
            wanted, unwanted = broadcast.audience.workgroups, broadcast.audience.without_workgroups
            languages = broadcast.audience.languages
            return {
                chat_id
                for chat_id, member in members.items()
                if (not wanted or wanted & member.workgroups)
                and not unwanted & member.workgroups
                and (not languages or member.language in languages)
                and (member.wants_alerts or broadcast.kind is not BroadcastKind.ALERT)
            }

        return await self.database.read(work)

    # ------------------------------------------------------------------ trouble and time

    @rule(
        faults=st.lists(
            st.sampled_from(["429", "not sent", "lost before", "lost after"]), max_size=6
        )
    )
    def trouble(self, faults):
        self.telegram.faults = list(faults)

    @rule(seconds=st.sampled_from([1, 31, 3600, 90_000]), turns=st.sampled_from([3, 6, 30]))
    def time_passes(self, seconds, turns):
        self.clock.move(seconds=seconds)
        self.run(self.upkeep.beat())
        self.run(self.look_at_hours())
        self.courier.wake()
        self.run(self.some_turns(turns))
        self.run(self.progress.tick())

    @rule(
        seconds=st.sampled_from([1, 31]),
        turns=st.integers(0, 25),
        off=st.sampled_from([0, 0, 7200]),
    )
    def killed_in_the_middle(self, seconds, turns, off=0):
        self.clock.move(seconds=seconds)
        self.courier.wake()
        self.run(self.some_turns(turns))
        self.run(self.kill(off))

    # What would take many lucky steps:

    @rule(turns=st.integers(0, 25))
    def everybody_joins_and_it_is_killed_while_sending(self, turns):
        self.everybody_joins()
        self.collect()
        self.send_the_edition()
        self.killed_in_the_middle(31, turns)

    @rule(
        kind=st.sampled_from(AMENDMENTS),
        first=st.sampled_from([31, 1]),
        then=st.sampled_from(["killed", "blocked", "undo", "end the pause and undo", "time"]),
        turns=st.integers(0, 25),
    )
    def everybody_gets_something_and_it_is_amended(self, kind, first, then, turns):
        self.everybody_joins()
        self.pause_or_go_on(3, 1)
        self.choose_quiet_hours(5, "00:00-23:59")
        self.announce(FILTERS[0])
        self.time_passes(first, 30)
        self.amend(kind, 0, look_first=turns % 2 == 0)
        match then:
            case "killed":
                self.killed_in_the_middle(31, turns)
            case "blocked":
                self.block(4, noticed=turns % 3 == 0)
                self.time_passes(31, 30)
            case "time":
                self.time_passes(31, 30)
            case _:
                if then != "undo":
                    self.pause_or_go_on(3, 0)
                    self.time_passes(1, 30)
                self.control(0, "undo")

    @rule(deed=st.sampled_from(["leave", "stop", *AMENDMENTS]), turns=st.integers(0, 8))
    def something_is_taken_back_while_telegram_puts_copies_off(self, deed, turns):
        self.everybody_joins()
        self.announce(FILTERS[0])
        self.telegram.faults = ["429"] * 8
        self.clock.move(seconds=31)
        self.courier.wake()
        self.run(self.some_turns(turns))
        match deed:
            case "leave":
                for person in range(1, 9):
                    self.leave(person)
            case "stop":
                self.control(0, "stop")
            case kind:
                self.amend(kind, 0, look_first=turns % 2 == 0)
        self.time_passes(31, 30)

    @rule(turns=st.integers(0, 25), seconds=st.sampled_from([31, 3600]))
    def an_alert_is_killed_near_its_end(self, turns, seconds):
        self.everybody_joins()
        self.alert(FILTERS[0], 1)
        self.clock.move(seconds=3540)
        self.run(self.upkeep.beat())
        self.killed_in_the_middle(31, turns)
        self.clock.move(seconds=seconds)  # the courier is faster than the scheduler
        self.courier.wake()
        self.run(self.some_turns(30))

    def everybody_joins(self):
        for person in range(1, 9):
            self.join(person, in_workgroup=person % 2 == 0, wants_alerts=person > 2)

    async def look_at_hours(self):
        """Do what the scheduler does every minute."""
        now = self.clock.now()
        await self.database.write(lambda t: self.broadcasts.keep_hours(t, now))

    async def some_turns(self, turns):
        for _ in range(turns):
            await asyncio.sleep(0.0005)

    async def kill(self, off):
        """End everything as a power failure would: nothing gets a chance to be recorded."""
        await self.tasks.cancel()
        await self.database.close()
        self.clock.move(seconds=off)
        await self.start()

    def begin(self, times):
        times.append([self.clock.now(), NEVER])

    def end(self, times):
        if times:
            times[-1][1] = min(times[-1][1], self.clock.now())

    # ------------------------------------------------------------------ the promises

    @invariant()
    def nobody_gets_anything_twice(self):
        given = Counter((chat, self.approved[text]) for chat, text, _ in self.members_got())
        doubles = {key: n for key, n in given.items() if n > 1 + self.again[key]}
        assert doubles == {}

    @invariant()
    def nothing_leaves_that_was_not_approved(self):
        assert {text for _, text, _ in self.members_got()} <= self.approved.keys()

    def members_got(self):
        return self.telegram.given_to_members()

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
        for broadcast in await self.database.read(
            lambda t: t.broadcasts.list_in(BroadcastState.PAUSED)
        ):
            await self.broadcasts.resume(broadcast.broadcast_id)
        for person in range(1, 9):
            self.end(self.paused[person])
            with contextlib.suppress(Refusal):
                await self.members.pause(person, None)
                await self.members.set_quiet(person, None)
        for _ in range(200):
            self.clock.move(seconds=61)
            await self.look_at_hours()
            self.courier.wake()
            await self.some_turns(20)
            await self.progress.tick()
            if not await self.database.read(ledger.is_unfinished):
                break
        rows = await self.database.read(ledger.all_rows)
        self.outcomes_agree_with_telegram(rows)
        self.who_is_left_out_is_left_out_for_a_reason(rows)
        self.nothing_left_when_it_should_not(rows)
        self.what_is_recalled_is_asked_back(rows)
        self.what_is_edited_shows_its_new_text(rows)
        self.corrections_answer_what_they_correct()

    def outcomes_agree_with_telegram(self, rows):
        given = Counter((chat, self.approved[text]) for chat, text, _ in self.members_got())
        sends = [row for row in rows if row.operation == "send"]
        assert {row.state for row in sends} <= {
            "sent",
            "unconfirmed",
            "unreachable",
            "cancelled",
        } | ({"failed"} if any(row.target for row in sends) else set())
        for row in sends:
            key = row.chat, row.broadcast
            low = row.state == "sent"
            assert low <= given[key] <= low + (row.state == "unconfirmed") + self.again[key]
        assert given.keys() <= {(row.chat, row.broadcast) for row in sends}

    def who_is_left_out_is_left_out_for_a_reason(self, rows):
        reasons = {"left", "expired", "correction", "recall", "withdrawn"}
        for row in rows:
            if row.state == "cancelled" and row.of != "cancelled":
                assert row.reason in reasons, row

    def nothing_left_when_it_should_not(self, rows):
        for row in rows:
            if row.operation != "send" or row.claimed_at is None:
                continue
            at = instant(row.claimed_at)
            assert row.expires_at is None or row.claimed_at <= row.expires_at, row
            assert at <= self.withdrawn.get(row.broadcast, at), row
            assert not _within(at, self.away[row.chat]), row
            # Who asks for an edition by hand gets it in a pause; a second attempt goes on.
            if not row.urgent and not row.by_hand and row.attempts == 1:
                assert not _within(at, self.paused[row.chat]), row

    def what_is_recalled_is_asked_back(self, rows):
        targets = {row.delivery: row for row in rows}
        recalls = [row for row in rows if row.operation == "delete" and row.of == "sent"]
        for row in recalls:
            target = targets[row.target]
            if target.message is not None:
                assert row.state == "sent"
                assert (row.chat, target.message) in self.telegram.asked_to_delete
        recalled = {targets[row.target].broadcast for row in recalls}
        for row in rows:
            if row.broadcast in recalled and row.state == "sent" and row.operation == "send":
                assert (row.chat, row.message) in self.telegram.asked_to_delete, row

    def what_is_edited_shows_its_new_text(self, rows):
        not_edited = {
            row.target for row in rows if row.operation == "edit" and row.state != "sent"
        }
        for row in rows:
            shown = self.telegram.shown.get((row.chat, row.message))
            if row.operation == "send" and row.state == "sent" and shown is not None:
                assert shown == row.text or row.delivery in not_edited, (shown, row)

    def corrections_answer_what_they_correct(self):
        texts = {n: text for n, (_, text, _) in enumerate(self.telegram.given, 1)}
        for chat_id, text, answered in self.members_got():
            if text.startswith("<b>Correction"):
                assert self.telegram.given[answered - 1][0] == chat_id
                assert self.approved[texts[answered]] != self.approved[text]

    async def close(self):
        await self.courier.stop(1)
        await self.tasks.cancel()
        await self.database.close()


def _within(at, times):
    return any(since < at < until for since, until in times)


TestPromises = Promises.TestCase
TestPromises.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # real time passes in it, so a failure cannot be made smaller
)
