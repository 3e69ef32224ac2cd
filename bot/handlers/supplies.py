"""Where to get naloxone, supplies and treatment: near a place, or by the confirmed ways."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from bot.content.library import Library
from bot.context import Context
from bot.errors import StorageUnavailableError
from bot.handlers import finder
from bot.models import Keyboard
from bot.models.sites import Need

SHOW = r"^supplies:show:[\w-]+$"
_OFFERED = (Need.NALOXONE, Need.TEST_STRIPS, Need.SYRINGES, Need.TREATMENT)


async def naloxone(_: Update, context: Context) -> None:
    """Say how to get naloxone, the helpline first."""
    await _command(context, Need.NALOXONE)


async def supplies(_: Update, context: Context) -> None:
    """Say how to get supplies of all kinds."""
    await _command(context, Need.ANY)


async def strips(_: Update, context: Context) -> None:
    """Say how to get test strips."""
    await _command(context, Need.TEST_STRIPS)


async def syringes(_: Update, context: Context) -> None:
    """Say how to get syringes."""
    await _command(context, Need.SYRINGES)


async def treatment(_: Update, context: Context) -> None:
    """Say how to start treatment."""
    await tell(context, Need.TREATMENT)


async def show(_: Update, context: Context) -> None:
    """Tell what a pressed button asks for, in a new message: what was read stays readable."""
    await tell(context, Need(context.pressed[2]))
    await context.answer()


async def _command(context: Context, need: Need) -> None:
    """Tell what a command asks for; what stands behind it can only be a place."""
    text = context.argument
    if text and context.services.finder.place_in(text) is None:
        await tell(context, need, unknown=True)
    else:
        await tell_near(context, need, text)


async def tell_near(context: Context, need: Need, text: str) -> None:
    """Tell of the places near the one that the text names; without one, of all ways."""
    place = context.services.finder.place_in(text) if text else None
    if place is None or need is Need.TREATMENT:
        await tell(context, need)
        return
    try:
        await finder.near(context, need, place)
    except StorageUnavailableError:
        await tell(context, need)  # the ways need no database


async def tell(context: Context, need: Need, *, unknown: bool = False) -> None:
    """Tell how to get something; unknown: somebody named a place that the bot does not know."""
    templates = {Need.NALOXONE: "public/naloxone", Need.TREATMENT: "public/treatment"}
    values = context.services.library.ways.values(need, context.language)
    template = templates.get(need, "public/supplies")
    keyboard = _other_needs(context, need)
    if need is not Need.TREATMENT:
        context.services.finder.remember_need(context.chat.id, need)
        keyboard = (*finder.area_buttons(context, need), *keyboard)
    await context.reply(template, keyboard=keyboard, unknown=unknown, **values)


def remembered(context: Context) -> Need:
    """Return what this chat looked for last; anything if that is not known."""
    return context.services.finder.remembered_need(context.chat.id)


def _other_needs(context: Context, need: Need) -> Keyboard:
    buttons = [
        context.button(other.label, f"supplies:show:{other}")
        for other in _OFFERED
        if other is not need
    ]
    return tuple(tuple(buttons[n : n + 2]) for n in range(0, len(buttons), 2))


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers; a place may stand behind the command."""
    new = filters.UpdateType.MESSAGE
    return [
        CommandHandler(["naloxone", "narcan"], naloxone, filters=new),
        CommandHandler("supplies", supplies, filters=new),
        CommandHandler("teststrips", strips, filters=new),
        CommandHandler("syringes", syringes, filters=new),
        CommandHandler("treatment", treatment, filters=new),
        CallbackQueryHandler(show, pattern=SHOW),
    ]
