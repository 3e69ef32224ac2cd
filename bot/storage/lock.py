"""The instance lock: one process on one database."""

import fcntl
import os
from pathlib import Path

from bot.errors import StartupError


class InstanceLock:
    """A lock on a file beside the database; the kernel releases it however the process ends."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, in a folder made if need be; raise StartupError if that is impossible."""
        path = self._database.with_name(self._database.name + ".lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StartupError(
                f"The data folder {path.parent} cannot be written ({error.strerror}). "
                "Give this account the right to write there, or set another DATABASE_PATH."
            ) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise StartupError(self._refusal(error)) from None
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; the file stays, since removing it would race with the next owner."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _refusal(self, error: OSError) -> str:
        if isinstance(error, BlockingIOError):
            return (
                f"Another copy of the bot is using this database ({self._database}). "
                "Stop it first."
            )
        return (
            f"The database {self._database} cannot be locked ({error.strerror}). "
            "Put it on a local disk, not on a network share."
        )
