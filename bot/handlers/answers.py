"""Answers: staff find, change, check, approve and undo what people are told, in chat."""

from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.content.library import Library
from bot.context import Context
from bot.errors import Refusal
from bot.handlers import answer_panel as panel
from bot.handlers.incoming import content_of, source_of
from bot.models import AnswerSeed, Language
from bot.services.answerdrafts import DraftView
from bot.services.answerforms import Asked

NAMED = r"^/answer(@\w+)?(\s|$)"
START = r"^answer:start$"
LIST = r"^answer:list:\d+$"
FIND = r"^answer:find$"
NEW = r"^answer:new$"
SHOW = r"^answer:show:[\w-]+:(en|es)$"
LOOK = r"^answer:look:[\w-]+:(en|es)$"
EDIT = r"^answer:edit:[\w-]+:(en|es)$"
DRAFT = r"^answer:draft:\d+$"
ASK = (
    r"^answer:ask:\d+:"
    r"(answer-title|answer-text|answer-questions|answer-sources|answer-date)$"
)
CANCEL = r"^answer:cancel:\d+$"
TODAY = r"^answer:today:\d+$"
SWAP = r"^answer:swap:\d+$"
PREVIEW = r"^answer:preview:\d+$"
APPROVE = r"^answer:approve:\d+:\d+$"
DROP = r"^answer:drop:\d+$"
RESTORE = r"^answer:restore:\d+$"
UNDO = r"^answer:undo:\d+$"
DUE = r"^answer:due$"
RIGHT = r"^answer:right:[\w-]+$"
STILL = r"^answer:still:[\w-]+:(en|es)$"
FILE = r"^answer:file:[\w-]+:(en|es)$"


async def answer(_: Update, context: Context) -> None:
    """Find answers by words, begin one from the message replied to, or say how it is done."""
    context.services.staff.require(context.person.id)
    source = source_of(context.message)
    answers = context.services.answers
    if source is not context.message:
        await _save(context, source)
    elif context.argument:
        await panel.show_found(context, answers.search(context.argument, context.language))
    else:
        await panel.show_start(context)


async def _save(context: Context, source: Message) -> None:
    """Begin an answer from a message; of a reply to a person also from what was asked."""
    replies = context.services.replies
    place = (context.chat.id, source.message_id)
    seed = await replies.seed_at(*place)
    if seed is None and await replies.case_at(*place) is not None:
        raise Refusal("staff/answer_of_person")
    if seed is None:
        written = source.text or source.caption or ""
        language = context.services.library.understanding.of(written, context.language).language
        seed = AnswerSeed(content_of(source).html, language)
    view = await context.services.answer_drafts.draft_from(
        seed, author_id=context.person.id, update_id=context.incoming.update_id
    )
    await panel.show_draft(context, view)


async def start(_: Update, context: Context) -> None:
    """Say how answers are found and changed."""
    context.services.staff.require(context.person.id)
    await panel.show_start(context)


async def list_all(_: Update, context: Context) -> None:
    """List all answers, a page at a time."""
    context.services.staff.require(context.person.id)
    await panel.show_page(context, int(context.pressed[2]))


async def find(_: Update, context: Context) -> None:
    """Ask for words to look for."""
    context.services.staff.require(context.person.id)
    await _ask(context, Asked.FIND)


async def new(_: Update, context: Context) -> None:
    """Ask for the title of a new answer."""
    context.services.staff.require(context.person.id)
    await _ask(context, Asked.NEW)


async def show(_: Update, context: Context) -> None:
    """Show how a topic stands in a language."""
    topic, language = _topic(context)
    await panel.show_standing(context, await context.services.answers.look(topic, language))


async def look(_: Update, context: Context) -> None:
    """Send an answer exactly as people see it."""
    topic, language = _topic(context)
    standing = await context.services.answers.look(topic, language)
    if standing.answer is None:
        raise Refusal("staff/answer_gone")
    await panel.preview(context, standing.answer, language)


async def edit(_: Update, context: Context) -> None:
    """Show the draft of a topic, or begin one."""
    topic, language = _topic(context)
    await panel.show_draft(context, await context.services.answer_drafts.edit(topic, language))


async def draft(_: Update, context: Context) -> None:
    """Show a draft."""
    await panel.show_draft(context, await _view(context))


async def ask(_: Update, context: Context) -> None:
    """Ask for a part of a draft: the next message is it."""
    number = _number(context)
    await _ask(context, Asked(context.pressed[3]), number)


async def cancel(_: Update, context: Context) -> None:
    """Stop waiting for what was asked."""
    number = _number(context)
    await context.services.answer_forms.close(context.chat.id, context.person.id)
    if number:
        await panel.show_draft(context, await _view(context))
    else:
        await panel.show_start(context)


async def change(_: Update, context: Context) -> None:
    """Note a check of today, turn the language, or take a draft back: a tap, a new state."""
    number, drafts = _number(context), context.services.answer_drafts
    deeds: dict[str, Callable[[], Awaitable[DraftView]]] = {
        "today": lambda: drafts.check_today(number, context.person.id),
        "swap": lambda: drafts.swap_language(number),
        "restore": lambda: drafts.restore(number),
    }
    await panel.show_draft(context, await deeds[context.pressed[1]]())


async def preview(_: Update, context: Context) -> None:
    """Send a draft exactly as people would see it."""
    view = await _view(context)
    await panel.preview(context, view.answer, view.version.language)


async def approve(_: Update, context: Context) -> None:
    """Tell people what a draft says from now on, or ask a second person to approve it."""
    number, revision = _number(context), int(context.pressed[3])
    answers = context.services.answers
    standing = await answers.approve(number, revision, context.person.id)
    if standing is None:
        context.wake_courier()
        await panel.show_draft(
            context, await context.services.answer_drafts.draft(number), "blast_second_person"
        )
    else:
        await panel.show_standing(context, standing, "answer_is_live")


async def drop(_: Update, context: Context) -> None:
    """Throw a draft away, with a way back."""
    number = _number(context)
    await context.services.answer_drafts.drop(number)
    keyboard = ((context.button("item_restore", f"answer:restore:{number}"),),)
    await context.show("staff/answer_dropped", keyboard=keyboard)
    await context.answer()


async def undo(_: Update, context: Context) -> None:
    """Go back one version."""
    standing = await context.services.answers.undo(_number(context))
    await panel.show_standing(context, standing, "answer_is_undone")


async def back_to_file(_: Update, context: Context) -> None:
    """Tell people what the file says."""
    topic, language = _topic(context)
    answers = context.services.answers
    standing = await answers.back_to_file(topic, language, context.person.id)
    await panel.show_standing(context, standing, "answer_is_undone")


async def list_due(_: Update, context: Context) -> None:
    """List what should be checked again."""
    context.services.staff.require(context.person.id)
    await panel.show_due(context)


async def still_right(_: Update, context: Context) -> None:
    """Note in the list that an answer was checked today."""
    context.services.staff.require(context.person.id)
    await context.services.answers.still_right(context.pressed[2], context.person.id)
    await panel.show_due(context, "answer_is_checked")


async def still_right_here(_: Update, context: Context) -> None:
    """Note below an answer that it was checked today."""
    topic, language = _topic(context)
    await context.services.answers.still_right(topic, context.person.id)
    standing = await context.services.answers.look(topic, language)
    await panel.show_standing(context, standing, "answer_is_checked")


async def continue_form(context: Context) -> bool:
    """Take a message as what was asked for; return False if nothing was."""
    chat_id, person_id = context.chat.id, context.person.id
    forms = context.services.answer_forms
    form = await forms.find_asked(chat_id, person_id)
    if form is None:
        return False
    content = content_of(context.message)
    if content.attachment is not None:
        raise Refusal("staff/answer_text_only")
    html, language = content.html, context.language
    if form.kind == Asked.FIND:
        await panel.show_found(context, await forms.search(chat_id, person_id, html, language))
    elif form.kind == Asked.NEW:
        written_in = context.services.library.understanding.of(
            context.message.text or "", language
        ).language
        update_id = context.incoming.update_id
        view = await forms.create(chat_id, person_id, update_id, html, written_in)
        await panel.show_draft(context, view)
    else:
        view = await forms.answer(chat_id, person_id, form, html, language)
        await panel.show_draft(context, view)
    return True


async def beside_card(update: Update, context: Context) -> bool:
    """Take the command of a member of staff whose words brought the emergency card, too.

    Return False if it is none.
    """
    is_named = (context.message.text or "").startswith("/answer")
    if not (is_named and context.services.staff.includes(context.person.id)):
        return False
    context.args = (context.message.text or "").split()[1:]
    await answer(update, context)
    return True


async def _ask(context: Context, asked: Asked, version_id: int = 0) -> None:
    forms = context.services.answer_forms
    await forms.ask(context.chat.id, context.person.id, asked, version_id)
    stop = ((context.button("cancel", f"answer:cancel:{version_id}"),),)
    await context.reply("staff/answer_ask", asked=asked.value, keyboard=stop)
    await context.answer()


async def _view(context: Context) -> DraftView:
    return await context.services.answer_drafts.draft(_number(context))


def _number(context: Context) -> int:
    context.services.staff.require(context.person.id)
    return int(context.pressed[2])


def _topic(context: Context) -> tuple[str, Language]:
    context.services.staff.require(context.person.id)
    return context.pressed[2], Language(context.pressed[3])


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    fresh = filters.UpdateType.MESSAGE
    pressed: tuple[tuple[str, Any], ...] = (
        (START, start),
        (LIST, list_all),
        (FIND, find),
        (NEW, new),
        (SHOW, show),
        (LOOK, look),
        (EDIT, edit),
        (DRAFT, draft),
        (ASK, ask),
        (CANCEL, cancel),
        (TODAY, change),
        (SWAP, change),
        (RESTORE, change),
        (PREVIEW, preview),
        (APPROVE, approve),
        (DROP, drop),
        (UNDO, undo),
        (FILE, back_to_file),
        (DUE, list_due),
        (RIGHT, still_right),
        (STILL, still_right_here),
    )
    return [
        CommandHandler("answer", answer, filters=fresh),
        # Telegram sees no command inside formatted text.
        MessageHandler(fresh & filters.Regex(NAMED), answer),
        *(CallbackQueryHandler(callback, pattern=pattern) for pattern, callback in pressed),
    ]
