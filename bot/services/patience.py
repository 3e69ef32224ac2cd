"""Patience: what one person can write in a minute before the bot asks for a pause. Memory only."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

PER_MINUTE = 30  # messages of one person that are answered
MINUTE = timedelta(minutes=1)
_MOST = 10_000  # people


class Verdict(Enum):
    """What becomes of a message."""

    ANSWER = "answer"
    ASK_FOR_A_PAUSE = "ask for a pause"  # once in that minute
    SILENCE = "silence"


@dataclass(slots=True)
class _Count:
    since: datetime
    messages: int = 0


class Patience:
    """Counts the messages of each person in a minute that begins with the first of them."""

    def __init__(self) -> None:
        self._counts: OrderedDict[int, _Count] = OrderedDict()

    def of(self, person_id: int, sent_at: datetime) -> Verdict:
        """Count a message by the time at which it was sent; return what becomes of it.

        What waited while the bot was off is measured by when it was written.
        """
        count = self._counts.get(person_id)
        if count is None or not timedelta() <= sent_at - count.since < MINUTE:
            self._counts.pop(person_id, None)
            count = self._counts[person_id] = _Count(sent_at)
            if len(self._counts) > _MOST:
                self._counts.popitem(last=False)
        count.messages += 1
        if count.messages <= PER_MINUTE:
            return Verdict.ANSWER
        is_first = count.messages == PER_MINUTE + 1
        return Verdict.ASK_FOR_A_PAUSE if is_first else Verdict.SILENCE
