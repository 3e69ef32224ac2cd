"""Calendars of partners: looked at first, brought in whole by a second tap, and taken back.

The file stays with Telegram: what is kept is its id, a digest of its bytes and one of what it
would have done, so that what was shown is what happens, also after a restart.
"""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.icsread import read_calendar
from bot.content.icstext import LONGEST_NAME
from bot.content.sitetable import FileRefusedError
from bot.errors import Refusal
from bot.models.calendars import PartnerCalendar
from bot.models.events import EventState
from bot.models.sites import Rejected
from bot.services.attending import Attending
from bot.services.eventnews import EventNews
from bot.services.eventsteps import Deed, Step, Steps, chats_of, digest_of
from bot.services.eventtwins import State
from bot.services.eventwriter import EventWriter, state_of
from bot.services.reminders import Reminders
from bot.storage.database import Database
from bot.storage.eventimports import Before, EventFile, Version
from bot.storage.forms import Form
from bot.storage.tables import Tables

FORM_OPEN_FOR = timedelta(hours=1)
_FILE, _NAME = "calendar-file", "calendar-name"
_NAMELESS = {"", "calendar", "calendario", "events", "eventos", "my calendar", "untitled"}


@dataclass(frozen=True, slots=True)
class Look:
    """What a calendar would do."""

    number: int | None  # by which it is imported; None: it would change nothing
    name: str  # of the partner; empty: staff have to say it
    steps: tuple[Step, ...]
    rejected: tuple[Rejected, ...]
    left_out: tuple[Rejected, ...]
    floating: int

    def of(self, *deeds: Deed) -> list[Step]:
        """Return the steps that do this."""
        return [each for each in self.steps if each.deed in deeds]

    @property
    def asked(self) -> int:
        """Return how many chats are told, without those of what is missing."""
        return sum(each.asked for each in self.steps if each.deed.acts)

    @property
    def acts(self) -> bool:
        """Return whether anything happens, without what is missing."""
        return any(each.deed.acts for each in self.steps)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    number: int  # by which it is taken back
    look: Look


class EventImports:
    """Looks at calendars of partners and brings them in."""

    def __init__(
        self,
        database: Database,
        reminders: Reminders,
        attending: Attending,
        news: EventNews,
        clock: Clock,
    ) -> None:
        self._database = database
        self._writer = EventWriter(reminders, attending, news)
        self._clock = clock
        self._zone: ZoneInfo = news.zone

    # ------------------------------------------------------------------ forms

    async def ask(self, chat_id: int, person_id: int) -> None:
        """Remember that the person's next file is a calendar."""
        await self._open(chat_id, person_id, Form(_FILE, 0))

    async def ask_name(self, chat_id: int, person_id: int, number: int) -> None:
        """Remember that the person's next text is whose calendar a file is."""
        await self.file_id(number)
        await self._open(chat_id, person_id, Form(_NAME, number))

    async def _open(self, chat_id: int, person_id: int, form: Form) -> None:
        expires_at = self._clock.now() + FORM_OPEN_FOR
        await self._database.write(lambda t: t.forms.set(chat_id, person_id, form, expires_at))

    async def is_asked(self, chat_id: int, person_id: int) -> bool:
        """Return whether a calendar was asked for."""
        form = await self._form(chat_id, person_id)
        return form is not None and form.kind == _FILE

    async def named_file(self, chat_id: int, person_id: int) -> int | None:
        """Return the number of the file whose partner was asked for; None if none was."""
        form = await self._form(chat_id, person_id)
        return form.object_id if form is not None and form.kind == _NAME else None

    async def _form(self, chat_id: int, person_id: int) -> Form | None:
        now = self._clock.now()
        return await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))

    async def close_form(self, chat_id: int, person_id: int) -> None:
        """Forget what was asked."""
        await self._database.write(lambda t: t.forms.remove(chat_id, person_id))

    # ------------------------------------------------------------------ looking

    async def look(self, file_id: str, content: bytes) -> Look:
        """Return what a file would do; raise Refusal if it cannot be taken as a whole."""
        found = await self._read(content)
        name = "" if _is_nameless(found.name) else found.name
        now = self._clock.now()

        look = await self._database.read(lambda t: self._look(t, found, name, now))
        if all(each.after is None for each in look.steps):
            return look
        file = EventFile(file_id, _digest(content), name, digest_of(look.steps))
        number = await self._database.write(lambda t: t.eventimports.add_file(file, now))
        return replace(look, number=number)

    async def look_as(self, number: int, content: bytes, text: str) -> Look:
        """Return what a file would do as the calendar of a partner whose name is a text."""
        name = " ".join(text.split())
        if not name or len(name) > LONGEST_NAME or "@" in name:
            raise Refusal("staff/calendar_words", limit=LONGEST_NAME)
        found = await self._read_again(number, content)
        now = self._clock.now()

        look = await self._database.read(lambda t: self._look(t, found, name, now))
        plan = digest_of(look.steps)
        await self._database.write(lambda t: t.eventimports.set_look(number, name, plan))
        return replace(look, number=number)

    async def file_id(self, number: int) -> str:
        """Return Telegram's id of a file that was looked at; raise Refusal if it is gone."""
        return (await self._database.read(lambda t: _file(t, number))).file_id

    def _look(self, t: Tables, found: PartnerCalendar, name: str, now: datetime) -> Look:
        today = now.astimezone(self._zone).date()
        steps = Steps(t, name, today, now).of(found)
        return Look(
            None,
            name,
            tuple(steps),
            tuple(found.rejected),
            tuple(found.left_out),
            found.floating,
        )

    async def _read(self, content: bytes) -> PartnerCalendar:
        """Read a file beside the event loop; raise Refusal with the reason."""
        try:
            return await asyncio.to_thread(read_calendar, content, self._zone)
        except FileRefusedError as error:
            raise Refusal("staff/calendar_refused", reason=error.reason) from error

    async def _read_again(self, number: int, content: bytes) -> PartnerCalendar:
        file = await self._database.read(lambda t: _file(t, number))
        if _digest(content) != file.digest:
            raise Refusal("staff/calendar_stale")
        return await self._read(content)

    # ------------------------------------------------------------------ bringing in

    async def bring_in(self, number: int, content: bytes, *, missing: bool) -> Imported:
        """Import a file that was looked at, in one transaction; tell who asked to be reminded.

        missing: cancel what the partner's calendar had before and has no more.
        Raise Refusal if it was imported, or if it would not do any more what was shown.
        """
        found = await self._read_again(number, content)
        now = self._clock.now()

        def work(t: Tables) -> Imported:
            file = _file(t, number)
            if not file.name:
                raise Refusal("staff/calendar_words", limit=LONGEST_NAME)
            t.eventimports.remove_file(number)
            look = self._look(t, found, file.name, now)
            if digest_of(look.steps) != file.plan:
                raise Refusal("staff/calendar_stale")
            import_id = t.eventimports.begin(now)
            done = [s for s in look.steps if missing or s.deed is not Deed.MISSING]
            for step in done:
                self._do(t, import_id, step, now)
            return Imported(import_id, replace(look, steps=tuple(done)))

        return await self._database.write(work)

    def _do(self, t: Tables, import_id: int, step: Step, now: datetime) -> None:
        known, after, told = step.known, step.after, step.entry.told
        if step.deed is Deed.SAME and known is not None:
            today = now.astimezone(self._zone).date()
            t.events.set_imported(known.event.event_id, today)
        if after is None:
            return
        before = None
        if step.deed is Deed.ADD:
            stored = self._writer.add(t, known, after, now)
        else:
            before = _before(t, after.event.event_id)
            stored = self._writer.change(t, after, now)
        t.eventimports.put_told(stored.event_id, told)
        version = Version(stored.event_id, stored.revision, before)
        t.eventimports.keep(import_id, version)

    async def drop_note(self, event_id: int) -> None:
        """Take away the note of an event, until the partner writes another one."""
        now = self._clock.now()

        def work(t: Tables) -> None:
            state = state_of(t, event_id)
            self._writer.change(t, replace(state, event=replace(state.event, notes={})), now)

        await self._database.write(work)

    # ------------------------------------------------------------------ taking back

    async def undo(self, number: int) -> int:
        """Take an import back and return how many events that touched; tell who asked.

        Raise Refusal if it was taken back before, is too old, or an event changed since.
        """
        now = self._clock.now()

        def work(t: Tables) -> int:
            versions = t.eventimports.list_versions(number)
            if not versions or not t.eventimports.set_undone(number, now):
                raise Refusal("staff/calendar_not_undone")
            for version in versions:
                event = t.events.find(version.event_id)
                if event is None or event.revision != version.revision:
                    raise Refusal("staff/calendar_not_undone")
            for version in versions:
                self._undo(t, version, now)
            return len(versions)

        return await self._database.write(work)

    def _undo(self, t: Tables, version: Version, now: datetime) -> None:
        event_id, before = version.event_id, version.before
        if before is not None:
            changes = {each.on: each for each in before.changes}
            stored = self._writer.change(t, State(before.event, changes), now)
            t.eventimports.put_told(event_id, before.told)
            # The import before this one can be taken back next.
            t.eventimports.renumber(event_id, before.event.revision, stored.revision)
            return
        state = state_of(t, event_id)
        is_awaited = any(chats_of(t, event_id, now).values())
        cancelled = replace(state.event, state=EventState.CANCELLED)
        gone = self._writer.change(t, State(cancelled, state.changes), now)
        if is_awaited:  # they look for it, so it stays in the list, crossed out
            told = t.eventimports.find_told(event_id)
            t.eventimports.put_told(event_id, told and replace(told, cancelled=True))
            return
        t.events.update(replace(gone, state=EventState.REMOVED), now)
        t.eventimports.put_told(event_id, None)


def _file(t: Tables, number: int) -> EventFile:
    file = t.eventimports.find_file(number)
    if file is None:
        raise Refusal("staff/calendar_gone")
    return file


def _before(t: Tables, event_id: int) -> Before:
    state = state_of(t, event_id)
    told = t.eventimports.find_told(event_id)
    return Before(state.event, list(state.changes.values()), told)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _is_nameless(name: str) -> bool:
    """Return whether a calendar's name names no partner; an address would name a person."""
    return name.casefold() in _NAMELESS or "@" in name
