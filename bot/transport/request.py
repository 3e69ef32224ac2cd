"""PTB's requests on aiohttp, with errors that say whether Telegram may have got the request.

A kept connection that the server closes at the very moment we use it is the classic doubt: the
request was written, no answer came. Such a request counts as perhaps sent, and so does every
failure that is not plainly one before the writing (no connection, or one found closed).
Connections stay open all the same (a new one costs three round trips); they are given up after 15
idle seconds, sooner than Telegram's front end does, so that the doubt is rare.

The address of a request holds the bot token. So no error keeps the text, the cause or the context
of aiohttp's.
"""

import json
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.errors import NotSentError

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
UPLOAD_SECONDS = 60.0
_IDLE_SECONDS = 15.0

_FORM_HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
_UNCONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
_Body = aiohttp.FormData | dict[str, str] | bytes | None
_DEFAULT = BaseRequest.DEFAULT_NONE  # PTB's mark for "not given"


class RequestNotSentError(NetworkError, NotSentError):
    """The request surely did not reach Telegram; it may be repeated."""


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
            self._session = aiohttp.ClientSession(
                # No limit: the pacer bounds what is under way, and waiting for a connection would
                # be hidden waiting.
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close all connections; safe to call twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def post_form(self, url: str, body: bytes) -> Any:  # noqa: ANN401 - any JSON
        """Post a form that is encoded already and return Telegram's result; errors as PTB's."""
        limits = _limits(CONNECT_SECONDS, self._read_timeout, self._read_timeout)
        status, answer = await self._exchange("POST", url, body, limits)
        if status == HTTPStatus.OK:
            return self.parse_json_payload(answer)["result"]
        return await _Answered(status, answer).post(url)  # raises what PTB makes of it

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
        uploads = request_data is not None and request_data.contains_files
        usual = UPLOAD_SECONDS if uploads else self._read_timeout
        limits = _limits(
            _given(connect_timeout, CONNECT_SECONDS),
            _given(write_timeout, usual),
            _given(read_timeout, usual),
        )
        return await self._exchange(method, url, _body(request_data), limits)

    async def _exchange(
        self, method: str, url: str, body: _Body, limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        """Send one request and return status and body; bytes are an encoded form."""
        if self._session is None:
            raise RequestNotSentError("The connection to Telegram is closed")
        headers = _FORM_HEADERS if isinstance(body, bytes) else None
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=limits, allow_redirects=False
            ) as response:
                return response.status, _readable(response, await response.read())
        except (aiohttp.ClientError, OSError, ValueError) as error:  # OSError: TimeoutError too
            failure = _failure(error)
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


class _Answered(BaseRequest):
    """An answer that is here already, for PTB to say what its status means."""

    def __init__(self, status: int, body: bytes) -> None:
        self._answer = (status, body)

    @property
    def read_timeout(self) -> None:
        return None

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(self, *_: object, **__: object) -> tuple[int, bytes]:
        return self._answer

    parse_json_payload = staticmethod(Request.parse_json_payload)


@lru_cache(maxsize=64)
def _limits(
    connect: float | None, write: float | None, read: float | None
) -> aiohttp.ClientTimeout:
    """Return limits for the phases of a request in seconds; None is no limit.

    The silence between two reads is not enough: a slow trickle or a stalled upload needs a total.
    """
    phases = [seconds for seconds in (connect, write, read) if seconds is not None]
    total = sum(phases) if len(phases) == 3 else None
    return aiohttp.ClientTimeout(total=total, connect=connect, sock_read=read)


def _given(timeout: object, default: float) -> float | None:
    return timeout if timeout is None or isinstance(timeout, int | float) else default


def _body(data: RequestData | None) -> _Body:
    if data is None or not data.contains_files:
        return data.json_parameters if data else None
    form = aiohttp.FormData(quote_fields=False)  # Telegram takes file names as they are
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime_type)
    return form


def _failure(error: Exception) -> NetworkError:
    """Return what to raise instead of aiohttp's error: only its type is told."""
    kind = type(error).__name__
    if isinstance(error, _UNCONNECTED) or _refused_to_write(error):
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
