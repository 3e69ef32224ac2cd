"""Memory in the number of recipients: it must not grow with them."""

import asyncio
import multiprocessing
import os
from pathlib import Path

from benchmarks import server
from benchmarks.outbox import outbox
from benchmarks.table import Row

FEW, MANY = 500, 1_000_000
SECONDS = 8


async def measure() -> list[Row]:
    """Return what a million recipients add over five hundred, in fresh processes."""
    with server.running() as url:
        few, many = _in_process(url, FEW), _in_process(url, MANY)
    return [
        Row(
            f"memory that {MANY:,} recipients add over {FEW}",
            f"{many - few:+.0f} MB",
            f"goal at most 30 MB; {few:.0f} MB in all with {FEW}",
        )
    ]


def _in_process(url: str, members: int) -> float:
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_peak, (url, members))


def _peak(url: str, members: int) -> float:
    return asyncio.run(_run(url, members))


async def _run(url: str, members: int) -> float:
    """Return the resident memory in MB after some seconds of sending."""
    async with outbox(url, server.TOKEN) as box:
        await box.fill(members)
        box.courier.start()
        await asyncio.sleep(SECONDS)
        return _resident()


def _resident() -> float:
    """Return the memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
