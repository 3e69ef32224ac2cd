"""Joining and leaving the e-blast: consent by one tap, leaving by one word."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from bot.content.library import Library
from bot.context import Context
from bot.handlers.keyboards import menu_buttons, private_link
from bot.models import ALL_SECTIONS, Keyboard, MemberState
from bot.services.members import Copy, Joined

OPEN = r"^eblast:open$"
JOIN = r"^eblast:join$"
LEAVE = r"^eblast:leave$"
CURRENT = r"^eblast:current$"
NOT_NOW = r"^eblast:not-now$"
ALERTS = r"^eblast:alerts$"
_COPY_LABELS = {
    Copy.COMES: "current_comes",
    Copy.KNOWN: "current_known",
    Copy.NONE: "current_none",
}


async def eblast(_: Update, context: Context) -> None:
    """Offer the e-blast, or the settings to whoever gets it."""
    if not context.in_private:
        await context.reply("public/group_only_private", keyboard=private_link(context))
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
        buttons = (
            (context.button("choose_sections", "settings:open", "primary"),),
            (context.button("alerts_wanted", "eblast:alerts"),),
        )
        await context.show(
            "member/joined",
            keyboard=(*_current_button(context, waits=joining.edition_waits), *buttons),
            back=joining.outcome is Joined.BACK,
            all_topics=joining.member.sections == ALL_SECTIONS,
            edition_waits=joining.edition_waits,
        )
    await context.answer()


async def leave(_: Update, context: Context) -> None:
    """Stop the e-blast at once, with a way back."""
    if not context.in_private:
        await context.reply("public/group_only_private", keyboard=private_link(context))
        return
    was_member = await context.services.members.leave(context.chat.id)
    keyboard = ((context.button("join_again", "eblast:join"),),) if was_member else ()
    await context.show("member/left", keyboard=keyboard, was_member=was_member)
    await context.answer()


async def send_current(_: Update, context: Context) -> None:
    """Give a late joiner this week's edition, once."""
    copy = await context.services.members.send_current_edition(context.chat.id)
    context.wake_courier()
    await context.answer(_COPY_LABELS[copy])


async def take_alerts(_: Update, context: Context) -> None:
    """Note the yes to alerts; the message with the other buttons stays."""
    await context.services.members.set_alerts(context.chat.id, wants=True)
    await context.reply("member/alerts_on")
    await context.answer()


async def not_now(_: Update, context: Context) -> None:
    """Take a no for an answer."""
    await context.show("member/not_now")
    await context.answer()


async def welcome_back(context: Context, *, silent: bool) -> bool:
    """Resume deliveries to a member who was away; return whether they were told so."""
    back = await context.services.members.come_back(context.chat.id)
    if silent or not (back.returned or back.edition_waits):
        return False
    await context.reply(
        "member/returned",
        keyboard=(*_current_button(context, waits=back.edition_waits), *menu_buttons(context)),
        edition_waits=back.edition_waits,
    )
    return True


def _current_button(context: Context, *, waits: bool) -> Keyboard:
    """Return the button that brings this week's edition, if it has not come yet."""
    return ((context.button("send_current", "eblast:current", "success"),),) if waits else ()


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
        CommandHandler(["stop", "unsubscribe"], leave, filters=new),
        CallbackQueryHandler(eblast, pattern=OPEN),
        CallbackQueryHandler(join, pattern=JOIN),
        CallbackQueryHandler(leave, pattern=LEAVE),
        CallbackQueryHandler(send_current, pattern=CURRENT),
        CallbackQueryHandler(not_now, pattern=NOT_NOW),
        CallbackQueryHandler(take_alerts, pattern=ALERTS),
    ]
