"""The minute of breaths: one message that shows a new number every five seconds.

One edit a breath stays far below Telegram's limits (one a second in a chat, twenty a minute in a
group). A number that can't leave in time is left out, never sent late: the next one is right.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any, cast

from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.clock import Clock
from bot.content.guide import BREATHS, Guide, Screen
from bot.context import Context
from bot.delivery import messages
from bot.delivery.pacing import Pacer, seconds_of
from bot.models import Content, Lane, Language
from bot.tasks import Tasks

EVERY_SECONDS = 5.0  # a breath; facts.md 1.2.4
SECONDS = BREATHS * EVERY_SECONDS
LAST_TRIES = 3
TURN_SECONDS = 1.0  # a number that has to wait longer for its turn is left out
EDIT_SECONDS = 3.0  # no edit may take the next one's time


@dataclass(eq=False, slots=True)
class _Minute:
    """A message that counts breaths; nothing of it is stored."""

    chat_id: int
    message_id: int
    language: Language
    started_at: float  # monotonic
    over: bool = False
    editing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Breathing:
    """Paces breaths, in at most one message a chat."""

    def __init__(
        self, bot: ExtBot[Any], pacer: Pacer, guide: Guide, clock: Clock, tasks: Tasks
    ) -> None:
        self._bot = bot
        self._pacer = pacer
        self._guide = guide
        self._clock = clock
        self._tasks = tasks
        self._minutes: dict[int, _Minute] = {}

    @staticmethod
    def of(context: Context) -> "Breathing":
        """Return the one that the application was given."""
        return cast("Breathing", context.bot_data["breathing"])

    def start(self, chat_id: int, message_id: int, language: Language) -> None:
        """Count from now on in a message that shows what comes before the first breath."""
        if earlier := self._minutes.get(chat_id):
            if earlier.message_id == message_id:
                earlier.over = True
            else:
                earlier.started_at -= SECONDS  # it ends by itself, as if its minute had passed
        minute = _Minute(chat_id, message_id, language, self._clock.monotonic())
        self._minutes[chat_id] = minute
        _ = self._tasks.start(self._count(minute), "breathing")

    async def stop(self, chat_id: int, message_id: int | None = None) -> None:
        """Stop counting in a chat, or only if that message counts; no number comes after this."""
        minute = self._minutes.get(chat_id)
        if minute is None or message_id not in (None, minute.message_id):
            return
        minute.over = True
        del self._minutes[chat_id]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TURN_SECONDS), minute.editing:
                return  # an edit that was on its way has arrived

    async def speak(self, chat_id: int, message_id: int, language: Language) -> bool:
        """Count in that language from now on; return False if that message does not count."""
        minute = self._minutes.get(chat_id)
        if minute is None or minute.message_id != message_id:
            return False
        minute.language = language
        number = min(self._number(minute), BREATHS)
        _ = await self._show(minute, self._guide.breath(number, language))
        return True

    # ------------------------------------------------------------------ inside

    async def _count(self, minute: _Minute) -> None:
        number = 0
        while True:
            number = (
                max(number, self._number(minute)) + 1
            )  # those whose time has passed are left out
            due_at = minute.started_at + number * EVERY_SECONDS
            await self._clock.sleep(max(0.0, due_at - self._clock.monotonic()))
            if minute.over:
                return
            if max(number, self._number(minute)) > BREATHS:
                break
            _ = await self._show(minute, self._guide.breath(number, minute.language))
        await self._finish(minute)

    def _number(self, minute: _Minute) -> int:
        """Return which breath it is; 0 before the first."""
        return int((self._clock.monotonic() - minute.started_at) // EVERY_SECONDS)

    async def _finish(self, minute: _Minute) -> None:
        """Say what comes after the minute; this, unlike a number, may come late."""
        for _ in range(LAST_TRIES):
            rest = self._guide.screen(Screen.REST, minute.language)
            if await self._show(minute, rest) or minute.over:
                break
            await self._clock.sleep(EVERY_SECONDS)
        minute.over = True
        if self._minutes.get(minute.chat_id) is minute:
            del self._minutes[minute.chat_id]

    async def _show(self, minute: _Minute, content: Content) -> bool:
        """Change the message now or not at all; return whether that worked."""
        async with minute.editing:
            if minute.over:
                return False
            try:
                async with asyncio.timeout(TURN_SECONDS):
                    ticket = await self._pacer.acquire(Lane.URGENT, minute.chat_id)
            except TimeoutError:
                return False
            retry_after = None
            try:
                async with asyncio.timeout(EDIT_SECONDS):
                    await messages.edit(
                        self._bot, minute.chat_id, minute.message_id, content, ticket
                    )
            except RetryAfter as error:
                retry_after = seconds_of(error)
                return False
            except (BadRequest, Forbidden) as error:
                # Deleted, or the chat is gone: there is nothing to count in any more.
                minute.over = "not modified" not in error.message.lower()
            except (TelegramError, TimeoutError):
                return False
            finally:
                ticket.finish(retry_after)
            return True
