"""What can be read from an update before it is decoded; nothing here trusts the wire."""

from collections.abc import Mapping
from typing import Any

# Messages and the like arrive for chats; SQLite's integers end at 63 bits.
_WITH_CHAT = ("message", "edited_message", "my_chat_member", "message_reaction")
_LARGEST_ID = 2**63 - 1

Key = tuple[str, int]


def update_id_of(raw: object) -> int | None:
    """Return the id, or None if this is not an update."""
    return _number(_field(raw, "update_id"), smallest=0)


def key_of(raw: Mapping[str, Any], update_id: int) -> Key:
    """Return what the update must stay in order with: its chat, else its person, else nothing.

    A private chat has the id of its person, so that both are one kind of key.
    """
    for name in _WITH_CHAT:
        if (chat_id := _number(_field(raw, name, "chat", "id"))) is not None:
            return "chat", chat_id
    query = _field(raw, "callback_query")
    for path in (("message", "chat", "id"), ("from", "id")):
        if (chat_id := _number(_field(query, *path))) is not None:
            return "chat", chat_id
    for part in raw.values():
        if (user_id := _number(_field(part, "from", "id"))) is not None:
            return "chat", user_id
    return "update", update_id


def _field(value: object, *path: str) -> object:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _number(value: object, smallest: int = -_LARGEST_ID) -> int | None:
    if type(value) is int and smallest <= value <= _LARGEST_ID:  # type(): True is not a number
        return value
    return None
