"""Questions in people's own words: a command word or a reviewed answer; never a guess."""

from collections.abc import Sequence
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.content.library import Library
from bot.content.search import MatchKind
from bot.context import Context
from bot.handlers import echo, items, membership, supplies
from bot.handlers import help as help_
from bot.models import Button, Content, Keyboard

OPEN = r"^ask:open$"
ANSWER = r"^ask:answer:[\w-]+$"
# What a whole message of plain words stands for; the keys are those of commandwords.yaml.
_WORDS = {
    "leave": membership.leave,
    "join": membership.eblast,
    "help": help_.help_,
    "naloxone": supplies.naloxone,
    "next_echo": echo.next_echo,
    "language": help_.language,
}


async def ask(update: Update, context: Context) -> None:
    """Answer what was written after /ask, or invite a question."""
    if context.argument:
        await _answer(update, context, context.argument)
    else:
        await context.reply("public/ask_prompt")
    await context.answer()


async def question(update: Update, context: Context) -> None:
    """Answer any text that is not a command."""
    if await items.continue_form(context):
        return
    await _answer(update, context, context.message.text or "")


async def show_answer(_: Update, context: Context) -> None:
    """Show the answer that a button names."""
    html = context.services.library.answer_html(
        context.pressed[2], context.language, context.today
    )
    await context.send(Content(html, keyboard=_card_button(context)))
    await context.answer()


async def _answer(update: Update, context: Context, text: str) -> None:
    library = context.services.library
    command = _WORDS.get(library.command_words.command_of(text) or "")
    if command is not None:
        await command(update, context)
        return
    found = library.search.find(text, context.language)
    if found.kind is MatchKind.SURE:
        html = library.answer_html(found.topics[0], found.language, context.today)
        await context.send(Content(html, keyboard=_card_button(context)))
    elif found.kind is MatchKind.UNSURE:
        await context.reply(
            "public/answer_suggestions", keyboard=_suggestions(context, found.topics)
        )
    else:
        await context.reply("public/no_answer", keyboard=_card_button(context))


def _suggestions(context: Context, topics: Sequence[str]) -> Keyboard:
    answers = context.services.library.answers
    rows = tuple(
        (Button(answers.get(topic, context.language).title, data=f"ask:answer:{topic}"),)
        for topic in topics[:3]
    )
    return rows + _card_button(context)


def _card_button(context: Context) -> Keyboard:
    """Return the way to the card, one tap away from every answer."""
    data = f"overdose:card:opioid:{context.language}"
    return ((context.button("overdose_help", data, "danger"),),)


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers; in groups only staff's half-finished forms are of interest."""
    new = filters.UpdateType.MESSAGE
    text = filters.TEXT & ~filters.COMMAND
    return [
        CommandHandler("ask", ask, filters=new & filters.ChatType.PRIVATE),
        CallbackQueryHandler(ask, pattern=OPEN),
        CallbackQueryHandler(show_answer, pattern=ANSWER),
        MessageHandler(new & text & filters.ChatType.PRIVATE, question),
        MessageHandler(new & text & filters.REPLY & filters.ChatType.GROUPS, items.form_in_group),
    ]
