"""Methods that send what is already in a chat once more: copy and forward."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from sandbox.chats import Message
from sandbox.errors import bad_request
from sandbox.forwarding import forwarded, is_service, relayed
from sandbox.media import CAPTIONED, media_kind
from sandbox.methods.call import Call, Method
from sandbox.methods.posting import address, caption_fields, keep, post

Transform = Callable[[Call, Message], dict[str, Any]]


def copy_message(call: Call) -> dict[str, int]:
    """copyMessage: the content alone; an inline keyboard is not copied."""
    to = address(call)
    message = _source(call, "message to copy not found")
    if is_service(message):
        raise bad_request("message can't be copied")
    content = _copy(call, message)
    if call.args.has("caption") and media_kind(content) in CAPTIONED:
        for name in ("caption", "caption_entities", "show_caption_above_media"):
            content.pop(name, None)
        content |= caption_fields(call)
    return {"message_id": post(call, to, content)["message_id"]}


def forward_message(call: Call) -> Message:
    """forwardMessage."""
    to = address(call)
    message = _source(call, "message to forward not found")
    if is_service(message):
        raise bad_request("message can't be forwarded")
    return post(call, to, _forward(message))


def copy_messages(call: Call) -> list[dict[str, int]]:
    """copyMessages: what can't be found is skipped, and albums stay albums."""
    transform = _bare_copy if call.args.flag("remove_caption") else _copy
    return _relay_all(call, transform, "there are no messages to copy")


def forward_messages(call: Call) -> list[dict[str, int]]:
    """forwardMessages: what can't be found is skipped, and albums stay albums."""
    return _relay_all(
        call, lambda _, message: _forward(message), "there are no messages to forward"
    )


def _forward(message: Message) -> dict[str, Any]:
    return {**relayed(message), **forwarded(message)}


def _copy(call: Call, message: Message) -> dict[str, Any]:
    """Return the content alone; a poll begins anew, as a poll of the bot."""
    content = relayed(message)
    again = {"poll": call.world.polls.again(content["poll"])} if "poll" in content else {}
    return {**content, **again}


def _bare_copy(call: Call, message: Message) -> dict[str, Any]:
    content = _copy(call, message)
    return {name: value for name, value in content.items() if not name.startswith("caption")}


def _source(call: Call, missing: str) -> Message:
    return call.message(call.chat("from_chat_id"), missing)


def _relay_all(call: Call, transform: Transform, missing: str) -> list[dict[str, int]]:
    to = address(call)
    source = call.chat("from_chat_id")
    ids = call.message_ids()
    if any(one >= other for one, other in pairwise(ids)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    messages = [source.messages[each] for each in ids if each in source.messages]
    messages = [message for message in messages if not is_service(message)]
    if not messages:
        raise bad_request(missing)
    call.services.limits.spend(to.chat.id, len(messages))
    groups = _new_groups(call, messages)
    contents = [
        {**transform(call, message), **groups.get(message.get("media_group_id", ""), {})}
        for message in messages
    ]
    return [{"message_id": keep(call, to, content)["message_id"]} for content in contents]


def _new_groups(call: Call, messages: list[Message]) -> dict[str, dict[str, str]]:
    """Return the field of a new album for each album that is there with two parts or more."""
    parts = Counter(message.get("media_group_id") for message in messages)
    albums = [album for album, number in parts.items() if album and number > 1]
    return {album: {"media_group_id": call.world.new_id()} for album in albums}


METHODS: dict[str, Method] = {
    "copyMessage": copy_message,
    "copyMessages": copy_messages,
    "forwardMessage": forward_message,
    "forwardMessages": forward_messages,
}
