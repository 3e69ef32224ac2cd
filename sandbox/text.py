"""Text as Telegram stores it: cleaned, trimmed, with entities counted in UTF-16 units."""

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from sandbox.errors import BotApiError, bad_request, not_modelled
from sandbox.html import Entity, MarkupError, parse_html
from sandbox.types import Json

MAX_TEXT = 4096  # code points after parsing
MAX_CAPTION = 1024
MAX_SOURCE_BYTES = 32768
MAX_ENTITIES = 100

_REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_BLANK = re.compile("[ \n\u00a0\u1680\u180e\u2000-\u200f\u202f\u205f\u2060-\u2064\u3000\ufeff]*")
_WHOLE = frozenset({"text_link", "text_mention", "custom_emoji", "date_time"})
_CODE = frozenset({"pre", "code"})
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_EXPLICIT_KINDS = """
bold italic underline strikethrough spoiler pre code text_link text_mention custom_emoji
date_time blockquote expandable_blockquote
"""
_EXPLICIT = frozenset(_EXPLICIT_KINDS.split())
# Kinds that Telegram finds by itself: a bot may name them, and they are ignored.
_FOUND = frozenset(
    ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number")
)
_DETECT = re.compile(
    r"(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<url>\bhttps?://[^\s<>\"]+[^\s<>\".,;:!?)'\]]"
    r"|\b(?:[\w-]+\.)+(?:com|org|net|gov|edu|info|io|me|us)\b(?:/[^\s<>\"]*[^\s<>\".,;:!?)'\]])?)"
    r"|(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{2,31})?)(?![\w/@])"
    r"|(?<![\w@])(?P<mention>@[A-Za-z]\w{2,31})\b"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)"
    r"|(?<!\w)(?P<phone_number>\+\d(?:[\s().-]*\d){7,14})(?!\w)"
)


class Formatted(NamedTuple):
    """Text with its entities; shared between messages, so never change the list."""

    text: str
    entities: list[dict[str, Any]]


def utf16(text: str) -> int:
    """Return the length of `text` in UTF-16 units, the measure of entity offsets."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


# A broadcast sends the same text to everybody: parsing it once keeps the server fast and its
# memory small, because all the messages share one string.
@lru_cache(maxsize=256)
def format_text(source: str, parse_mode: str, entities_json: str) -> Formatted:
    """Parse what a bot sent as text or caption; raise BotApiError as Telegram would."""
    if len(source.encode("utf-8", "replace")) > MAX_SOURCE_BYTES:
        raise bad_request("text is too long")
    match parse_mode.lower():
        case "html":
            try:
                text, entities = parse_html(source)
            except MarkupError as error:
                raise bad_request(f"can't parse entities: {error}") from error
        case "" | "none":
            text, entities = source, _explicit_entities(source, entities_json)
        case "markdown" | "markdownv2":
            raise not_modelled(f"parse_mode {parse_mode}")
        case _:
            raise bad_request("unsupported parse_mode")
    return finish(text, entities)


def format_plain(source: str) -> Formatted:
    """Clean what a person typed and find commands and links in it."""
    return finish(source, [])


def finish(text: str, entities: list[Entity]) -> Formatted:
    """Clean and trim `text`, repair its entities and add those that Telegram finds itself."""
    text, entities = _clean(text, entities)
    trimmed, entities = _trim(text, entities)
    entities = _repair(trimmed, entities[:MAX_ENTITIES])
    entities += _detect(trimmed, entities)
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return Formatted(trimmed, [_in_utf16(trimmed, entity) for entity in entities])


def _clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    text = _CONTROL.sub(" ", text)
    removed = [found.start() for found in _REMOVED.finditer(text)]
    if not removed:
        return text, entities

    def moved(position: int) -> int:
        return position - sum(place < position for place in removed)

    return _REMOVED.sub("", text), _map(entities, moved)


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    if _BLANK.fullmatch(text):
        return "", []
    start = len(text) - len(text.lstrip(" \n"))
    trimmed = text.strip(" \n")
    if len(trimmed) == len(text):
        return text, entities
    return trimmed, _map(entities, lambda position: min(max(position - start, 0), len(trimmed)))


def _map(entities: list[Entity], moved: Callable[[int], int]) -> list[Entity]:
    kept = []
    for entity in entities:
        start = moved(entity["offset"])
        length = moved(entity["offset"] + entity["length"]) - start
        if length > 0:
            kept.append({**entity, "offset": start, "length": length})
    return kept


def _repair(text: str, entities: list[Entity]) -> list[Entity]:
    """Apply the nesting rules: nothing inside code, no quote in a quote, no empty emphasis."""
    code = _outermost([entity for entity in entities if entity["type"] in _CODE])
    quotes = _outermost([entity for entity in entities if entity["type"] in _QUOTES])
    result = code + quotes
    for entity in entities:
        if entity["type"] in _CODE | _QUOTES:
            continue
        if entity["type"] in _WHOLE:
            result += [] if any(_overlap(entity, block) for block in code) else [entity]
        else:
            result += _without(entity, code)
    return [
        entity
        for entity in result
        if text[entity["offset"] : entity["offset"] + entity["length"]].strip()
    ]


def _outermost(entities: list[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])):
        if not any(_overlap(entity, other) for other in kept):
            kept.append(entity)
    return kept


def _overlap(one: Entity, other: Entity) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"]
        and other["offset"] < one["offset"] + one["length"]
    )


def _without(entity: Entity, blocks: list[Entity]) -> list[Entity]:
    """Return `entity` cut into the parts that lie outside `blocks` (sorted)."""
    parts = []
    start, end = entity["offset"], entity["offset"] + entity["length"]
    for block in blocks:
        if not _overlap(entity, block):
            continue
        if block["offset"] > start:
            parts.append({**entity, "offset": start, "length": block["offset"] - start})
        start = max(start, block["offset"] + block["length"])
    return [*parts, {**entity, "offset": start, "length": end - start}] if end > start else parts


def _detect(text: str, entities: list[Entity]) -> list[Entity]:
    closed = [entity for entity in entities if entity["type"] in _CODE | _WHOLE]
    found = []
    for match in _DETECT.finditer(text):
        kind = match.lastgroup or "url"
        start, end = match.span(kind)
        entity: Entity = {"type": kind, "offset": start, "length": end - start}
        if not any(_overlap(entity, other) for other in closed):
            found.append(entity)
    return found


def _in_utf16(text: str, entity: Entity) -> dict[str, Any]:
    if text.isascii():
        return entity
    start, length = entity["offset"], entity["length"]
    return {
        **entity,
        "offset": utf16(text[:start]),
        "length": utf16(text[start : start + length]),
    }


def _explicit_entities(text: str, entities_json: str) -> list[Entity]:
    if not entities_json:
        return []
    try:
        given = json.loads(entities_json)
    except ValueError as error:
        raise bad_request("can't parse entities JSON object") from error
    if not isinstance(given, list):
        raise bad_request("expected an Array of MessageEntity")
    positions = _code_point_positions(text)
    return [
        _explicit_entity(entity, positions)
        for entity in given
        if not (isinstance(entity, dict) and entity.get("type") in _FOUND)
    ]


def _code_point_positions(text: str) -> dict[int, int]:
    """Return which code point begins at each UTF-16 offset, the end included."""
    positions, offset = {}, 0
    for index, sign in enumerate(text):
        positions[offset] = index
        offset += 2 if ord(sign) > 0xFFFF else 1
    return {**positions, offset: len(text)}


def _explicit_entity(entity: Json, positions: dict[int, int]) -> Entity:
    if not isinstance(entity, dict) or entity.get("type") not in _EXPLICIT:
        raise bad_request("can't parse MessageEntity: Type is unsupported")
    offset, length = entity.get("offset"), entity.get("length")
    if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length < 0:
        raise bad_request("can't parse MessageEntity: Offset and length must be non-negative")
    _check_range(offset, length, positions)
    start = positions[offset]
    return {**entity, "offset": start, "length": positions[offset + length] - start}


def _check_range(offset: int, length: int, positions: dict[int, int]) -> None:
    size = max(positions)
    end = offset + length
    if end > size:
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text "
            f"at UTF-16 offset {end}"
        )
    for place, word in ((offset, "begins"), (end, "ends")):
        if place not in positions:
            raise BotApiError(
                400,
                f"Bad Request: entity beginning at UTF-16 offset {offset} {word} in a middle of "
                f"a UTF-16 symbol at offset {place}",
            )
