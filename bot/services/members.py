"""Members: joining, leaving, choosing, and the current edition for whoever comes late."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.errors import Refusal
from bot.models import (
    Broadcast,
    BroadcastKind,
    DeliveryState,
    Language,
    Member,
    MemberState,
    QuietHours,
    Reason,
    Section,
    Workgroup,
    sections_text,
)
from bot.services.holding import copy_time
from bot.storage.database import Database
from bot.storage.forms import Form
from bot.storage.tables import Tables

CONSENT_VERSION = "2026-11b"  # changes whenever the words of member/consent change their meaning
CURRENT_FOR = timedelta(days=7)  # how long an edition is worth sending to somebody who comes late
LONGEST_PAUSE = timedelta(days=366)
PAUSE_ASKED_FOR = timedelta(minutes=10)  # how long a typed day is waited for
QUIET_CHOICES = (
    QuietHours(time(21), time(8)),
    QuietHours(time(22), time(7)),
    QuietHours(time(23), time(9)),
    QuietHours(time(0), time(12)),
)
ZONE_CHOICES = (
    "America/New_York",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Puerto_Rico",
    "America/Mexico_City",
)
_PAUSE_DAY = "pause-day"  # the form that a typed day answers


class Joined(Enum):
    """What joining did."""

    NEW = auto()
    BACK = auto()
    ALREADY = auto()


class Copy(Enum):
    """What became of the wish for this week's edition."""

    COMES = auto()
    KNOWN = auto()  # they have it, or it is on its way
    NONE = auto()  # there is none that is fresh enough and has something for them


@dataclass(frozen=True, slots=True)
class Return:
    """What is to be said to a member who comes back; for anybody else nothing."""

    returned: bool = False  # deliveries had stopped and go on now
    edition_waits: bool = False


@dataclass(frozen=True, slots=True)
class Joining:
    """The outcome of joining."""

    outcome: Joined
    member: Member
    edition_waits: bool  # this week's edition is out and they have not got it


class Members:
    """Decides and stores what members ask for."""

    def __init__(self, database: Database, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone

    async def find(self, chat_id: int) -> Member | None:
        """Return the member of a chat if they get the e-blast or could again, or None."""
        return await self._database.read(lambda t: t.members.find(chat_id))

    async def get_active(self, chat_id: int) -> Member:
        """Return the member of a chat; raise Refusal for whoever does not get the e-blast."""
        return await self._database.read(lambda t: _active(t, chat_id))

    async def join(self, chat_id: int, language: Language) -> Joining:
        """Make a member of a chat with its consent; safe to repeat."""
        now = self._clock.now()

        def work(t: Tables) -> Joining:
            before = t.members.find(chat_id)
            if before and before.state is MemberState.ACTIVE:
                return Joining(Joined.ALREADY, before, edition_waits=_waits(t, before, now))
            member = t.members.add(chat_id, language, CONSENT_VERSION, now)
            outcome = Joined.BACK if before else Joined.NEW
            return Joining(outcome, member, edition_waits=_waits(t, member, now))

        return await self._database.write(work)

    async def leave(self, chat_id: int) -> bool:
        """Stop the e-blast for a chat at once; return whether it got it."""
        now = self._clock.now()

        def work(t: Tables) -> bool:
            member = t.members.find(chat_id)
            if member is None or member.state is not MemberState.ACTIVE:
                return False
            t.members.set_state(chat_id, MemberState.LEFT, now)
            t.copies.stop_of(chat_id, DeliveryState.CANCELLED, Reason.LEFT, now)
            return True

        return await self._database.write(work)

    async def blocked(self, chat_id: int) -> None:
        """Stop deliveries to somebody who blocked the bot."""
        now = self._clock.now()

        def work(t: Tables) -> None:
            member = t.members.find(chat_id)
            if member and member.state is MemberState.ACTIVE:
                t.members.set_state(chat_id, MemberState.UNREACHABLE, now)
            t.deliveries.stop_chat(chat_id, DeliveryState.UNREACHABLE, Reason.BLOCKED, now)
            t.reminders.remove_chat(chat_id)
            t.attendances.remove_chat(chat_id)
            t.calendar_links.remove_chat(chat_id)

        await self._database.write(work)

    async def come_back(self, chat_id: int) -> Return:
        """Resume deliveries to a member who was unreachable; say what they have missed."""
        now = self._clock.now()

        def work(t: Tables) -> Return:
            member = t.members.find(chat_id)
            if member is None or member.state is MemberState.LEFT:
                return Return()
            returned = t.members.set_state(chat_id, MemberState.ACTIVE, now)
            waits = not self.is_paused(member) and _waits(t, member, now)
            return Return(returned, edition_waits=waits)

        return await self._database.write(work)

    async def set_language(self, chat_id: int, language: Language) -> bool:
        """Remember the language of a member; return False for anybody else: nothing is kept."""
        return await self._database.write(lambda t: t.members.set_language(chat_id, language))

    async def toggle_section(self, chat_id: int, section: Section) -> Member:
        """Choose a section or drop it; the last one cannot be dropped."""

        def work(t: Tables) -> Member:
            member = _active(t, chat_id)
            sections = member.sections ^ {section}
            if not sections:
                raise Refusal("member/one_section_at_least")
            t.members.set_sections(chat_id, sections)
            return replace(member, sections=sections)

        return await self._database.write(work)

    async def pause(self, chat_id: int, until: date | None) -> Member:
        """Hold deliveries until a date, or give with None what was held; alerts come anyway."""
        now, today = self._clock.now(), self._today()
        if until is not None and not today < until <= today + LONGEST_PAUSE:
            raise Refusal("member/pause_date_wrong")

        def work(t: Tables) -> Member:
            member = _active(t, chat_id)
            t.members.set_paused_until(chat_id, until)
            t.forms.remove(chat_id, chat_id)
            return self._move_copies(t, replace(member, paused_until=until), now)

        return await self._database.write(work)

    async def ask_pause_day(self, chat_id: int) -> None:
        """Remember that a member's next message is the day until which to pause."""
        expires_at = self._clock.now() + PAUSE_ASKED_FOR

        def work(t: Tables) -> None:
            _active(t, chat_id)
            t.forms.set(chat_id, chat_id, Form(_PAUSE_DAY, 0), expires_at)

        await self._database.write(work)

    async def awaits_pause_day(self, chat_id: int) -> bool:
        """Return whether a member was asked for a day and has not written it yet."""
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, chat_id, now))
        return form is not None and form.kind == _PAUSE_DAY

    async def stop_asking(self, chat_id: int) -> Member:
        """Forget that a day was asked for."""

        def work(t: Tables) -> Member:
            t.forms.remove(chat_id, chat_id)
            return _active(t, chat_id)

        return await self._database.write(work)

    async def set_quiet(self, chat_id: int, quiet: QuietHours | None) -> Member:
        """Choose the hours in which nothing but alerts arrives, or none with None."""
        now = self._clock.now()

        def work(t: Tables) -> Member:
            member = _active(t, chat_id)
            t.members.set_quiet(chat_id, quiet)
            return self._move_copies(t, replace(member, quiet=quiet), now)

        return await self._database.write(work)

    async def set_alerts(self, chat_id: int, *, wants: bool) -> Member:
        """Say yes or no to alerts; without a yes none is sent."""

        def work(t: Tables) -> Member:
            member = _active(t, chat_id)
            t.members.set_wants_alerts(chat_id, wants=wants)
            return replace(member, wants_alerts=wants)

        return await self._database.write(work)

    async def set_zone(self, chat_id: int, zone: ZoneInfo | None) -> Member:
        """Show times in a zone of the member's own, too, or in the coalition's only."""

        def work(t: Tables) -> Member:
            member = _active(t, chat_id)
            t.members.set_zone(chat_id, zone)
            return replace(member, zone=zone)

        return await self._database.write(work)

    async def zone_of(self, chat_id: int) -> ZoneInfo | None:
        """Return the zone that a member chose, None for anybody else."""
        return await self._database.read(lambda t: t.members.zone_of(chat_id))

    async def toggle_workgroup(self, chat_id: int, workgroup: Workgroup) -> Member:
        """Say that one belongs to a workgroup, or no longer does."""

        def work(t: Tables) -> Member:
            member = _active(t, chat_id)
            workgroups = member.workgroups ^ {workgroup}
            t.members.set_workgroups(chat_id, workgroups)
            return replace(member, workgroups=workgroups)

        return await self._database.write(work)

    async def send_current_edition(self, chat_id: int) -> Copy:
        """Give a member who came late this week's edition, once."""
        now = self._clock.now()

        def work(t: Tables) -> Copy:
            member = _active(t, chat_id)
            edition = _current(t, now)
            if edition is None:
                return Copy.NONE
            if t.copies.has(edition.broadcast_id, chat_id):
                return Copy.KNOWN
            due_at = max(now, edition.starts_at or now)
            added = t.copies.add_late(edition.broadcast_id, chat_id, _variant(member), due_at)
            return Copy.COMES if added else Copy.NONE

        return await self._database.write(work)

    def pause_dates(self) -> dict[str, date]:
        """Return the dates that the pause buttons offer, by label."""
        today = self._today()
        days = {"pause_1_week": 7, "pause_2_weeks": 14, "pause_1_month": 30, "pause_3_months": 91}
        return {label: today + timedelta(days=n) for label, n in days.items()}

    def returns_at(self, member: Member) -> datetime | None:
        """Return when what a pause holds arrives; None for whoever has no pause."""
        if not self.is_paused(member):
            return None
        now = self._clock.now()
        return copy_time(now, member.paused_until, member.quiet, self._zone)[0]

    def is_paused(self, member: Member) -> bool:
        """Return whether a member's deliveries are on hold today."""
        return member.paused_until is not None and member.paused_until > self._today()

    def _move_copies(self, t: Tables, member: Member, now: datetime) -> Member:
        """Give a member's waiting copies the time that their choices ask for now."""
        due_at, held = copy_time(now, member.paused_until, member.quiet, self._zone)
        t.copies.hold_chat(member.chat_id, due_at, held)
        return member

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()


def _active(t: Tables, chat_id: int) -> Member:
    member = t.members.find(chat_id)
    if member is None or member.state is not MemberState.ACTIVE:
        raise Refusal("member/not_a_member")
    return member


def _waits(t: Tables, member: Member, now: datetime) -> bool:
    """Return whether this week's edition has something for a member who has not got it."""
    edition = _current(t, now)
    if edition is None or t.copies.has(edition.broadcast_id, member.chat_id):
        return False
    return t.renditions.has(edition.broadcast_id, _variant(member))


def _current(t: Tables, now: datetime) -> Broadcast | None:
    """Return the edition that somebody who joins now should still get."""
    return t.broadcasts.find_latest_sent(BroadcastKind.EDITION, now - CURRENT_FOR)


def _variant(member: Member) -> str:
    return f"{member.language}:{sections_text(member.sections)}"
