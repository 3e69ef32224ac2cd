"""Previews: what a member gets of a broadcast, shown to staff or sent to them as a test."""

from dataclasses import replace
from datetime import timedelta

from bot.clock import Clock
from bot.models import Content, Lane, Language, Section
from bot.services.broadcasts import get
from bot.services.renditions import Renditions
from bot.storage.database import Database
from bot.storage.deliveries import NewDelivery
from bot.storage.tables import Tables


class Previews:
    """Makes the messages of a broadcast for the eyes of staff."""

    def __init__(self, database: Database, renditions: Renditions, clock: Clock) -> None:
        self._database = database
        self._renditions = renditions
        self._clock = clock

    async def messages(
        self, broadcast_id: int, language: Language, sections: frozenset[Section]
    ) -> list[Content]:
        """Return exactly what a member with that language and those sections gets."""
        now = self._clock.now()

        def work(t: Tables) -> list[Content]:
            broadcast = get(t, broadcast_id)
            return self._renditions.preview(t, broadcast, language, sections, now)

        return await self._database.read(work)

    async def send(
        self,
        broadcast_id: int,
        person_id: int,
        update_id: int,
        language: Language,
        marker: str,
    ) -> int:
        """Send a person what every member gets, but for a marker, as a test; return how many."""
        now = self._clock.now()
        messages = await self.messages(broadcast_id, language, frozenset(Section))

        def work(t: Tables) -> int:
            for part, content in enumerate(_marked(messages, marker)):
                # A second apart, so that they arrive in order.
                due_at = now + timedelta(seconds=part)
                key = f"test:{update_id}:{part}"
                t.deliveries.add(NewDelivery(person_id, content, Lane.REPLY, due_at, key=key))
            return len(messages)

        return await self._database.write(work)


def _marked(messages: list[Content], marker: str) -> list[Content]:
    """Return messages with a marker; one that carries no words has it in a message before it."""
    marked = []
    for content in messages:
        if content.has_words:
            marked.append(replace(content, html=f"{marker}\n\n{content.html}"))
        else:
            marked += [Content(marker), content]
    return marked
