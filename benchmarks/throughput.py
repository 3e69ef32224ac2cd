"""Deliveries a second of one core, limits off, every row claimed before and recorded after.

Beside it, in turns in the same run, what the machine gives python-telegram-bot alone: its own
sendMessage over plain aiohttp, with as many calls under way and nothing recorded.
"""

import asyncio
import statistics
import time

import aiohttp
from telegram import Bot
from telegram.request import BaseRequest, RequestData

from benchmarks import server
from benchmarks.outbox import FIRST_CHAT, RATE, TEXT, outbox
from benchmarks.table import Row

DELIVERIES = 6_000
RUNS = 5


async def measure() -> list[Row]:
    """Return the medians of a few runs."""
    with server.running() as url:
        pairs = [(await _bare(url), await _run(url)) for _ in range(RUNS)]
    bare, rates = ([pair[n] for pair in pairs] for n in (0, 1))
    ratio = statistics.median(rate / peer for peer, rate in pairs)
    return [
        Row(
            "deliveries per second, one core, limits off, each recorded durably",
            f"{statistics.median(rates):,.0f} ({min(rates):,.0f} to {max(rates):,.0f})",
            "goal 3,500; Telegram's own limit is 30, paid 1,000",
        ),
        Row(
            "python-telegram-bot alone over plain aiohttp, nothing recorded",
            f"{statistics.median(bare):,.0f}",
            f"the peer, in turns in the same run: the bot does {ratio:.2f} times as many",
        ),
    ]


class _Plain(BaseRequest):
    """The least that lets python-telegram-bot speak through aiohttp."""

    async def initialize(self) -> None:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def shutdown(self) -> None:
        await self._session.close()

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_: object,
        **__: object,
    ) -> tuple[int, bytes]:
        data = request_data.json_parameters if request_data else None
        async with self._session.request(method, url, data=data) as response:
            return response.status, await response.read()


async def _bare(url: str) -> float:
    """Send as many messages with nothing but python-telegram-bot; return them per second."""
    async with Bot(server.TOKEN, f"{url}/bot", request=_Plain()) as bot:
        chats = iter(range(FIRST_CHAT, FIRST_CHAT + DELIVERIES))

        async def send() -> None:
            for chat in chats:
                await bot.send_message(chat, TEXT, parse_mode="HTML")

        began = time.perf_counter()
        await asyncio.gather(*(send() for _ in range(RATE // 10)))
        return DELIVERIES / (time.perf_counter() - began)


async def _run(url: str) -> float:
    async with outbox(url, server.TOKEN) as box:
        number = await box.fill(DELIVERIES)
        began = time.perf_counter()
        box.courier.start()
        await box.emptied(number)
        return DELIVERIES / (time.perf_counter() - began)
