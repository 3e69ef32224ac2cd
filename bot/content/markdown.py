"""Markdown, as answers are written in, to Telegram's HTML."""

from collections.abc import Callable
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKS = {
    "strong_open": "<b>",
    "strong_close": "</b>",
    "em_open": "<i>",
    "em_close": "</i>",
    "link_close": "</a>",
    "softbreak": " ",
    "hardbreak": "\n",
}
_BLOCKS = {
    "heading_open": "<b>",
    "heading_close": "</b>\n\n",
    "blockquote_open": "<blockquote>",
    "blockquote_close": "</blockquote>\n\n",
    "hr": "———\n\n",
}
_markdown = MarkdownIt("commonmark", {"html": False})


def telegram_html(markdown: str) -> str:
    """Return Markdown as Telegram's HTML: bold, italic, links, lists, headings, code, quotes."""
    out: list[str] = []
    counters: list[int | None] = []  # one for each open list: the next number, None for bullets
    for token in _markdown.parse(markdown):
        write = _LISTS.get(token.type)
        out.append(write(token, counters) if write else _block(token, counters))
    return "".join(out).replace("\n\n</blockquote>", "</blockquote>").strip()


def _block(token: Token, counters: list[int | None]) -> str:
    match token.type:
        case "inline":
            return "".join(_inline(child) for child in token.children or [])
        case "paragraph_close":
            return "\n" if counters else "\n\n"
        case "fence" | "code_block":
            return f"<pre>{escape(token.content.rstrip(), quote=False)}</pre>\n\n"
        case _:
            return _BLOCKS.get(token.type, "")


def _inline(token: Token) -> str:
    match token.type:
        case "text":
            return escape(token.content, quote=False)
        case "code_inline":
            return f"<code>{escape(token.content, quote=False)}</code>"
        case "link_open":
            return f'<a href="{escape(str(token.attrs["href"]))}">'
        case _:
            return _MARKS.get(token.type, "")


def _open_list(token: Token, counters: list[int | None]) -> str:
    numbered = token.type == "ordered_list_open"
    counters.append(int(token.attrs.get("start", 1)) if numbered else None)
    return ""


def _close_list(_: Token, counters: list[int | None]) -> str:
    counters.pop()
    return "" if counters else "\n"


def _open_item(_: Token, counters: list[int | None]) -> str:
    indent = "  " * (len(counters) - 1)
    number = counters[-1]
    if number is None:
        return f"{indent}• "
    counters[-1] = number + 1
    return f"{indent}{number}. "


_LISTS: dict[str, Callable[[Token, list[int | None]], str]] = {
    "bullet_list_open": _open_list,
    "ordered_list_open": _open_list,
    "bullet_list_close": _close_list,
    "ordered_list_close": _close_list,
    "list_item_open": _open_item,
}
