"""The guard: what staff send without a command and reads like news is asked about, never sent.

The message is the one that the question answers; nothing of it is kept. The buttons carry the
number of its update, so that two taps, or two people, make one draft.

In the staff group the bot asks only about what is clearly news, or is said to the bot itself:
people who plan together speak of days, hours and links all the time.
"""

from typing import Any

from telegram import Message, Update
from telegram.error import BadRequest
from telegram.ext import BaseHandler, CallbackQueryHandler, MessageHandler, filters

from bot.content import news
from bot.content.library import Library
from bot.context import Context
from bot.delivery import messages
from bot.errors import Refusal
from bot.handlers import announce, items
from bot.handlers.incoming import content_of
from bot.handlers.keyboards import card_button
from bot.models import BroadcastKind, Content, Keyboard, Lane, Media, MediaKind

ANNOUNCE = r"^guard:announce:\d+$"
ITEM = r"^guard:item:\d+$"
NO = r"^guard:no$"
ANSWER = r"^guard:answer$"
CALENDAR_SEE = "calendar:see"  # event_import takes it
_IN_ITEMS = (MediaKind.PHOTO, MediaKind.DOCUMENT)


async def ask(context: Context) -> bool:
    """Ask staff what to do with what reads like news; return False for anything else."""
    if not context.services.staff.includes(context.person.id):
        return False
    message = context.message
    if _is_calendar(message):
        look = context.button("calendar_look", CALENDAR_SEE, "primary")
        leave = context.button("guard_no", "guard:no")
        await context.quote("staff/calendar_offer", keyboard=((look,), (leave,)))
        return True
    content = _passable(message)
    if content is None or not _reads_like_news(context, content):
        return False
    album = message.media_group_id
    announcements = context.services.announcements
    if album and await announcements.is_later_of_album(album, message.message_id, words=True):
        return True  # its first file was asked about
    await context.quote("staff/guard", keyboard=_buttons(context, content))
    return True


async def in_group(_: Update, context: Context) -> None:
    """Ask about news in the staff group; everything else there is silent."""
    if context.chat.id == context.services.staff.group:
        await ask(context)


async def make_announcement(_: Update, context: Context) -> None:
    """Make the draft that /announce as a reply would make."""
    source = source_of_question(context)
    update_id = int(context.pressed[2])
    await announce.create(context, BroadcastKind.ANNOUNCEMENT, source, update_id)


async def make_item(_: Update, context: Context) -> None:
    """Make the item that /item as a reply would make."""
    await items.collect(context, source_of_question(context), int(context.pressed[2]))


async def leave_it(_: Update, context: Context) -> None:
    """Do nothing with the message."""
    context.services.staff.require(context.person.id)
    await close(context)
    await context.answer()


def source_of_question(context: Context) -> Message:
    """Return the message that the question is about; raise Refusal if it is gone."""
    context.services.staff.require(context.person.id)
    question = context.query.message
    source = question.reply_to_message if isinstance(question, Message) else None
    # In a forum, whatever answers nothing else answers the message that made the topic.
    if source is None or source.forum_topic_created:
        raise Refusal("staff/guard_gone")
    return source


async def close(context: Context) -> bool:
    """Put an end in place of the question; return False if that was done before."""
    html = context.words.render("staff/guard_closed", context.language)
    number = context.message.message_id
    try:
        await messages.edit(context.bot, context.chat.id, number, Content(html), Lane.REPLY)
    except BadRequest as error:
        return "not modified" not in error.message.lower()
    return True


def _is_calendar(message: Message) -> bool:
    """Return whether a message is a calendar file, which could be imported."""
    file = message.document
    name = (file.file_name or "").casefold() if file else ""
    return file is not None and (file.mime_type == "text/calendar" or name.endswith(".ics"))


def _passable(message: Message) -> Content | None:
    """Return what could be announced, or None for commands and what cannot be passed on."""
    try:
        content = content_of(message)
    except Refusal:
        return None
    return None if (message.text or message.caption or "").startswith("/") else content


def _reads_like_news(context: Context, content: Content) -> bool:
    message = context.message
    if not context.in_private and not _is_said_to_bot(context):
        return news.is_clearly_news(content.html)
    if message.forward_origin:
        return not news.asks(content.html)
    has_file = content.attachment is not None
    return news.reads_like_news(content.html) or (has_file and news.is_long_caption(content.html))


def _is_said_to_bot(context: Context) -> bool:
    """Return whether a message in a group answers the bot or names it."""
    message = context.message
    replied = message.reply_to_message
    if replied and replied.from_user and replied.from_user.id == context.bot.id:
        return True
    text = message.text or message.caption or ""
    return f"@{context.bot.username}".casefold() in text.casefold()


def _buttons(context: Context, content: Content) -> Keyboard:
    update_id, message = context.incoming.update_id, context.message
    rows: Keyboard = (
        (context.button("guard_announce", f"guard:announce:{update_id}", "primary"),),
    )
    file = content.attachment
    if file is None or (isinstance(file, Media) and file.kind in _IN_ITEMS):
        rows = (*rows, (context.button("guard_item", f"guard:item:{update_id}"),))
    # In a group nothing but /ask is a question, and a picture has no answer.
    if context.in_private and message.text:
        rows = (*rows, (context.button("guard_answer", "guard:answer"),))
    else:
        rows = (*rows, (context.button("guard_no", "guard:no"),))
    emergencies = context.services.library.emergencies
    may_be_one = emergencies.look(message.text or message.caption or "").perhaps
    return (*card_button(context), *rows) if may_be_one else rows


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers; in private, and for answers in groups, others ask."""
    new = filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL & ~filters.COMMAND
    return [
        MessageHandler(new & filters.ChatType.GROUPS, in_group),
        CallbackQueryHandler(make_announcement, pattern=ANNOUNCE),
        CallbackQueryHandler(make_item, pattern=ITEM),
        CallbackQueryHandler(leave_it, pattern=NO),
    ]
