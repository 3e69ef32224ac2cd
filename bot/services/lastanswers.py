"""The last answer that each person got, for a few minutes and in memory only: no row, no log."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.models import Language

KEPT = timedelta(minutes=10)
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """What somebody was told, and what else it might have been."""

    topic: str
    language: Language
    beside: tuple[str, ...]  # needs and topics
    until: datetime


class LastAnswers:
    """Remembers for each person in each chat what follow-up words are about."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: OrderedDict[tuple[int, int], LastAnswer] = OrderedDict()

    def remember(
        self,
        chat_id: int,
        person_id: int,
        topic: str,
        language: Language,
        beside: tuple[str, ...] = (),
    ) -> None:
        """Keep what a person was told; a restart forgets it."""
        key = (chat_id, person_id)
        self._told.pop(key, None)
        until = self._clock.now() + KEPT
        self._told[key] = LastAnswer(topic, language, beside, until)
        while len(self._told) > _MOST:
            self._told.popitem(last=False)

    def find(self, chat_id: int, person_id: int) -> LastAnswer | None:
        """Return what the person was told lately, or None."""
        found = self._told.get((chat_id, person_id))
        return found if found and self._clock.now() < found.until else None

    def forget(self, chat_id: int, person_id: int) -> None:
        """Forget it: something else matters now."""
        self._told.pop((chat_id, person_id), None)

    def forget_person(self, person_id: int) -> None:
        """Forget what a person was told, in every chat."""
        for key in [key for key in self._told if key[1] == person_id]:
            del self._told[key]
