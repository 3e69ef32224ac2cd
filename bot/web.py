"""The web server: health, and calendars that apps read again and again. Off unless configured.

It stands behind a reverse proxy, which has the certificate. What is not there, a wrong secret and
one that was revoked are the same answer. Nothing is logged of who asks for what: a path can be a
secret, an address can name a person.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

from aiohttp import web

from bot.errors import StartupError, StorageUnavailableError
from bot.models import Language
from bot.services.feeds import PRIVATE_PATH, PUBLIC_PATH, Feed, Feeds

log = logging.getLogger(__name__)

MOST_AT_ONCE = 20  # feeds that are made at the same time
LONGEST_LINE = 1024  # bytes of a request's first line
MOST_HEADERS = 64
IDLE_SECONDS = 75.0  # that a connection is kept for another request
STOP_SECONDS = 2.0  # for what is under way at the end
_A_SECRET = r"{secret:[\w-]{20,100}}"  # noqa: S105 - the form of one
_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'",
}
# aiohttp's own loggers would tell addresses and paths, and call each broken request an error.
_SILENT = logging.getLogger("aiohttp.silent")
_SILENT.setLevel(logging.CRITICAL + 1)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Web:
    """Serves until it is stopped."""

    def __init__(
        self, host: str, port: int, feeds: Feeds, is_well: Callable[[], Awaitable[bool]]
    ) -> None:
        self._host, self._port = host, port
        self._feeds = feeds
        self._is_well = is_well
        self._under_way = 0
        application = web.Application(middlewares=[_always_answer], client_max_size=LONGEST_LINE)
        application.on_response_prepare.append(_add_headers)
        application.add_routes(
            [
                web.get("/health", self._health),
                web.get(PUBLIC_PATH, self._public),
                web.get(PRIVATE_PATH.replace("{secret}", _A_SECRET), self._private),
            ]
        )
        self._runner = web.AppRunner(
            application,
            access_log=None,
            logger=_SILENT,
            keepalive_timeout=IDLE_SECONDS,
            max_line_size=LONGEST_LINE,
            max_headers=MOST_HEADERS,
            shutdown_timeout=STOP_SECONDS,
        )

    @property
    def port(self) -> int:
        """Return the port on which it listens."""
        return int(self._runner.addresses[0][1])

    async def start(self) -> None:
        """Listen; raise StartupError if that cannot be."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or "no such address"
            raise StartupError(
                f"The web server cannot use port {self._port} of {self._host} ({why}): "
                "set WEB_PORT or WEB_HOST to another one."
            ) from error

    async def stop(self) -> None:
        """Listen no more and finish what is under way; safe if it never started."""
        await self._runner.cleanup()

    async def _health(self, _: web.Request) -> web.Response:
        """Say whether the bot works, and nothing else."""
        return _plain(HTTPStatus.OK if await self._is_well() else HTTPStatus.SERVICE_UNAVAILABLE)

    async def _public(self, request: web.Request) -> web.Response:
        """Serve what is open to everybody."""
        language = _language(request)
        return await self._serve(
            request, lambda: self._feeds.public(language), "public, max-age=300"
        )

    async def _private(self, request: web.Request) -> web.Response:
        """Serve what one person said yes to; asked for again each time, so that off is off."""
        secret, language = request.match_info["secret"], _language(request)
        return await self._serve(
            request, lambda: self._feeds.private(secret, language), "private, no-cache"
        )

    async def _serve(
        self, request: web.Request, make: Callable[[], Awaitable[Feed | None]], caching: str
    ) -> web.Response:
        """Answer with a feed, or that there is none, or that it is as it was."""
        if self._under_way >= MOST_AT_ONCE:
            return _plain(HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "60"})
        self._under_way += 1
        try:
            feed = await make()
        finally:
            self._under_way -= 1
        if feed is None:
            return _plain(HTTPStatus.NOT_FOUND)
        if _is_known(request, feed):
            response = web.Response(status=HTTPStatus.NOT_MODIFIED)
        else:
            response = web.Response(body=feed.data, content_type="text/calendar", charset="utf-8")
        response.etag = feed.tag
        response.last_modified = feed.changed_at
        response.headers["Cache-Control"] = caching
        return response


@web.middleware
async def _always_answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer also what goes wrong, without details; the log has them, but for who asked."""
    try:
        return await handler(request)
    except web.HTTPMethodNotAllowed as error:
        return _plain(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": error.headers["Allow"]})
    except web.HTTPException:  # no such path
        return _plain(HTTPStatus.NOT_FOUND)
    except StorageUnavailableError as error:
        log.error("The web server found no database: %s", error)  # noqa: TRY400 - expected
        return _plain(HTTPStatus.SERVICE_UNAVAILABLE)
    except Exception:
        log.exception("The web server could not answer")
        return _plain(HTTPStatus.INTERNAL_SERVER_ERROR)


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.popall("Server", None)  # nobody needs to know versions


def _language(request: web.Request) -> Language:
    return Language.of(request.query.get("lang"))


def _plain(status: HTTPStatus, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return an answer without details."""
    return web.Response(status=status, text=f"{status.phrase}\n", headers=headers)


def _is_known(request: web.Request, feed: Feed) -> bool:
    """Return whether whoever asks has this already, as far as they tell; a tag goes before."""
    if request.if_none_match is not None:
        return any(each.value in ("*", feed.tag) for each in request.if_none_match)
    since = request.if_modified_since
    return since is not None and feed.changed_at is not None and feed.changed_at <= since
