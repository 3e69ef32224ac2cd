"""Methods about the topics of a forum."""

from typing import Any

from sandbox.chats import Chat, Topic
from sandbox.errors import bad_request, not_modelled
from sandbox.methods.call import Call, Method

COLOURS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)


def create_forum_topic(call: Call) -> dict[str, Any]:
    """createForumTopic: the topic's id is the id of its first, own message."""
    chat = _forum(call)
    name, colour = _name(call), call.args.integer("icon_color", COLOURS[0])
    if not name:
        raise bad_request("TOPIC_TITLE_EMPTY")
    if colour not in COLOURS:
        raise bad_request("TOPIC_ICON_COLOR_INVALID")
    thread_id = chat.last_message_id + 1
    created = {"name": name, "icon_color": colour}
    _service(call, chat, thread_id, {"forum_topic_created": created})
    chat.topics[thread_id] = Topic(thread_id, name, colour)
    _changed(call, chat)
    return {"message_thread_id": thread_id, **created}


def edit_forum_topic(call: Call) -> bool:
    """editForumTopic."""
    chat, topic = _topic(call)
    name = _name(call) or topic.name
    if name == topic.name:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name = name
    _service(call, chat, topic.message_thread_id, {"forum_topic_edited": {"name": name}})
    _changed(call, chat)
    return True


def close_forum_topic(call: Call) -> bool:
    """closeForumTopic."""
    return _set_closed(call, closed=True)


def reopen_forum_topic(call: Call) -> bool:
    """reopenForumTopic."""
    return _set_closed(call, closed=False)


def delete_forum_topic(call: Call) -> bool:
    """deleteForumTopic, with all its messages."""
    chat, topic = _topic(call)
    thread_id = topic.message_thread_id
    inside = [
        message["message_id"]
        for message in chat.messages.values()
        if message.get("message_thread_id") == thread_id
    ]
    del chat.topics[thread_id]
    call.world.delete(chat, inside)
    _changed(call, chat)
    return True


def _set_closed(call: Call, *, closed: bool) -> bool:
    chat, topic = _topic(call)
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    word = "closed" if closed else "reopened"
    _service(call, chat, topic.message_thread_id, {f"forum_topic_{word}": {}})
    return True


def _forum(call: Call) -> Chat:
    chat = call.chat()
    if chat.type == "private":
        raise not_modelled("topics in private chats")
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    return chat


def _topic(call: Call) -> tuple[Chat, Topic]:
    chat = _forum(call)
    if topic := chat.topics.get(call.args.integer("message_thread_id")):
        return chat, topic
    raise bad_request("TOPIC_ID_INVALID")


def _name(call: Call) -> str:
    name = call.args.text("name").strip()
    if len(name) > 128:
        raise bad_request("TOPIC_TITLE_TOO_LONG")
    return name


def _service(call: Call, chat: Chat, thread_id: int, content: dict[str, Any]) -> None:
    place = {"message_thread_id": thread_id, "is_topic_message": True}
    call.world.store(chat, call.world.bot, {**place, **content})


def _changed(call: Call, chat: Chat) -> None:
    call.world.publish({"kind": "chat", "chat": chat.as_json()})


METHODS: dict[str, Method] = {
    "createForumTopic": create_forum_topic,
    "editForumTopic": edit_forum_topic,
    "closeForumTopic": close_forum_topic,
    "reopenForumTopic": reopen_forum_topic,
    "deleteForumTopic": delete_forum_topic,
}
