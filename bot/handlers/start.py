"""The first message: four big buttons, no sign-up. Deep links lead straight to what they name."""

import contextlib
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from bot.content.library import Library
from bot.context import Context
from bot.errors import StorageUnavailableError
from bot.handlers import events, membership, questions, site_check, supplies
from bot.handlers.keyboards import menu_buttons, private_link

MENU = r"^start:menu$"
LANGUAGE = r"^start:language$"
# What a link t.me/<bot>?start=<word> opens; those to the overdose card are with the emergencies.
_LINKS = {
    "naloxone": supplies.naloxone,
    "narcan": supplies.naloxone,
    "supplies": supplies.supplies,
    "treatment": supplies.treatment,
    "echo": events.next_echo,
    "nextecho": events.next_echo,
    "ask": questions.invite,
    "subscribe": membership.eblast,
    "eblast": membership.eblast,
}


async def start(update: Update, context: Context) -> None:
    """Go where the link leads, or welcome; whoever comes back gets deliveries again."""
    if not context.in_private:
        await context.reply("public/group_only_private", keyboard=private_link(context))
        return
    welcomed = False
    argument = context.argument.lower()
    if argument.startswith(site_check.LINK):
        await site_check.invited(context, argument.removeprefix(site_check.LINK))
        return
    opened = _LINKS.get(argument)
    with contextlib.suppress(StorageUnavailableError):  # help does not wait for the database
        welcomed = await membership.welcome_back(context, silent=opened is not None)
    if opened is not None:
        await opened(update, context)
    elif not welcomed:
        await context.reply("public/start", keyboard=menu_buttons(context))


async def menu(_: Update, context: Context) -> None:
    """Show the first message in place of another one."""
    await context.show("public/start", keyboard=menu_buttons(context))
    await context.answer()


async def switch_language(update: Update, context: Context) -> None:
    """Show the first message in the other language."""
    language = context.language.other
    await context.services.languages.choose(context.person.id, language)
    context.language = language
    await menu(update, context)


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CommandHandler("start", start, filters=filters.UpdateType.MESSAGE),
        CallbackQueryHandler(menu, pattern=MENU),
        CallbackQueryHandler(switch_language, pattern=LANGUAGE),
    ]
