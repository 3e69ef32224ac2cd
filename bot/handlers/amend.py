"""Amending: staff give what has gone out another text, answer it or recall it."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.dates import date_text
from bot.content.library import Library
from bot.content.telegram_html import visible_text
from bot.context import Context
from bot.handlers import broadcast_panel as panel
from bot.handlers.incoming import content_of
from bot.models import Broadcast, BroadcastKind, Button, Keyboard, Language, Section
from bot.services.amendments import Reach, Texts

LIST = r"^amend:list$"
SHOW = r"^amend:show:\d+$"
RECALL = r"^amend:recall:\d+$"
SURE = r"^amend:sure:\d+$"
CORRECT = r"^amend:correct:\d+$"
EDIT = r"^amend:edit:\d+$"
TEXTS = r"^amend:texts:\d+(:\d+)?$"
TEXT = r"^amend:text:\d+:\d+:(en|es)$"
SWAP = r"^amend:swap:\d+$"
PREVIEW = r"^amend:preview:\d+$"
CANCEL = r"^amend:cancel:\d+$"
SHOWN_CHARACTERS = 60  # of an item in a list


async def latest(_: Update, context: Context) -> None:
    """Offer what went out lately."""
    context.services.staff.require(context.person.id)
    sent = await context.services.amendments.list_latest()
    keyboard = tuple(
        (Button(_title(context, each), data=f"amend:show:{each.broadcast_id}"),) for each in sent
    )
    back = (context.button("blast_back", "blast:show:0"),)
    await context.show("staff/sent_lately", keyboard=(*keyboard, back), sent=sent)
    await context.answer()


async def show(_: Update, context: Context) -> None:
    """Hold what is being sent, and say what can still be done."""
    reach = await context.services.amendments.hold(context.staff_number())
    await _show_reach(context, "staff/amend", reach, _steps(context, reach))
    context.wake_courier()


async def ask_whether_sure(_: Update, context: Context) -> None:
    """Ask before a recall is prepared."""
    reach = await context.services.amendments.hold(context.staff_number())
    number = reach.broadcast.broadcast_id
    keyboard = (
        (context.button("amend_recall_sure", f"amend:sure:{number}", "danger"),),
        (context.button("back", f"amend:show:{number}"),),
    )
    await _show_reach(context, "staff/recall_sure", reach, keyboard)


async def recall(_: Update, context: Context) -> None:
    """Prepare a recall; it goes out when it is approved."""
    number, person_id = context.staff_number(), context.person.id
    await panel.show(context, await context.services.amendments.recall(number, person_id))


async def correct(_: Update, context: Context) -> None:
    """Ask for a correction: the next message is it."""
    number = context.staff_number()
    await context.services.amendments.ask_correction(context.chat.id, context.person.id, number)
    cancel_ = ((context.button("cancel", f"amend:cancel:{number}"),),)
    await context.reply("staff/amend_ask", keyboard=cancel_, reader=None, html="")
    await context.answer()


async def edit(_: Update, context: Context) -> None:
    """Prepare new texts and offer which to write."""
    number, person_id = context.staff_number(), context.person.id
    texts_ = await context.services.amendments.edit(number, person_id, context.incoming.update_id)
    await _show_texts(context, texts_)


async def texts(_: Update, context: Context) -> None:
    """Offer which text to write: of which item, in which language."""
    found = await context.services.amendments.texts(context.staff_number())
    item_id = int(context.pressed[3]) if len(context.pressed) > 3 else 0
    await _show_texts(context, found, item_id)


async def ask_text(_: Update, context: Context) -> None:
    """Ask for a new text: the next message is it."""
    number, item_id, language = (
        context.staff_number(),
        int(context.pressed[3]),
        Language(context.pressed[4]),
    )
    found = await context.services.amendments.ask_text(
        context.chat.id, context.person.id, number, language, item_id
    )
    html = found.text_in(language, item_id)
    cancel_ = ((context.button("cancel", f"amend:cancel:{number}"),),)
    await context.reply("staff/amend_ask", keyboard=cancel_, reader=language, html=html)
    await context.answer()


async def swap_language(_: Update, context: Context) -> None:
    """Note that a text is in the other language."""
    number, person_id = context.staff_number(), context.person.id
    overview = await context.services.amendments.swap_language(number, person_id)
    await panel.show(context, overview)


async def cancel(_: Update, context: Context) -> None:
    """Stop waiting for a text."""
    context.services.staff.require(context.person.id)
    await context.services.amendments.close_form(context.chat.id, context.person.id)
    await panel.show(context, await context.services.broadcasts.overview(context.staff_number()))


async def preview(_: Update, context: Context) -> None:
    """Send what members get, in both languages, then say what can be done."""
    number = context.staff_number()
    overview = await context.services.broadcasts.overview(number)
    await context.answer()
    for language in Language:
        messages = await context.services.previews.messages(number, language, frozenset(Section))
        for content in messages:
            await context.send(content)
    keyboard = context.services.panel.buttons(overview, context.language)
    await context.reply("staff/amend_preview", keyboard=keyboard)


async def continue_form(context: Context) -> bool:
    """Take a plain message as the text that was asked for; return False if none was."""
    services = context.services
    if not services.staff.includes(context.person.id):
        return False
    if not await services.amendments.is_asked(context.chat.id, context.person.id):
        return False
    overview = await services.amendments.answer_form(
        context.chat.id,
        context.person.id,
        context.incoming.update_id,
        context.language,
        content_of(context.message),
    )
    if overview is not None:
        await panel.show(context, overview)
    return True


async def _show_reach(context: Context, template: str, reach: Reach, keyboard: Keyboard) -> None:
    zone = context.services.editions.schedule.zone
    await context.show(template, keyboard=keyboard, reach=reach, zone=zone)
    await context.answer()


async def _show_texts(context: Context, found: Texts, item_id: int = 0) -> None:
    number = found.broadcast.broadcast_id
    if found.items and not item_id:
        keyboard: Keyboard = tuple(
            (Button(_beginning(item.html), data=f"amend:texts:{number}:{item.item_id}"),)
            for item in found.items
        )
    else:
        keyboard = tuple(
            (
                context.button(
                    "amend_text",
                    f"amend:text:{number}:{item_id}:{each}",
                    name=context.words.language_name(each, context.language),
                ),
            )
            for each in Language
        )
        if found.draft and not found.draft.translation:
            other = context.words.language_name(found.draft.language.other, context.language)
            swap = context.button("item_swap_language", f"amend:swap:{number}", name=other)
            keyboard = (*keyboard, (swap,))
    back = (context.button("back", f"blast:show:{number}"),)
    is_list = bool(found.items) and not item_id
    await context.show("staff/amend_texts", keyboard=(*keyboard, back), is_list=is_list)
    await context.answer()


def _steps(context: Context, reach: Reach) -> Keyboard:
    """Return what can be done to what went out; nothing if nobody has it."""
    number = reach.broadcast.broadcast_id
    back = (context.button("back", f"blast:show:{number}"),)
    edit_ = (context.button("amend_edit", f"amend:edit:{number}", "primary"),)
    recall_ = (context.button("amend_recall", f"amend:recall:{number}", "danger"),)
    if not reach.arrived:
        return (edit_, recall_, back) if reach.waiting else (back,)
    correct_ = (context.button("amend_correct", f"amend:correct:{number}", "primary"),)
    return (edit_, correct_, recall_, back)


def _title(context: Context, broadcast: Broadcast) -> str:
    if broadcast.local_date is not None:
        day = date_text(broadcast.local_date, context.language)
        return context.label("amended_edition", day=day)
    is_alert = broadcast.kind is BroadcastKind.ALERT
    key = "amended_alert" if is_alert else "amended_announcement"
    return context.label(key, n=broadcast.broadcast_id)


def _beginning(html: str) -> str:
    text = " ".join(visible_text(html).split())
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CallbackQueryHandler(latest, pattern=LIST),
        CallbackQueryHandler(show, pattern=SHOW),
        CallbackQueryHandler(ask_whether_sure, pattern=RECALL),
        CallbackQueryHandler(recall, pattern=SURE),
        CallbackQueryHandler(correct, pattern=CORRECT),
        CallbackQueryHandler(edit, pattern=EDIT),
        CallbackQueryHandler(texts, pattern=TEXTS),
        CallbackQueryHandler(ask_text, pattern=TEXT),
        CallbackQueryHandler(swap_language, pattern=SWAP),
        CallbackQueryHandler(cancel, pattern=CANCEL),
        CallbackQueryHandler(preview, pattern=PREVIEW),
    ]
