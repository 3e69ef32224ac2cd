"""The state file: everything the sandbox knows, as JSON, written now and then."""

import asyncio
import json
import logging
from pathlib import Path
from typing import Any, Protocol

from sandbox.files import as_text
from sandbox.world import World

logger = logging.getLogger(__name__)

VERSION = 2
SAVE_EVERY = 10.0  # seconds


class StateError(Exception):
    """The state file cannot be used; the text is a sentence for the person who named it."""


class Part(Protocol):
    """Something with a state."""

    def dump(self) -> dict[str, Any]:
        """Return the state as plain data."""

    def load(self, saved: dict[str, Any], /) -> None:
        """Take over what `dump` gave."""


class StateFile:
    """Loads the parts from a file and saves them there."""

    def __init__(self, path: Path, world: World, parts: dict[str, Part]) -> None:
        self._path = path
        self._world = world
        self._parts = parts
        self._saved_changes = -1
        self._writing: asyncio.Future[None] | None = None

    async def load(self) -> None:
        """Take over what the file holds; no file is an empty state."""
        try:
            saved = await asyncio.to_thread(_read, self._path)
            if saved is None:
                # A file that cannot be written is to be known now, not when the work is done.
                await self.save_now()
                return
            if saved["version"] != VERSION:
                raise StateError(f"{self._path} was written by another version of the sandbox.")
            for name, part in self._parts.items():
                part.load(saved[name])
        except (ValueError, KeyError, TypeError) as error:
            raise StateError(f"{self._path} is not a state file of the sandbox.") from error
        except OSError as error:
            raise StateError(f"{self._path} cannot be read: {error.strerror}.") from error

    async def run(self) -> None:
        """Save every few seconds if something has changed."""
        while True:
            await asyncio.sleep(SAVE_EVERY)
            try:
                await self.save()
            except StateError as error:
                logger.warning("%s", error)

    async def save(self) -> None:
        """Write the file if something has changed since it was written."""
        if self._world.changes != self._saved_changes:
            await self.save_now()

    async def save_now(self) -> None:
        """Write the file; a reader sees the old one or the new one, never half of one."""
        if self._writing:  # by a task that was cancelled: its thread still has the file
            await asyncio.wait([self._writing])
        changes = self._world.changes
        # The snapshot is shallow and quick; writing it as JSON takes long and has its own thread.
        state = {name: part.dump() for name, part in self._parts.items()}
        loop = asyncio.get_running_loop()
        self._writing = loop.run_in_executor(
            None, _write, self._path, {"version": VERSION, **state}
        )
        try:
            await asyncio.shield(self._writing)
        except OSError as error:
            raise StateError(f"{self._path} cannot be written: {error.strerror}.") from error
        self._saved_changes = changes


def _read(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    saved = json.loads(path.read_text(encoding="utf-8"))
    return saved if isinstance(saved, dict) else {}


def _write(path: Path, state: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(json.dumps(state, default=as_text), encoding="utf-8")
    draft.replace(path)
