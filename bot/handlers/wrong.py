"""Something wrong here? Anybody tells in two taps; staff accept or reject it."""

from collections.abc import Sequence
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.library import Library
from bot.content.understanding import Kind
from bot.context import Context
from bot.handlers import site_panel as panel
from bot.handlers.keyboards import card_button
from bot.models import Button, Keyboard
from bot.models.sites import Correction, CorrectionKind, Nearby, Need

_NEEDS = "|".join(Need)
WHICH = r"^wrong:which:\d{1,12}(?:\.\d{1,12}){1,2}$"
ASK = r"^wrong:(?:ask|about):\d{1,12}$"
KIND = rf"^wrong:kind:\d{{1,12}}:(?:{'|'.join(CorrectionKind)})$"
OUT = rf"^wrong:out:\d{{1,12}}:(?:{_NEEDS})$"
SEND = r"^wrong:send:(?:tell|quiet)$"
LONGEST_SEARCH = 5  # words; a longer text is about the place
CANCEL = r"^wrong:cancel$"
DECIDE = r"^correction:(?:accept|reject):\d{1,12}$"


def button_for(context: Context, found: Sequence[Nearby]) -> Button:
    """Return the button that stands below places that were found."""
    ids = ".".join(str(each.stored.site_id) for each in found)
    return context.button("site_wrong", f"wrong:{'which' if len(found) > 1 else 'ask'}:{ids}")


async def which(_: Update, context: Context) -> None:
    """Ask which of the places that were shown it is."""
    rows: list[tuple[Button, ...]] = []
    for site_id in context.pressed[2].split("."):
        stored = await context.services.finder.get(int(site_id))
        if stored is not None:
            rows.append((Button(stored.site.name, data=f"wrong:about:{site_id}"),))
    rows.append((context.button("cancel", "wrong:cancel"),))
    await context.reply("public/wrong_which", keyboard=tuple(rows))
    await context.answer()


async def ask(_: Update, context: Context) -> None:
    """Ask what is wrong with a place."""
    site_id = int(context.pressed[2])
    site = await context.services.corrections.site(site_id)
    rows = tuple(
        (context.button(f"wrong_{kind}", f"wrong:kind:{site_id}:{kind}"),)
        for kind in CorrectionKind
    )
    cancel_row = (context.button("cancel", "wrong:cancel"),)
    # The places that were found stay as they are; the question which of them it is does not.
    say = context.show if context.pressed[1] == "about" else context.reply
    await say("public/wrong", name=site.name, keyboard=(*rows, cancel_row))
    await context.answer()


async def choose(_: Update, context: Context) -> None:
    """Ask for the words, or for what has run out, that the kind needs."""
    site_id, kind = int(context.pressed[2]), CorrectionKind(context.pressed[3])
    site = await context.services.corrections.site(site_id)
    if kind is CorrectionKind.OUT and len(site.needs) > 1:
        rows: Keyboard = tuple(
            (context.button(need.label, f"wrong:out:{site_id}:{need}"),)
            for need in sorted(site.needs)
        )
        await context.show("public/wrong_out", name=site.name, keyboard=rows)
        await context.answer()
        return
    need = next(iter(site.needs)) if kind is CorrectionKind.OUT else None
    await _begin(context, Correction(site_id, kind, need), site.name)


async def choose_need(_: Update, context: Context) -> None:
    """Note what has run out."""
    site_id, need = int(context.pressed[2]), Need(context.pressed[3])
    site = await context.services.corrections.site(site_id)
    await _begin(context, Correction(site_id, CorrectionKind.OUT, need), site.name)


async def send(_: Update, context: Context) -> None:
    """Give it to staff."""
    tell = context.pressed[2] == "tell"
    await context.services.corrections.send(
        context.incoming.update_id, context.chat.id, context.language, tell=tell
    )
    await context.show("public/wrong_sent", tell=tell, keyboard=card_button(context))
    await context.answer()
    context.wake_courier()


async def cancel(_: Update, context: Context) -> None:
    """Drop it."""
    context.services.corrections.cancel(context.chat.id)
    await context.show("public/wrong_dropped", keyboard=card_button(context))
    await context.answer()


async def decide(_: Update, context: Context) -> None:
    """Accept or reject a report; what accepting it needs is one tap away."""
    context.services.staff.require(context.person.id)
    accepted = context.pressed[1] == "accept"
    decided = await context.services.corrections.decide(
        int(context.pressed[2]), context.person.id, accepted=accepted
    )
    undo: Keyboard = ()
    if decided.change_id is not None:
        undo = ((panel.undo_button(context, decided.change_id),),)
    await context.show(
        "staff/correction_decided", decided=decided, accepted=accepted, keyboard=undo
    )
    if accepted and decided.change_id is None:
        site_id = decided.correction.site_id
        await panel.send(context, await context.services.sitedesk.get(site_id))
    await context.answer()
    context.wake_courier()


async def continue_form(context: Context) -> bool:
    """Take a message as the words of a report; return False if none were asked for."""
    corrections, message = context.services.corrections, context.message
    if not context.in_private or not message.text:
        return False
    if not corrections.awaits_words(context.chat.id) or _means_else(context, message.text):
        return False
    correction = corrections.add_words(context.chat.id, message.text)
    if correction is None:
        return False
    site = await corrections.site(correction.site_id)
    await _confirm(context, correction, site.name)
    return True


def _means_else(context: Context, text: str) -> bool:
    """Return whether a text is a command word or a search rather than the words of a report."""
    library, finder = context.services.library, context.services.finder
    if library.command_words.command_of(text) or finder.is_only_a_place(text):
        return True
    short = len(text.split()) <= LONGEST_SEARCH
    found = library.understanding.of(text, context.language)
    return short and found.kind is Kind.SUPPLIES and finder.place_in(text) is not None


async def begin_words(context: Context, correction: Correction) -> None:
    """Ask for the words of a report whose kind is known."""
    site = await context.services.corrections.site(correction.site_id)
    await _begin(context, correction, site.name)


async def _begin(context: Context, correction: Correction, name: str) -> None:
    context.services.corrections.begin(context.chat.id, correction)
    if correction.kind.has_words:
        cancel_row = ((context.button("cancel", "wrong:cancel"),),)
        await context.show(
            "public/wrong_words", name=name, kind=correction.kind, keyboard=cancel_row
        )
    else:
        await _confirm(context, correction, name)
    await context.answer()


async def _confirm(context: Context, correction: Correction, name: str) -> None:
    keyboard = (
        (context.button("wrong_send", "wrong:send:quiet"),),
        (context.button("wrong_tell", "wrong:send:tell"),),
        (context.button("cancel", "wrong:cancel"),),
    )
    await context.show("public/wrong_sure", name=name, correction=correction, keyboard=keyboard)


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CallbackQueryHandler(which, pattern=WHICH),
        CallbackQueryHandler(ask, pattern=ASK),
        CallbackQueryHandler(choose, pattern=KIND),
        CallbackQueryHandler(choose_need, pattern=OUT),
        CallbackQueryHandler(send, pattern=SEND),
        CallbackQueryHandler(cancel, pattern=CANCEL),
        CallbackQueryHandler(decide, pattern=DECIDE),
    ]
