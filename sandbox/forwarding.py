"""What of a message survives a copy, and what a forward adds."""

from typing import Any

from sandbox.chats import Message

_CONTENT = """
text entities caption caption_entities show_caption_above_media has_media_spoiler photo video
animation audio document voice video_note sticker location venue poll contact
"""
CONTENT = tuple(_CONTENT.split())
_SERVICE_FIELDS = """
forum_topic_created forum_topic_edited forum_topic_closed forum_topic_reopened new_chat_members
migrate_to_chat_id migrate_from_chat_id
"""
_SERVICE = tuple(_SERVICE_FIELDS.split())


def is_service(message: Message) -> bool:
    """Return whether Telegram itself wrote the message."""
    return any(name in message for name in _SERVICE)


def relayed(message: Message) -> dict[str, Any]:
    """Return the content of a message, for a copy of it."""
    return {name: message[name] for name in CONTENT if name in message}


def forwarded(message: Message) -> dict[str, Any]:
    """Return the field that says where a forwarded message comes from."""
    origin = message.get("forward_origin") or {
        "type": "user",
        "date": message["date"],
        "sender_user": message["from"],
    }
    return {"forward_origin": origin}
