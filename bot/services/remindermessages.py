"""Messages of reminders: what they say, and what people are told of a change."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.content.renderer import Words
from bot.models import Button, Content, Keyboard, Language
from bot.models.events import Occurrence
from bot.services import occurrences
from bot.storage.tables import Tables

LATE_AFTER = timedelta(minutes=3)  # later than that says so
SNOOZES = (10, 60)  # minutes

_Reader = tuple[Language, ZoneInfo | None]  # what messages about one date differ by


class Reminding:
    """The words of reminders within one transaction, each made once."""

    def __init__(self, t: Tables, words: Words, now: datetime) -> None:
        self._t = t
        self._words = words
        self._now = now
        self._found: dict[tuple[int, date], Occurrence | None] = {}
        self._made: dict[tuple[int, date, _Reader, bool], Content] = {}

    def of(
        self, event_id: int, on: date, language: Language, chat_id: int, due_at: datetime
    ) -> Content | None:
        """Return what a reminder says now; None if it would help nobody any more."""
        if (event_id, on) not in self._found:
            self._found[event_id, on] = occurrences.find(self._t, event_id, on)
        occurrence = self._found[event_id, on]
        if occurrence is None or occurrence.is_cancelled or occurrence.ends_at <= self._now:
            return None
        late = self._now - due_at > LATE_AFTER
        reader = (language, self._t.members.zone_of(chat_id))
        key = (event_id, on, reader, late)
        if key not in self._made:
            self._made[key] = self._content(occurrence, reader, late=late)
        return self._made[key]

    def _content(self, occurrence: Occurrence, reader: _Reader, *, late: bool) -> Content:
        language, own_zone = reader
        html = self._words.render(
            "public/reminder",
            language,
            occurrence=occurrence,
            late=late,
            has_begun=occurrence.starts_at <= self._now,
            own_zone=own_zone,
        )
        return Content(html, keyboard=self._buttons(occurrence, language))

    def _buttons(self, occurrence: Occurrence, language: Language) -> Keyboard:
        where = f"{occurrence.event.event_id}:{occurrence.on}"
        snoozes = tuple(
            Button(
                self._words.label(f"snooze_{minutes}", language),
                data=f"remind:snooze:{where}:{minutes}",
            )
            for minutes in SNOOZES
            if self._now + timedelta(minutes=minutes) < occurrence.starts_at
        )
        look = Button(self._words.label("event_look", language), data=f"events:look:{where}")
        off = Button(self._words.label("reminder_off", language), data=f"remind:off:{where}")
        return (*((snoozes,) if snoozes else ()), (look, off))


class Telling:
    """The words of the news of one date within one transaction, each made once."""

    def __init__(self, t: Tables, words: Words, occurrence: Occurrence, news: str) -> None:
        self._t = t
        self._words = words
        self._occurrence = occurrence
        self._news = news
        self._made: dict[_Reader, Content] = {}

    def to(self, chat_id: int, language: Language) -> Content:
        """Return what somebody is told."""
        reader = (language, self._t.members.zone_of(chat_id))
        if reader not in self._made:
            self._made[reader] = self._content(*reader)
        return self._made[reader]

    def _content(self, language: Language, own_zone: ZoneInfo | None) -> Content:
        html = self._words.render(
            "public/event_news",
            language,
            occurrence=self._occurrence,
            news=self._news,
            own_zone=own_zone,
        )
        where = f"{self._occurrence.event.event_id}:{self._occurrence.on}"
        renew = self._words.label("event_calendar_renew", language)
        look = self._words.label("event_look", language)
        buttons = (
            (Button(renew, data=f"events:file:{where}"),),
            (Button(look, data=f"events:look:{where}"),),
        )
        return Content(html, keyboard=buttons)
