"""The language to answer in: chosen by a member, chosen in this chat lately, or Telegram's own."""

import asyncio
from collections import OrderedDict

from bot.errors import StorageUnavailableError
from bot.models import Language
from bot.services.members import Members
from bot.services.overdose import Overdose

REMEMBERED = 10_000
PATIENCE_SECONDS = 0.2  # a help card does not wait for the database


class Languages:
    """Finds and changes the language; for people who are not members in memory only."""

    def __init__(self, members: Members, overdose: Overdose) -> None:
        self._members = members
        self._overdose = overdose
        self._chosen: OrderedDict[int, Language] = OrderedDict()

    async def of(self, chat_id: int, code: str | None) -> Language:
        """Return the language of a chat; never raises and never waits long."""
        if chat_id in self._chosen:
            return self._chosen[chat_id]
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                member = await self._members.find(chat_id)
        except (StorageUnavailableError, TimeoutError):
            member = None
        return member.language if member else Language.of(code)

    def forget(self, chat_id: int) -> None:
        """Forget what was chosen in a chat lately."""
        self._chosen.pop(chat_id, None)

    async def choose(self, chat_id: int, language: Language) -> None:
        """Answer in that language from now on; stored only for members."""
        self._chosen[chat_id] = language
        self._chosen.move_to_end(chat_id)
        if len(self._chosen) > REMEMBERED:
            self._chosen.popitem(last=False)
        await self._overdose.speak(chat_id, language)
        await self._members.set_language(chat_id, language)
