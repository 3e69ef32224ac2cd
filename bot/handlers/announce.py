"""Announcements and alerts: staff make one of any message and say what is still missing."""

from typing import Any

from telegram import Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.content.library import Library
from bot.context import Context
from bot.handlers import broadcast_panel as panel
from bot.handlers.incoming import content_of, source_of
from bot.models import Broadcast, BroadcastKind, Button, Keyboard
from bot.services.announcements import Asked, Written
from bot.services.overview import Changed

ANNOUNCE = r"^/announce(@\w+)?(\s|$)"
ALERT = r"^/alert(@\w+)?(\s|$)"
LIST = r"^draft:list$"
ASK = (
    r"^draft:ask:\d+:"
    r"(draft-text|draft-version|draft-joined|alert-area|alert-source|alert-end)$"
)
CANCEL = r"^draft:cancel:\d+$"
SWAP = r"^draft:swap:\d+$"
MAKE_ALERT = r"^draft:alert:\d+$"
END = r"^draft:end:\d+:\d{1,3}$"
HOURS = (6, 24, 72, 168)  # that an alert can hold, as its buttons say
_TITLES = {BroadcastKind.ANNOUNCEMENT: "title_announcement", BroadcastKind.ALERT: "title_alert"}


async def announce(_: Update, context: Context) -> None:
    """Make an announcement of the message replied to, or of what follows the command."""
    context.services.staff.require(context.person.id)
    await _create(context, BroadcastKind.ANNOUNCEMENT, "staff/announce_how")


async def alert(_: Update, context: Context) -> None:
    """Make an alert, and ask for what it needs."""
    context.services.staff.require(context.person.id)
    await _create(context, BroadcastKind.ALERT, "staff/alert_how")


async def list_open(_: Update, context: Context) -> None:
    """Say how to announce something, and list what has not gone out."""
    context.services.staff.require(context.person.id)
    await _tell_how(context, "staff/announce_how")
    await context.answer()


async def ask(_: Update, context: Context) -> None:
    """Ask for a text, a version, a place …: the next message is it."""
    number = context.staff_number()
    await _ask(context, number, Asked(context.pressed[3]))
    await context.answer()


async def cancel(_: Update, context: Context) -> None:
    """Stop waiting for what was asked."""
    number = context.staff_number()
    await context.services.announcements.close_form(context.chat.id, context.person.id)
    await panel.show(context, await context.services.broadcasts.overview(number))


async def swap_language(_: Update, context: Context) -> None:
    """Note that the message is in the other language."""
    number = context.staff_number()
    changed = await context.services.announcements.swap_language(number, context.person.id)
    await panel.show_changed(context, changed)


async def make_alert(_: Update, context: Context) -> None:
    """Turn an announcement into an alert, and ask for what that needs."""
    number = context.staff_number()
    changed = await context.services.announcements.make_alert(number, context.person.id)
    await panel.show_changed(context, changed)
    await _ask(context, number, Asked.AREA)


async def set_end(_: Update, context: Context) -> None:
    """Let an alert hold some hours."""
    number, hours = context.staff_number(), int(context.pressed[3])
    announcements, person_id = context.services.announcements, context.person.id
    await announcements.close_form(context.chat.id, person_id)
    await panel.show_changed(context, await announcements.set_end(number, person_id, hours))


async def continue_form(context: Context) -> bool:
    """Take a message as what was asked for; return False if nothing was."""
    chat_id, person_id = context.chat.id, context.person.id
    announcements = context.services.announcements
    asked = await announcements.find_asked(chat_id, person_id)
    if asked is None:
        return False
    written = Written(content_of(context.message), context.message.media_group_id)
    changed = await announcements.answer(chat_id, person_id, written, context.language)
    if changed is None:
        return False
    following = _following(changed) if asked in (Asked.AREA, Asked.SOURCE) else None
    if following is None:
        await panel.show_changed(context, changed)
    else:
        await _ask(context, changed.overview.broadcast.broadcast_id, following)
    return True


async def create(context: Context, kind: BroadcastKind, source: Message, update_id: int) -> None:
    """Make a draft of a message and show it; the same update gives the same one."""
    overview = await context.services.announcements.create(
        update_id,
        context.person.id,
        context.language,
        Written(content_of(source), source.media_group_id),
        kind,
    )
    await panel.show(context, overview)
    if kind is BroadcastKind.ALERT:
        await _ask(context, overview.broadcast.broadcast_id, Asked.AREA)


async def keep_album(context: Context) -> None:
    """Keep a file of an album that staff sent: an announcement may be made of it later."""
    message = context.incoming.message
    if message is None or message.media_group_id is None or message.from_user is None:
        return
    if not context.services.staff.includes(message.from_user.id):
        return
    album, number = message.media_group_id, message.message_id
    await context.services.announcements.keep_album(album, number, content_of(message))


async def _create(context: Context, kind: BroadcastKind, how: str) -> None:
    source = source_of(context.message)
    content = content_of(source)
    if not content.html and content.attachment is None:
        await _tell_how(context, how)
        return
    await create(context, kind, source, context.incoming.update_id)


async def _tell_how(context: Context, how: str) -> None:
    waiting = await context.services.announcements.list_open()
    keyboard = tuple((_open_button(context, each),) for each in waiting[-20:])
    await context.show(how, keyboard=keyboard)


def _open_button(context: Context, broadcast: Broadcast) -> Button:
    number = broadcast.broadcast_id
    return context.button(_TITLES[broadcast.kind], f"blast:show:{number}", number=number)


async def _ask(context: Context, number: int, asked: Asked) -> None:
    draft = await context.services.announcements.ask(
        context.chat.id, context.person.id, asked, number
    )
    ends = tuple(
        context.button(f"alert_{hours}_hours", f"draft:end:{number}:{hours}") for hours in HOURS
    )
    rows: Keyboard = (ends[:2], ends[2:]) if asked is Asked.END else ()
    cancel_button = (context.button("cancel", f"draft:cancel:{number}"),)
    await context.reply(
        "staff/draft_ask", asked=asked.value, draft=draft, keyboard=(*rows, cancel_button)
    )


def _following(changed: Changed) -> Asked | None:
    """Return what an alert still lacks."""
    draft, broadcast = changed.overview.draft, changed.overview.broadcast
    if draft is None or broadcast.kind is not BroadcastKind.ALERT:
        return None
    if not draft.area:
        return Asked.AREA
    if not draft.source:
        return Asked.SOURCE
    return None if broadcast.expires_at else Asked.END


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    new = filters.UpdateType.MESSAGE
    return [
        CommandHandler("announce", announce, filters=new),
        CommandHandler("alert", alert, filters=new),
        # Telegram sees no command in a caption, nor the library one inside formatted text.
        MessageHandler(new & (filters.Regex(ANNOUNCE) | filters.CaptionRegex(ANNOUNCE)), announce),
        MessageHandler(new & (filters.Regex(ALERT) | filters.CaptionRegex(ALERT)), alert),
        CallbackQueryHandler(list_open, pattern=LIST),
        CallbackQueryHandler(ask, pattern=ASK),
        CallbackQueryHandler(cancel, pattern=CANCEL),
        CallbackQueryHandler(swap_language, pattern=SWAP),
        CallbackQueryHandler(make_alert, pattern=MAKE_ALERT),
        CallbackQueryHandler(set_end, pattern=END),
    ]
