"""Files of places: staff send one, see what it would change, import it, and can take it back."""

from typing import Any

from telegram import Document, InputFile, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.content.library import Library
from bot.context import Context
from bot.errors import Refusal
from bot.handlers import site_panel as panel
from bot.handlers.incoming import fetch
from bot.models import Keyboard, Lane
from bot.services.siteimports import LARGEST_SENT

NAMED = r"^/importsites(@\w+)?(\s|$)"
DO = r"^site:import:\d{1,12}$"
EXPORT = r"^site:export$"
REJECTED_SHOWN = 10  # lines in a message


async def import_sites(_: Update, context: Context) -> None:
    """Look at the file that the command is about, or ask for one."""
    context.services.staff.require(context.person.id)
    message = context.message
    document = message.document
    if document is None and message.reply_to_message:
        document = message.reply_to_message.document
    words = (message.text or message.caption or "").split()[1:2]
    if document is None:
        await context.services.siteimports.ask(context.chat.id, context.person.id)
        await context.reply("staff/import_how", limit=LARGEST_SENT // 1_000_000)
        return
    await _look(context, document, words[0] if words else "")


async def import_(_: Update, context: Context) -> None:
    """Import a file that was looked at."""
    imports, file_number = context.services.siteimports, context.staff_number()
    content = await fetch(context, await imports.file_id(file_number))
    report = await imports.bring_in(file_number, content, context.person.id)
    keyboard: Keyboard = ()
    if report.change_id is not None:
        keyboard = ((panel.undo_button(context, report.change_id),),)
    await context.show("staff/import_done", report=report, keyboard=keyboard)
    await context.answer()


async def export(_: Update, context: Context) -> None:
    """Send the whole list as a file that can be changed in a spreadsheet and sent back."""
    context.services.staff.require(context.person.id)
    await context.bot.send_document(
        context.chat.id,
        InputFile(await context.services.siteimports.export(), f"places-{context.today}.csv"),
        caption=context.label("site_exported"),
        message_thread_id=context.thread_id,
        rate_limit_args=Lane.REPLY,
    )
    await context.answer()


async def continue_form(context: Context) -> bool:
    """Take a file that was asked for; return False if none was, or it is none."""
    document = context.message.document
    chat_id, person_id = context.chat.id, context.person.id
    if document is None or not await context.services.siteimports.is_asked(chat_id, person_id):
        return False
    await _look(context, document, "")
    await context.services.siteimports.close_form(chat_id, person_id)
    return True


async def _look(context: Context, document: Document, list_name: str) -> None:
    if (document.file_size or 0) > LARGEST_SENT:
        raise Refusal("staff/import_too_large", limit=LARGEST_SENT // 1_000_000)
    content = await fetch(context, document.file_id)
    look = await context.services.siteimports.look(document.file_id, content, list_name)
    keyboard: Keyboard = ()
    if look.number is not None:
        button = context.button("site_import", f"site:import:{look.number}", "primary")
        keyboard = ((button,),)
    await context.reply("staff/import_look", look=look, shown=REJECTED_SHOWN, keyboard=keyboard)


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    new = filters.UpdateType.MESSAGE
    return [
        CommandHandler("importsites", import_sites, filters=new),
        # Telegram sees no command in a caption.
        MessageHandler(new & filters.CaptionRegex(NAMED), import_sites),
        CallbackQueryHandler(import_, pattern=DO),
        CallbackQueryHandler(export, pattern=EXPORT),
    ]
