"""Too many messages at once: one kind answer, then silence; an emergency is always answered."""

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot.context import Context
from bot.handlers import emergency
from bot.handlers.keyboards import card_button
from bot.services.patience import Verdict


async def hold_back(update: Update, context: Context) -> None:
    """End the handling of a message that is one of too many; staff are never held back."""
    message = update.message
    if message is None or message.from_user is None:
        return
    person_id = message.from_user.id
    if context.services.staff.includes(person_id):
        return
    if emergency.is_call_for_help(context.services.cries, message.to_dict()):
        return
    match context.services.patience.of(person_id, message.date):
        case Verdict.ANSWER:
            return
        case Verdict.ASK_FOR_A_PAUSE:
            await context.reply("public/slow_down", keyboard=card_button(context))
        case Verdict.SILENCE:
            pass
    raise ApplicationHandlerStop
