"""The stream of events that a page listens to."""

import asyncio
import json
from contextlib import suppress

from aiohttp import web

from sandbox.crowd import Crowd
from sandbox.world import Event

MAX_BACKLOG = 2000  # events that a page may be behind before it is cut off
HEARTBEAT = 15.0  # seconds


class EventStreams:
    """All pages that are open."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._pages: set[asyncio.Queue[Event | None]] = set()

    def close(self) -> None:
        """End all streams."""
        for page in self._pages:
            page.put_nowait(None)

    def pass_on(self, event: Event) -> None:
        """Give an event to the pages, unless it is about the crowd at large."""
        if not self._pages or self._crowd.hides(event):
            return
        for page in tuple(self._pages):
            if page.qsize() >= MAX_BACKLOG:  # a page that sleeps: it reads the world anew later
                self._pages.discard(page)
                page.put_nowait(None)
            else:
                page.put_nowait(event)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Send one page its events until it leaves."""
        answer = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        page: asyncio.Queue[Event | None] = asyncio.Queue()
        self._pages.add(page)
        try:
            await answer.prepare(request)
            await answer.write(b": hello\n\n")
            with suppress(ConnectionError):
                await _write_events(answer, page)
        finally:
            self._pages.discard(page)
        return answer


async def _write_events(answer: web.StreamResponse, page: asyncio.Queue[Event | None]) -> None:
    while True:
        try:
            async with asyncio.timeout(HEARTBEAT):
                event = await page.get()
        except TimeoutError:
            await answer.write(b": still here\n\n")
            continue
        if event is None:
            return
        await answer.write(f"data: {json.dumps(event)}\n\n".encode())
