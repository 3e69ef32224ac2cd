"""Which links Telegram accepts, and how it writes them."""

import re

_LINK = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?"
    r"(?:[^\s/?#@]*@)?(?P<host>[^\s/?#:@]+)(?::(?P<port>\d{1,5}))?(?P<rest>[/?#].*)?",
    re.DOTALL,
)
_HOST = re.compile(r"(?:[\w-]+\.)+[\w-]{2,}|(?:\d{1,3}\.){3}\d{1,3}")
_USER = re.compile(r"tg://user/?\?(?:.*&)?id=(\d+)")


def mentioned_user_id(url: str) -> int | None:
    """Return whom a `tg://user?id=…` link mentions."""
    found = _USER.match(url.strip())
    return int(found[1]) if found else None


def link_problem(url: str) -> str | None:
    """Return why `url` is not a link for Telegram, or None if it is one."""
    found = _LINK.fullmatch(url.strip())
    if not found or any(ord(sign) < 32 for sign in url.strip()):
        return "Wrong HTTP URL"
    scheme = (found["scheme"] or "http").lower()
    if scheme in ("tg", "ton"):
        return None
    if scheme not in ("http", "https"):
        return "Unsupported URL protocol"
    # "localhost" is refused by the real server too: a host needs a dot.
    return None if _HOST.fullmatch(found["host"]) else "Wrong HTTP URL"


def checked_link(url: str) -> str:
    """Return `url` as Telegram stores it, or "" if it is no link."""
    url = url.strip()
    found = _LINK.fullmatch(url)
    if not found or link_problem(url):
        return ""
    scheme = (found["scheme"] or "http").lower()
    after = url[len(found["scheme"]) + 3 :] if found["scheme"] else url
    slash = "" if found["rest"] or scheme in ("tg", "ton") else "/"
    return f"{scheme}://{after}{slash}"
