"""What the page asks to send, as Message fields."""

import base64
import binascii
from typing import Any

from sandbox.chats import Person
from sandbox.contents import (
    contact_content,
    file_content,
    location_content,
    media_content,
    poll_content,
    text_content,
    venue_content,
)
from sandbox.errors import RefusedError
from sandbox.types import Json
from sandbox.world import World


def read_parcel(world: World, person: Person, body: dict[str, Any]) -> dict[str, Any]:
    """Return the one message that the body of `POST /api/people/<id>/messages` describes."""
    for name, read in _READERS.items():
        if name in body:
            return read(world, person, body)
    return text_content(str(body.get("text") or ""))


def _file(world: World, _: Person, body: dict[str, Any]) -> dict[str, Any]:
    caption = text_content(str(body.get("caption") or ""), "caption")
    return {**read_file(world, body["file"]), **caption}


def _location(_: World, __: Person, body: dict[str, Any]) -> dict[str, Any]:
    return location_content(*_place(_object(body, "location")))


def _venue(_: World, __: Person, body: dict[str, Any]) -> dict[str, Any]:
    venue = _object(body, "venue")
    return venue_content(_text(venue, "title"), _text(venue, "address"), *_place(venue))


def _contact(_: World, person: Person, body: dict[str, Any]) -> dict[str, Any]:
    contact = _object(body, "contact")
    return contact_content(person, _text(contact, "first_name"), _text(contact, "phone_number"))


def _poll(world: World, _: Person, body: dict[str, Any]) -> dict[str, Any]:
    poll = _object(body, "poll")
    options = poll.get("options")
    return poll_content(
        world,
        _text(poll, "question"),
        [str(option) for option in options] if isinstance(options, list) else [],
        is_anonymous=poll.get("is_anonymous") is not False,
        allows_multiple_answers=poll.get("allows_multiple_answers") is True,
    )


def _kind(world: World, _: Person, body: dict[str, Any]) -> dict[str, Any]:
    return media_content(world, str(body["kind"]))


_READERS = {
    "file": _file,
    "location": _location,
    "venue": _venue,
    "contact": _contact,
    "poll": _poll,
    "kind": _kind,
}


def read_file(world: World, file: Json) -> dict[str, Any]:
    """Return an uploaded file as Message fields."""
    match file:
        case {"name": str(name), "base64": str(data)}:
            return file_content(world, name, str(file.get("mime_type") or ""), _decoded(data))
        case _:
            raise RefusedError("A file has a name and base64.")


def _object(body: dict[str, Any], name: str) -> dict[str, Any]:
    if not isinstance(body[name], dict):
        raise RefusedError(f"{name} is an object.")
    return dict(body[name])


def _text(given: dict[str, Any], name: str) -> str:
    return str(given.get(name) or "").strip()


def _place(given: dict[str, Any]) -> tuple[float, float]:
    try:
        return float(str(given.get("latitude"))), float(str(given.get("longitude")))
    except ValueError as error:
        raise RefusedError("A place has a latitude and a longitude.") from error


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RefusedError("The file is not base64.") from error
