"""Cases: what staff do with them, in their group or in private. A reply answers the person."""

import contextlib
import re
from typing import Any

from telegram import ReactionTypeEmoji, Update
from telegram.error import BadRequest
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    MessageReactionHandler,
    filters,
)

from bot.content.library import Library
from bot.context import Context
from bot.errors import Refusal
from bot.handlers import guard
from bot.handlers.incoming import answer_of, written_of
from bot.models import Case, Content, Keyboard

_NUMBERED = re.compile(r"#case(\d{1,15})\b")
_MUTES = (1, 7, 30)  # days that buttons offer


# ---------------------------------------------------------------------- answering


async def staff_said(context: Context) -> bool:
    """Take a reply in a staff chat as the answer to its case; return False if it is none."""
    message = context.message
    if not _is_staff_chat(context):
        return False
    replied = message.reply_to_message
    replies = context.services.replies
    if replied is None or replied.forum_topic_created:
        return await _only_talk(context)
    case = await replies.case_at(context.chat.id, replied.message_id)
    if case is None:
        is_ours = replied.from_user is not None and replied.from_user.id == context.bot.id
        named = _NUMBERED.search(replied.text or replied.caption or "") if is_ours else None
        if named is None:
            return False
        context.services.staff.require(context.person.id)
        raise Refusal("staff/case_gone", number=int(named[1]))
    context.services.staff.require(context.person.id)
    written = answer_of(message, context.incoming.update_id)
    answered = await replies.answer(written, replied.message_id)
    context.wake_courier()
    if answered is not None and not answered.is_open:
        keyboard = context.services.cases.card(answered).keyboard
        await context.reply("staff/case_not_answered", case=answered, keyboard=keyboard)
    return True


async def talk(update: Update, context: Context) -> None:
    """Leave what staff say to each other in the topic of a case where it is."""
    if not await staff_said(context):
        await guard.in_group(update, context)


async def _only_talk(context: Context) -> bool:
    """Say once that what is no reply is not sent; return False outside the topics of cases."""
    case = await _case_here(context)
    if case is None:
        return False
    if context.services.replies.is_first_talk(case.case_id):
        await context.reply("staff/case_how_to_answer")
    return True


async def note(_: Update, context: Context) -> None:
    """Keep a note where it stands: nothing of it leaves."""
    context.services.staff.require(context.person.id)
    await context.reply("staff/case_note")


async def edited(_: Update, context: Context) -> None:
    """Carry an edit over to the other side."""
    message = context.message
    replies = context.services.replies
    with contextlib.suppress(Refusal):  # an edit that cannot be carried over changes nothing
        if await replies.edited(written_of(message, context.incoming.update_id)):
            context.wake_courier()


async def reacted(update: Update, context: Context) -> None:
    """Show a reaction to the other side, as the bot's own."""
    reaction = update.message_reaction
    if reaction is None or reaction.user is None:
        return
    if not context.in_private and not context.services.staff.includes(reaction.user.id):
        return
    emoji = [e.emoji for e in reaction.new_reaction if isinstance(e, ReactionTypeEmoji)]
    if reaction.new_reaction and not emoji:
        return  # an emoji of somebody's own, which a bot cannot give
    shown = emoji[-1] if emoji else ""
    await context.services.replies.react(context.chat.id, reaction.message_id, shown)
    context.wake_courier()


# ---------------------------------------------------------------------- deciding


async def inbox(_: Update, context: Context) -> None:
    """List the open cases."""
    context.services.staff.require(context.person.id)
    cases = await context.services.cases.list_open()
    zone = context.services.editions.schedule.zone
    keyboard = tuple(
        (context.button("case_number", f"case:card:{case.case_id}", number=case.case_id),)
        for case in cases[:20]
    )
    await context.reply("staff/case_inbox", cases=cases, zone=zone, keyboard=keyboard)
    await context.answer()


async def card(_: Update, context: Context) -> None:
    """Show how a case stands, in a new message."""
    case = await context.services.cases.get(context.staff_number())
    await context.send(context.services.cases.card(case))
    await context.answer()


async def back(_: Update, context: Context) -> None:
    """Show how a case stands, in place."""
    await _show(context, await context.services.cases.get(context.staff_number()))


async def claim(_: Update, context: Context) -> None:
    """Look after a case."""
    number = context.staff_number()
    await _show(context, await context.services.cases.claim(number, context.person.first_name))


async def close(_: Update, context: Context) -> None:
    """Close a case."""
    await _show(context, await context.services.cases.close(context.staff_number()))


async def reopen(_: Update, context: Context) -> None:
    """Open a closed case again."""
    await _show(context, await context.services.cases.reopen(context.staff_number()))


async def more(_: Update, context: Context) -> None:
    """Offer what is done more rarely."""
    number = context.staff_number()
    case = await context.services.cases.get(number)
    mutes = tuple(
        context.button("case_mute", f"case:mute:{number}:{days}", days=days) for days in _MUTES
    )
    keyboard: Keyboard = (
        mutes,
        (context.button("case_ban", f"case:mute:{number}:0", "danger"),),
        (context.button("case_unban", f"case:unban:{number}"),),
        (context.button("case_back", f"case:back:{number}"),),
    )
    html = context.services.cases.card(case).html
    await context.replace(Content(html, keyboard=keyboard))
    await context.answer()


async def mute(_: Update, context: Context) -> None:
    """Take no messages of whoever asked for so many days, or with 0 for good."""
    number, days = context.staff_number(), int(context.pressed[3])
    await _show(context, await context.services.cases.mute(number, days or None))


async def unban(_: Update, context: Context) -> None:
    """End a mute or a ban."""
    ended = await context.services.cases.unmute(context.staff_number())
    await context.reply("staff/case_unbanned", ended=ended)
    await context.answer()


async def by_command(_: Update, context: Context) -> None:
    """Answer /close, /reopen, /mute, /ban and /unban, with a number or where the case is."""
    context.services.staff.require(context.person.id)
    word = (context.message.text or "")[1:].split()[0].split("@")[0].lower()
    numbers = [int(arg.lstrip("#case")) for arg in context.args or [] if _is_number(arg)]
    here = await _case_here(context)
    number = here.case_id if here and len(numbers) < 1 + (word == "mute") else None
    if number is None:
        if not numbers:
            raise Refusal("staff/case_which")
        number = numbers.pop(0)
    cases = context.services.cases
    match word:
        case "close":
            case = await cases.close(number)
        case "reopen":
            case = await cases.reopen(number)
        case "mute":
            case = await cases.mute(number, numbers[0] if numbers else 7)
        case "ban":
            case = await cases.mute(number, None)
        case _:
            ended = await cases.unmute(number)
            await context.reply("staff/case_unbanned", ended=ended)
            return
    context.wake_courier()
    await context.send(cases.card(case))


# ---------------------------------------------------------------------- what is masked


async def show_hidden(_: Update, context: Context) -> None:
    """Show what is masked to the one who pressed, and to nobody else."""
    number, page = context.staff_number(), int(context.pressed[3])
    text = await context.services.cases.hidden(number, page)
    with contextlib.suppress(BadRequest):  # pressed long ago
        await context.query.answer(text, show_alert=True)


async def send_file(_: Update, context: Context) -> None:
    """Send a file to the one who pressed, in private."""
    update_id = context.incoming.update_id
    await context.services.cases.send_file(context.staff_number(), context.person.id, update_id)
    context.wake_courier()
    await context.answer("case_file_sent", alert=True)


# ---------------------------------------------------------------------- shared


async def _show(context: Context, case: Case) -> None:
    context.wake_courier()
    await context.replace(context.services.cases.card(case))
    await context.answer()


def _is_number(word: str) -> bool:
    return re.fullmatch(r"(?:#case|#)?\d{1,15}", word) is not None


async def _case_here(context: Context) -> Case | None:
    """Return the case whose message a command answers, or in whose topic it stands."""
    replied = context.message.reply_to_message
    message_id = replied.message_id if replied else context.thread_id
    if message_id is None:
        return None
    return await context.services.replies.case_at(context.chat.id, message_id)


def _is_staff_chat(context: Context) -> bool:
    staff = context.services.staff
    return context.chat.id in staff.chats or (
        context.in_private and staff.includes(context.chat.id)
    )


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers; replies are taken by forms and questions, which ask here first."""
    new = filters.UpdateType.MESSAGE
    n = r"\d{1,15}"
    return [
        CommandHandler("inbox", inbox, filters=new),
        CommandHandler("note", note, filters=new),
        CommandHandler(["close", "reopen", "mute", "ban", "unban"], by_command, filters=new),
        CallbackQueryHandler(inbox, pattern=r"^case:inbox$"),
        CallbackQueryHandler(card, pattern=rf"^case:card:{n}$"),
        CallbackQueryHandler(back, pattern=rf"^case:back:{n}$"),
        CallbackQueryHandler(claim, pattern=rf"^case:claim:{n}$"),
        CallbackQueryHandler(close, pattern=rf"^case:close:{n}$"),
        CallbackQueryHandler(reopen, pattern=rf"^case:reopen:{n}$"),
        CallbackQueryHandler(more, pattern=rf"^case:more:{n}$"),
        CallbackQueryHandler(mute, pattern=rf"^case:mute:{n}:\d{{1,3}}$"),
        CallbackQueryHandler(unban, pattern=rf"^case:unban:{n}$"),
        CallbackQueryHandler(show_hidden, pattern=rf"^case:show:{n}:\d{{1,3}}$"),
        CallbackQueryHandler(send_file, pattern=rf"^case:file:{n}$"),
        MessageHandler(new & filters.IS_TOPIC_MESSAGE & ~filters.COMMAND, talk),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE, edited),
        MessageReactionHandler(reacted),
    ]
