"""What people can send, as Message fields."""

import base64
import binascii
from typing import Any

from sandbox.errors import RefusedError
from sandbox.files import MAX_UPLOAD, image_size
from sandbox.text import MAX_CAPTION, MAX_TEXT, format_plain
from sandbox.world import World


def text_content(text: str, part: str = "text") -> dict[str, Any]:
    """Return a text, or a caption with `part="caption"`, with the commands and links in it."""
    formatted = format_plain(text)
    if len(formatted.text) > (MAX_TEXT if part == "text" else MAX_CAPTION):
        raise RefusedError("The text is too long.")
    if not formatted.text:
        if part == "caption":
            return {}
        raise RefusedError("An empty message cannot be sent.")
    content: dict[str, Any] = {part: formatted.text}
    if formatted.entities:
        content["entities" if part == "text" else "caption_entities"] = formatted.entities
    return content


def location_content(latitude: float, longitude: float) -> dict[str, Any]:
    """Return a place."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise RefusedError("There is no such place on Earth.")
    return {"location": {"latitude": latitude, "longitude": longitude}}


def file_content(world: World, name: str, mime_type: str, content: bytes) -> dict[str, Any]:
    """Return an uploaded file: an image becomes a photo, anything else a document."""
    if not content or len(content) > MAX_UPLOAD:
        raise RefusedError("A file has between 1 byte and 50 MB.")
    if (size := image_size(content)) and mime_type != "image/gif":
        stored = world.files.add("photo", name, mime_type, content)
        return {"photo": [{**stored.reference(), "width": size[0], "height": size[1]}]}
    stored = world.files.add("document", name, mime_type, content)
    described = {"file_name": stored.name, "mime_type": stored.mime_type}
    return {"document": {**stored.reference(), **described}}


def kind_content(world: World, kind: str) -> dict[str, Any]:
    """Return a sticker or a voice message."""
    if kind == "sticker":
        stored = world.files.add("sticker", "sticker.webp", "image/webp", b"sticker")
        shape = {"type": "regular", "width": 512, "height": 512, "emoji": "\N{THUMBS UP SIGN}"}
        return {
            "sticker": {**stored.reference(), **shape, "is_animated": False, "is_video": False}
        }
    if kind == "voice":
        stored = world.files.add("voice", "voice.ogg", "audio/ogg", b"voice")
        return {"voice": {**stored.reference(), "duration": 2, "mime_type": "audio/ogg"}}
    raise RefusedError(f"Nobody can send a {kind}.")


def decoded(text: str) -> bytes:
    """Return the bytes of a base64 text."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RefusedError("The file is not base64.") from error
