"""Who may talk to the page's side of the sandbox: this machine only. And its static files."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.errors import RefusedError
from sandbox.webhook import LOOPBACK

STATIC = Path(__file__).parent / "static"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
JsonObject = dict[str, Any]
Answer = Callable[[web.Request], Awaitable[JsonObject]]


def _local(request: web.Request) -> bool:
    """Tell whether the request is meant for this machine.

    A foreign Host means DNS rebinding, a foreign Origin another site's page: neither may steer
    the sandbox.
    """
    origin = request.headers.get("Origin")
    return urlsplit(f"//{request.host}").hostname in LOOPBACK and (
        origin is None or urlsplit(origin).hostname in LOOPBACK
    )


def local_only(handler: Handler) -> Handler:
    """Answer only what is meant for this machine."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if not _local(request):
            return web.Response(status=403, text="The sandbox talks to this machine only.\n")
        return await handler(request)

    return guarded


def as_json(answer: Answer) -> Handler:
    """Make a route of what gives a JSON object; a refusal becomes a sentence with its status."""

    async def handler(request: web.Request) -> web.StreamResponse:
        if not _local(request):
            error = {"error": "The sandbox talks to this machine only."}
            return web.json_response(error, status=403)
        try:
            return web.json_response(await answer(request))
        except RefusedError as error:
            return web.json_response({"error": str(error)}, status=400)
        except web.HTTPNotFound as error:
            return web.json_response({"error": error.text}, status=404)

    return handler


async def index(_: web.Request) -> web.StreamResponse:
    """Send the page."""
    return _file(STATIC / "index.html")


async def static(request: web.Request) -> web.StreamResponse:
    """Send a file that the page is made of."""
    path = (STATIC / request.match_info["path"]).resolve()
    if not path.is_relative_to(STATIC.resolve()):
        return _file(STATIC / "outside")
    return _file(path)


def _file(path: Path) -> web.StreamResponse:
    if not path.is_file():
        return web.Response(status=404, text="There is no such file in the sandbox.\n")
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})
