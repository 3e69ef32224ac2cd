"""An answer as people see it: its words, and the buttons below."""

from bot.context import Context
from bot.handlers.keyboards import card_button
from bot.models import Content, Keyboard, Language


def answer_content(context: Context, topic: str, language: Language) -> Content:
    """Return an answer ready to send; raise KeyError if there is no such topic."""
    html = context.services.library.answer_html(topic, language, context.today)
    return Content(html, keyboard=answer_keyboard(context, language))


def answer_keyboard(context: Context, language: Language) -> Keyboard:
    """Return what stands below an answer, in its language."""
    return card_button(context, language)
