"""`python -m bot` as whoever runs it sees it: an environment, two outputs and an end."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.config import Settings

ROOT = Path(__file__).parents[2]
RUNNING = "The bot is running."
START_SECONDS = 20.0
END_SECONDS = 10.0  # what the bot promises to a supervisor


class BotProcess:
    """One run of the bot, in its own folder so that no .env is read."""

    def __init__(self, folder: Path, settings: Mapping[str, object]) -> None:
        self.out = ""
        self.err = ""
        self._folder = folder
        self._environment = environment(settings)
        self._process: asyncio.subprocess.Process | None = None
        self._readers: list[asyncio.Task[None]] = []
        self._heard = asyncio.Event()

    @property
    def output(self) -> str:
        """Return all that was printed and logged until now."""
        return self.out + self.err

    @property
    def process(self) -> asyncio.subprocess.Process:
        """Return the process, which must have been launched."""
        assert self._process, "not launched"
        return self._process

    @property
    def runs(self) -> bool:
        """Return whether the process is there."""
        return self._process is not None and self._process.returncode is None

    async def launch(self) -> "BotProcess":
        """Start the process without waiting for anything."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot"),
            cwd=self._folder,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        self._readers = [
            asyncio.create_task(self._read(stream, name))
            for name, stream in (("out", self.process.stdout), ("err", self.process.stderr))
        ]
        return self

    async def start(self) -> "BotProcess":
        """Start the process and wait until the bot says that it runs."""
        await self.launch()
        await self.wait_for(RUNNING, within=START_SECONDS)
        return self

    async def wait_for(self, words: str, within: float = 5.0) -> None:
        """Wait until the words have been printed or logged."""
        try:
            async with asyncio.timeout(within):
                while words not in self.output:
                    assert not all(reader.done() for reader in self._readers), "it ended"
                    self._heard.clear()
                    await self._heard.wait()
        except (TimeoutError, AssertionError) as error:
            raise AssertionError(f"No {words!r} ({error}) in:\n{self.output}") from None

    async def ended(self, within: float = START_SECONDS) -> int:
        """Wait for the end and for the last of the output; return the exit code."""
        try:
            async with asyncio.timeout(within):
                code = await self.process.wait()
                await asyncio.gather(*self._readers)
        except TimeoutError:
            raise AssertionError(f"It has not ended:\n{self.output}") from None
        return code

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal; return the exit code, which must come within ten seconds."""
        self.process.send_signal(number)
        return await self.ended(END_SECONDS)

    async def kill(self) -> None:
        """End it as a power failure would."""
        if self.runs:
            self.process.kill()
            await self.ended()

    async def _read(self, stream: asyncio.StreamReader | None, name: str) -> None:
        assert stream
        while chunk := await stream.read(65536):
            setattr(self, name, getattr(self, name) + chunk.decode())
            self._heard.set()
        self._heard.set()


def environment(settings: Mapping[str, object]) -> dict[str, str]:
    """Return this process's environment with these settings of the bot and no others."""
    ours = {name.upper() for name in Settings.model_fields}
    rest = {name: value for name, value in os.environ.items() if name.upper() not in ours}
    given = {name: str(value) for name, value in settings.items()}
    return {**rest, "PYTHONPATH": str(ROOT), **given}
