"""How long people wait for an answer, idle and while a broadcast runs."""

import asyncio
import time

from benchmarks.table import Row, percentile
from benchmarks.whole_bot import WholeBot, whole_bot
from sandbox.server import Sandbox

ASKED = 100
EVERY_SECONDS = 0.25
MEMBERS = 2_000


async def measure() -> list[Row]:
    """Return the 99th percentiles of /overdose and of an ordinary reply, idle and busy."""
    async with Sandbox() as sandbox, whole_bot(sandbox) as bot:
        idle = {text: await _ask(bot, text) for text in ("/overdose", "/privacy")}
        await bot.add_members(MEMBERS)
        await bot.broadcast()
        busy = {text: await _ask(bot, text) for text in ("/overdose", "/privacy")}
    goals = {"/overdose": 50, "/privacy": 250}
    return [
        Row(
            f"{text} while a broadcast runs: p99 over the idle p99",
            f"{1000 * (percentile(busy[text], 0.99) - percentile(idle[text], 0.99)):+.0f} ms",
            f"goal at most {goal} ms; idle p50 {1000 * percentile(idle[text], 0.5):.0f} ms, "
            f"p99 {1000 * percentile(idle[text], 0.99):.0f} ms",
        )
        for text, goal in goals.items()
    ]


async def _ask(bot: WholeBot, text: str) -> list[float]:
    """Return how long each of many people, one after another, waits for an answer, in seconds."""
    waited = []
    for _ in range(ASKED):
        person = bot.newcomer()
        began = time.perf_counter()
        await person.send(text)
        await person.expect()
        waited.append(time.perf_counter() - began)
        await asyncio.sleep(EVERY_SECONDS / 2)
    return waited
