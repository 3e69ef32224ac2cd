"""After a backup: staff decide about single messages that were waiting in it."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.library import Library
from bot.context import Context


async def send(_: Update, context: Context) -> None:
    """Send what was waiting; pressed twice it sends nothing more."""
    context.services.staff.require(context.person.id)
    count = await context.services.upkeep.send_doubtful()
    context.wake_courier()
    await context.reply("staff/held_sent", count=count)
    await context.answer()


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [CallbackQueryHandler(send, pattern=r"^held:send$")]
