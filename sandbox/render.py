"""Text and entities as HTML once more, for people who read a message in a test."""

from html import escape
from typing import Any

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}


def as_html(text: str, entities: list[dict[str, Any]]) -> str:
    """Return `text` with tags; kinds that Telegram found by itself stay plain."""
    data = text.encode("utf-16-le")
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    ordered = sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
    for entity in ordered:
        if tags := _tags(entity):
            opening.setdefault(entity["offset"], []).append(tags[0])
            # The innermost closes first, and it was opened last.
            closing.setdefault(entity["offset"] + entity["length"], []).insert(0, tags[1])
    places = sorted({0, len(data) // 2, *opening, *closing})
    parts = []
    for place, following in zip(places, [*places[1:], places[-1]], strict=True):
        piece = data[place * 2 : following * 2].decode("utf-16-le")
        parts += [*closing.get(place, ()), *opening.get(place, ()), escape(piece, quote=False)]
    return "".join(parts)


def _tags(entity: dict[str, Any]) -> tuple[str, str] | None:
    match entity["type"]:
        case "text_link":
            return f'<a href="{escape(entity["url"])}">', "</a>"
        case "text_mention":
            return f'<a href="tg://user?id={entity["user"]["id"]}">', "</a>"
        case "date_time":
            style = escape(entity.get("date_time_format", ""))
            return f'<tg-time unix="{entity["unix_time"]}" format="{style}">', "</tg-time>"
        case kind if kind in _TAGS:
            return f"<{_TAGS[kind]}>", f"</{_TAGS[kind]}>"
        case _:
            return None
