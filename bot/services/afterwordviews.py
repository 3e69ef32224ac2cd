"""Afterword views: whom a message to those who came reaches, and exactly what leaves."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.content.renderer import Words
from bot.models import Content, Language, MemberState
from bot.models.events import Attendance, Occurrence, Standing
from bot.models.records import Afterword
from bot.services.holding import copy_time
from bot.storage import contents
from bot.storage.tables import Tables

LATEST = timedelta(days=7)  # whose pause ends later does not get it


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an afterword reaches: numbers only."""

    languages: Mapping[Language, int]
    later: int = 0  # of them when their quiet hours or their pause end
    paused: int = 0  # not reached: their pause lasts too long

    @property
    def people(self) -> int:
        """Return how many get it."""
        return sum(self.languages.values())


@dataclass(frozen=True, slots=True)
class View:
    """An afterword as staff see it before and after it leaves."""

    occurrence: Occurrence
    afterword: Afterword | None
    reach: Reach
    messages: Mapping[Language, Content]  # exactly as they leave, in the languages that are read
    digest: str  # of what was looked at
    can_undo: bool = False  # it is on its way, but nothing has left yet
    asked_other: bool = False  # a second person was asked to approve


class AfterwordViews:
    """Looks at afterwords; what is shown and what leaves come from the same place."""

    def __init__(self, words: Words, zone: ZoneInfo, undo: timedelta) -> None:
        self._words = words
        self._zone = zone
        self.undo = undo

    def of(self, t: Tables, occurrence: Occurrence, now: datetime) -> View:
        """Return what was written about a date, who would get it, and exactly what leaves."""
        afterword = t.afterwords.find(occurrence.event.event_id, occurrence.on)
        found = list(self.recipients(t, occurrence, now))
        languages = Counter(each.language for each, due_at in found if due_at is not None)
        later = sum(due_at is not None and due_at > now for _, due_at in found)
        paused = sum(due_at is None for _, due_at in found)
        messages = {
            language: self._message(occurrence, afterword, language)
            for language in Language
            if afterword is not None and languages[language]
        }
        return View(
            occurrence,
            afterword,
            Reach({each: languages[each] for each in Language if languages[each]}, later, paused),
            messages,
            _digest(afterword),
            can_undo=bool(afterword and afterword.sent_at and now < afterword.sent_at + self.undo),
        )

    def recipients(
        self, t: Tables, occurrence: Occurrence, now: datetime
    ) -> Iterator[tuple[Attendance, datetime | None]]:
        """Yield who came, with when their copy may leave; None: their pause lasts too long."""
        for each in t.attendances.list_of_date(occurrence.event.event_id, occurrence.on):
            member = t.members.find(each.chat_id)
            if each.standing is not Standing.COMING or (
                member is not None and member.state is MemberState.UNREACHABLE
            ):
                continue
            due_at = now
            if member is not None and member.state is MemberState.ACTIVE:
                due_at, _ = copy_time(now, member.paused_until, member.quiet, self._zone)
            yield each, due_at if due_at <= now + LATEST else None

    def _message(
        self, occurrence: Occurrence, afterword: Afterword, language: Language
    ) -> Content:
        content = afterword.in_language(language)
        is_foreign = afterword.translation is None and language is not afterword.language
        html = self._words.render(
            "public/event_afterword",
            language,
            occurrence=occurrence,
            html=content.html,
            other_language=is_foreign,
        )
        return Content(html, content.attachment)


def _digest(afterword: Afterword | None) -> str:
    if afterword is None:
        return ""
    both = (afterword.content, afterword.translation)
    texts = [contents.to_json(each) if each else "" for each in both]
    text = "\n".join((afterword.language, *texts))
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
