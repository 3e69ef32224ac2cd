"""The guided overdose help, from the card's buttons on; no screen needs the database."""

from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any

from telegram import Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.guide import Screen
from bot.content.library import Library
from bot.context import Context
from bot.handlers.breathing import Breathing
from bot.models import Content, Lane, Language

_SCREENS = "|".join(Screen)
PRESSED = rf"^overdose:(begin|go):({_SCREENS}):(en|es)$"  # a new message, or in place
SWITCH = rf"^overdose:say:({_SCREENS}):(en|es)(:\d{{1,10}})?$"
DOUBLE_TAP_SECONDS = 2.0
REMEMBER_SECONDS = 60.0


class Presses:
    """What was pressed within a minute, by chat and in memory only."""

    def __init__(self) -> None:
        self._latest: OrderedDict[int, tuple[int, tuple[object, ...], float]] = OrderedDict()

    def counts(self, chat_id: int, update_id: int, what: tuple[object, ...], now: float) -> bool:
        """Return False for a press that was overtaken by a later one, or is a double tap.

        Emergencies are handled side by side: after an outage, "they woke up" must win over "I
        gave naloxone" if it was pressed later.
        """
        while self._latest and next(iter(self._latest.values()))[2] < now - REMEMBER_SECONDS:
            self._latest.popitem(last=False)
        latest_id, latest, at = self._latest.get(chat_id, (0, (), 0.0))
        if update_id < latest_id or (what == latest and now - at < DOUBLE_TAP_SECONDS):
            return False
        self._latest[chat_id] = (update_id, what, now)
        self._latest.move_to_end(chat_id)
        return True


async def pressed(_: Update, context: Context) -> None:
    """Take the next step."""
    verb, screen, language = context.pressed[1], Screen(context.pressed[2]), context.pressed[3]
    presses: Presses = context.bot_data.setdefault("presses", Presses())
    what = (_message_id(context), context.query.data)
    now = context.services.clock.monotonic()
    if presses.counts(context.chat.id, context.incoming.update_id, what, now):
        await _take(context, screen, Language(language), in_place=verb == "go")
    await context.answer()


async def switch(_: Update, context: Context) -> None:
    """Say the same in the other language, and let the timer ask in it."""
    screen, language = Screen(context.pressed[2]), Language(context.pressed[3])
    overdose, guide = context.services.overdose, context.services.library.guide
    waiting = await overdose.speak(context.chat.id, language)
    if screen in (Screen.GIVEN, Screen.AGAIN):
        asks_at, stored = (waiting.asks_at, waiting.stored) if waiting else (None, True)
        content = guide.waiting(screen, language, overdose.zone, asks_at, stored=stored)
    elif screen is Screen.ASK:
        since = datetime.fromtimestamp(int(context.pressed[4]), UTC)
        now = context.services.clock.now()
        content = guide.ask(language, overdose.zone, since, now, late=False)
    elif screen is Screen.OVER:
        content = guide.over(language, removed=waiting is None)
    elif screen is Screen.BREATHE:
        if await Breathing.of(context).speak(context.chat.id, _message_id(context), language):
            await context.answer()
            return
        content = guide.screen(Screen.REST, language)
    else:
        content = guide.screen(screen, language)
    await context.replace(content, Lane.URGENT)
    await context.answer()


async def _take(context: Context, screen: Screen, language: Language, *, in_place: bool) -> None:
    """Do what a step means and show it."""
    breathing = Breathing.of(context)
    helped = screen in (Screen.SIDE, Screen.WOKE, Screen.OVER)
    await breathing.stop(context.chat.id, None if helped else _message_id(context))
    content = await _content(context, screen, language)
    if in_place:
        message_id = await context.replace(content, Lane.URGENT)
    else:
        message_id = (await context.send(content, Lane.URGENT)).message_id
    if screen is Screen.BREATHE:
        breathing.start(context.chat.id, message_id, language)


async def _content(context: Context, screen: Screen, language: Language) -> Content:
    """Start or end the timer as a step asks for; return what to show."""
    guide, overdose = context.services.library.guide, context.services.overdose
    chat_id = context.chat.id
    match screen:
        case Screen.GIVEN | Screen.AGAIN:
            update_id = context.incoming.update_id
            waiting = await overdose.start(chat_id, context.thread_id, language, update_id)
            return guide.waiting(
                screen, language, overdose.zone, waiting.asks_at, stored=waiting.stored
            )
        case Screen.OVER:
            return guide.over(language, removed=await overdose.end(chat_id))
        case Screen.BREATHE:
            return guide.breath(0, language)
        case Screen.SIDE | Screen.WOKE:
            _ = await overdose.end(chat_id)
        case _:
            pass
    return guide.screen(screen, language)


def _message_id(context: Context) -> int:
    """Return the message whose button was pressed; 0 where Telegram does not know it any more."""
    shown = context.query.message
    return shown.message_id if isinstance(shown, Message) else 0


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers; the emergency lane is theirs because their data begins with it."""
    return [
        CallbackQueryHandler(pressed, pattern=PRESSED),
        CallbackQueryHandler(switch, pattern=SWITCH),
    ]
