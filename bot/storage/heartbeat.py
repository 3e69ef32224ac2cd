"""The number of the last heartbeat, in a small file beside the database.

A backup of the database does not take the file along, so the file knows of heartbeats that the
backup has not seen. It counts heartbeats instead of telling their time: a clock that is set back
does not turn the count round.
"""

import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)


class HeartbeatFile:
    """`bot.db.heartbeat` beside `bot.db`."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".heartbeat")

    def read(self) -> int | None:
        """Return the number; None if there is no file, or none that can be read."""
        try:
            return int(self._path.read_text())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.warning("The heartbeat file cannot be read (%s)", type(error).__name__)
            return None

    def write(self, number: int) -> None:
        """Put a number in place of the last one, whole even if the power fails.

        Must come after the database's commit: a file that lags behind is no sign of anything, one
        that is ahead means a backup. So a file that cannot be written is no reason to stop.
        """
        new = self._path.with_name(self._path.name + ".new")
        try:
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{number}\n")
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
        except OSError as error:
            log.warning("The heartbeat file cannot be written (%s)", error.strerror)
