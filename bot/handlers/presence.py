"""Blocking the bot stops deliveries, coming back resumes them; both without a word."""

from typing import Any

from telegram import ChatMember, Update
from telegram.ext import BaseHandler, ChatMemberHandler

from bot.content.library import Library
from bot.context import Context


async def changed(update: Update, context: Context) -> None:
    """Note that somebody blocked the bot or unblocked it; groups are of no interest."""
    change = update.my_chat_member
    if change is None or not context.in_private:
        return
    if change.new_chat_member.status == ChatMember.BANNED:
        await context.services.members.blocked(context.chat.id)
    else:
        await context.services.members.come_back(context.chat.id)


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [ChatMemberHandler(changed, ChatMemberHandler.MY_CHAT_MEMBER)]
