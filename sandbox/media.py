"""Media: what a file of each kind looks like in a message, and what an album may hold."""

import mimetypes
from collections.abc import Collection, Mapping
from typing import Any

from sandbox.files import Files, StoredFile, image_size

KINDS = ("photo", "video", "animation", "audio", "document", "voice", "video_note", "sticker")
CAPTIONED = frozenset({"photo", "video", "animation", "audio", "document", "voice"})
SPOILED = frozenset(
    {"photo", "video", "animation"}
)  # these can be hidden, and under their caption
GROUPED = frozenset({"photo", "video", "document", "audio"})
ALONE = ("document", "audio")  # in an album only among themselves
MOST_IN_ALBUM = 10

_TYPES: dict[str, tuple[tuple[str, ...], str]] = {  # what fits a kind, and the usual one
    "video": (("video/",), "video/mp4"),
    "animation": (("video/", "image/gif"), "video/mp4"),
    "audio": (("audio/",), "audio/mpeg"),
    "voice": (("audio/",), "audio/ogg"),
    "video_note": (("video/",), "video/mp4"),
    "sticker": (("image/",), "image/webp"),
}
_FILM = {"width": 640, "height": 360, "duration": 1}
_NUMBERS = {  # what counts when the sender says nothing
    "video": _FILM,
    "animation": _FILM,
    "audio": {"duration": 1},
    "voice": {"duration": 1},
    "video_note": {"length": 240, "duration": 1},
    "sticker": {"width": 512, "height": 512},
}
_WORDS = {"audio": ("performer", "title"), "sticker": ("emoji",)}
_MOST = {"duration": 86400, "width": 10000, "height": 10000, "length": 640}
_NAMED = ("video", "animation", "audio", "document")
_STICKER = {"type": "regular", "is_animated": False, "is_video": False}


def keep_file(
    files: Files,
    kind: str,
    name: str,
    mime_type: str,
    content: bytes,
    about: Mapping[str, Any] | None = None,
) -> StoredFile:
    """Keep a file of a kind; `about` is what its sender says of it (duration, title, …)."""
    mime_type = mime_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind in _TYPES:
        fitting, usual = _TYPES[kind]
        mime_type = mime_type if mime_type.startswith(fitting) else usual
    details = _details(kind, image_size(content), about or {})
    if kind in _NAMED:
        details["file_name"] = name
    if kind in (*_NAMED, "voice"):
        details["mime_type"] = mime_type
    return files.add(kind, name, mime_type, content, details)


def media_fields(stored: StoredFile) -> dict[str, Any]:
    """Return the Message fields of a file."""
    media = {**stored.reference(), **stored.details}
    match stored.kind:
        case "photo":
            return {"photo": [media]}
        case "animation":  # for old bots Telegram shows it as a document too
            named = {name: media[name] for name in ("file_name", "mime_type")}
            return {"animation": media, "document": {**stored.reference(), **named}}
        case kind:
            return {kind: media}


def media_kind(message: Mapping[str, Any]) -> str:
    """Return the kind of file that a message carries, "" if it is none."""
    return next((kind for kind in KINDS if kind in message), "")


def unmixable(kinds: Collection[str]) -> str:
    """Return the kind that keeps an album from being one, "" if all go together."""
    return next((kind for kind in ALONE if kind in kinds and len(set(kinds)) > 1), "")


def _details(kind: str, size: tuple[int, int] | None, about: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "photo":
        return dict(zip(("width", "height"), size or (1, 1), strict=True))
    numbers = {
        name: min(max(int(about.get(name) or usual), 0), _MOST[name])
        for name, usual in _NUMBERS.get(kind, {}).items()
    }
    words = {name: about[name] for name in _WORDS.get(kind, ()) if about.get(name)}
    return {**numbers, **words, **(_STICKER if kind == "sticker" else {})}
