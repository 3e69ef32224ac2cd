"""The courier's own way to Telegram: content is encoded once for all its readers.

python-telegram-bot's methods build every request anew and an object of every answer, of which a
delivery needs only the message's id. Its request class, and so its errors, are used all the same.
"""

from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.delivery.messages import NO_PREVIEW, inline_keyboard
from bot.models import Content, Delivery, Operation

Post = Callable[[str, bytes], Awaitable[Any]]  # method and encoded form -> Telegram's result

_METHODS = {"": "sendMessage", "photo": "sendPhoto", "document": "sendDocument"}


async def perform(post: Post, delivery: Delivery) -> int | None:
    """Do what a delivery asks for; return the message's id."""
    content = delivery.content or Content("")
    if delivery.operation is Operation.SEND:
        method, form = _sending(content)
        result = await post(method, form + _place(delivery))
        return int(result["message_id"])
    if delivery.target_message_id is None:
        raise BadRequest("no target")
    place = _place(delivery, message_id=delivery.target_message_id)
    if delivery.operation is Operation.EDIT:
        await post("editMessageText", _editing(content) + place)
    elif delivery.operation is Operation.DELETE:
        await post("deleteMessage", place.removeprefix(b"&"))
    return delivery.target_message_id


def _place(delivery: Delivery, **more: int) -> bytes:
    """Return the part of a form that differs from reader to reader."""
    fields: dict[str, int] = {"chat_id": delivery.chat_id, **more}
    if delivery.message_thread_id is not None:
        fields["message_thread_id"] = delivery.message_thread_id
    return b"&" + urlencode(fields).encode()


@lru_cache(maxsize=256)
def _sending(content: Content) -> tuple[str, bytes]:
    """Return the method that sends content, and its form without the reader."""
    kind = content.media.kind if content.media else ""
    fields: dict[str, str] = {"parse_mode": ParseMode.HTML}
    if content.media is None:
        fields |= {"text": content.html, "link_preview_options": NO_PREVIEW.to_json()}
    else:
        fields |= {"caption": content.html, kind: content.media.file_id}
    return _METHODS[kind], _form(fields, content)


@lru_cache(maxsize=256)
def _editing(content: Content) -> bytes:
    """Return the form that edits a text, without the message."""
    preview = NO_PREVIEW.to_json()
    fields = {"parse_mode": ParseMode.HTML, "text": content.html, "link_preview_options": preview}
    return _form(fields, content)


def _form(fields: dict[str, str], content: Content) -> bytes:
    keyboard = inline_keyboard(content.keyboard)
    if keyboard is not None:
        fields["reply_markup"] = keyboard.to_json()
    return urlencode(fields).encode()
