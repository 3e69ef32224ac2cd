"""What people can send, as Message fields."""

from typing import Any

from sandbox.chats import Person
from sandbox.errors import RefusedError
from sandbox.files import MAX_UPLOAD, image_size
from sandbox.media import MOST_IN_ALBUM, keep_file, media_fields, media_kind, unmixable
from sandbox.polls import MAX_OPTION, MAX_OPTIONS, MAX_QUESTION
from sandbox.text import MAX_CAPTION, MAX_TEXT, format_plain
from sandbox.world import World

# The smallest picture that has a size: one pixel.
TINY_GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
# What is sent when nobody cares what is in it: name, content, what its sender says of it.
_SAMPLES: dict[str, tuple[str, bytes, dict[str, Any]]] = {
    "photo": ("photo.jpg", TINY_GIF, {}),
    "video": ("video.mp4", b"video", {"duration": 7}),
    "animation": ("animation.mp4", b"animation", {"duration": 3}),
    "audio": ("song.mp3", b"audio", {"duration": 9, "performer": "Somebody", "title": "Song"}),
    "document": ("file.pdf", b"%PDF-1.7", {}),
    "voice": ("voice.ogg", b"voice", {"duration": 2}),
    "video_note": ("round.mp4", b"round", {"duration": 5}),
    "sticker": ("sticker.webp", b"sticker", {"emoji": "\N{THUMBS UP SIGN}"}),
}
_ANIMATED = "image/gif"


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


def media_content(world: World, kind: str, content: bytes = b"", name: str = "") -> dict[str, Any]:
    """Return a file of a kind of `sandbox.media.KINDS`, a sample if there is no content."""
    if kind not in _SAMPLES:
        raise RefusedError(f"Nobody can send a {kind}.")
    usual_name, sample, about = _SAMPLES[kind]
    stored = keep_file(world.files, kind, name or usual_name, "", content or sample, about)
    return media_fields(stored)


def file_content(world: World, name: str, mime_type: str, content: bytes) -> dict[str, Any]:
    """Return an uploaded file as Telegram's apps send it: a picture becomes a photo, and so on."""
    if not content or len(content) > MAX_UPLOAD:
        raise RefusedError("A file has between 1 byte and 50 MB.")
    kind = _kind_of(mime_type, content)
    return media_fields(keep_file(world.files, kind, name, mime_type, content))


def _kind_of(mime_type: str, content: bytes) -> str:
    if mime_type == _ANIMATED:
        return "animation"
    if image_size(content):
        return "photo"
    family = mime_type.partition("/")[0]
    return family if family in ("video", "audio") else "document"


def album_contents(parts: list[dict[str, Any]], caption: str, group: str) -> list[dict[str, Any]]:
    """Return the parts of an album, with the caption on the first, as Telegram's apps do."""
    if not 2 <= len(parts) <= MOST_IN_ALBUM:
        raise RefusedError(f"An album has 2 to {MOST_IN_ALBUM} parts.")
    kinds = [media_kind(part) for part in parts]
    if unmixable(kinds) or not {*kinds} <= {"photo", "video", "document", "audio"}:
        raise RefusedError(
            "An album has photos and videos, or only documents, or only audio files."
        )
    first = {**parts[0], **text_content(caption, "caption")}
    return [{**part, "media_group_id": group} for part in [first, *parts[1:]]]


def location_content(latitude: float, longitude: float) -> dict[str, Any]:
    """Return a place."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise RefusedError("There is no such place on Earth.")
    return {"location": {"latitude": latitude, "longitude": longitude}}


def venue_content(title: str, address: str, latitude: float, longitude: float) -> dict[str, Any]:
    """Return a place with a name."""
    place = location_content(latitude, longitude)
    if not title or not address:
        raise RefusedError("A venue has a title and an address.")
    return {**place, "venue": {**place, "title": title, "address": address}}


def contact_content(
    person: Person, first_name: str = "", phone_number: str = ""
) -> dict[str, Any]:
    """Return a card with somebody's number, the person's own if nobody is named."""
    if not first_name and not phone_number:
        # 555-0100 to 555-0199 are kept free for made-up people.
        own: dict[str, Any] = {"phone_number": f"+131255501{person.id % 100:02}", **person.names()}
        own.pop("username", None)
        return {"contact": {**own, "user_id": person.id}}
    if not first_name or not phone_number:
        raise RefusedError("A contact has a first name and a phone number.")
    return {"contact": {"phone_number": phone_number, "first_name": first_name}}


def poll_content(
    world: World,
    question: str,
    options: list[str],
    *,
    is_anonymous: bool = True,
    allows_multiple_answers: bool = False,
) -> dict[str, Any]:
    """Return a poll of a person: the bot hears of the poll, and not of the votes."""
    texts = [format_plain(option).text for option in options]
    question = format_plain(question).text
    if not 1 <= len(question) <= MAX_QUESTION:
        raise RefusedError(f"A poll asks a question of up to {MAX_QUESTION} characters.")
    if not 2 <= len(texts) <= MAX_OPTIONS:
        raise RefusedError(f"A poll has 2 to {MAX_OPTIONS} options.")
    if not all(1 <= len(text) <= MAX_OPTION for text in texts):
        raise RefusedError(f"An option has 1 to {MAX_OPTION} characters.")
    poll = world.polls.new(
        question,
        texts,
        of_bot=False,
        is_anonymous=is_anonymous,
        allows_multiple_answers=allows_multiple_answers,
    )
    return {"poll": poll}
