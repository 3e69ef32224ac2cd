"""Follow-up words: the last answer in the other language, its sources, more, or "what about"."""

from bot.content.followups import FollowUp, understand
from bot.content.understanding import Understood
from bot.context import Context
from bot.handlers.answer_view import suggestions, tell_answer
from bot.handlers.keyboards import card_button
from bot.models import Language
from bot.services.lastanswers import LastAnswer

_LANGUAGES = {FollowUp.ENGLISH: Language.EN, FollowUp.SPANISH: Language.ES}


async def follow(context: Context, text: str) -> bool:
    """Answer words such as "in Spanish", "more" or "source?"; return False if they are none."""
    wanted = context.services.library.follow_ups.of(text)
    last = _last(context)
    if wanted is None or last is None:
        return False
    if wanted in _LANGUAGES:
        context.language = _LANGUAGES[wanted]
        await context.services.languages.choose(context.person.id, context.language)
        await tell_answer(context, last.topic, context.language, last.beside)
    else:
        await _tell_sources(context, last, more=wanted is FollowUp.MORE)
    return True


def understood(context: Context, text: str) -> Understood | None:
    """Return what "what about …" means after the last answer; None if it is no such question."""
    library, last = context.services.library, _last(context)
    subject = library.follow_ups.subject(text)
    if last is None or not subject:
        return None
    answer = library.answers.get(last.topic, last.language)
    language = library.understanding.of(text, last.language).language
    return understand(library.understanding, subject, answer, language)


async def _tell_sources(context: Context, last: LastAnswer, *, more: bool) -> None:
    answer = context.services.library.answers.get(last.topic, last.language)
    context.language = last.language
    beside = [each for each in last.beside if each != last.topic]
    keyboard = (*(suggestions(context, beside) if more else ()), *card_button(context))
    await context.reply(
        "public/answer_more", answer=answer, more=more, beside=beside, keyboard=keyboard
    )


def _last(context: Context) -> LastAnswer | None:
    """Return the last answer, unless staff have taken it away since."""
    last = context.services.last_answers.find(context.chat.id, context.person.id)
    if last is None or last.topic not in context.services.library.answers.topics():
        return None
    return last
