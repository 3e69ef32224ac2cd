"""Start-up: from the first line of the program to the first getUpdates, beyond the imports."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.table import Row
from sandbox.server import Sandbox

RUNS = 5
_IMPORTS = "import bot.__main__, bot.app"  # the second is imported when the bot starts


async def measure() -> list[Row]:
    """Return the median of a few starts, less the median time of the imports alone."""
    async with Sandbox() as sandbox:
        starts = [await _start(sandbox) for _ in range(RUNS)]
    imports = [await _import() for _ in range(RUNS)]
    beyond = statistics.median(starts) - statistics.median(imports)
    return [
        Row(
            "start-up to the first getUpdates, beyond the imports",
            f"{beyond * 1000:,.0f} ms",
            f"goal under 1,000 ms; the imports take {statistics.median(imports) * 1000:,.0f} ms",
        )
    ]


async def _start(sandbox: Sandbox) -> float:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "BOT_TOKEN": sandbox.token,
            "TELEGRAM_API_URL": sandbox.url,
            "DATABASE_PATH": f"{folder}/bot.db",
        }
        began = time.perf_counter()
        process = await _python("-m", "bot", environment=environment)
        await sandbox.wait_for_bot(within=30)
        took = time.perf_counter() - began
        process.terminate()
        await process.wait()
        return took


async def _import() -> float:
    began = time.perf_counter()
    process = await _python("-c", _IMPORTS, environment={})
    await process.wait()
    return time.perf_counter() - began


async def _python(*arguments: str, environment: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=Path(__file__).parent.parent,
        env={**os.environ, **environment},  # noqa: TID251 - passed on to the bot
        stdout=asyncio.subprocess.DEVNULL,
    )
