"""An answer as people see it: its words, and the buttons below."""

from collections.abc import Sequence

from bot.content.answers import Answer
from bot.context import Context
from bot.handlers.keyboards import card_button
from bot.models import Button, Content, Keyboard, Language
from bot.models.sites import Need

_NEEDS = frozenset(need.value for need in Need)


async def tell_answer(
    context: Context, topic: str, language: Language, beside: tuple[str, ...] = ()
) -> None:
    """Send an answer, and remember it for follow-up words; raise KeyError if there is none."""
    library = context.services.library
    html = library.answer_html(topic, language, context.today)
    keyboard = answer_keyboard(context, library.answers.get(topic, language), language)
    await context.send(Content(html, keyboard=keyboard))
    context.services.last_answers.remember(
        context.chat.id, context.person.id, topic, language, beside
    )


def answer_keyboard(context: Context, answer: Answer, language: Language) -> Keyboard:
    """Return what stands below an answer: two thumbs, and the way to the card."""
    thumbs = tuple(
        Button(sign, data=f"vote:{verb}:{answer.topic}:{answer.language}:{answer.digest}")
        for sign, verb in (("👍", "yes"), ("👎", "no"))
    )
    return (thumbs, *card_button(context, language))


def suggestions(context: Context, ids: Sequence[str]) -> Keyboard:
    """Return the buttons of needs and topics."""
    there = _NEEDS.union(context.services.library.answers.topics())
    return tuple((_suggestion(context, each),) for each in ids if each in there)


def _suggestion(context: Context, each: str) -> Button:
    if each in _NEEDS:
        return context.button(Need(each).label, f"supplies:show:{each}")
    title = context.services.library.answers.get(each, context.language).title
    return Button(title, data=f"ask:answer:{each}")
