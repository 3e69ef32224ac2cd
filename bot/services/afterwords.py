"""Afterwords: staff write once to those who said that they come to a date, after it is over.

Staff see exactly what leaves, and how many get it, before they approve it. Each person gets one
message at most: there is one per date, and its rows of the outbox are keyed by the attendance.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from bot.clock import Clock
from bot.content.telegram_html import visible_length
from bot.errors import Refusal
from bot.models import Content, Lane, Language, Media
from bot.models.events import Attendance, Occurrence
from bot.models.records import Afterword
from bot.services import recordlog
from bot.services.afterwordviews import AfterwordViews, View
from bot.services.headcounts import over, where
from bot.services.items import FORM_OPEN_FOR
from bot.services.staff import Staff
from bot.storage.database import Database
from bot.storage.deliveries import NewDelivery
from bot.storage.forms import Form
from bot.storage.tables import Tables

LONGEST_TEXT = 3500  # visible characters: the event and the small print stand around it
LONGEST_CAPTION = 700
TEXT, VERSION = "afterword", "afterword-version"  # what the next message of staff is

# What a text of staff makes of an afterword that is there, or of none.
Change = Callable[[Afterword | None], Afterword]


class Afterwords:
    """Takes a text, shows it, and hands it to the outbox once it is approved."""

    def __init__(
        self,
        database: Database,
        views: AfterwordViews,
        staff: Staff,
        clock: Clock,
        *,
        two_person: bool,
    ) -> None:
        self._database = database
        self._views = views
        self._staff = staff
        self._clock = clock
        self._two_person = two_person

    async def look(self, event_id: int, on: date) -> View:
        """Return what was written, who would get it, and exactly what leaves."""
        now = self._clock.now()
        return await self._database.read(
            lambda t: self._views.of(t, over(t, event_id, on, now), now)
        )

    # ------------------------------------------------------------------ writing

    async def ask(self, chat_id: int, person_id: int, kind: str, event_id: int, on: date) -> View:
        """Remember that the person's next message is the text, or its other language."""
        now = self._clock.now()

        def work(t: Tables) -> View:
            view = self._views.of(t, over(t, event_id, on, now), now)
            _require_open(view)
            t.forms.set(chat_id, person_id, Form(f"{kind}:{on}", event_id), now + FORM_OPEN_FOR)
            return view

        return await self._database.write(work)

    async def is_asked(self, chat_id: int, person_id: int) -> bool:
        """Return whether a text was asked for."""
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))
        return form is not None and form.kind.partition(":")[0] in (TEXT, VERSION)

    async def answer(
        self, chat_id: int, person_id: int, content: Content, language: Language
    ) -> View | None:
        """Take the text that was asked for and close the form; None if none was.

        What cannot be sent leaves the form open.
        """
        now = self._clock.now()
        _check(content)

        def work(t: Tables) -> View | None:
            form = t.forms.find(chat_id, person_id, now)
            kind, _, day = form.kind.partition(":") if form else ("", "", "")
            if form is None or kind not in (TEXT, VERSION):
                return None
            occurrence = over(t, form.object_id, date.fromisoformat(day), now)
            t.forms.remove(chat_id, person_id)
            change = _version(content) if kind == VERSION else _text(occurrence, content, language)
            return self._keep(t, occurrence, person_id, change, now)

        return await self._database.write(work)

    async def take(
        self, event_id: int, on: date, person_id: int, content: Content, language: Language
    ) -> View:
        """Take a message that is there already as the text."""
        now = self._clock.now()
        _check(content)

        def work(t: Tables) -> View:
            occurrence = over(t, event_id, on, now)
            change = _text(occurrence, content, language)
            return self._keep(t, occurrence, person_id, change, now)

        return await self._database.write(work)

    async def swap(self, event_id: int, on: date, person_id: int) -> View:
        """Say that the text is in the other language."""
        now = self._clock.now()

        def change(known: Afterword | None) -> Afterword:
            if known is None:
                raise Refusal("staff/afterword_changed")
            return replace(known, language=known.language.other)

        return await self._database.write(
            lambda t: self._keep(t, over(t, event_id, on, now), person_id, change, now)
        )

    async def drop(self, event_id: int, on: date) -> None:
        """Throw away what was written and has not left."""
        await self._database.write(lambda t: t.afterwords.remove(event_id, on))

    def _keep(
        self, t: Tables, occurrence: Occurrence, person_id: int, change: Change, now: datetime
    ) -> View:
        event_id, on = occurrence.event.event_id, occurrence.on
        _require_open(self._views.of(t, occurrence, now))
        t.afterwords.put(change(t.afterwords.find(event_id, on)), person_id, now)
        return self._views.of(t, occurrence, now)

    # ------------------------------------------------------------------ sending

    async def send(self, event_id: int, on: date, digest: str, person_id: int) -> View:
        """Hand it to the outbox, once; raise Refusal if it is not what was looked at.

        With two-person approval a second person is asked first.
        """
        now = self._clock.now()

        def work(t: Tables) -> View:
            occurrence = over(t, event_id, on, now)
            view = self._views.of(t, occurrence, now)
            _require_open(view)
            if view.afterword is None or view.digest != digest:
                raise Refusal("staff/afterword_changed")
            if self._two_person and t.afterwords.is_author(event_id, on, person_id):
                self._ask_another(t, view, now)
                return replace(view, asked_other=True)
            t.afterwords.mark_sent(event_id, on, now)
            first_at = now + self._views.undo
            for each, due_at in self._views.recipients(t, occurrence, now):
                if due_at is not None:
                    content = view.messages[each.language]
                    _write(t, each, content, max(due_at, first_at))
            recordlog.log_afterword(t, event_id, str(on), view.reach.people, person_id, now)
            return self._views.of(t, occurrence, now)

        return await self._database.write(work)

    async def unsend(self, event_id: int, on: date, person_id: int) -> View:
        """Take it back before anything of it leaves; raise Refusal if it is too late."""
        now = self._clock.now()

        def work(t: Tables) -> View:
            occurrence = over(t, event_id, on, now)
            if not self._views.of(t, occurrence, now).can_undo:
                raise Refusal("staff/afterword_sent_already")
            t.afterwords.mark_unsent(event_id, on)
            recordlog.unlog_afterword(t, event_id, str(on), person_id, now)
            return self._views.of(t, occurrence, now)

        return await self._database.write(work)

    def _ask_another(self, t: Tables, view: View, now: datetime) -> None:
        named = where(view.occurrence)
        html = self._staff.render("staff/afterword_second", occurrence=view.occurrence)
        look = self._staff.button("blast_look", f"after:look:{named}", "primary")
        self._staff.tell(t, f"afterword-ask:{named}:{view.digest}", html, ((look,),), now=now)


def _text(occurrence: Occurrence, content: Content, language: Language) -> Change:
    """Return what a new text makes of what is there; its other language stays if it can."""

    def change(known: Afterword | None) -> Afterword:
        if known is not None and known.language is language:
            return replace(known, content=content)
        return Afterword(occurrence.event.event_id, occurrence.on, language, content)

    return change


def _version(content: Content) -> Change:
    """Return what a text in the other language makes of what is there."""

    def change(known: Afterword | None) -> Afterword:
        if known is None:
            raise Refusal("staff/afterword_changed")
        return replace(known, translation=content)

    return change


def _write(t: Tables, attendance: Attendance, content: Content, due_at: datetime) -> None:
    key = f"afterword:{attendance.event_id}:{attendance.on}:{attendance.attendance_id}"
    t.deliveries.add(
        NewDelivery(attendance.chat_id, content, Lane.NOTICE, due_at, key=key, forget=True)
    )


def _require_open(view: View) -> None:
    """Raise Refusal for a date about which a message has left, or that nobody came to."""
    if view.afterword is not None and view.afterword.sent_at is not None:
        raise Refusal("staff/afterword_sent_already")
    if not view.reach.people:
        raise Refusal("staff/afterword_nobody", paused=view.reach.paused)


def _check(content: Content) -> None:
    """Raise Refusal for what cannot carry a title and small print, or is too long for them."""
    if not content.has_words or not isinstance(content.attachment, Media | None):
        raise Refusal("staff/afterword_kind")
    limit = LONGEST_TEXT if content.attachment is None else LONGEST_CAPTION
    length = visible_length(content.html)
    if length > limit:
        raise Refusal("staff/announcement_too_long", length=length, limit=limit)
