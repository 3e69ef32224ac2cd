"""Time that can be moved forward: real time plus an offset."""

import time


class Clock:
    """The time of the sandbox, for dates, the 48-hour rules, retention and flood limits."""

    def __init__(self) -> None:
        self._offset = 0.0

    def time(self) -> float:
        """Return the time of day as Unix seconds."""
        return time.time() + self._offset

    def monotonic(self) -> float:
        """Return seconds for measuring distances; `advance` moves these too."""
        return time.monotonic() + self._offset

    def date(self) -> int:
        """Return the date that a message sent now carries."""
        return int(self.time())

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        if seconds < 0:
            raise ValueError("Time only goes forward.")
        self._offset += seconds
