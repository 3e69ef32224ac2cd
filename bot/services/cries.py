"""Cries for help, also those that come in pieces: "my friend wont", "wake up"."""

import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.content.emergency import Emergency, EmergencyDetector

TOGETHER = timedelta(minutes=1)  # what one person writes within that time is read as one
SEVERAL = 3  # messages that are read together at most
_QUESTION = re.compile(r"/(?:ask|person)(?:@\w+)?\s+(.*)", re.DOTALL | re.IGNORECASE)
_REMEMBERED = 100  # messages of one person, however many come in a minute


@dataclass(frozen=True, slots=True)
class _Said:
    message_id: int
    at: datetime
    text: str
    found: Emergency | None


class Cries:
    """Hears cries for help. What was said is kept in memory only, and no longer than needed."""

    def __init__(self, emergencies: EmergencyDetector, clock: Clock) -> None:
        self._emergencies = emergencies
        self._clock = clock
        self._said: OrderedDict[tuple[int, int], list[_Said]] = OrderedDict()

    def heard(self, chat_id: int, person_id: int, message_id: int, text: str) -> Emergency | None:
        """Return the emergency that a message speaks of, alone or with those right before.

        Asked again for the same message it says the same. Words that brought a card are not read
        together with what follows: they never bring a second one.
        """
        now = self._clock.now()
        self._forget(now)
        if text.startswith("/"):  # "/help" twice is no cry
            return self._behind_command(text)
        said = self._said.pop((chat_id, person_id), [])
        known = next((s for s in said if s.message_id == message_id and s.text == text), None)
        if known is None:
            others = [s for s in said if s.message_id != message_id]
            found = self._emergencies.detect_together([*_unanswered(others, message_id), text])
            known = _Said(message_id, now, text, found)
            said = sorted([*others, known], key=lambda each: each.message_id)
        self._said[chat_id, person_id] = said[-_REMEMBERED:]
        return known.found

    def _behind_command(self, text: str) -> Emergency | None:
        """Return what a command says: "/sobredosis", "/ask he is cold", "/help he overdosed".

        Behind most commands stand names, places and days, of which what was learned knows little.
        """
        asked = _QUESTION.match(text)
        if asked:
            return self._emergencies.detect(asked[1])
        return self._emergencies.detect_by_rules(text)

    def forget(self, chat_id: int) -> None:
        """Forget what was said in a private chat."""
        self._said.pop((chat_id, chat_id), None)

    def _forget(self, now: datetime) -> None:
        """Forget what is too old to be read together with anything new."""
        while self._said:
            key, said = next(iter(self._said.items()))
            kept = [each for each in said if now - each.at <= TOGETHER]
            if len(kept) == len(said):
                return
            del self._said[key]
            if kept:
                self._said[key] = kept


def _unanswered(said: list[_Said], message_id: int) -> list[str]:
    """Return the last texts before a message, after the last that brought a card."""
    texts: list[str] = []
    for each in said:
        if each.message_id < message_id:
            texts = [] if each.found else [*texts, each.text]
    return texts[1 - SEVERAL :]
