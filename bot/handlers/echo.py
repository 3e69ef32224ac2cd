"""The Harm Reduction ECHO: when the next session is, or plainly that none is known."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler, filters

from bot.content.library import Library
from bot.context import Context


async def next_echo(_: Update, context: Context) -> None:
    """Tell about the next session."""
    echo = context.services.library.echo
    now = context.services.clock.now()
    await context.reply("public/next_echo", keyboard=(), **echo.values(context.language, now))


async def events(_: Update, context: Context) -> None:
    """Say where events are announced."""
    await context.reply("public/events")


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    new = filters.UpdateType.MESSAGE
    return [
        CommandHandler("nextecho", next_echo, filters=new),
        CommandHandler("events", events, filters=new),
    ]
