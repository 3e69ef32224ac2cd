"""The courier's own way to Telegram: content is encoded once for all its readers.

python-telegram-bot's methods build every request anew and an object of every answer, of which a
delivery needs only the message's id. Its request class, and so its errors, are used all the same.
"""

import json
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from telegram.error import BadRequest

from bot.delivery import messages
from bot.models import Content, Delivery, Operation, Topic, TopicDeed

Post = Callable[[str, bytes], Awaitable[Any]]  # method and encoded form -> Telegram's result


async def perform(post: Post, delivery: Delivery) -> tuple[int, ...]:
    """Do what a delivery asks for; return the ids of its messages."""
    content = delivery.content or Content("")
    # Who has not got the message that a broadcast answers must not get the answer.
    is_answer = delivery.has_target and delivery.broadcast_id is not None
    needs_target = delivery.operation is not Operation.SEND or is_answer
    if needs_target and not delivery.target_ids:
        raise BadRequest("no target")
    if delivery.operation is Operation.SEND:
        if isinstance(content.attachment, Topic):
            return await _do_topic(post, delivery, content, content.attachment)
        method, form = _sending(content)
        result = await post(method, form + _place(delivery))
        sent = result if isinstance(result, list) else [result]
        return tuple(int(message["message_id"]) for message in sent)
    if delivery.operation is Operation.EDIT:
        method, form = _editing(content)
        await post(method, form + _place(delivery, message_id=delivery.target_ids[0]))
    elif delivery.operation is Operation.DELETE:
        await _delete(post, delivery)
    return delivery.target_ids


async def _do_topic(
    post: Post, delivery: Delivery, content: Content, topic: Topic
) -> tuple[int, ...]:
    """Make, close, reopen or delete a topic; a new one's id is that of its first message."""
    if topic.deed is not TopicDeed.CREATE and delivery.message_thread_id is None:
        raise BadRequest("no target")
    method, form = _sending(content)
    result = await post(method, form + _place(delivery))
    return (int(result["message_thread_id"]),) if isinstance(result, dict) else ()


async def _delete(post: Post, delivery: Delivery) -> None:
    """Delete messages; an album's together, although Telegram then does not say which it could."""
    if len(delivery.target_ids) == 1:
        place = _place(delivery, message_id=delivery.target_ids[0])
        await post("deleteMessage", place.removeprefix(b"&"))
    else:
        ids = urlencode({"message_ids": json.dumps(delivery.target_ids)}).encode()
        await post("deleteMessages", ids + _place(delivery))


def _place(delivery: Delivery, *, message_id: int | None = None) -> bytes:
    """Return the part of a form that differs from reader to reader."""
    place = f"&chat_id={delivery.chat_id}"
    if message_id is not None:
        place += f"&message_id={message_id}"
    if delivery.message_thread_id is not None:
        place += f"&message_thread_id={delivery.message_thread_id}"
    if delivery.operation is Operation.SEND and delivery.target_ids:
        # Whoever deleted the message that this one answers gets it all the same.
        answered = {"message_id": delivery.target_ids[0], "allow_sending_without_reply": True}
        place += "&" + urlencode({"reply_parameters": json.dumps(answered)})
    return place.encode()


@lru_cache(maxsize=256)
def _sending(content: Content) -> tuple[str, bytes]:
    method, fields = messages.sending(content)
    return method, urlencode(fields).encode()


@lru_cache(maxsize=256)
def _editing(content: Content) -> tuple[str, bytes]:
    method, fields = messages.editing(content)
    return method, urlencode(fields).encode()
