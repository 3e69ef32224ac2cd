"""What the bot can do, and which language it speaks."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from bot.content.commands import Audience, menu
from bot.content.labels import LANGUAGE_NAMES
from bot.content.library import Library
from bot.context import Context
from bot.handlers.keyboards import private_link
from bot.models import Button, Language

LANGUAGE = r"^language:set:(en|es)$"


async def help_(_: Update, context: Context) -> None:
    """List the commands."""
    is_staff = context.services.staff.includes(context.person.id)
    audience = Audience.STAFF if is_staff and context.in_private else Audience.EVERYONE
    await context.reply("public/help", commands=menu(audience))


async def language(_: Update, context: Context) -> None:
    """Offer the languages."""
    if not context.in_private:
        await context.reply("public/group_only_private", keyboard=private_link(context))
        return
    row = tuple(Button(LANGUAGE_NAMES[each], data=f"language:set:{each}") for each in Language)
    await context.reply("public/choose_language", keyboard=(row,))


async def set_language(_: Update, context: Context) -> None:
    """Speak the chosen language from now on."""
    await _speak(context, Language(context.pressed[2]))


async def speak_english(_: Update, context: Context) -> None:
    """Speak English from now on."""
    await _speak(context, Language.EN)


async def speak_spanish(_: Update, context: Context) -> None:
    """Speak Spanish from now on."""
    await _speak(context, Language.ES)


async def _speak(context: Context, chosen: Language) -> None:
    context.language = chosen
    await context.services.languages.choose(context.person.id, chosen)
    await context.show("public/language_changed")
    await context.answer()


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    new = filters.UpdateType.MESSAGE
    return [
        CommandHandler("help", help_, filters=new),
        CommandHandler("language", language, filters=new),
        CallbackQueryHandler(set_language, pattern=LANGUAGE),
    ]
