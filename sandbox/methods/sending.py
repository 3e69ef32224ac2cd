"""Methods that send something new."""

import json
from typing import Any

from sandbox.errors import bad_request, not_modelled
from sandbox.files import MAX_PHOTO, MAX_UPLOAD, StoredFile, image_size
from sandbox.methods.call import Call, Method
from sandbox.methods.posting import (
    address,
    caption_fields,
    checked_caption,
    keep,
    post,
    text_fields,
)
from sandbox.text import format_text
from sandbox.types import Json
from sandbox.world import Message

_ACTION_NAMES = """
typing upload_photo record_video upload_video record_voice upload_voice upload_document
choose_sticker find_location record_video_note upload_video_note
"""
_ACTIONS = frozenset(_ACTION_NAMES.split())
_GROUPED = ("photo", "video", "document")


def send_message(call: Call) -> Message:
    """sendMessage."""
    to = address(call)
    return post(call, to, text_fields(call))


def send_photo(call: Call) -> Message:
    """sendPhoto."""
    return _send_media(call, "photo")


def send_document(call: Call) -> Message:
    """sendDocument."""
    return _send_media(call, "document")


def send_video(call: Call) -> Message:
    """sendVideo."""
    return _send_media(call, "video")


def send_voice(call: Call) -> Message:
    """sendVoice."""
    return _send_media(call, "voice")


def _send_media(call: Call, kind: str) -> Message:
    to = address(call)
    caption = caption_fields(call)
    spoiler = {"has_media_spoiler": True} if call.args.flag("has_spoiler") else {}
    source = call.args.text(kind) or kind
    media = media_fields(call, kind, source)
    return post(call, to, {**media, **caption, **spoiler})


def media_fields(call: Call, kind: str, source: str) -> dict[str, Any]:
    """Return the Message fields of a file: an upload (its name or attach://name) or a file_id."""
    stored = _find_file(call, kind, source)
    reference = stored.reference()
    match kind:
        case "photo":
            width, height = image_size(stored.content) or (1, 1)
            return {"photo": [{**reference, "width": width, "height": height}]}
        case "document":
            described = {"file_name": stored.name, "mime_type": stored.mime_type}
            return {"document": {**reference, **described}}
        case "video":
            shape = {"width": 640, "height": 360, "duration": 1, "mime_type": stored.mime_type}
            return {"video": {**reference, **shape}}
        case _:
            return {kind: {**reference, "duration": 1, "mime_type": stored.mime_type}}


def _find_file(call: Call, kind: str, source: str) -> StoredFile:
    upload = call.args.upload(source.removeprefix("attach://"))
    if upload is None:
        return _known_file(call, kind, source)
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > (MAX_PHOTO if kind == "photo" else MAX_UPLOAD):
        raise bad_request("file is too big")
    if kind == "photo" and not image_size(upload.content):
        raise bad_request("IMAGE_PROCESS_FAILED")
    mime_type = "" if upload.mime_type == "application/octet-stream" else upload.mime_type
    return call.world.files.add(kind, upload.name, mime_type, upload.content)


def _known_file(call: Call, kind: str, source: str) -> StoredFile:
    if source == kind:
        raise bad_request(f"there is no {kind} in the request")
    if source.startswith(("http://", "https://")):
        raise not_modelled("files that Telegram fetches from the web")
    stored = call.world.files.find(source)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        wanted, found = kind.capitalize(), stored.kind.capitalize()
        raise bad_request(f"can't use file of type {found} as {wanted}")
    return stored


def send_location(call: Call) -> Message:
    """sendLocation."""
    to = address(call)
    call.refuse("live_period", "heading", "proximity_alert_radius")
    return post(call, to, {"location": _location(call)})


def send_venue(call: Call) -> Message:
    """sendVenue."""
    to = address(call)
    location = _location(call)
    venue = {"title": call.args.text("title"), "address": call.args.text("address")}
    for name, value in venue.items():
        if not value:
            raise bad_request(f"{name} must be non-empty")
    return post(call, to, {"location": location, "venue": {"location": location, **venue}})


def _location(call: Call) -> dict[str, float]:
    location = {}
    for name, most in (("latitude", 90), ("longitude", 180)):
        value = call.args.number(name)
        if value is None:
            raise bad_request(f"{name} is empty")
        if not -most <= value <= most:
            raise bad_request("wrong location specified")
        location[name] = value
    return location


def send_poll(call: Call) -> Message:
    """sendPoll. Nobody votes in the sandbox; the poll stands as it was sent."""
    to = address(call)
    call.refuse(
        "correct_option_id", "correct_option_ids", "explanation", "open_period", "close_date"
    )
    call.refuse("question_parse_mode", "question_entities", "allows_revoting")
    question = call.args.text("question").strip()
    if not 1 <= len(question) <= 300:
        raise bad_request(f"poll question {'is empty' if not question else 'is too long'}")
    if call.args.text("type") not in ("", "regular"):
        raise not_modelled("quizzes")
    options = call.args.json("options", "can't parse options JSON object")
    poll = {
        "id": str(call.world.changes + 1),
        "question": question,
        "options": [{**option, "voter_count": 0} for option in _options(options)],
        "total_voter_count": 0,
        "is_closed": call.args.flag("is_closed"),
        "is_anonymous": not call.args.has("is_anonymous") or call.args.flag("is_anonymous"),
        "type": "regular",
        "allows_multiple_answers": call.args.flag("allows_multiple_answers"),
        "allows_revoting": True,
        "members_only": False,
    }
    return post(call, to, {"poll": poll})


def _options(options: Json) -> list[dict[str, str]]:
    if not isinstance(options, list) or not 1 <= len(options) <= 12:
        raise bad_request("poll must have at least 1 option and at most 12 options")
    checked = []
    for index, option in enumerate(options):
        text = option.get("text", "") if isinstance(option, dict) else str(option)
        if not 1 <= len(text.strip()) <= 100:
            raise bad_request("poll option length must be between 1 and 100 characters")
        checked.append({"persistent_id": str(index), "text": text.strip()})
    return checked


def send_media_group(call: Call) -> list[Message]:
    """sendMediaGroup: an album of 2 to 10 photos, videos or documents."""
    to = address(call)
    media = call.args.json("media", "can't parse media JSON object")
    if not isinstance(media, list) or not media:
        raise bad_request("there are no messages to send")
    if not 2 <= len(media) <= 10:
        raise bad_request("wrong number of messages in the media group, must be between 2 and 10")
    contents = [_grouped(call, each) for each in media]
    kinds = {each.get("type") for each in media}
    if "document" in kinds and len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    call.services.limits.spend(to.chat.id, len(contents))
    group = {"media_group_id": str(call.world.changes + 1)}
    return [keep(call, to, {**content, **group}) for content in contents]


def _grouped(call: Call, media: Json) -> dict[str, Any]:
    if not isinstance(media, dict) or media.get("type") not in _GROUPED:
        raise bad_request("can't parse InputMedia: type must be photo, video or document")
    entities = media.get("caption_entities")
    caption = format_text(
        media.get("caption", ""),
        media.get("parse_mode", ""),
        json.dumps(entities) if entities else "",
    )
    return {
        **media_fields(call, media["type"], str(media.get("media", ""))),
        **checked_caption(caption),
    }


def send_chat_action(call: Call) -> bool:
    """sendChatAction."""
    call.chat_to_write()
    call.args.integer("message_thread_id")
    if call.args.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


METHODS: dict[str, Method] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendVideo": send_video,
    "sendVoice": send_voice,
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "sendPoll": send_poll,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
}
