"""The panel of a broadcast: how it stands and what staff can do with it, whatever its kind."""

from bot.context import Context
from bot.models import BroadcastKind, BroadcastState, Keyboard, Section
from bot.services.announcements import WRITTEN_KINDS, Asked
from bot.services.overview import Changed, Overview

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


async def show(
    context: Context, overview: Overview, said: str = "", *, approval_voided: bool = False
) -> None:
    """Show a broadcast with its buttons, where the pressed button is or in a new message."""
    await context.show(
        "staff/broadcast",
        keyboard=buttons(context, overview),
        overview=overview,
        broadcast=overview.broadcast,
        zone=context.services.editions.schedule.zone,
        approval_voided=approval_voided,
    )
    await context.answer(said, alert=bool(said))


async def show_changed(context: Context, changed: Changed) -> None:
    """Show a broadcast after a change."""
    await show(context, changed.overview, approval_voided=changed.approval_voided)


def buttons(context: Context, overview: Overview) -> Keyboard:
    """Return what may be done in the broadcast's state, the likely next step first."""
    broadcast = overview.broadcast
    number, state = broadcast.broadcast_id, broadcast.state
    is_edition = broadcast.kind is BroadcastKind.EDITION
    steps = _UNDO if overview.undo_seconds else _STEPS[state]
    rows: Keyboard = tuple(
        (context.button(label, f"blast:{verb}:{number}", style),) for label, verb, style in steps
    )
    before_the_start = state in (BroadcastState.DRAFT, BroadcastState.APPROVED)
    can_look = before_the_start and bool(overview.items or overview.draft)
    if broadcast.kind.amends:
        return _amendment(context, overview, rows) + _amend(context, overview)
    if can_look:
        mask = ALL if is_edition else NO_CHOICE
        look = (
            context.button("blast_preview", f"blast:preview:{number}:{context.language}:{mask}"),
            context.button("blast_test", f"blast:test:{number}"),
        )
        rows = (look, *rows)
    if state is BroadcastState.DRAFT and is_edition:
        items = (context.button("staff_items", "item:list"),)
        rows = (*rows, items) if can_look else (items,)
    if before_the_start and not is_edition:
        changes = _changes(context, overview) if state is BroadcastState.DRAFT else ()
        throw_away = (context.button("draft_throw_away", f"blast:skip:{number}", "danger"),)
        rows = (*rows, *changes, throw_away)
    return rows + _amend(context, overview)


def _amendment(context: Context, overview: Overview, rows: Keyboard) -> Keyboard:
    """Return what may be done with an edit, a correction or a recall before it goes out."""
    number = overview.broadcast.broadcast_id
    if overview.broadcast.state not in (BroadcastState.DRAFT, BroadcastState.APPROVED):
        return rows
    drop = (context.button("amend_drop", f"blast:skip:{number}", "danger"),)
    if not overview.broadcast.has_content:
        return (*rows, drop)
    look = (
        context.button("blast_preview", f"amend:preview:{number}"),
        context.button("blast_test", f"blast:test:{number}"),
    )
    return (look, *rows, (context.button("amend_texts", f"amend:texts:{number}"),), drop)


def _amend(context: Context, overview: Overview) -> Keyboard:
    """Return the way to amend what has gone out, here or, from an open edition, elsewhere."""
    broadcast, state = overview.broadcast, overview.broadcast.state
    if state in (BroadcastState.DRAFT, BroadcastState.APPROVED):
        is_edition = broadcast.kind is BroadcastKind.EDITION
        return ((context.button("amend_lately", "amend:list"),),) if is_edition else ()
    is_last = broadcast.kind in (BroadcastKind.EDIT, BroadcastKind.RECALL)
    if is_last or overview.undo_seconds or not (overview.tally.sent or overview.tally.left):
        return ()
    return ((context.button("amend", f"amend:show:{broadcast.broadcast_id}"),),)


def _changes(context: Context, overview: Overview) -> Keyboard:
    """Return how a draft that staff wrote can be changed."""
    broadcast, draft = overview.broadcast, overview.draft
    if broadcast.kind not in WRITTEN_KINDS or draft is None:
        return ()
    number = broadcast.broadcast_id
    other = context.words.language_name(draft.language.other, context.language)
    version = "draft_change_version" if draft.translation else "draft_add_version"
    rows: Keyboard = (
        (context.button(version, f"draft:ask:{number}:{Asked.VERSION}", name=other),),
        (
            context.button("draft_change", f"draft:ask:{number}:{Asked.TEXT}"),
            context.button("item_swap_language", f"draft:swap:{number}", name=other),
        ),
        (
            context.button("draft_who", f"draft:who:{number}"),
            context.button("draft_when", f"draft:when:{number}"),
        ),
    )
    if broadcast.kind is BroadcastKind.ALERT:
        alert = (
            context.button("alert_area", f"draft:ask:{number}:{Asked.AREA}"),
            context.button("alert_source", f"draft:ask:{number}:{Asked.SOURCE}"),
            context.button("alert_end", f"draft:ask:{number}:{Asked.END}"),
        )
        return (alert, *rows)
    if draft.content.attachment is None:
        return (*rows, (context.button("draft_make_alert", f"draft:alert:{number}"),))
    return rows
