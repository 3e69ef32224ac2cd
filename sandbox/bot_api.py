"""The Bot API over HTTP: token, method, arguments in; JSON, refusals and faults out."""

import asyncio
import inspect
import json
import logging
from collections import deque
from typing import Any, NamedTuple

from aiohttp import web

from sandbox.arguments import read_arguments
from sandbox.errors import BotApiError
from sandbox.faults import Fault, Faults
from sandbox.methods import METHODS
from sandbox.methods.call import WITHOUT_EFFECT, Call, Services
from sandbox.types import Json

logger = logging.getLogger(__name__)

MAX_REFUSALS = 1000
_ALWAYS_ALLOWED = WITHOUT_EFFECT | {"method"}
_BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n"
    "</body>\r\n</html>\r\n"
)


class Refusal(NamedTuple):
    """A call that was refused, or (code 0) one with arguments that nobody reads."""

    method: str
    code: int
    description: str


class BotApi:
    """The server's side of `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    def __init__(self, token: str, services: Services, faults: Faults) -> None:
        self.refusals: deque[Refusal] = deque(maxlen=MAX_REFUSALS)
        self.calls: dict[str, int] = {}  # how often each method was called
        self._token = token
        self._services = services
        self._faults = faults

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        token, _, name = request.path.removeprefix("/bot").partition("/")
        answer: web.Response
        fault: Fault | None = None
        try:
            self._check_token(token)
            args = await read_arguments(request)
            name = name or args.text("method")
            method_key = name.lower()
            self.calls[name] = self.calls.get(name, 0) + 1
            fault = self._faults.strike(method_key, args.values.get("chat_id", ""))
            if fault and (early := _before(fault, request)):
                return early
            call = Call(self._services, args)
            answer = _success(await self._run(name, method_key, call))
            self._report_unread(name, call)
        except BotApiError as error:
            answer = self._failure(name, error)
        return await _after(fault, request, answer) if fault else answer

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Send a file that getFile named."""
        token, _, path = request.path.removeprefix("/file/bot").partition("/")
        try:
            self._check_token(token)
        except BotApiError as error:
            return self._failure("file", error)
        stored = self._services.world.files.at(path)
        if stored is None:
            return self._failure("file", BotApiError(404, "Not Found"))
        return web.Response(body=stored.content, content_type=stored.mime_type)

    def _check_token(self, token: str) -> None:
        if token == self._token:
            return
        bot_id = token.partition(":")[0]
        if ":" not in token or len(token) > 80 or token[0] == "0" or not bot_id.isdecimal():
            raise BotApiError(401, "Unauthorized: invalid token specified")
        raise BotApiError(401, "Unauthorized")

    async def _run(self, name: str, key: str, call: Call) -> Json:
        method = METHODS.get(key)
        if method is None:
            raise BotApiError(404, "Not Found: method not found")
        try:
            result = method(call)
            return await result if inspect.isawaitable(result) else result
        except BotApiError:
            raise
        except (TypeError, ValueError, AttributeError) as error:
            # An argument of a shape that no check foresaw; the trace helps to add the check.
            logger.exception("%s failed inside the sandbox", name)
            raise BotApiError(400, "Bad Request: the sandbox can't read the arguments") from error

    def _failure(self, name: str, error: BotApiError) -> web.Response:
        self._note(Refusal(name, error.code, error.description))
        headers = {}
        if "retry_after" in error.parameters:
            headers["Retry-After"] = str(error.parameters["retry_after"])
        return web.json_response(error.as_json(), status=error.code, headers=headers)

    def _report_unread(self, name: str, call: Call) -> None:
        args = call.args
        unread = (args.values.keys() | args.files.keys()) - args.read - _ALWAYS_ALLOWED
        if unread:
            names = ", ".join(sorted(unread))
            self._note(Refusal(name, 0, f"arguments without effect: {names}"))

    def _note(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)
        text = f"{refusal.method}: {refusal.description}"
        logger.warning("%s", text)
        self._services.world.publish({"kind": "log", "level": "warning", "text": text})


def _success(result: Json) -> web.Response:
    body: dict[str, Any] = {"ok": True}
    if isinstance(result, tuple):  # only the webhook methods explain their success
        result, body["description"] = result
    body["result"] = result
    return web.Response(
        body=json.dumps(body, separators=(",", ":")).encode(), content_type="application/json"
    )


def _before(fault: Fault, request: web.Request) -> web.Response | None:
    """Return what a fault answers instead of running the method, None if the method runs."""
    match fault.kind:
        case "429":
            return _flood(fault.retry_after)
        case "500":
            body = {"ok": False, "error_code": 500, "description": "Internal Server Error"}
            return web.json_response(body, status=500)
        case "502":
            return web.Response(text=_BAD_GATEWAY, status=502, content_type="text/html")
        case "reset_before":
            return _reset(request)
        case "reset_after" | "late" | "truncated":
            return None


async def _after(fault: Fault, request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Spoil the answer of a method that has run."""
    match fault.kind:
        case "reset_after":
            return _reset(request)
        case "truncated":
            body = answer.body
            half = body[: len(body) // 2] if isinstance(body, bytes) else b""
            return web.Response(body=half, content_type="application/json")
        case "late":
            await asyncio.sleep(fault.delay)
            return answer
        case _:
            return answer


def _flood(retry_after: int) -> web.Response:
    body = BotApiError(
        429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after
    ).as_json()
    return web.json_response(body, status=429, headers={"Retry-After": str(retry_after)})


def _reset(request: web.Request) -> web.Response:
    """Break the connection; the answer returned here reaches nobody."""
    if request.transport:
        request.transport.abort()
    return web.Response()
