"""A warm hand-off: somebody who meets or calls. It is a case of the relay, with what they say."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.library import Library
from bot.context import Context
from bot.handlers import person

ASK = "handoff:ask"
YES = "handoff:yes"


async def ask(_: Update, context: Context) -> None:
    """Say what to expect, and ask whether to go on; an open case is the way there already."""
    case = await context.services.relay.check_welcome(context.chat.id)
    if case is not None:
        keyboard = person.person_buttons(context, case.case_id)
        await context.reply("public/case_still_open", case=case, keyboard=keyboard)
    else:
        keyboard = (
            (context.button("handoff_yes", YES, "success"),),
            (context.button("not_now", "case:no"),),
        )
        await context.reply("public/handoff", keyboard=keyboard, **person.expect(context))
    await context.answer()


async def yes(_: Update, context: Context) -> None:
    """Wait for what they want to say: the next message opens the case."""
    await context.services.relay.ask_to_write(context.chat.id)
    await context.show("public/handoff_write")
    await context.answer()


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CallbackQueryHandler(ask, pattern=rf"^{ASK}$"),
        CallbackQueryHandler(yes, pattern=rf"^{YES}$"),
    ]
