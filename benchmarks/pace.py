"""A broadcast at Telegram's enforced thirty a second: how close to the limit, and any 429?"""

import time

from benchmarks.table import Row
from benchmarks.whole_bot import whole_bot
from sandbox.server import Sandbox

MEMBERS = 1_000
LIMIT = 30


async def measure() -> list[Row]:
    """Return the time for a thousand members and how often the server said 429."""
    async with Sandbox() as sandbox, whole_bot(sandbox) as bot:
        await bot.add_members(MEMBERS)
        began = time.perf_counter()
        first = await bot.broadcast()
        await bot.until_sent(first, MEMBERS, within=3 * MEMBERS / LIMIT)
        took = time.perf_counter() - began
        refused = sandbox.limits.refused
        to_first = await bot.seconds_to_first(first)
    least = MEMBERS / LIMIT
    return [
        Row(
            f"{MEMBERS:,} members at the enforced {LIMIT} a second",
            f"{took:.1f} s = {took / least:.3f} x",
            f"goal at most 1.05 x {least:.1f} s",
        ),
        Row("429s while it ran", str(refused), "goal 0"),
        Row("from the decision to the first send", f"{to_first * 1000:,.0f} ms", "no undo window"),
    ]
