"""Where to get naloxone, supplies and treatment: what is confirmed, with its date."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from bot.content.library import Library
from bot.content.ways import Need
from bot.context import Context
from bot.models import Keyboard

SHOW = r"^supplies:show:[\w-]+$"
_OFFERED = (Need.NALOXONE, Need.TEST_STRIPS, Need.SYRINGES, Need.TREATMENT)


async def naloxone(_: Update, context: Context) -> None:
    """Say how to get naloxone, the helpline first."""
    await tell(context, Need.NALOXONE)


async def supplies(_: Update, context: Context) -> None:
    """Say how to get supplies of all kinds."""
    await tell(context, Need.ANY)


async def strips(_: Update, context: Context) -> None:
    """Say how to get test strips."""
    await tell(context, Need.TEST_STRIPS)


async def syringes(_: Update, context: Context) -> None:
    """Say how to get syringes."""
    await tell(context, Need.SYRINGES)


async def treatment(_: Update, context: Context) -> None:
    """Say how to start treatment."""
    await tell(context, Need.TREATMENT)


async def show(_: Update, context: Context) -> None:
    """Tell what a pressed button asks for, in a new message: what was read stays readable."""
    await tell(context, Need(context.pressed[2]))
    await context.answer()


async def tell(context: Context, need: Need) -> None:
    """Tell how to get something."""
    templates = {Need.NALOXONE: "public/naloxone", Need.TREATMENT: "public/treatment"}
    values = context.services.library.ways.values(need, context.language)
    template = templates.get(need, "public/supplies")
    await context.reply(template, keyboard=_other_needs(context, need), **values)


def _other_needs(context: Context, need: Need) -> Keyboard:
    buttons = [
        context.button(other.label.name.lower(), f"supplies:show:{other}")
        for other in _OFFERED
        if other is not need
    ]
    return tuple(tuple(buttons[n : n + 2]) for n in range(0, len(buttons), 2))


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers; the finder by place will take over /supplies with a place behind it."""
    new = filters.UpdateType.MESSAGE
    return [
        CommandHandler(["naloxone", "narcan"], naloxone, filters=new),
        CommandHandler("supplies", supplies, filters=new),
        CommandHandler("teststrips", strips, filters=new),
        CommandHandler("syringes", syringes, filters=new),
        CommandHandler("treatment", treatment, filters=new),
        CallbackQueryHandler(show, pattern=SHOW),
    ]
