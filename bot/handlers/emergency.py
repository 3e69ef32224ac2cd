"""Emergencies: the card at once, whatever else is going on; no database is needed."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from telegram import Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.content.emergency import Emergency, EmergencyKind
from bot.context import Context
from bot.handlers import answers, forms, person, questions
from bot.models import Button, Content, Lane, Language
from bot.services import Services
from bot.services.cries import Cries

COMMANDS = ("overdose", "od")
LINK = re.compile(r"^/start(@\w+)?\s+(overdose|od)\s*$", re.IGNORECASE)  # t.me/<bot>?start=od
_NEWS = re.compile(r"^/(item|announce|alert)\b")  # news about overdoses that staff collect
CARD = (
    r"^overdose:(card|switch):\w+:(en|es)$"  # as a new message, or in place of the other language
)
MORE = r"^overdose:more:[\w-]+:(en|es)$"  # below cards from before there was a guide


class _SaysEmergency(filters.MessageFilter):
    """Texts and captions that may mean that somebody is in danger now."""

    def __init__(self, cries: Cries) -> None:
        super().__init__(name="says emergency")
        self._cries = cries

    def filter(self, message: Message) -> bool:
        """Return whether the card is needed."""
        return _heard(self._cries, message.to_dict()) is not None


def _heard(cries: Cries, message: Mapping[str, Any]) -> Emergency | None:
    """Return the emergency that a raw message speaks of, with those right before it."""
    text = message.get("text") or message.get("caption") or ""
    if not isinstance(text, str) or not text or _NEWS.match(text):
        return None
    chat, person = message.get("chat") or {}, message.get("from") or {}
    return cries.heard(
        int(chat.get("id", 0)), int(person.get("id", 0)), int(message.get("message_id", 0)), text
    )


async def overdose(_: Update, context: Context) -> None:
    """Answer /overdose."""
    await _send_card(context, EmergencyKind.OPIOID, context.language)


async def cry_for_help(update: Update, context: Context) -> None:
    """Answer a text that may mean that somebody is dying, in the language it is written in."""
    found = _heard(context.services.cries, context.message.to_dict())
    emergency = found or Emergency(EmergencyKind.OPIOID, context.language)
    await _send_card(context, emergency.kind, emergency.language)
    # What staff write for the e-blast may speak of overdoses too: it must not get lost.
    if context.incoming.message is not None and await forms.continue_form_of_staff(context):
        return
    if context.incoming.message is not None and await answers.beside_card(update, context):
        return
    if not await person.after_card(update, context):
        await questions.answer_beside_card(context)


async def show_card(_: Update, context: Context) -> None:
    """Show a card in the language of the pressed button."""
    kind, language = EmergencyKind(context.pressed[2]), Language(context.pressed[3])
    if context.pressed[1] == "switch":
        await context.replace(_card(context, kind, language), Lane.URGENT)
        await context.services.overdose.speak(context.chat.id, language)
    else:
        await _send_card(context, kind, language)
    await context.answer()


async def show_more(_: Update, context: Context) -> None:
    """Say what to do next."""
    topic, language = context.pressed[2], Language(context.pressed[3])
    back = _steps(context, "overdose_steps", language)
    html = context.services.library.answer_html(topic, language, context.today)
    await context.send(Content(html, keyboard=((back,),)), Lane.URGENT)
    await context.answer()


def is_call_for_help(cries: Cries, message: Mapping[str, Any]) -> bool:
    """Return whether a raw message is a command or words that bring a card."""
    text = message.get("text") or message.get("caption") or ""
    word = text[1:].partition("@")[0].partition(" ")[0].lower() if text.startswith("/") else ""
    return word in COMMANDS or LINK.match(text) is not None or _heard(cries, message) is not None


def is_urgent(cries: Cries) -> Callable[[Mapping[str, Any]], bool]:
    """Return the test by which the receiver lets a raw update pass all others."""

    def urgent(raw: Mapping[str, Any]) -> bool:
        message = raw.get("message") or raw.get("edited_message") or {}
        query = raw.get("callback_query") or {}
        text = message.get("text") or message.get("caption") or ""
        if not isinstance(text, str):
            return False
        is_pressed = str(query.get("data", "")).startswith("overdose:")
        return is_pressed or is_call_for_help(cries, message)

    return urgent


async def _send_card(context: Context, kind: EmergencyKind, language: Language) -> None:
    """Send a card; "in Spanish" is not about the answer before it any more."""
    await context.send(_card(context, kind, language), Lane.URGENT)
    if context.incoming.effective_user is not None:
        context.services.last_answers.forget(context.chat.id, context.person.id)


def _card(context: Context, kind: EmergencyKind, language: Language) -> Content:
    library = context.services.library
    switch = Button(
        context.words.label("switch_language", language),
        data=f"overdose:switch:{kind}:{language.other}",
    )
    if kind is EmergencyKind.OPIOID:
        rows = library.guide.card_rows(language)
    else:
        rows = ((_steps(context, "not_breathing", language),),)
    return Content(library.cards.card(kind, language), keyboard=(*rows, (switch,)))


def _steps(context: Context, label: str, language: Language) -> Button:
    """Return the button that leads to the overdose card."""
    return Button(
        context.words.label(label, language),
        data=f"overdose:card:{EmergencyKind.OPIOID}:{language}",
        style="danger",
    )


def handlers(services: Services) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers; the texts are tried in new and in edited messages, in every chat."""
    anywhere = filters.UpdateType.MESSAGES
    written = filters.TEXT | filters.CAPTION
    return [
        CommandHandler(COMMANDS, overdose, filters=anywhere),
        MessageHandler(anywhere & filters.Regex(LINK), overdose),
        MessageHandler(anywhere & written & _SaysEmergency(services.cries), cry_for_help),
        CallbackQueryHandler(show_card, pattern=CARD),
        CallbackQueryHandler(show_more, pattern=MORE),
    ]
