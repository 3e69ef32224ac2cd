"""The contents page: every conversation of the bot, in the order in which it is asked.

Within the main group the first handler that fits gets the update. Order matters: emergencies
first, the catch-all last.
"""

from telegram import Update
from telegram.ext import TypeHandler

from bot.context import BotApplication, Context
from bot.handlers import (
    after,
    afterwords,
    amend,
    announce,
    answers,
    blast,
    case_answers,
    cases,
    coming,
    draft_audience,
    draft_time,
    emergency,
    errors,
    event_import,
    events,
    fallback,
    feeds,
    finder,
    forms,
    guard,
    guide,
    handoff,
    held,
    items,
    membership,
    occasions,
    patience,
    person,
    plan,
    presence,
    privacy,
    questions,
    reminding,
    settings,
    site,
    site_add,
    site_check,
    site_edit,
    site_import,
    start,
    supplies,
    trainings,
    wrong,
)
from bot.handlers import (
    help as help_,
)
from bot.services import Services

_CONVERSATIONS = (
    guide,  # what follows from the card
    presence,  # blocked the bot, came back
    start,
    help_,
    supplies,
    events,
    reminding,
    coming,
    feeds,
    membership,
    settings,
    privacy,
    items,
    blast,
    held,
    person,
    case_answers,
    announce,
    answers,
    draft_audience,
    draft_time,
    plan,
    after,
    afterwords,
    trainings,
    occasions,
    event_import,
    site,
    site_check,
    site_edit,
    site_add,
    site_import,
    wrong,
    handoff,
    finder,  # a shared location, unless a form asked for it
    forms,  # what answers a question of the bot, but for texts in private
    amend,
    cases,  # after the forms: a reply to the bot may answer either
    guard,  # news in the staff group; in private questions ask it
    questions,  # any other text
    fallback,  # must be last: what nobody else wanted
)


def register(application: BotApplication, services: Services) -> None:
    """Give the application every handler."""
    application.add_handler(TypeHandler(Update, prepare), group=-2)
    application.add_handler(TypeHandler(Update, patience.hold_back), group=-1)
    # Somebody may be dying: before everything.
    application.add_handlers(emergency.handlers(services))
    for conversation in _CONVERSATIONS:
        application.add_handlers(conversation.handlers(services.library))
    application.add_error_handler(errors.tell)


async def prepare(_: Update, context: Context) -> None:
    """Find out the language before anything is said; keep what comes in pieces."""
    await context.find_language()
    await announce.keep_album(context)
