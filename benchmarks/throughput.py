"""Deliveries a second of one core, limits off, every row claimed before and recorded after."""

import asyncio
import statistics
import time

from benchmarks import server
from benchmarks.outbox import outbox
from benchmarks.table import Row

DELIVERIES = 6_000
RUNS = 5


async def measure() -> list[Row]:
    """Return the median of a few runs."""
    with server.running() as url:
        rates = [await _run(url) for _ in range(RUNS)]
    median = statistics.median(rates)
    return [
        Row(
            "deliveries per second, one core, limits off, each recorded durably",
            f"{median:,.0f} ({min(rates):,.0f} to {max(rates):,.0f})",
            "goal 3,500; Telegram's own limit is 30, paid 1,000",
        )
    ]


async def _run(url: str) -> float:
    async with outbox(url, server.TOKEN) as box:
        number = await box.fill(DELIVERIES)
        began = time.perf_counter()
        box.courier.start()
        while (await box.tally(number)).sent < DELIVERIES:  # noqa: ASYNC110 - a look, not a signal
            await asyncio.sleep(0.02)
        return DELIVERIES / (time.perf_counter() - began)
