"""How a message of the bot comes into being: the part that all sending methods share."""

from typing import Any, NamedTuple

from sandbox.chats import Chat, Message
from sandbox.errors import bad_request, not_modelled
from sandbox.markup import NO_MARKUP, Markup, parse_markup
from sandbox.methods.call import Call
from sandbox.people import without_reply
from sandbox.text import MAX_CAPTION, MAX_TEXT, Formatted, format_text


class Address(NamedTuple):
    """Where a message goes and what it answers, as Message fields."""

    chat: Chat
    context: dict[str, Any]


def address(call: Call) -> Address:
    """Read chat_id, message_thread_id and reply_parameters."""
    call.refuse("business_connection_id", "direct_messages_topic_id", "suggested_post_parameters")
    chat = call.chat_to_write()
    context: dict[str, Any] = {}
    thread_id = call.args.integer("message_thread_id")
    if replied := _replied(call, chat):
        context["reply_to_message"] = without_reply(replied)
        thread_id = thread_id or replied.get("message_thread_id", 0)
    if thread_id:
        if thread_id not in chat.topics:
            raise bad_request("message thread not found")
        context |= {"message_thread_id": thread_id, "is_topic_message": True}
    return Address(chat, context)


def _replied(call: Call, chat: Chat) -> Message | None:
    parameters = call.args.json("reply_parameters", "can't parse reply parameters JSON object")
    if parameters is None:
        parameters = {"message_id": call.args.integer("reply_to_message_id")}
        parameters["allow_sending_without_reply"] = call.args.flag("allow_sending_without_reply")
    if not isinstance(parameters, dict):
        raise bad_request("object expected as reply parameters")
    for name in ("quote", "checklist_task_id", "poll_option_id"):
        if parameters.get(name):
            raise not_modelled(f"reply parameters with {name}")
    if not parameters.get("message_id"):
        return None
    if str(parameters.get("chat_id", chat.id)) != str(chat.id):
        raise not_modelled("replies to a message of another chat")
    found = chat.messages.get(int(parameters["message_id"]))
    if found is None and not parameters.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return found


def post(call: Call, to: Address, content: dict[str, Any]) -> Message:
    """Send one message with the reply_markup of the call."""
    markup = parse_markup(call.args.text("reply_markup"))
    call.services.limits.spend(to.chat.id)
    return keep(call, to, content, markup)


def keep(call: Call, to: Address, content: dict[str, Any], markup: Markup = NO_MARKUP) -> Message:
    """Store a message that is checked and counted."""
    fields = {**to.context, **content}
    if markup.inline:
        fields["reply_markup"] = markup.inline
    if markup.reply is not None:
        to.chat.keyboard = markup.reply or None
    return call.world.store(to.chat, call.world.bot, fields)


def text_fields(call: Call) -> dict[str, Any]:
    """Read text, parse_mode and entities as Message fields."""
    if not call.args.text("text"):
        raise bad_request("message text is empty")
    formatted = _formatted(call, "text", "entities")
    if not formatted.text:
        raise bad_request("text must be non-empty")
    if len(formatted.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return _fields("text", "entities", formatted)


def caption_fields(call: Call) -> dict[str, Any]:
    """Read caption, parse_mode and caption_entities as Message fields."""
    formatted = _formatted(call, "caption", "caption_entities")
    return checked_caption(formatted, above=call.args.flag("show_caption_above_media"))


def checked_caption(formatted: Formatted, *, above: bool = False) -> dict[str, Any]:
    """Return a caption as Message fields; none at all if it is empty."""
    if len(formatted.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    if not formatted.text:
        return {}
    fields = _fields("caption", "caption_entities", formatted)
    return {**fields, "show_caption_above_media": True} if above else fields


def _formatted(call: Call, text: str, entities: str) -> Formatted:
    args = call.args
    return format_text(args.text(text), args.text("parse_mode"), args.text(entities))


def _fields(text: str, entities: str, formatted: Formatted) -> dict[str, Any]:
    if formatted.entities:
        return {text: formatted.text, entities: _with_users(formatted.entities)}
    return {text: formatted.text}


def _with_users(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give mentioned people the User fields that a client needs to parse the entity."""
    if not any(entity["type"] == "text_mention" for entity in entities):
        return entities
    named = {"is_bot": False, "first_name": "Somebody"}
    return [
        {**entity, "user": {**named, **entity["user"]}} if "user" in entity else entity
        for entity in entities
    ]
