"""What the page is made of: JSON over HTTP, events, and the static files.

docs/sandbox.md is the contract.
"""

import json

from aiohttp import web

from sandbox.chats import Chat, Person
from sandbox.contents import album_contents
from sandbox.crowd import Crowd
from sandbox.errors import RefusedError
from sandbox.events import EventStreams
from sandbox.faults import Faults
from sandbox.guard import Answer, JsonObject, as_json, index, local_only, static
from sandbox.methods.call import Services
from sandbox.methods.chats import REACTIONS
from sandbox.parcels import read_file, read_parcel

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
        self._streams = EventStreams(crowd)
        self._world.subscribe(self._streams.pass_on)

    def register(self, application: web.Application) -> None:
        """Add the routes to the server."""
        routes: tuple[tuple[str, str, Answer], ...] = (
            ("GET", "/api/world", self._get_world),
            ("GET", "/api/chats/{chat_id}/messages", self._get_messages),
            ("POST", "/api/people", self._add_person),
            ("POST", "/api/people/{id}/messages", self._send),
            ("POST", "/api/people/{id}/edit", self._edit),
            ("POST", "/api/people/{id}/press", self._press),
            ("POST", "/api/people/{id}/vote", self._vote),
            ("POST", "/api/people/{id}/react", self._react),
            ("POST", "/api/people/{id}/forward", self._forward),
            ("POST", "/api/people/{id}/{change:block|unblock|deactivate}", self._change),
            ("GET", "/api/crowd", self._get_crowd),
            ("POST", "/api/crowd", self._grow_crowd),
            ("POST", "/api/limits", self._set_limits),
            ("POST", "/api/faults", self._add_fault),
            ("DELETE", "/api/faults", self._clear_faults),
        )
        for method, path, answer in routes:
            application.router.add_route(method, path, as_json(answer))
        application.router.add_get("/api/files/{file_id}", local_only(self._file))
        application.router.add_get("/api/events", local_only(self._streams.serve))
        application.router.add_get("/", local_only(index))
        application.router.add_get("/static/{path:.*}", local_only(static))

    def close(self) -> None:
        """End all event streams."""
        self._streams.close()

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
        messages = list(chat.messages.values())[-limit:]
        polls = [message["poll"] for message in messages if "poll" in message]
        return {
            "messages": messages,
            "votes": {poll["id"]: self._world.polls.votes(poll) for poll in polls},
            "keyboard": chat.keyboard,
            "commands": self._profile.menu_for(person) if person else [],
            "blocked": person.blocked if person else False,
        }

    async def _get_crowd(self, _: web.Request) -> JsonObject:
        return {"crowd": self._crowd.as_json()}

    async def _file(self, request: web.Request) -> web.StreamResponse:
        stored = self._world.files.find(request.match_info["file_id"])
        if stored is None:
            return web.json_response({"error": "There is no such file."}, status=404)
        # What people upload must not run as a part of the page.
        safe = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=stored.content, content_type=stored.mime_type, headers=safe)

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
        context = self._people.context(
            chat,
            _optional_integer(body, "reply_to_message_id"),
            _optional_integer(body, "message_thread_id"),
        )
        if isinstance(files := body.get("album"), list):
            parts = [read_file(self._world, file) for file in files]
            album = album_contents(parts, str(body.get("caption") or ""), self._world.new_id())
            sent = [self._people.send(person, chat, {**context, **part}) for part in album]
            return {"messages": sent}
        content = read_parcel(self._world, person, body)
        return {"message": self._people.send(person, chat, {**context, **content})}

    async def _vote(self, request: web.Request) -> JsonObject:
        body = await _body(request)
        person, chat = self._place(request, body)
        option_ids = body.get("option_ids")
        if not isinstance(option_ids, list):
            raise RefusedError("option_ids is a list of places, counted from 0.")
        choice = [_integer(each) for each in option_ids]
        message_id = _required_integer(body, "message_id")
        return {"message": self._people.vote(person, chat, message_id, choice)}

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

    async def _react(self, request: web.Request) -> JsonObject:
        body = await _body(request)
        person, chat = self._place(request, body)
        message_id, emoji = _required_integer(body, "message_id"), body.get("emoji")
        if emoji is not None and emoji not in REACTIONS:
            raise RefusedError("emoji is one of Telegram's reactions, or null.")
        self._people.react(person, chat, message_id, emoji)
        return {"message": self._people.message(chat, message_id)}

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


def _optional_integer(body: JsonObject, name: str) -> int | None:
    return None if body.get(name) is None else _integer(body[name])


def _required_integer(body: JsonObject, name: str) -> int:
    value = _optional_integer(body, name)
    if value is None:
        raise RefusedError(f"{name} is missing.")
    return value
