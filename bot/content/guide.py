"""The guided overdose help: screens that follow from the card, each with its buttons.

A button carries all that is needed to answer it, so that it works after any restart:
"overdose:begin:SCREEN:LANGUAGE" below the card, which stays; "overdose:go:…" inside the guide,
where the screen changes in place; "overdose:say:…" for the other language.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ConfigDict

from bot.content.files import merged_entries, parse
from bot.content.renderer import Words
from bot.content.sources import Sources
from bot.models import Button, Content, Keyboard, Language

BREATHS = 12  # a minute, one every five seconds


class Screen(StrEnum):
    """The steps of the guide; the names are those of guide.yaml."""

    GIVEN = "given"  # naloxone was given: the timer runs
    AGAIN = "again"  # no better: another dose, the timer runs again
    ASK = "ask"  # what the timer asks
    SIDE = "side"  # breathing: on their side
    WOKE = "woke"
    NONE = "none"  # no naloxone here
    BREATHE = "breathe"  # one breath every five seconds, for a minute
    REST = "rest"  # after that minute
    OVER = "over"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A screen as guide.yaml writes it."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    template: str
    sources: tuple[str, ...]
    checked_on: date


Row = tuple[str, Screen, str]  # label, where it leads, colour

_SHOW: Row = ("show_breaths", Screen.BREATHE, "primary")
_GIVEN: Row = ("gave_naloxone", Screen.GIVEN, "primary")
_SIDE: Row = ("they_breathe", Screen.SIDE, "success")
_WOKE: Row = ("woke_up", Screen.WOKE, "")
_WORSE: Row = ("bad_again", Screen.AGAIN, "danger")
_OVER: Row = ("this_is_over", Screen.OVER, "")

_ASLEEP: Row = ("stays_asleep", Screen.SIDE, "")

_CARD: tuple[Row, ...] = (
    ("no_naloxone", Screen.NONE, "danger"),
    _GIVEN,
    ("show_breaths", Screen.BREATHE, ""),
    _ASLEEP,
    _WOKE,
)
_ROWS: dict[Screen, tuple[Row, ...]] = {
    Screen.GIVEN: (_SHOW, _SIDE, _WOKE, _OVER),
    Screen.AGAIN: (_SHOW, _SIDE, _WOKE, _OVER),
    Screen.ASK: (
        ("not_better", Screen.AGAIN, "danger"),
        ("yes_better", Screen.SIDE, "success"),
        _WOKE,
        ("show_breaths", Screen.BREATHE, ""),
        _OVER,
    ),
    Screen.SIDE: (_WORSE, _WOKE, _OVER),
    Screen.WOKE: (_WORSE, _ASLEEP, _OVER),
    Screen.NONE: (_SHOW, _GIVEN, _SIDE, _WOKE, _OVER),
    Screen.BREATHE: (_SIDE, _GIVEN, ("stop_breaths", Screen.REST, "")),
    Screen.REST: (("show_breaths_again", Screen.BREATHE, "primary"), _GIVEN, _SIDE, _WOKE, _OVER),
    Screen.OVER: (),
}


class Guide:
    """The screens in both languages, as messages ready to leave."""

    def __init__(self, words: Words, sources: Sources, content_dir: Path | None = None) -> None:
        self._words = words
        entries = {
            Screen(key): parse(_Entry, entry, f"guide.yaml, {key}")
            for key, entry in merged_entries("guide.yaml", content_dir)
        }
        self._entries = {
            screen: (
                entries[screen].template,
                sources.get_all(entries[screen].sources, f"guide.yaml, {screen}"),
                entries[screen].checked_on,
            )
            for screen in Screen
        }
        self._breaths = {
            (language, breath): self._content(
                Screen.BREATHE, language, breath=breath, breaths=BREATHS
            )
            for language in Language
            for breath in range(BREATHS + 1)
        }
        self._try_all()

    def screen(self, screen: Screen, language: Language) -> Content:
        """Return a screen that says the same at any time."""
        return self._content(screen, language)

    def breath(self, number: int, language: Language) -> Content:
        """Return the message that paces breaths: 0 before the first one, then its number."""
        return self._breaths[language, number]

    def waiting(
        self,
        screen: Screen,
        language: Language,
        zone: ZoneInfo,
        asks_at: datetime | None,
        *,
        stored: bool,
    ) -> Content:
        """Return GIVEN or AGAIN: what to do until the timer asks, and when that will be."""
        return self._content(screen, language, zone=zone, asks_at=asks_at, stored=stored)

    def ask(
        self, language: Language, zone: ZoneInfo, since: datetime, now: datetime, *, late: bool
    ) -> Content:
        """Return what the timer asks; since is what it counts from."""
        minutes = int((now - since).total_seconds() // 60)
        return self._content(
            Screen.ASK,
            language,
            f":{int(since.timestamp())}",
            zone=zone,
            since=since,
            minutes=minutes,
            late=late,
        )

    def over(self, language: Language, *, removed: bool) -> Content:
        """Return the end; removed says whether nothing is kept any more."""
        return self._content(Screen.OVER, language, removed=removed)

    def card_rows(self, language: Language) -> Keyboard:
        """Return the buttons by which the overdose card leads into the guide."""
        return self._keyboard(_CARD, "begin", language)

    def _content(
        self, screen: Screen, language: Language, switch_with: str = "", **values: object
    ) -> Content:
        template, sources, checked_on = self._entries[screen]
        html = self._words.render(
            template, language, sources=sources, checked_on=checked_on, **values
        )
        steps = Button(
            self._words.label("overdose_steps", language),
            data=f"overdose:card:opioid:{language}",
            style="danger" if screen is Screen.OVER else "",
        )
        switch = Button(
            self._words.label("switch_language", language),
            data=f"overdose:say:{screen}:{language.other}{switch_with}",
        )
        rows = self._keyboard(_ROWS[screen], "go", language)
        return Content(html, keyboard=(*rows, (steps,), (switch,)))

    def _keyboard(self, rows: tuple[Row, ...], verb: str, language: Language) -> Keyboard:
        return tuple(
            (
                Button(
                    self._words.label(label, language),
                    data=f"overdose:{verb}:{screen}:{language}",
                    style=style,
                ),
            )
            for label, screen, style in rows
        )

    def _try_all(self) -> None:
        """Render each screen once: a mistake stops the start, and no file is needed later."""
        zone, now = ZoneInfo("UTC"), datetime(2026, 1, 1, tzinfo=UTC)
        for language in Language:
            for screen in (Screen.SIDE, Screen.WOKE, Screen.NONE, Screen.REST):
                self.screen(screen, language)
            for screen in (Screen.GIVEN, Screen.AGAIN):
                self.waiting(screen, language, zone, now, stored=False)
            self.ask(language, zone, now, now, late=True)
            self.over(language, removed=True)
