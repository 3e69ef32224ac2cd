"""What staff send, as content of the bot: formatting, links and one photo or document are kept."""

import re
from html import escape

from telegram import Message

from bot.errors import Refusal
from bot.models import Media, MediaKind

_COMMAND = re.compile(r"^((?:<[^>]+>)*)/\w+(?:@\w+)?\s*")  # inside formatting too
# A mention without a username carries a person's id; members must not get that.
_PERSON = re.compile(r'<a href="tg://user\?id=\d+">(.*?)</a>', re.DOTALL)

# python-telegram-bot leaves links as they are, but "&lt=1" in one would be read as "<=1".
_LINK = re.compile(r'(?<=<a href=")[^"]*')


def content_of(message: Message) -> tuple[str, Media | None]:
    """Return (HTML, media) of a message, without a command at its start.

    Raise Refusal for kinds of messages that an e-blast cannot carry.
    """
    html = message.text_html if message.text else message.caption_html if message.caption else ""
    html = _PERSON.sub(r"\1", _COMMAND.sub(r"\1", html)).strip()
    html = _LINK.sub(lambda link: escape(link[0]), html)
    if message.photo:
        return html, Media(MediaKind.PHOTO, message.photo[-1].file_id)
    if message.document and not message.animation:
        return html, Media(MediaKind.DOCUMENT, message.document.file_id)
    if not message.text:
        raise Refusal("staff/item_kind")
    return html, None
