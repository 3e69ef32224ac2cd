"""Forms: a message that answers what the bot asked a member of staff, whoever asked it."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, MessageHandler, filters

from bot.content.library import Library
from bot.context import Context
from bot.handlers import (
    after,
    afterwords,
    amend,
    announce,
    answers,
    cases,
    draft_time,
    event_import,
    fallback,
    guard,
    items,
    person,
    plan,
    site,
    site_add,
    site_import,
    trainings,
    wrong,
)

_CONVERSATIONS = (
    items.continue_form,
    announce.continue_form,
    draft_time.continue_form,
    amend.continue_form,
    plan.continue_form,
    after.continue_form,
    afterwords.continue_form,
    trainings.continue_form,
    event_import.continue_form,
    site.continue_form,
    site_add.continue_form,
    site_import.continue_form,
    answers.continue_form,
)


async def continue_form(context: Context) -> bool:
    """Take a message as the answer that was asked for; return False if nothing was.

    Anybody may be asked what is wrong with a place; all else is asked of staff.
    """
    return await wrong.continue_form(context) or await continue_form_of_staff(context)


async def continue_form_of_staff(context: Context) -> bool:
    """Take a message as the answer that staff were asked for; return False if nothing was."""
    if not context.services.staff.includes(context.person.id):
        return False
    for continue_ in _CONVERSATIONS:
        if await continue_(context):
            return True
    return False


async def in_group(update: Update, context: Context) -> None:
    """Take a reply in the staff group as the answer to a case, or to what the bot asked."""
    if await cases.staff_said(context):
        return
    target = context.message.reply_to_message
    is_to_bot = target and target.from_user and target.from_user.id == context.bot.id
    if not (is_to_bot and await continue_form(context)):
        await guard.in_group(update, context)


async def without_words(update: Update, context: Context) -> None:
    """Take a photo, a poll or a place as the answer; the rest of an album is silent."""
    message = context.message
    album = message.media_group_id
    announcements = context.services.announcements
    if album and await announcements.is_later_of_album(album, message.message_id):
        return
    if await cases.staff_said(context) or await continue_form(context):
        return
    if not (await person.pass_on(context) or await guard.ask(context)):
        await fallback.only_text(update, context)


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers; texts in private are taken by questions."""
    new = filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL & ~filters.COMMAND
    wordless = new & ~filters.TEXT & ~filters.CAPTION
    return [
        MessageHandler(new & filters.REPLY & filters.ChatType.GROUPS, in_group),
        MessageHandler(wordless & filters.ChatType.PRIVATE, without_words),
    ]
