"""Methods that send what is already in a chat once more: copy and forward."""

from collections.abc import Callable
from typing import Any

from sandbox.errors import bad_request
from sandbox.forwarding import forwarded, is_service, relayed
from sandbox.methods.call import Call, Method
from sandbox.methods.posting import address, caption_fields, keep, post
from sandbox.world import Message

Transform = Callable[[Message], dict[str, Any]]


def copy_message(call: Call) -> dict[str, int]:
    """copyMessage: the content alone; an inline keyboard is not copied."""
    to = address(call)
    message = _source(call, "message to copy not found")
    if is_service(message):
        raise bad_request("message can't be copied")
    content = relayed(message)
    if call.args.has("caption") and "text" not in content:
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
    """copyMessages: what can't be found is skipped."""
    transform = _bare if call.args.flag("remove_caption") else relayed
    return _relay_all(call, transform, "there are no messages to copy")


def forward_messages(call: Call) -> list[dict[str, int]]:
    """forwardMessages: what can't be found is skipped."""
    return _relay_all(call, _forward, "there are no messages to forward")


def _forward(message: Message) -> dict[str, Any]:
    return {**relayed(message), **forwarded(message)}


def _bare(message: Message) -> dict[str, Any]:
    content = relayed(message)
    return {name: value for name, value in content.items() if not name.startswith("caption")}


def _source(call: Call, missing: str) -> Message:
    return call.message(call.chat("from_chat_id"), missing)


def _relay_all(call: Call, transform: Transform, missing: str) -> list[dict[str, int]]:
    to = address(call)
    source = call.chat("from_chat_id")
    found = [source.messages[each] for each in call.message_ids() if each in source.messages]
    contents = [transform(message) for message in found if not is_service(message)]
    if not contents:
        raise bad_request(missing)
    call.services.limits.spend(to.chat.id, len(contents))
    return [{"message_id": keep(call, to, content)["message_id"]} for content in contents]


METHODS: dict[str, Method] = {
    "copyMessage": copy_message,
    "copyMessages": copy_messages,
    "forwardMessage": forward_message,
    "forwardMessages": forward_messages,
}
