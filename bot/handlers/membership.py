"""Joining and leaving the e-blast: consent by one tap, leaving by one word."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from bot.content.library import Library
from bot.context import Context
from bot.models import Keyboard, MemberState
from bot.services.members import Joined

OPEN = r"^eblast:open$"
JOIN = r"^eblast:join$"
LEAVE = r"^eblast:leave$"
CURRENT = r"^eblast:current$"
NOT_NOW = r"^eblast:not-now$"
PRIVATE = filters.ChatType.PRIVATE


async def eblast(_: Update, context: Context) -> None:
    """Offer the e-blast, or the settings to whoever gets it."""
    if not context.in_private:
        await context.reply("public/group_only_private")
        return
    member = await context.services.members.find(context.chat.id)
    if member and member.state is MemberState.ACTIVE:
        await context.reply("member/is_member", keyboard=_member_buttons(context))
    else:
        keyboard = (
            (context.button("join", "eblast:join", "success"),),
            (context.button("not_now", "eblast:not-now"),),
        )
        await context.reply("member/consent", keyboard=keyboard)
    await context.answer()


async def join(_: Update, context: Context) -> None:
    """Make somebody a member who has read the notice above the button."""
    joining = await context.services.members.join(context.chat.id, context.language)
    if joining.outcome is Joined.ALREADY:
        await context.show("member/is_member", keyboard=_member_buttons(context))
    else:
        keyboard: Keyboard = ((context.button("choose_sections", "settings:open", "primary"),),)
        if joining.edition_waits:
            keyboard = ((context.button("send_current", "eblast:current", "success"),), *keyboard)
        await context.show(
            "member/joined",
            keyboard=keyboard,
            back=joining.outcome is Joined.BACK,
            edition_waits=joining.edition_waits,
            slot=context.services.editions.schedule.slot,
        )
    await context.answer()


async def leave(_: Update, context: Context) -> None:
    """Stop the e-blast at once, with a way back."""
    was_member = await context.services.members.leave(context.chat.id)
    keyboard = ((context.button("join_again", "eblast:join"),),) if was_member else ()
    await context.show("member/left", keyboard=keyboard, was_member=was_member)
    await context.answer()


async def send_current(_: Update, context: Context) -> None:
    """Give a late joiner this week's edition, once."""
    sent = await context.services.members.send_current_edition(context.chat.id)
    if sent:
        context.wake_courier()
    await context.answer("current_comes" if sent else "current_known")


async def not_now(_: Update, context: Context) -> None:
    """Take a no for an answer."""
    await context.show("member/not_now")
    await context.answer()


async def welcome_back(context: Context) -> bool:
    """Resume deliveries to somebody who had been unreachable; return whether that was so."""
    return await context.services.members.returned(context.chat.id)


def _member_buttons(context: Context) -> Keyboard:
    return (
        (context.button("settings", "settings:open", "primary"),),
        (context.button("leave", "eblast:leave"),),
    )


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    new = filters.UpdateType.MESSAGE
    return [
        CommandHandler(["eblast", "subscribe"], eblast, filters=new),
        CommandHandler(["stop", "unsubscribe"], leave, filters=new & PRIVATE),
        CallbackQueryHandler(eblast, pattern=OPEN),
        CallbackQueryHandler(join, pattern=JOIN),
        CallbackQueryHandler(leave, pattern=LEAVE),
        CallbackQueryHandler(send_current, pattern=CURRENT),
        CallbackQueryHandler(not_now, pattern=NOT_NOW),
    ]
