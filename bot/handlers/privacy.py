"""What the bot keeps: told, shown to the person it is about, and erased when they say so."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from bot.content.library import Library
from bot.context import Context
from bot.handlers.keyboards import private_link
from bot.models import Keyboard
from bot.services.privacy import Known

ASK = r"^forget:ask$"
SURE = r"^forget:sure$"
KEEP = r"^forget:keep$"


async def privacy(_: Update, context: Context) -> None:
    """Say what is kept and what is not."""
    keep_days = context.services.cases.rules.keep_for.days
    await context.reply("public/privacy", keep_days=keep_days)


async def my_data(_: Update, context: Context) -> None:
    """Show a person what the database holds about them."""
    if not context.in_private:
        await context.reply("public/group_only_private", keyboard=private_link(context))
        return
    known = await context.services.privacy.known(context.chat.id)
    await _show(context, known)


async def ask_to_forget(_: Update, context: Context) -> None:
    """Say what would be erased and ask whether they are sure; whoever has nothing is told so."""
    if not context.in_private:
        await context.reply("public/group_only_private", keyboard=private_link(context))
        return
    known = await context.services.privacy.known(context.chat.id)
    if known.nothing:
        await _show(context, known)
    else:
        await context.show("public/forget_ask", keyboard=_choice(context))
    await context.answer()


async def forget(_: Update, context: Context) -> None:
    """Erase it all."""
    await context.services.privacy.forget(context.chat.id)
    await context.show("public/forgotten", is_staff=_is_staff(context))
    await context.answer()


async def keep(_: Update, context: Context) -> None:
    """Take a no for an answer."""
    await context.show("public/not_forgotten")
    await context.answer()


async def _show(context: Context, known: Known) -> None:
    keyboard = () if known.nothing else ((context.button("forget_all", "forget:ask"),),)
    await context.reply(
        "public/my_data", keyboard=keyboard, known=known, is_staff=_is_staff(context)
    )


def _choice(context: Context) -> Keyboard:
    return (
        (context.button("forget_sure", "forget:sure", "danger"),),
        (context.button("no", "forget:keep"),),
    )


def _is_staff(context: Context) -> bool:
    return context.services.staff.includes(context.person.id)


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    new = filters.UpdateType.MESSAGE
    return [
        CommandHandler("privacy", privacy, filters=new),
        CommandHandler("mydata", my_data, filters=new),
        CommandHandler("forgetme", ask_to_forget, filters=new),
        CallbackQueryHandler(ask_to_forget, pattern=ASK),
        CallbackQueryHandler(forget, pattern=SURE),
        CallbackQueryHandler(keep, pattern=KEEP),
    ]
