"""Methods that send files: one, or an album of them."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from sandbox.chats import Message
from sandbox.errors import BotApiError, bad_request, not_modelled
from sandbox.files import MAX_PHOTO, MAX_UPLOAD, StoredFile, image_size
from sandbox.media import (
    CAPTIONED,
    GROUPED,
    MOST_IN_ALBUM,
    SPOILED,
    keep_file,
    media_fields,
    unmixable,
)
from sandbox.methods.call import Call, Method
from sandbox.methods.posting import address, caption_fields, checked_caption, keep, post
from sandbox.text import format_text
from sandbox.types import Json

_NUMBERS = ("duration", "width", "height", "length")
_WORDS = ("performer", "title", "emoji")
_CLASSES = {"voice": "VoiceNote", "video_note": "VideoNote"}  # as Telegram's library calls them
_MOST_SIDES = 10_000  # pixels: width and height of a photo together
_MOST_RATIO = 20
_OF_THE_SERVERS = ("IMAGE_PROCESS_FAILED", "PHOTO_INVALID_DIMENSIONS")


def send_media(kind: str, call: Call) -> Message:
    """Run sendPhoto and its kind: one file, with a caption if the kind can have one."""
    to = address(call)
    extra = caption_fields(call) if kind in CAPTIONED else {}
    if kind in SPOILED and call.args.flag("has_spoiler"):
        extra["has_media_spoiler"] = True
    about = {name: call.args.integer(name) for name in _NUMBERS}
    words = {name: call.args.text(name) for name in _WORDS}
    stored = _find_file(call, kind, call.args.text(kind) or kind, {**about, **words})
    return post(call, to, {**media_fields(stored), **extra})


def send_media_group(call: Call) -> list[Message]:
    """sendMediaGroup: an album of 2 to 10 photos and videos, or documents, or audio files."""
    to = address(call)
    media = call.args.json("media", "can't parse media JSON object")
    if not isinstance(media, list) or not media:
        raise bad_request("there are no messages to send")
    if len(media) > MOST_IN_ALBUM:
        raise bad_request("too many messages to send as an album")
    if len(media) == 1:  # Telegram sends it as no album; its documentation asks for two
        raise bad_request("wrong number of messages in the media group, must be between 2 and 10")
    contents = [_grouped(call, each, place) for place, each in enumerate(media, 1)]
    _check_together(media)
    call.services.limits.spend(to.chat.id, len(contents))
    group = {"media_group_id": call.world.new_id()}
    return [keep(call, to, {**content, **group}) for content in contents]


def input_media(call: Call, media: Json) -> dict[str, Any]:
    """Read an InputMedia as the Message fields of its file and caption."""
    if not isinstance(media, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    kind, source = str(media.get("type", "")), str(media.get("media", ""))
    if kind in ("live_photo", "paid_media"):
        raise not_modelled(f"media of type {kind}")
    if kind not in (*GROUPED, "animation"):
        allowed = "not allowed" if kind == "voice_note" else "unsupported"
        raise bad_request(f'can\'t parse InputMedia: type "{kind}" is {allowed}')
    entities = media.get("caption_entities")
    caption = format_text(
        media.get("caption", ""),
        media.get("parse_mode", ""),
        json.dumps(entities) if entities else "",
    )
    above = kind in SPOILED and bool(media.get("show_caption_above_media"))
    spoiler = {"has_media_spoiler": True} if kind in SPOILED and media.get("has_spoiler") else {}
    if not source or (source.startswith("attach://") and not call.args.upload(source[9:])):
        raise bad_request("can't parse InputMedia: media not found")
    stored = _find_file(call, kind, source, media)
    return {**media_fields(stored), **checked_caption(caption, above=above), **spoiler}


def _grouped(call: Call, media: Json, place: int) -> dict[str, Any]:
    if isinstance(media, dict) and media.get("type") == "animation":
        raise bad_request(
            "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup"
        )
    try:
        return input_media(call, media)
    except BotApiError as error:
        reason = error.description.removeprefix("Bad Request: ")
        if reason not in _OF_THE_SERVERS:
            raise
        raise bad_request(
            f'failed to send message #{place} with the error message "{reason}"'
        ) from error


def _check_together(media: list[dict[str, Any]]) -> None:
    if alone := unmixable([each["type"] for each in media]):
        raise bad_request(f"{alone} can't be mixed with other media types")
    if len({bool(each.get("show_caption_above_media")) for each in media}) > 1:
        raise bad_request("parameter show_caption_above_media must be the same for all messages")


def _find_file(call: Call, kind: str, source: str, about: Mapping[str, Any]) -> StoredFile:
    """Return the file of an upload (its name or attach://name) or of a file_id."""
    upload = call.args.upload(source.removeprefix("attach://"))
    if upload is None:
        return _known_file(call, kind, source)
    size = len(upload.content)
    if not size:
        raise bad_request("file must be non-empty")
    if kind == "photo" and size > MAX_PHOTO:
        raise bad_request(
            f"file of size {size} bytes is too big for a photo; "
            f"the maximum size is {MAX_PHOTO} bytes"
        )
    if size > MAX_UPLOAD:
        raise BotApiError(413, "Request Entity Too Large")
    if kind == "photo":
        _check_picture(upload.content)
    mime_type = "" if upload.mime_type == "application/octet-stream" else upload.mime_type
    files = call.world.files
    return keep_file(files, kind, upload.name, mime_type, upload.content, about)


def _check_picture(content: bytes) -> None:
    size = image_size(content)
    if not size:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > _MOST_SIDES or max(size) > _MOST_RATIO * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def _known_file(call: Call, kind: str, source: str) -> StoredFile:
    if source == kind or source.startswith("attach://"):
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    if source.startswith(("http://", "https://")):
        raise not_modelled("files that Telegram fetches from the web")
    stored = call.world.files.find(source)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    # An animation is shown to bots as a document too, under the same file_id.
    if stored.kind != kind and (kind, stored.kind) != ("document", "animation"):
        found, wanted = (_CLASSES.get(each, each.capitalize()) for each in (stored.kind, kind))
        raise bad_request(f"can't use file of type {found} as {wanted}")
    return stored


METHODS: dict[str, Method] = {
    "sendPhoto": partial(send_media, "photo"),
    "sendVideo": partial(send_media, "video"),
    "sendAnimation": partial(send_media, "animation"),
    "sendAudio": partial(send_media, "audio"),
    "sendDocument": partial(send_media, "document"),
    "sendVoice": partial(send_media, "voice"),
    "sendVideoNote": partial(send_media, "video_note"),
    "sendSticker": partial(send_media, "sticker"),
    "sendMediaGroup": send_media_group,
}
