"""The first message: four big buttons, no sign-up. Deep links lead straight to what they name."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from bot.content.library import Library
from bot.context import Context
from bot.handlers import echo, emergency, membership, questions, supplies
from bot.models import Keyboard

MENU = r"^start:menu$"
LANGUAGE = r"^start:language$"
# What a link t.me/<bot>?start=<word> opens.
_LINKS = {
    "overdose": emergency.overdose,
    "od": emergency.overdose,
    "naloxone": supplies.naloxone,
    "narcan": supplies.naloxone,
    "supplies": supplies.supplies,
    "treatment": supplies.treatment,
    "echo": echo.next_echo,
    "nextecho": echo.next_echo,
    "ask": questions.ask,
    "subscribe": membership.eblast,
    "eblast": membership.eblast,
}


async def start(update: Update, context: Context) -> None:
    """Welcome, or go where the link leads; whoever comes back gets deliveries again."""
    if not context.in_private:
        await context.reply("public/group_only_private", keyboard=private_link(context))
        return
    came_back = await membership.welcome_back(context)
    opened = _LINKS.get(context.argument.lower())
    if opened is not None:
        await opened(update, context)
    else:
        await context.reply("public/start", keyboard=menu_buttons(context), came_back=came_back)


async def menu(_: Update, context: Context) -> None:
    """Show the first message in place of another one."""
    await context.show("public/start", keyboard=menu_buttons(context), came_back=False)
    await context.answer()


async def switch_language(update: Update, context: Context) -> None:
    """Show the first message in the other language."""
    language = context.language.other
    await context.services.languages.choose(context.person.id, language)
    context.language = language
    await menu(update, context)


def menu_buttons(context: Context) -> Keyboard:
    """Return the four things that people come for, and the other language."""
    return (
        (context.button("overdose_help", f"overdose:card:opioid:{context.language}", "danger"),),
        (context.button("get_naloxone", "supplies:show:naloxone", "primary"),),
        (context.button("ask_question", "ask:open"),),
        (context.button("weekly_eblast", "eblast:open"),),
        (context.button("switch_language", "start:language"),),
    )


def private_link(context: Context) -> Keyboard:
    """Return a button that opens the private chat with the bot."""
    return ((context.link("open_private_chat", f"https://t.me/{context.bot.username}"),),)


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CommandHandler("start", start, filters=filters.UpdateType.MESSAGE),
        CallbackQueryHandler(menu, pattern=MENU),
        CallbackQueryHandler(switch_language, pattern=LANGUAGE),
    ]
