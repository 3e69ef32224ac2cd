"""Telegram's HTML parse mode: text with tags in, plain text and entities out.

It follows TDLib's parser step by step, so that what the real server refuses is refused here with
the same sentence. Offsets in errors count UTF-8 bytes; entity offsets here count code points
(`sandbox.text` turns them into UTF-16 units).
"""

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.links import checked_link, mentioned_user_id

# An entity while it is being made: Bot API fields, offset and length in code points.
Entity = dict[str, Any]

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(r"&(?:#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,8}))|([A-Za-z]+));?")
_SPACES = frozenset(" \t\r\n\0\v")
_TIME_FORMAT = re.compile(r"r|[tTdDw]*")


class MarkupError(Exception):
    """Broken markup; the text is Telegram's detail after "can't parse entities: "."""


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int


@dataclass(slots=True)
class _Parser:
    source: str
    position: int = 0
    out: list[str] = field(default_factory=list)
    length: int = 0
    open: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def parse(self) -> tuple[str, list[Entity]]:
        while self.position < len(self.source):
            if self.source.startswith("</", self.position):
                self._end_tag()
            elif self.source[self.position] == "<":
                self._start_tag()
            else:
                self._plain()
        if self.open:
            tag = self.open[-1].tag
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{tag}"')
        for entity in self.entities:
            entity.pop("class", None)
        return "".join(self.out), self.entities

    def _plain(self) -> None:
        character, self.position = _decode(self.source, self.position)
        if character == "":  # nothing to decode: take all up to the next special sign
            end = _next_special(self.source, self.position + 1)
            character, self.position = self.source[self.position : end], end
        self.out.append(character)
        self.length += len(character)

    def _peek(self) -> str:
        """Return the character at the position; the end reads as NUL, as in the original."""
        return self.source[self.position] if self.position < len(self.source) else "\0"

    def _at(self, position: int) -> str:
        return f"at byte offset {len(self.source[:position].encode())}"

    def _skip_spaces(self) -> None:
        while self.position < len(self.source) and self._peek() in _SPACES:
            self.position += 1

    def _take_until(self, stop: str) -> str:
        begin = self.position
        while self._peek() not in _SPACES and self._peek() not in stop:
            self.position += 1
        return self.source[begin : self.position]

    def _start_tag(self) -> None:
        begin = self.position
        self.position += 1
        tag = self._take_until(">").lower()
        if self.position >= len(self.source):
            raise MarkupError(f"Unclosed start tag {self._at(begin)}")
        if tag not in TAGS:
            raise MarkupError(f'Unsupported start tag "{tag}" {self._at(begin)}')
        attributes = self._attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" {self._at(begin)}')
        self.open.append(_Open(tag, attributes, self.length))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self._skip_spaces()
            if self._peek() == ">":
                self.position += 1
                return attributes
            name = self._take_until("=>")
            if not name:
                raise MarkupError(f'Empty attribute name in the tag "{tag}" {self._at(begin)}')
            self._skip_spaces()
            if name == "expandable" and tag == "blockquote" and self._peek() != "=":
                attributes[name] = ""
                continue
            if self._peek() != "=":
                raise MarkupError(
                    "Expected equal sign in declaration of an attribute of the tag "
                    f'"{tag}" {self._at(begin)}'
                )
            self.position += 1
            self._skip_spaces()
            if self.position >= len(self.source):
                raise MarkupError(f'Unclosed start tag "{tag}" {self._at(begin)}')
            attributes[name] = self._attribute_value()
            if self.position >= len(self.source):
                raise MarkupError(f"Unclosed start tag {self._at(begin)}")

    def _attribute_value(self) -> str:
        quote = self._peek()
        if quote not in "'\"":
            return self._name_token()
        self.position += 1
        value: list[str] = []
        while self.position < len(self.source) and self._peek() != quote:
            character, self.position = _decode(self.source, self.position)
            if character == "":
                character = self._peek()
                self.position += 1
            value.append(character)
        self.position += 1
        return "".join(value)

    def _name_token(self) -> str:
        begin = self.position
        while self._peek().isascii() and (self._peek().isalnum() or self._peek() in ".-"):
            self.position += 1
        if self._peek() not in _SPACES and self._peek() != ">":
            raise MarkupError(f"Unexpected end of name token {self._at(begin)}")
        return self.source[begin : self.position].lower()

    def _end_tag(self) -> None:
        begin = self.position
        if not self.open:
            raise MarkupError(f"Unexpected end tag {self._at(begin)}")
        self.position += 2
        tag = self._take_until(">").lower()
        self._skip_spaces()
        if self._peek() != ">":
            raise MarkupError(f"Unclosed end tag {self._at(begin)}")
        self.position += 1
        opened = self.open.pop()
        if tag and tag != opened.tag:
            raise MarkupError(
                f"Unmatched end tag {self._at(begin)}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        if self.length > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity: Entity = {
            "type": TAGS[opened.tag],
            "offset": opened.offset,
            "length": self.length - opened.offset,
        }
        match entity["type"]:
            case "text_link":
                self._close_link(entity, opened)
            case "pre" | "code":
                self._close_code(entity, opened)
            case kind:
                _fill(entity, kind, opened.attributes)
                self.entities.append(entity)

    def _close_link(self, entity: Entity, opened: _Open) -> None:
        url = opened.attributes.get("href") or "".join(self.out)[opened.offset :]
        if user_id := mentioned_user_id(url):
            self.entities.append({**entity, "type": "text_mention", "user": {"id": user_id}})
        elif link := checked_link(url):
            self.entities.append({**entity, "url": link})
        # A link that is none is dropped without an error; the text stays.

    def _close_code(self, entity: Entity, opened: _Open) -> None:
        """Join <pre> and <code class="language-x"> of the same span into one pre with language."""
        language = ""
        if (name := opened.attributes.get("class", "")).startswith("language-"):
            language = name.removeprefix("language-")
        last = self.entities[-1] if self.entities else {}
        same = (last.get("offset"), last.get("length")) == (entity["offset"], entity["length"])
        kinds = {entity["type"], last.get("type")}
        found = last.get("class", "") if entity["type"] == "pre" else language
        if same and kinds == {"pre", "code"} and found:
            last.update(type="pre", language=found)
            return
        if entity["type"] == "code" and language:
            entity["class"] = language
        self.entities.append(entity)


def _fill(entity: Entity, kind: str, attributes: dict[str, str]) -> None:
    if kind == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    elif kind == "custom_emoji":
        emoji = attributes.get("emoji-id", "")
        if not emoji.isdecimal() or int(emoji) == 0:
            raise MarkupError("Invalid custom emoji identifier specified")
        entity["custom_emoji_id"] = emoji
    elif kind == "date_time":
        entity.update(date_time(attributes.get("unix", ""), attributes.get("format", "")))


def date_time(unix: str, style: str) -> dict[str, Any]:
    """Return the fields of a date_time entity, a time shown in each reader's own zone."""
    if not unix.isdecimal() or int(unix) == 0:
        raise MarkupError("Invalid Unix time specified")
    if not _TIME_FORMAT.fullmatch(style):
        raise MarkupError("Invalid date format used")
    fields: dict[str, Any] = {"unix_time": int(unix)}
    return {**fields, "date_time_format": style} if style else fields


def _next_special(source: str, start: int) -> int:
    ends = [end for sign in "<&" if (end := source.find(sign, start)) >= 0]
    return min(ends, default=len(source))


def _decode(source: str, position: int) -> tuple[str, int]:
    """Return the character written as an HTML entity at `position` and the position after it.

    Only four names and numbers are known to Telegram; anything else gives "" and stays literal.
    """
    if source[position] != "&" or not (found := _CHARACTER.match(source, position)):
        return "", position
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        return (_NAMED[name], found.end()) if name in _NAMED else ("", position)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if not 0 < code < 0x10FFFF:
        return "", position
    if 0xD800 <= code <= 0xDFFF:
        raise MarkupError(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code), found.end()


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return plain text and entities of `source`; raise MarkupError as Telegram would."""
    return _Parser(source).parse()
