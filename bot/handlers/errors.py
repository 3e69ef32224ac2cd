"""Errors: one place that decides what the person is told."""

import contextlib
import logging

from telegram import Update
from telegram.error import Forbidden, TelegramError

from bot.context import Context
from bot.errors import Refusal, StorageUnavailableError
from bot.handlers.keyboards import menu_buttons

log = logging.getLogger(__name__)


async def tell(update: object, context: Context) -> None:
    """Log first, then tell the person what to do next.

    | error                    | log     | the person hears                                 |
    |--------------------------|---------|--------------------------------------------------|
    | Refusal                  | nothing | its own template                                 |
    | they blocked the bot     | nothing | nothing: they cannot be reached                  |
    | Telegram refused or hung | warning | nothing more: the trouble is in telling          |
    | no database              | error   | that something is wrong, and what works still    |
    | anything else            | error   | the same                                         |
    """
    error = context.error
    await context.find_language()  # python-telegram-bot makes a new context for an error
    if isinstance(error, Refusal):
        if isinstance(update, Update):
            await _refuse(error, context)
        return
    if isinstance(error, Forbidden):
        return
    if isinstance(error, StorageUnavailableError):
        log.error("The database cannot be used: %s", error)
    elif isinstance(error, TelegramError):
        log.warning("Telegram did not take an answer", exc_info=error)
        return
    else:
        log.error("A handler failed", exc_info=error)
    if isinstance(update, Update) and update.effective_chat:
        with contextlib.suppress(TelegramError, LookupError):
            await _apologise(context)


async def _refuse(refusal: Refusal, context: Context) -> None:
    await context.answer()
    await context.reply(refusal.template, keyboard=(), **refusal.values)


async def _apologise(context: Context) -> None:
    await context.answer()
    if context.in_private or context.incoming.callback_query:
        await context.reply("public/trouble", keyboard=menu_buttons(context))
