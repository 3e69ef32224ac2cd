"""What the page is made of: JSON over HTTP, events, and the static files.

docs/sandbox.md is the contract.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.contents import decoded, file_content, kind_content, location_content, text_content
from sandbox.crowd import Crowd
from sandbox.errors import RefusedError
from sandbox.faults import Faults
from sandbox.methods.call import Services
from sandbox.webhook import LOOPBACK
from sandbox.world import Chat, Event, Person

STATIC = Path(__file__).parent / "static"
MAX_BACKLOG = 2000  # events that a page may be behind before it is cut off
HEARTBEAT = 15.0  # seconds

JsonObject = dict[str, Any]
Answer = Callable[[web.Request], Awaitable[JsonObject]]
_FAULT_SETTINGS = ("method", "chat_id", "count", "retry_after", "delay", "every")


class PageApi:
    """The routes of `/`, `/static/` and `/api/`."""

    def __init__(self, services: Services, crowd: Crowd, faults: Faults) -> None:
        self._world = services.world
        self._people = services.people
        self._profile = services.profile
        self._limits = services.limits
        self._crowd = crowd
        self._faults = faults
        self._pages: set[asyncio.Queue[Event | None]] = set()
        self._world.subscribe(self._pass_on)

    def register(self, application: web.Application) -> None:
        """Add the routes to the server."""
        routes: tuple[tuple[str, str, Answer], ...] = (
            ("GET", "/api/world", self._get_world),
            ("GET", "/api/chats/{chat_id}/messages", self._get_messages),
            ("POST", "/api/people", self._add_person),
            ("POST", "/api/people/{id}/messages", self._send),
            ("POST", "/api/people/{id}/edit", self._edit),
            ("POST", "/api/people/{id}/press", self._press),
            ("POST", "/api/people/{id}/forward", self._forward),
            ("POST", "/api/people/{id}/{change:block|unblock|deactivate}", self._change),
            ("GET", "/api/crowd", self._get_crowd),
            ("POST", "/api/crowd", self._grow_crowd),
            ("POST", "/api/limits", self._set_limits),
            ("POST", "/api/faults", self._add_fault),
            ("DELETE", "/api/faults", self._clear_faults),
        )
        for method, path, answer in routes:
            application.router.add_route(method, path, _as_json(answer))
        application.router.add_get("/api/events", _local_only(self._events))
        application.router.add_get("/", _local_only(_index))
        application.router.add_get("/static/{path:.*}", _local_only(_static))

    def close(self) -> None:
        """End all event streams."""
        for page in self._pages:
            page.put_nowait(None)

    # Reading

    async def _get_world(self, _: web.Request) -> JsonObject:
        sample = {*self._crowd.sample()}
        people = [
            person.as_json()
            for person in self._world.people.values()
            if person.role != "crowd" or person.id in sample
        ]
        chats = [
            chat.as_json()
            for chat in self._world.chats.values()
            if chat.migrated_to is None and not self._crowd.hides({"chat_id": chat.id})
        ]
        bot = {name: self._world.bot[name] for name in ("id", "first_name", "username")}
        return {
            "bot": bot,
            "people": people,
            "chats": chats,
            "crowd": self._crowd.as_json(),
            "limits": {"on": self._limits.on},
            "faults": self._faults.as_json(),
            "now": self._world.clock.date(),
        }

    async def _get_messages(self, request: web.Request) -> JsonObject:
        chat_id = _integer(request.match_info["chat_id"])
        person = self._world.people.get(chat_id)
        chat = self._world.private_chat(person) if person else self._world.chats.get(chat_id)
        if chat is None:
            raise web.HTTPNotFound(text=f"There is no chat {chat_id}.")
        limit = max(_integer(request.query.get("limit", "200")), 1)
        return {
            "messages": list(chat.messages.values())[-limit:],
            "keyboard": chat.keyboard,
            "commands": self._profile.menu_for(person) if person else [],
            "blocked": person.blocked if person else False,
        }

    async def _get_crowd(self, _: web.Request) -> JsonObject:
        return {"crowd": self._crowd.as_json()}

    # Acting

    async def _add_person(self, request: web.Request) -> JsonObject:
        body = await _body(request)
        name = str(body.get("first_name", "")).strip()
        language = str(body.get("language_code", "en"))
        if not 1 <= len(name) <= 64:
            raise RefusedError("A person has a first name of up to 64 characters.")
        if not (2 <= len(language) <= 8 and language.replace("-", "").isalpha()):
            raise RefusedError("A language code looks like en or es.")
        return {"person": self._world.add_person(name, language).as_json()}

    async def _send(self, request: web.Request) -> JsonObject:
        body = await _body(request)
        person, chat = self._place(request, body)
        content = self._content(body)
        context = self._people.context(
            chat,
            _optional_integer(body, "reply_to_message_id"),
            _optional_integer(body, "message_thread_id"),
        )
        return {"message": self._people.send(person, chat, {**context, **content})}

    def _content(self, body: JsonObject) -> JsonObject:
        caption = text_content(str(body.get("caption") or ""), "caption")
        match body:
            case {"file": {"name": str(name), "base64": str(data)} as file}:
                mime_type = str(file.get("mime_type") or "")
                return {**file_content(self._world, name, mime_type, decoded(data)), **caption}
            case {"location": {"latitude": latitude, "longitude": longitude}}:
                return location_content(_number(latitude), _number(longitude))
            case {"kind": str(kind)}:
                return kind_content(self._world, kind)
            case _:
                return text_content(str(body.get("text") or ""))

    async def _edit(self, request: web.Request) -> JsonObject:
        body = await _body(request)
        person, chat = self._place(request, body)
        message_id = _required_integer(body, "message_id")
        return {"message": self._people.edit(person, chat, message_id, str(body.get("text", "")))}

    async def _press(self, request: web.Request) -> JsonObject:
        body = await _body(request)
        person, chat = self._place(request, body)
        place = _required_integer(body, "row"), _required_integer(body, "column")
        return self._people.press(person, chat, _required_integer(body, "message_id"), place)

    async def _forward(self, request: web.Request) -> JsonObject:
        body = await _body(request)
        person, target = self._place(request, body)
        source = self._people.chat(person, _required_integer(body, "from_chat_id"))
        message_id = _required_integer(body, "message_id")
        return {"message": self._people.forward(person, source, message_id, target)}

    async def _change(self, request: web.Request) -> JsonObject:
        person = self._person(request)
        changes = {
            "block": self._people.block,
            "unblock": self._people.unblock,
            "deactivate": self._people.deactivate,
        }
        changes[request.match_info["change"]](person)
        return {"person": person.as_json()}

    async def _grow_crowd(self, request: web.Request) -> JsonObject:
        self._crowd.grow(_required_integer(await _body(request), "size"))
        return {"crowd": self._crowd.as_json()}

    async def _set_limits(self, request: web.Request) -> JsonObject:
        on = (await _body(request)).get("on")
        if not isinstance(on, bool):
            raise RefusedError('Say {"on": true} or {"on": false}.')
        self._limits.on = on
        self._world.publish({"kind": "limits", "limits": {"on": on}})
        return {"limits": {"on": on}}

    async def _add_fault(self, request: web.Request) -> JsonObject:
        body = await _body(request)
        settings = {name: body[name] for name in _FAULT_SETTINGS if body.get(name) is not None}
        self._faults.add(body.get("kind", ""), **settings)
        return self._tell_faults()

    async def _clear_faults(self, _: web.Request) -> JsonObject:
        self._faults.clear()
        return self._tell_faults()

    def _tell_faults(self) -> JsonObject:
        faults = {"faults": self._faults.as_json()}
        self._world.publish({"kind": "faults", **faults})
        return faults

    def _person(self, request: web.Request) -> Person:
        return self._people.person(_integer(request.match_info["id"]))

    def _place(self, request: web.Request, body: JsonObject) -> tuple[Person, Chat]:
        person = self._person(request)
        return person, self._people.chat(person, _optional_integer(body, "chat_id"))

    # Events

    def _pass_on(self, event: Event) -> None:
        if not self._pages or self._crowd.hides(event):
            return
        for page in tuple(self._pages):
            if page.qsize() >= MAX_BACKLOG:  # a page that sleeps: it reads the world anew later
                self._pages.discard(page)
                page.put_nowait(None)
            else:
                page.put_nowait(event)

    async def _events(self, request: web.Request) -> web.StreamResponse:
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


def _local(request: web.Request) -> bool:
    """Tell whether the request is meant for this machine.

    A foreign Host means DNS rebinding, a foreign Origin another site's page: neither may steer
    the sandbox.
    """
    origin = request.headers.get("Origin")
    return urlsplit(f"//{request.host}").hostname in LOOPBACK and (
        origin is None or urlsplit(origin).hostname in LOOPBACK
    )


def _local_only(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def guarded(request: web.Request) -> web.StreamResponse:
        if not _local(request):
            return web.Response(status=403, text="The sandbox talks to this machine only.\n")
        return await handler(request)

    return guarded


def _as_json(answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
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


async def _index(_: web.Request) -> web.StreamResponse:
    return _file(STATIC / "index.html")


async def _static(request: web.Request) -> web.StreamResponse:
    path = (STATIC / request.match_info["path"]).resolve()
    if not path.is_relative_to(STATIC.resolve()):
        return _file(STATIC / "outside")
    return _file(path)


def _file(path: Path) -> web.StreamResponse:
    if not path.is_file():
        return web.Response(status=404, text="There is no such file in the sandbox.\n")
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


async def _body(request: web.Request) -> JsonObject:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError as error:
        raise RefusedError("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise RefusedError("The body is not a JSON object.")
    return body


def _integer(value: object) -> int:
    try:
        return int(str(value))
    except ValueError as error:
        raise RefusedError(f"{value!r} is not a whole number.") from error


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError as error:
        raise RefusedError(f"{value!r} is not a number.") from error


def _optional_integer(body: JsonObject, name: str) -> int | None:
    return None if body.get(name) is None else _integer(body[name])


def _required_integer(body: JsonObject, name: str) -> int:
    value = _optional_integer(body, name)
    if value is None:
        raise RefusedError(f"{name} is missing.")
    return value
