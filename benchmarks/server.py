"""The least that can stand for Telegram: it takes every call at once and answers with an id.

In a process of its own, so that the bot has a core to itself.
"""

import contextlib
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException

from aiohttp import web

PORT = 8765
URL = f"http://127.0.0.1:{PORT}"
TOKEN = "1000000001:" + "a" * 35
_ME = '{"ok":true,"result":{"id":1000000001,"is_bot":true,"first_name":"b","username":"b_bot"}}'
_sent = 0


async def answer(request: web.Request) -> web.Response:
    """Answer any method as a success."""
    global _sent  # noqa: PLW0603 - one number in a process of its own
    if request.match_info["method"].lower() == "getme":
        return web.Response(text=_ME, content_type="application/json")
    form = await request.post()
    _sent += 1
    message = (
        f'{{"message_id":{_sent},"date":1700000000,"text":"hello",'
        f'"chat":{{"id":{form.get("chat_id", 1)},"type":"private","first_name":"x"}}}}'
    )
    text = f'{{"ok":true,"result":{message}}}'
    return web.Response(text=text, content_type="application/json")


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Start the server in a process of its own and yield its address."""
    with subprocess.Popen([sys.executable, "-m", "benchmarks.server"]) as process:
        try:
            _wait()
            yield URL
        finally:
            process.terminate()


def _wait() -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{URL}/bot{TOKEN}/getMe", timeout=1).close()
        except (OSError, HTTPException):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    application = web.Application()
    application.router.add_route("*", "/bot{token}/{method}", answer)
    web.run_app(application, host="127.0.0.1", port=PORT, print=None, access_log=None)
