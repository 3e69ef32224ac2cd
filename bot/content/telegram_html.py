"""Telegram's subset of HTML: what a reader sees, what Telegram takes, how to mend it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

MESSAGE_LIMIT = 4096
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100  # Telegram ignores formatting beyond it

_PLAIN_TAGS = {"b", "strong", "i", "em", "s", "strike", "del", "u", "ins", "tg-spoiler", "pre"}
TAGS = _PLAIN_TAGS | {"a", "code", "span", "blockquote", "tg-time", "tg-emoji"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_TOKEN = re.compile(
    r"<(?P<slash>/?)(?P<tag>[^\s<>/]*)(?P<attributes>(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>"
    r"|(?P<lone><)"
    r"|&(?:(?P<named>lt|gt|amp|quot)|#(?P<decimal>\d+)|#x(?P<hex>[0-9a-f]+));?",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_ALLOWED_VALUES = {
    ("a", "href"): re.compile(r".+"),
    ("code", "class"): re.compile(r"language-\S+"),
    ("span", "class"): re.compile(r"tg-spoiler"),
    ("tg-emoji", "emoji-id"): re.compile(r"\d+"),
    ("tg-time", "unix"): re.compile(r"\d+"),
    ("tg-time", "format"): re.compile(r"r|[tTdDw]+"),
    ("blockquote", "expandable"): re.compile(r".*"),
}
_REQUIRED = {
    "a": ("href",),
    "span": ("class",),
    "tg-emoji": ("emoji-id",),
    "tg-time": ("unix", "format"),
}


@dataclass(frozen=True, slots=True)
class _Text:
    value: str


@dataclass(frozen=True, slots=True)
class _Start:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)

    def html(self) -> str:
        """Return the tag as written, attributes escaped."""
        written = "".join(f' {k}="{escape(v)}"' for k, v in self.attributes.items())
        return f"<{self.tag}{written}>"

    def faults(self) -> list[str]:
        """Return what Telegram would not take."""
        if self.tag not in TAGS:
            return [f"unsupported tag <{self.tag}>"]
        bad = [
            f'bad attribute {name}="{value}" of <{self.tag}>'
            for name, value in self.attributes.items()
            if not self.takes(name, value)
        ]
        needed = _REQUIRED.get(self.tag, ())
        return bad + [f"<{self.tag}> needs {n}" for n in needed if n not in self.attributes]

    def takes(self, name: str, value: str) -> bool:
        """Return whether Telegram knows this attribute with this value."""
        allowed = _ALLOWED_VALUES.get((self.tag, name))
        return allowed is not None and allowed.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class _End:
    tag: str


@dataclass(frozen=True, slots=True)
class _Stray:
    """A "<" that begins no tag."""


_Part = _Text | _Start | _End | _Stray


def visible_text(html: str) -> str:
    """Return what a reader sees, without formatting."""
    return "".join("<" if isinstance(p, _Stray) else p.value for p in _shown(html))


def visible_length(html: str) -> int:
    """Return the length that Telegram counts: code points after parsing."""
    return len(visible_text(html))


def check(html: str, limit: int = MESSAGE_LIMIT) -> list[str]:
    """Return what Telegram would refuse or ignore; an empty list when all is well."""
    faults: list[str] = []
    opened: list[str] = []
    entities = 0
    for part in _parts(html):
        match part:
            case _Start():
                faults += part.faults()
                faults += ["blockquotes do not nest"] * (part.tag == "blockquote" in opened)
                opened.append(part.tag)
                entities += 1
            case _End():
                faults += _close(part.tag, opened)
            case _Stray():
                faults.append('a bare "<"')
            case _Text():
                pass
    faults += [f"unclosed tag <{tag}>" for tag in opened]
    length = visible_length(html)
    faults += [f"{length} characters, {limit} are allowed"] * (length > limit)
    faults += [f"{entities} entities, {ENTITY_LIMIT} are shown"] * (entities > ENTITY_LIMIT)
    return faults


def sanitize(html: str) -> str:
    """Return html as Telegram takes it: unknown tags dropped but not their text, all closed."""
    return _rebuilt(html, limit=None)


def truncate(html: str, limit: int = MESSAGE_LIMIT) -> str:
    """Return valid html of at most limit visible characters, the cut marked by an ellipsis."""
    return html if visible_length(html) <= limit else _rebuilt(html, limit - 1) + "…"


def _rebuilt(html: str, limit: int | None) -> str:
    out: list[str] = []
    opened: list[str] = []
    left = limit
    for part in _parts(html):
        match part:
            case _Start():
                out.append(_open(part, opened))
            case _End():
                out += _close_through(part.tag, opened)
            case _Text() | _Stray():
                text = part.value if isinstance(part, _Text) else "<"
                out.append(escape(text if left is None else text[:left], quote=False))
                left = None if left is None else left - len(text)
        if left is not None and left <= 0:
            break
    return "".join(out) + "".join(f"</{tag}>" for tag in reversed(opened))


def _open(start: _Start, opened: list[str]) -> str:
    known = {n: v for n, v in start.attributes.items() if start.takes(n, v)}
    cleaned = _Start(start.tag, known)
    nested_quote = start.tag == "blockquote" and "blockquote" in opened
    if cleaned.faults() or nested_quote:
        return ""
    opened.append(start.tag)
    return cleaned.html()


def _close_through(tag: str, opened: list[str]) -> list[str]:
    """Close the innermost open tag of that name, and what is open inside it."""
    if tag not in opened:
        return []
    closed: list[str] = []
    while not closed or closed[-1] != f"</{tag}>":
        closed.append(f"</{opened.pop()}>")
    return closed


def _close(tag: str, opened: list[str]) -> list[str]:
    if not opened:
        return [f"unexpected end tag </{tag}>"]
    expected = opened.pop()
    return [] if tag in ("", expected) else [f"expected </{expected}>, found </{tag}>"]


def _shown(html: str) -> Iterator[_Text | _Stray]:
    return (part for part in _parts(html) if isinstance(part, _Text | _Stray))


def _parts(html: str) -> Iterator[_Part]:
    end = 0
    for match in _TOKEN.finditer(html):
        if match.start() > end:
            yield _Text(html[end : match.start()])
        yield _part(match)
        end = match.end()
    if end < len(html):
        yield _Text(html[end:])


def _part(match: re.Match[str]) -> _Part:
    if match["lone"]:
        return _Stray()
    if match["tag"] is None:
        return _Text(_character(match))
    tag = match["tag"].lower()
    return _End(tag) if match["slash"] else _Start(tag, _attributes(match["attributes"]))


def _character(match: re.Match[str]) -> str:
    if match["named"]:
        return _NAMED[match["named"].lower()]
    code = int(match["decimal"]) if match["decimal"] else int(match["hex"], 16)
    return chr(code) if 0 < code <= 0x10FFFF else match[0]


def _attributes(written: str) -> dict[str, str]:
    found = _ATTRIBUTE.finditer(written)
    return {m[1].lower(): _unescaped(m[2] or m[3] or m[4] or "") for m in found}


def _unescaped(value: str) -> str:
    return _TOKEN.sub(
        lambda m: m[0] if m["lone"] or m["tag"] is not None else _character(m), value
    )
