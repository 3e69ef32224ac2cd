"""Afterwords, for staff: one message to those who came; shown as it leaves, then approved."""

from typing import Any

from telegram import Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.dates import short_date_text
from bot.content.library import Library
from bot.context import Context
from bot.errors import Refusal
from bot.handlers.after import ON, named
from bot.handlers.incoming import content_of
from bot.models import Button, Content, Keyboard
from bot.services.afterwords import TEXT, VERSION
from bot.services.afterwordviews import View
from bot.services.headcounts import where

WRITE = rf"^after:write:{ON}$"
VERSION_OF = rf"^after:version:{ON}$"
STOP = rf"^after:unwrite:{ON}$"
TAKE = rf"^after:take:{ON}$"
LOOK = rf"^after:look:{ON}$"
SWAP = rf"^after:swap:{ON}$"
DROP = rf"^after:drop:{ON}$"
UNSEND = rf"^after:unsend:{ON}$"
SEND = rf"^after:send:{ON}:[0-9a-f]{{8}}$"


async def write(_: Update, context: Context) -> None:
    """Ask for the text: the next message is it."""
    await _ask(context, TEXT)


async def write_version(_: Update, context: Context) -> None:
    """Ask for the text in the other language."""
    await _ask(context, VERSION)


async def stop(update: Update, context: Context) -> None:
    """Stop waiting for a text."""
    named(context)
    await context.services.headcounts.close_form(context.chat.id, context.person.id)
    await look(update, context)


async def continue_form(context: Context) -> bool:
    """Take a message as the text that was asked for; return False if none was."""
    afterwords = context.services.afterwords
    if not await afterwords.is_asked(context.chat.id, context.person.id):
        return False
    view = await afterwords.answer(
        context.chat.id, context.person.id, content_of(context.message), context.language
    )
    if view is None:
        return False
    await _preview(context, view)
    return True


async def offer(context: Context, source: Message) -> None:
    """Offer to send a message that staff replied to, to those who came to an event."""
    content_of(source)  # raises Refusal for what cannot be sent on
    found = [
        each
        for each in await context.services.headcounts.list_past()
        if each.has_come and (each.afterword is None or each.afterword.sent_at is None)
    ]
    rows = tuple(
        (
            Button(
                f"{short_date_text(each.occurrence.day, context.language)}"
                f" · {each.occurrence.title(context.language)}"[:60],
                data=f"after:take:{where(each.occurrence)}",
            ),
        )
        for each in found
    )
    html = context.words.render("staff/afterword_offer", context.language, found=found)
    await context.send(Content(html, keyboard=rows), reply_to=source.message_id)


async def take(_: Update, context: Context) -> None:
    """Take the message that the pressed one answers."""
    event_id, on = named(context)
    shown = context.query.message
    source = shown.reply_to_message if isinstance(shown, Message) else None
    if source is None:
        raise Refusal("staff/event_again")
    view = await context.services.afterwords.take(
        event_id, on, context.person.id, content_of(source), context.language
    )
    await _preview(context, view)
    await context.answer()


async def look(_: Update, context: Context) -> None:
    """Show it as it leaves, and what can be done with it."""
    view = await context.services.afterwords.look(*named(context))
    await _preview(context, view)
    await context.answer()


async def swap(_: Update, context: Context) -> None:
    """Note that the text is in the other language."""
    event_id, on = named(context)
    await _preview(
        context, await context.services.afterwords.swap(event_id, on, context.person.id)
    )
    await context.answer()


async def drop(_: Update, context: Context) -> None:
    """Throw the text away."""
    event_id, on = named(context)
    await context.services.afterwords.drop(event_id, on)
    back = ((context.button("events_past", f"after:show:{event_id}:{on}"),),)
    await context.show("staff/afterword_dropped", keyboard=back)
    await context.answer()


async def send(_: Update, context: Context) -> None:
    """Send what was shown, once."""
    event_id, on = named(context)
    digest = context.pressed[4]
    view = await context.services.afterwords.send(event_id, on, digest, context.person.id)
    context.wake_courier()
    if view.asked_other:
        await context.answer("blast_second_person", alert=True)
        return
    await context.show("staff/afterword", view=view, keyboard=_buttons(context, view))
    await context.answer()


async def unsend(_: Update, context: Context) -> None:
    """Take it back before anything leaves."""
    event_id, on = named(context)
    view = await context.services.afterwords.unsend(event_id, on, context.person.id)
    await context.show("staff/afterword", view=view, keyboard=_buttons(context, view))
    await context.answer()


async def _ask(context: Context, kind: str) -> None:
    event_id, on = named(context)
    view = await context.services.afterwords.ask(
        context.chat.id, context.person.id, kind, event_id, on
    )
    cancel = ((context.button("cancel", f"after:unwrite:{event_id}:{on}"),),)
    await context.reply(
        "staff/afterword_ask", view=view, is_version=kind == VERSION, keyboard=cancel
    )
    await context.answer()


async def _preview(context: Context, view: View) -> None:
    """Send the messages exactly as they leave, then what can be done with them."""
    for message in view.messages.values():
        await context.send(message)
    html = context.words.render("staff/afterword", context.language, view=view)
    await context.send(Content(html, keyboard=_buttons(context, view)))


def _buttons(context: Context, view: View) -> Keyboard:
    here, written = where(view.occurrence), view.afterword
    back = (context.button("events_past", f"after:show:{here}"),)
    if view.can_undo:
        return ((context.button("blast_undo", f"after:unsend:{here}", "danger"),), back)
    if written is None or written.sent_at is not None:
        return (back,)
    other = context.words.language_name(written.language.other, context.language)
    version = "draft_change_version" if written.translation else "draft_add_version"
    count = view.reach.people
    send_it = context.button(
        "afterword_send", f"after:send:{here}:{view.digest}", "success", count=count
    )
    return (
        *(((send_it,),) if count else ()),
        (context.button(version, f"after:version:{here}", name=other),),
        (
            context.button("draft_change", f"after:write:{here}"),
            context.button("item_swap_language", f"after:swap:{here}", name=other),
        ),
        (context.button("draft_throw_away", f"after:drop:{here}", "danger"),),
        back,
    )


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CallbackQueryHandler(write, pattern=WRITE),
        CallbackQueryHandler(write_version, pattern=VERSION_OF),
        CallbackQueryHandler(stop, pattern=STOP),
        CallbackQueryHandler(take, pattern=TAKE),
        CallbackQueryHandler(look, pattern=LOOK),
        CallbackQueryHandler(swap, pattern=SWAP),
        CallbackQueryHandler(drop, pattern=DROP),
        CallbackQueryHandler(send, pattern=SEND),
        CallbackQueryHandler(unsend, pattern=UNSEND),
    ]
