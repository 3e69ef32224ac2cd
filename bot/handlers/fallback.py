"""What nobody else wanted: a short way on in private, silence in groups and channels."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, MessageHandler, filters

from bot.content.library import Library
from bot.context import Context
from bot.handlers.keyboards import menu_buttons
from bot.handlers.person import ask_person


async def unknown_command(_: Update, context: Context) -> None:
    """Say that there is no such command and what there is."""
    await context.reply("public/unknown_command", keyboard=menu_buttons(context))


async def only_text(_: Update, context: Context) -> None:
    """Say that stickers, voice notes, pictures and the like cannot be read; a person could."""
    keyboard = (*ask_person(context), *menu_buttons(context))
    await context.quote("public/only_text", keyboard=keyboard)


async def old_button(_: Update, context: Context) -> None:
    """End the clock on a button that means nothing any more."""
    await context.answer("old_button", alert=True)


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers; edits are left alone, as their first version was answered."""
    private = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE
    return [
        MessageHandler(private & filters.COMMAND, unknown_command),
        MessageHandler(private & ~filters.StatusUpdate.ALL, only_text),
        CallbackQueryHandler(old_button),
    ]
