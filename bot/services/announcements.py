"""Announcements and alerts: staff write them, translate them, say when and for how long."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.clock import Clock
from bot.content.moments import read_day, read_moment
from bot.content.telegram_html import visible_length, visible_text
from bot.errors import Refusal
from bot.models import Broadcast, BroadcastKind, BroadcastState, Content, Draft, Language
from bot.services.broadcasts import Broadcasts, get
from bot.services.items import FORM_OPEN_FOR
from bot.services.overview import Changed, Overview
from bot.storage.database import Database
from bot.storage.forms import Form
from bot.storage.tables import Tables

# Visible characters: room is left for a note of the language and for the marker of a test.
LONGEST_TEXT = 3900
LONGEST_CAPTION = 950  # Telegram takes 1,024 below a photo or a file
LONGEST_ALERT = 3000  # an area, a source and an end stand around it
LONGEST_WORDS = 100  # an area or a source
LONGEST_ALERT_LIFE = timedelta(days=30)
WRITTEN_KINDS = (BroadcastKind.ANNOUNCEMENT, BroadcastKind.ALERT)


class Asked(StrEnum):
    """What the next message of a member of staff is."""

    TEXT = "draft-text"
    VERSION = "draft-version"  # in the other language
    JOINED = "draft-joined"
    AREA = "alert-area"
    SOURCE = "alert-source"
    END = "alert-end"


@dataclass(frozen=True, slots=True)
class Written:
    """A message of staff, and the album that it is one of."""

    content: Content
    album: str | None = None


class Announcements:
    """Decides and stores what staff write for members, at any time."""

    def __init__(self, database: Database, broadcasts: Broadcasts, clock: Clock) -> None:
        self._database = database
        self._broadcasts = broadcasts
        self._clock = clock
        self._zone = broadcasts.schedule.zone

    async def create(
        self,
        update_id: int,
        author_id: int,
        language: Language,
        written: Written,
        kind: BroadcastKind,
    ) -> Overview:
        """Keep a new draft; the same update gives the same one."""
        _check(written.content, kind)
        now = self._clock.now()

        def work(t: Tables) -> int:
            known = t.drafts.find_by_update(update_id)
            if known is not None:
                return known.broadcast_id
            urgent = kind is BroadcastKind.ALERT
            new = t.broadcasts.add(kind, None, None, now, author_id=author_id, urgent=urgent)
            number = new.broadcast_id
            t.drafts.add(Draft(number, language, written.content, written.album), update_id)
            return number

        return await self._broadcasts.overview(await self._database.write(work))

    async def list_open(self) -> list[Broadcast]:
        """Return what is written and has not started, oldest first."""
        states = (BroadcastState.DRAFT, BroadcastState.APPROVED)
        return await self._database.read(
            lambda t: [b for b in t.broadcasts.list_in(*states) if b.kind in WRITTEN_KINDS]
        )

    async def keep_album(self, album: str, message_id: int, content: Content) -> None:
        """Keep one file of an album that staff sent: an announcement may be made of it."""
        now = self._clock.now()
        await self._database.write(lambda t: t.albums.add(album, message_id, content, now))

    async def is_later_of_album(self, album: str, message_id: int, *, words: bool = False) -> bool:
        """Return whether another file of the same album came before, or words: one with words."""
        return await self._database.read(
            lambda t: t.albums.is_later(album, message_id, words=words)
        )

    # ------------------------------------------------------------------ changing

    async def swap_language(self, broadcast_id: int, person_id: int) -> Changed:
        """Say that the message is in the other language."""

        def swap(t: Tables, draft: Draft) -> None:
            t.drafts.set_language(broadcast_id, draft.language.other)

        return await self._change(broadcast_id, person_id, swap)

    async def make_alert(self, broadcast_id: int, person_id: int) -> Changed:
        """Turn an announcement into an alert."""

        def turn(t: Tables, draft: Draft) -> None:
            for content in (draft.content, draft.translation):
                if content is not None:
                    _check(content, BroadcastKind.ALERT)
            t.broadcasts.make_alert(broadcast_id)

        return await self._change(broadcast_id, person_id, turn)

    async def set_end(self, broadcast_id: int, person_id: int, hours: int) -> Changed:
        """Let an alert hold so many hours, from its start on if that is planned."""
        now = self._clock.now()

        def set_end(t: Tables, _: Draft) -> None:
            start = get(t, broadcast_id).slot_at or now
            t.broadcasts.set_expires_at(broadcast_id, max(start, now) + timedelta(hours=hours))

        return await self._change(broadcast_id, person_id, set_end)

    # ------------------------------------------------------------------ forms

    async def ask(self, chat_id: int, person_id: int, asked: Asked, broadcast_id: int) -> Draft:
        """Remember what the person's next message is."""
        expires_at = self._clock.now() + FORM_OPEN_FOR

        def work(t: Tables) -> Draft:
            draft = _draft(t, broadcast_id)
            t.forms.set(chat_id, person_id, Form(asked, broadcast_id), expires_at)
            return draft

        return await self._database.write(work)

    async def find_asked(self, chat_id: int, person_id: int) -> Asked | None:
        """Return what was asked for, or None."""
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))
        return Asked(form.kind) if form and form.kind in set(Asked) else None

    async def answer(
        self, chat_id: int, person_id: int, written: Written, language: Language
    ) -> Changed | None:
        """Take what was asked for and close the form; None if nothing was asked.

        What cannot be taken leaves the form open; a draft that is gone closes it.
        """
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))
        if form is None or form.kind not in set(Asked):
            return None
        number = form.object_id
        kind = (await self._broadcasts.overview(number)).broadcast.kind
        take = self._taking(Asked(form.kind), kind, written, language)

        def change(t: Tables, draft: Draft) -> None:
            take(t, draft)
            t.forms.remove(chat_id, person_id)

        try:
            return await self._change(number, person_id, change)
        except Refusal:
            await self.close_form(chat_id, person_id)
            raise

    async def close_form(self, chat_id: int, person_id: int) -> None:
        """Forget what was asked."""
        await self._database.write(lambda t: t.forms.remove(chat_id, person_id))

    def _taking(
        self, asked: Asked, kind: BroadcastKind, written: Written, language: Language
    ) -> Callable[[Tables, Draft], None]:
        """Return what an answer changes; raise Refusal if it is no answer to what was asked."""
        content, album = written.content, written.album
        text = visible_text(content.html).strip()
        match asked:
            case Asked.TEXT:
                _check(content, kind)
                return lambda t, d: t.drafts.set_content(d.broadcast_id, content, album)
            case Asked.VERSION:
                _check(content, kind)
                return lambda t, d: t.drafts.set_translation(d.broadcast_id, content, album)
            case Asked.END:
                end = self._future(text, language)
                if end > self._clock.now() + LONGEST_ALERT_LIFE:
                    raise Refusal("staff/alert_too_long")
                return lambda t, d: t.broadcasts.set_expires_at(d.broadcast_id, end)
            case Asked.JOINED:
                return self._taking_joined(text, language)
            case Asked.AREA | Asked.SOURCE:
                return _taking_words(asked, text)

    def _taking_joined(self, text: str, language: Language) -> Callable[[Tables, Draft], None]:
        day = read_day(text, self._clock.now(), self._zone, language, past=True)
        if day is None:
            raise Refusal("staff/day_unclear")

        def take(t: Tables, draft: Draft) -> None:
            number = draft.broadcast_id
            audience = get(t, number).audience
            t.broadcasts.set_audience(
                number, replace(audience, joined_from=day, joined_before=None)
            )

        return take

    def _future(self, text: str, language: Language) -> datetime:
        now = self._clock.now()
        at = read_moment(text, now, self._zone, language)
        if at is None:
            raise Refusal("staff/time_unclear")
        if at <= now:
            raise Refusal("staff/time_past", when=at, zone=self._zone)
        return at

    async def _change(
        self, broadcast_id: int, person_id: int, change: Callable[[Tables, Draft], None]
    ) -> Changed:
        return await self._broadcasts.change(
            broadcast_id, person_id, lambda t, _, __: change(t, _draft(t, broadcast_id))
        )


def _draft(t: Tables, broadcast_id: int) -> Draft:
    """Return the draft of an announcement or alert; raise Refusal if there is none."""
    draft = t.drafts.find(broadcast_id)
    if draft is None or get(t, broadcast_id).kind not in WRITTEN_KINDS:
        raise Refusal("staff/broadcast_gone")
    return draft


def _taking_words(asked: Asked, text: str) -> Callable[[Tables, Draft], None]:
    """Return what an alert's area or source changes."""
    if not text or len(text) > LONGEST_WORDS:
        raise Refusal("staff/alert_words", limit=LONGEST_WORDS)
    line = " ".join(text.split())

    def take(t: Tables, draft: Draft) -> None:
        area = line if asked is Asked.AREA else draft.area
        source = line if asked is Asked.SOURCE else draft.source
        t.drafts.set_alert(draft.broadcast_id, area=area, source=source)

    return take


def _check(content: Content, kind: BroadcastKind) -> None:
    """Raise Refusal for what cannot be sent as that kind."""
    length = visible_length(content.html)
    if kind is BroadcastKind.ALERT and content.attachment is not None:
        raise Refusal("staff/alert_text_only")
    if not length and content.attachment is None:
        raise Refusal("staff/announce_how")
    limit = LONGEST_CAPTION if content.attachment is not None else LONGEST_TEXT
    if kind is BroadcastKind.ALERT:
        limit = LONGEST_ALERT
    if length > limit:
        raise Refusal("staff/announcement_too_long", length=length, limit=limit)
