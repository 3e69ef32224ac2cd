"""PTB's requests on aiohttp, with errors that say whether Telegram may have got the request.

A kept connection that the server closes at the very moment we use it is the classic doubt: the
request was written, no answer came. Such a request counts as perhaps sent, unless aiohttp noticed
the closing before it wrote. Connections stay open all the same (a new one costs three round
trips); they are given up after 15 idle seconds, sooner than Telegram's front end does, so that the
doubt is rare.

The address of a request holds the bot token. So no error keeps the text, the cause or the context
of aiohttp's.
"""

import asyncio
import json
from dataclasses import dataclass
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.errors import NotSentError

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
UPLOAD_SECONDS = 60.0
_IDLE_SECONDS = 15.0

_FORM_HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
_DEFAULT = BaseRequest.DEFAULT_NONE  # PTB's mark for "not given"


class RequestNotSentError(NetworkError, NotSentError):
    """The request surely did not reach Telegram; it may be repeated."""


@dataclass(frozen=True, slots=True)
class _Form:
    """What post_form hands through PTB in place of a RequestData."""

    body: bytes
    contains_files: bool = False


@dataclass(slots=True)
class _Progress:
    begun: bool = False  # the first byte of the request may have been written


class Request(BaseRequest):
    """A pool of connections to Telegram; what must never wait for others gets its own."""

    def __init__(self, read_timeout: float = READ_SECONDS) -> None:
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Return how many seconds an answer may take."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Make the pool; does nothing if there is one."""
        if self._session is None:
            trace = aiohttp.TraceConfig()
            trace.on_request_headers_sent.append(_note_beginning)
            self._session = aiohttp.ClientSession(
                # No limit: the pacer bounds what is under way, and waiting for a connection would
                # be hidden waiting.
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trace_configs=[trace],
            )

    async def shutdown(self) -> None:
        """Close all connections; safe to call twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def post_form(self, url: str, body: bytes) -> Any:  # noqa: ANN401 - any JSON
        """Post a form that is encoded already and return Telegram's result; errors as PTB's."""
        return await self.post(url, request_data=cast("RequestData", _Form(body)))

    async def do_request(  # noqa: PLR0913, PLR0917 - the signature is PTB's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = _DEFAULT,
        write_timeout: object = _DEFAULT,
        connect_timeout: object = _DEFAULT,
        pool_timeout: object = _DEFAULT,  # noqa: ARG002 - there is no pool to wait for
    ) -> tuple[int, bytes]:
        """Return status and body; any error but RequestNotSentError means perhaps sent."""
        if self._session is None:
            raise RequestNotSentError("The connection to Telegram is closed")
        uploads = request_data is not None and request_data.contains_files
        usual = UPLOAD_SECONDS if uploads else self._read_timeout
        limits = _Limits(
            connect=_given(connect_timeout, CONNECT_SECONDS),
            write=_given(write_timeout, usual),
            read=_given(read_timeout, usual),
        )
        progress = _Progress()
        try:
            return await _exchange(self._session, (method, url), request_data, limits, progress)
        except (aiohttp.ClientError, OSError, ValueError) as error:  # OSError: TimeoutError too
            failure = _failure(error, begun=progress.begun)
        # Outside the except block, so that the new error does not even have the old one as its
        # context.
        raise failure

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the answer; unlike PTB's own, log nothing of one that cannot be read."""
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise NetworkError("Telegram's answer cannot be read")
        return answer


@dataclass(frozen=True, slots=True)
class _Limits:
    """Seconds for the phases of a request; None is no limit."""

    connect: float | None
    write: float | None
    read: float | None

    @property
    def total(self) -> float | None:
        phases = (self.connect, self.write, self.read)
        given = [seconds for seconds in phases if seconds is not None]
        return sum(given) if len(given) == len(phases) else None


async def _exchange(
    session: aiohttp.ClientSession,
    line: tuple[str, str],
    data: RequestData | _Form | None,
    limits: _Limits,
    progress: _Progress,
) -> tuple[int, bytes]:
    """Send one request (method, address) and return status and body."""
    # aiohttp limits the silence between two reads only: a slow trickle or a stalled upload needs
    # a total.
    async with (
        asyncio.timeout(limits.total),
        session.request(
            *line,
            data=_body(data),
            headers=_FORM_HEADERS if isinstance(data, _Form) else None,
            timeout=aiohttp.ClientTimeout(connect=limits.connect, sock_read=limits.read),
            allow_redirects=False,
            trace_request_ctx=progress,
        ) as response,
    ):
        return response.status, _readable(response, await response.read())


def _given(timeout: object, default: float) -> float | None:
    return timeout if timeout is None or isinstance(timeout, int | float) else default


async def _note_beginning(
    _session: aiohttp.ClientSession,
    context: SimpleNamespace,
    _params: aiohttp.TraceRequestHeadersSentParams,
) -> None:
    # aiohttp calls this just before it writes: not called means surely not sent.
    context.trace_request_ctx.begun = True


def _body(data: RequestData | _Form | None) -> aiohttp.FormData | dict[str, str] | bytes | None:
    if isinstance(data, _Form):
        return data.body
    if data is None or not data.contains_files:
        return data.json_parameters if data else None
    form = aiohttp.FormData(quote_fields=False)  # Telegram takes file names as they are
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime_type)
    return form


def _failure(error: Exception, *, begun: bool) -> NetworkError:
    """Return what to raise instead of aiohttp's error: only its type is told."""
    kind = type(error).__name__
    if not begun or _refused_to_write(error):
        return RequestNotSentError(f"Telegram cannot be reached ({kind})")
    if isinstance(error, TimeoutError):
        return TimedOut(f"Telegram did not answer in time ({kind})")
    return NetworkError(f"The connection to Telegram broke ({kind})")


def _refused_to_write(error: BaseException | None) -> bool:
    """Return whether aiohttp found the connection closed before it had written the whole request.

    Telegram does not act on a part of a request. Should a later aiohttp word this differently, the
    request counts as perhaps sent, which is the safe side.
    """
    while error is not None:
        if isinstance(error, aiohttp.ClientConnectionResetError):
            return str(error).startswith("Cannot write to closing")
        error = error.__cause__
    return False


def _readable(response: aiohttp.ClientResponse, body: bytes) -> bytes:
    """Return the body, or a stand-in for an error page that is not Telegram's JSON.

    PTB would put such a page, whatever is in it, into the text of its exception.
    """
    if HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
        return body
    try:
        if isinstance(json.loads(body), dict):
            return body
    except ValueError:
        pass
    seconds = response.headers.get("Retry-After", "")
    if response.status == HTTPStatus.TOO_MANY_REQUESTS and seconds.isdecimal():
        return json.dumps({"parameters": {"retry_after": int(seconds)}}).encode()
    return b"{}"
