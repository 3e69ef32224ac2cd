"""The panel of a broadcast: how it stands and what staff can do with it, whatever its kind."""

from zoneinfo import ZoneInfo

from bot.content.renderer import Words
from bot.models import (
    Broadcast,
    BroadcastKind,
    BroadcastState,
    Button,
    Content,
    Keyboard,
    Language,
    Section,
)
from bot.services.announcements import WRITTEN_KINDS, Asked
from bot.services.overview import Overview

# What may be done in each state: label, verb, style.
_STEPS: dict[BroadcastState, tuple[tuple[str, str, str], ...]] = {
    BroadcastState.DRAFT: (("blast_approve", "approve", "success"), ("blast_send_now", "now", "")),
    BroadcastState.APPROVED: (
        ("blast_send", "now", "success"),
        ("blast_take_back", "take-back", ""),
    ),
    BroadcastState.SENDING: (
        ("blast_pause", "pause", "primary"),
        ("blast_stop", "stop", "danger"),
    ),
    BroadcastState.PAUSED: (
        ("blast_resume", "resume", "success"),
        ("blast_stop", "stop", "danger"),
    ),
    BroadcastState.SENT: (),
    BroadcastState.CANCELLED: (),
}
_UNDO = (("blast_undo", "undo", "danger"),)
ALL = (1 << len(Section)) - 1  # all sections, one bit each in their order
NO_CHOICE = ALL + 1  # of what does not depend on sections


class Panel:
    """Shows a broadcast to staff, in an answer or of the bot's own accord."""

    def __init__(self, words: Words, zone: ZoneInfo) -> None:
        self._words = words
        self._zone = zone

    def content(
        self, overview: Overview, language: Language, *, approval_voided: bool = False
    ) -> Content:
        """Return a broadcast with its buttons; approval_voided: a change took it back."""
        html = self._words.render(
            "staff/broadcast",
            language,
            overview=overview,
            broadcast=overview.broadcast,
            zone=self._zone,
            approval_voided=approval_voided,
        )
        return Content(html, keyboard=self.buttons(overview, language))

    def cut_off(self, overview: Overview, language: Language) -> Content:
        """Return the week's edition below its preview, when it is time to decide about it."""
        lead = self._words.render("staff/cut_off", language, items=len(overview.items))
        shown = self.content(overview, language)
        number = overview.broadcast.broadcast_id
        skip = Button(self._words.label("blast_skip", language), f"blast:skip:{number}")
        return Content(f"{lead}\n\n{shown.html}", keyboard=(*shown.keyboard, (skip,)))

    def question(self, template: str, broadcast: Broadcast, language: Language) -> Content:
        """Return a question about a broadcast whose time has come, with what staff can do."""
        number = broadcast.broadcast_id
        is_edition = broadcast.kind is BroadcastKind.EDITION
        steps = (
            ("blast_look", f"blast:show:{number}", "primary"),
            ("blast_send_now", f"blast:now:{number}", "success"),
            ("blast_move", f"draft:when:{number}", ""),
            ("blast_skip" if is_edition else "draft_throw_away", f"blast:skip:{number}", ""),
        )
        html = self._words.render(template, language, broadcast=broadcast, zone=self._zone)
        return Content(
            html,
            keyboard=tuple(
                (Button(self._words.label(key, language), data, style=style),)
                for key, data, style in steps
            ),
        )

    def buttons(self, overview: Overview, language: Language) -> Keyboard:
        """Return what may be done in the broadcast's state, the likely next step first."""
        return _Buttons(self._words, overview, language).rows()


class _Buttons:
    """The buttons of one broadcast in one language."""

    def __init__(self, words: Words, overview: Overview, language: Language) -> None:
        self._words = words
        self._overview = overview
        self._broadcast = overview.broadcast
        self._number = overview.broadcast.broadcast_id
        self._language = language

    def rows(self) -> Keyboard:
        """Return all rows."""
        overview, broadcast, number = self._overview, self._broadcast, self._number
        state = broadcast.state
        is_edition = broadcast.kind is BroadcastKind.EDITION
        steps = _UNDO if overview.undo_seconds else _STEPS[state]
        rows: Keyboard = tuple(
            (self._button(label, f"blast:{verb}:{number}", style),) for label, verb, style in steps
        )
        before_the_start = state in (BroadcastState.DRAFT, BroadcastState.APPROVED)
        can_look = before_the_start and bool(overview.items or overview.draft)
        if broadcast.kind.amends:
            return self._amendment(rows) + self._amend()
        if can_look:
            mask = ALL if is_edition else NO_CHOICE
            look = (
                self._button("blast_preview", f"blast:preview:{number}:{self._language}:{mask}"),
                self._button("blast_test", f"blast:test:{number}"),
            )
            rows = (look, *rows)
        if before_the_start and is_edition:
            move = self._button("blast_move", f"draft:when:{number}")
            items = self._button("staff_items", "item:list")
            last = (items, move) if state is BroadcastState.DRAFT else (move,)
            rows = (*rows, last) if can_look else (last,)
        elif before_the_start:
            changes = self._changes() if state is BroadcastState.DRAFT else ()
            throw_away = (self._button("draft_throw_away", f"blast:skip:{number}", "danger"),)
            rows = (*rows, *changes, throw_away)
        return rows + self._amend()

    def _amendment(self, rows: Keyboard) -> Keyboard:
        """Return what may be done with an edit, a correction or a recall before it goes out."""
        number = self._number
        if self._broadcast.state not in (BroadcastState.DRAFT, BroadcastState.APPROVED):
            return rows
        drop = (self._button("amend_drop", f"blast:skip:{number}", "danger"),)
        if not self._broadcast.has_content:
            return (*rows, drop)
        look = (
            self._button("blast_preview", f"amend:preview:{number}"),
            self._button("blast_test", f"blast:test:{number}"),
        )
        return (look, *rows, (self._button("amend_texts", f"amend:texts:{number}"),), drop)

    def _amend(self) -> Keyboard:
        """Return the way to amend what has gone out, here or, from an open edition, elsewhere."""
        overview, broadcast, state = self._overview, self._broadcast, self._broadcast.state
        if state in (BroadcastState.DRAFT, BroadcastState.APPROVED):
            is_edition = broadcast.kind is BroadcastKind.EDITION
            return ((self._button("amend_lately", "amend:list"),),) if is_edition else ()
        is_last = broadcast.kind in (BroadcastKind.EDIT, BroadcastKind.RECALL)
        if is_last or overview.undo_seconds or not (overview.tally.sent or overview.tally.left):
            return ()
        return ((self._button("amend", f"amend:show:{self._number}"),),)

    def _changes(self) -> Keyboard:
        """Return how a draft that staff wrote can be changed."""
        broadcast, draft = self._broadcast, self._overview.draft
        if broadcast.kind not in WRITTEN_KINDS or draft is None:
            return ()
        number = self._number
        other = self._words.language_name(draft.language.other, self._language)
        version = "draft_change_version" if draft.translation else "draft_add_version"
        rows: Keyboard = (
            (self._button(version, f"draft:ask:{number}:{Asked.VERSION}", name=other),),
            (
                self._button("draft_change", f"draft:ask:{number}:{Asked.TEXT}"),
                self._button("item_swap_language", f"draft:swap:{number}", name=other),
            ),
            (
                self._button("draft_who", f"draft:who:{number}"),
                self._button("draft_when", f"draft:when:{number}"),
            ),
        )
        if broadcast.kind is BroadcastKind.ALERT:
            alert = (
                self._button("alert_area", f"draft:ask:{number}:{Asked.AREA}"),
                self._button("alert_source", f"draft:ask:{number}:{Asked.SOURCE}"),
            )
            end = (self._button("alert_end", f"draft:ask:{number}:{Asked.END}"),)
            return (alert, end, *rows)
        if draft.content.attachment is None:
            return (*rows, (self._button("draft_make_alert", f"draft:alert:{number}"),))
        return rows

    def _button(self, key: str, data: str, style: str = "", **values: object) -> Button:
        return Button(self._words.label(key, self._language, **values), data=data, style=style)
