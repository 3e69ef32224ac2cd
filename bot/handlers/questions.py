"""Questions in people's own words: a command word or a reviewed answer; never a guess."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.content.library import Library
from bot.content.understanding import Kind, Understood
from bot.context import Context
from bot.handlers import (
    cases,
    events,
    followups,
    forms,
    guard,
    membership,
    person,
    privacy,
    settings,
    supplies,
)
from bot.handlers import help as help_
from bot.handlers.answer_view import suggestions, tell_answer
from bot.handlers.keyboards import card_button, private_link
from bot.models import Language
from bot.models.sites import Need

VOTE = r"^vote:(yes|no):[\w-]+:(en|es):[0-9a-f]{8}$"
OPEN = r"^ask:open$"
ANSWER = r"^ask:answer:[\w-]+$"
# What a whole message of plain words stands for; the keys are those of commandwords.yaml.
_WORDS = {
    "leave": membership.leave,
    "join": membership.eblast,
    "help": help_.help_,
    "naloxone": supplies.naloxone,
    "supplies": supplies.supplies,
    "treatment": supplies.treatment,
    "next_echo": events.next_echo,
    "events": events.events,
    "settings": settings.settings,
    "privacy": privacy.privacy,
    "my_data": privacy.my_data,
    "forget_me": privacy.ask_to_forget,
    "language": help_.language,
    "english": help_.speak_english,
    "spanish": help_.speak_spanish,
}


async def ask(update: Update, context: Context) -> None:
    """Answer what was written after /ask, or invite a question."""
    if not context.in_private:
        await context.reply("public/group_only_private", keyboard=private_link(context))
    elif context.argument:
        await _answer(update, context, context.argument)
    else:
        await invite(update, context)


async def invite(_: Update, context: Context) -> None:
    """Invite a question."""
    await context.reply("public/ask_prompt")
    await context.answer()


async def question(update: Update, context: Context) -> None:
    """Answer any text that is not a command, also below a picture or a file."""
    text = context.message.text or context.message.caption or ""
    if await cases.staff_said(context) or await forms.continue_form(context):
        return
    if await settings.awaits_day(context) and not _is_known(context, text):
        await settings.take_day(context, text)
    elif await person.pass_on(context):
        return
    elif _is_short_for_something(context, text) or not await guard.ask(context):
        await _answer(update, context, text)


async def answer_anyway(update: Update, context: Context) -> None:
    """Answer what read like news of staff and is a question after all."""
    text = guard.source_of_question(context).text or ""
    if await guard.close(context):
        await _answer(update, context, text)
    await context.answer()


async def show_answer(_: Update, context: Context) -> None:
    """Show the answer that a button names."""
    try:
        await tell_answer(context, context.pressed[2], context.language)
    except KeyError:  # staff have taken it away since
        await context.answer("old_button", alert=True)
        return
    await context.answer()


async def answer_beside_card(context: Context) -> None:
    """Answer what else a cry for help asks for; the card is out. In groups the card is enough."""
    if not context.in_private:
        return
    text = context.message.text or context.message.caption or ""
    asked = context.services.library.understanding.beside_card(text, context.language)
    if asked is not None:
        await _give(context, asked, text)


def _is_short_for_something(context: Context, text: str) -> bool:
    """Return whether a text is a command word, or nothing but a place."""
    services = context.services
    is_command = services.library.command_words.command_of(text) is not None
    return is_command or services.finder.is_only_a_place(text)


def _is_known(context: Context, text: str) -> bool:
    """Return whether a text is a command word or a question that has an answer."""
    library = context.services.library
    if library.command_words.command_of(text):
        return True
    found = library.understanding.of(text, context.language)
    return found.kind in (Kind.ANSWER, Kind.SUPPLIES)


async def _answer(update: Update, context: Context, text: str) -> None:
    if await followups.follow(context, text):
        return
    library = context.services.library
    command = _WORDS.get(library.command_words.command_of(text) or "")
    if command is not None:
        await command(update, context)
        return
    place = library.follow_ups.subject(text) or text  # "what about 60624"
    if context.services.finder.is_only_a_place(place):
        await supplies.tell_near(context, supplies.remembered(context), place)
        return
    found = followups.understood(context, text)
    await _give(context, found or library.understanding.of(text, context.language), text)


async def _give(context: Context, found: Understood, text: str) -> None:
    """Give what was understood."""
    match found.kind:
        case Kind.ANSWER:
            await tell_answer(context, found.id or "", found.language, found.alternatives)
        case Kind.SUPPLIES:
            context.language = found.language
            await supplies.tell_near(context, Need(found.id or Need.ANY), text)
        case Kind.SUGGESTIONS:
            likely = suggestions(context, found.alternatives)
            keyboard = (*likely, *person.ask_person(context), *card_button(context))
            await context.quote("public/answer_suggestions", keyboard=keyboard)
        case Kind.EMERGENCY | Kind.COMMAND | Kind.NONE:  # the first two have been taken before
            perhaps = suggestions(context, found.alternatives)
            keyboard = (*perhaps, *person.ask_person(context), *card_button(context))
            await context.quote("public/no_answer", perhaps=bool(perhaps), keyboard=keyboard)
            if not context.services.staff.includes(context.person.id):
                await context.services.feedback.note_unanswered(text, found.language)


async def vote(_: Update, context: Context) -> None:
    """Count a thumb below an answer, and nothing of whose it is."""
    verb, topic, language, digest = context.pressed[1:]
    await context.services.feedback.vote(
        context.person.id, topic, Language(language), digest, helpful=verb == "yes"
    )
    await context.answer("vote_yes" if verb == "yes" else "vote_no")


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers; nothing in a group is a question unless it begins with /ask."""
    new = filters.UpdateType.MESSAGE
    text = (filters.TEXT | filters.CAPTION) & ~filters.COMMAND
    return [
        CommandHandler("ask", ask, filters=new),
        CallbackQueryHandler(invite, pattern=OPEN),
        CallbackQueryHandler(show_answer, pattern=ANSWER),
        CallbackQueryHandler(answer_anyway, pattern=guard.ANSWER),
        CallbackQueryHandler(vote, pattern=VOTE),
        MessageHandler(new & text & filters.ChatType.PRIVATE, question),
    ]
