"""A broadcast as the crowd sees it."""

from dataclasses import dataclass, field
from typing import Any

WAVE_ENDS_AFTER = 10.0  # seconds of silence


@dataclass(slots=True)
class Wave:
    """Who of the crowd got a message without asking; the times are of a monotonic clock."""

    started: int
    of: int
    first_at: float
    last_at: float
    got: set[int] = field(default_factory=set)

    def as_json(self, now: float) -> dict[str, Any]:
        """Return the wave for the page; `now` on the same clock as `last_at`."""
        # The first message opens the span, so the rate is that of the messages after it.
        span = self.last_at - self.first_at
        return {
            "started": self.started,
            "got": len(self.got),
            "of": self.of,
            "per_second": round((len(self.got) - 1) / span, 1) if span > 0 else 0.0,
            "finished": self.finished(now),
        }

    def finished(self, now: float) -> bool:
        """Tell whether nobody has got anything for a while."""
        return now - self.last_at >= WAVE_ENDS_AFTER
