"""Methods that change or delete what is already in a chat."""

import json
from typing import Any

from sandbox.errors import bad_request
from sandbox.forwarding import is_service
from sandbox.markup import parse_inline_markup
from sandbox.methods.call import Call, Method
from sandbox.methods.posting import caption_fields, checked_caption, text_fields
from sandbox.methods.sending import media_fields
from sandbox.text import format_text
from sandbox.world import Chat, Message

DELETE_WITHIN = 48 * 3600  # seconds
_MEDIA = ("photo", "video", "document", "voice")
_CAPTION = ("caption", "caption_entities", "show_caption_above_media")
_COMPARED = ("text", "entities", *_CAPTION, *_MEDIA, "reply_markup")
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def edit_message_text(call: Call) -> Message:
    """editMessageText."""
    chat, old = _editable(call)
    if "text" not in old:
        raise bad_request("there is no text in the message to edit")
    return _edit(call, chat, old, {"entities": None, **text_fields(call)})


def edit_message_caption(call: Call) -> Message:
    """editMessageCaption."""
    chat, old = _editable(call)
    if not any(kind in old for kind in _MEDIA):
        raise bad_request("there is no caption in the message to edit")
    return _edit(call, chat, old, {**dict.fromkeys(_CAPTION), **caption_fields(call)})


def edit_message_media(call: Call) -> Message:
    """editMessageMedia: another file, with its own caption."""
    chat, old = _editable(call)
    media = call.args.json("media", "can't parse media JSON object")
    if not isinstance(media, dict) or media.get("type") not in _MEDIA:
        raise bad_request("can't parse InputMedia: type must be photo, video or document")
    entities = media.get("caption_entities")
    caption = format_text(
        media.get("caption", ""),
        media.get("parse_mode", ""),
        json.dumps(entities) if entities else "",
    )
    emptied = dict.fromkeys(("text", "entities", *_CAPTION, *_MEDIA))
    fields = media_fields(call, media["type"], str(media.get("media", "")))
    return _edit(call, chat, old, {**emptied, **fields, **checked_caption(caption)})


def edit_message_reply_markup(call: Call) -> Message:
    """editMessageReplyMarkup: other buttons; the message does not count as edited."""
    chat, old = _editable(call)
    return _edit(call, chat, old, {})


def _editable(call: Call) -> tuple[Chat, Message]:
    call.refuse("inline_message_id", "business_connection_id")
    chat = call.chat_to_write()
    message = call.message(chat, "message to edit not found")
    if message["from"]["id"] != call.world.bot["id"] or is_service(message):
        raise bad_request("message can't be edited")
    return chat, message


def _edit(call: Call, chat: Chat, old: Message, fields: dict[str, Any]) -> Message:
    """Put `fields` (None takes one away) and the keyboard of the call into the message."""
    markup = parse_inline_markup(call.args.text("reply_markup"))
    changes = {**fields, "reply_markup": markup}
    new = {name: value for name, value in {**old, **changes}.items() if value is not None}
    if all(new.get(name) == old.get(name) for name in _COMPARED):
        raise bad_request(_NOT_MODIFIED)
    call.services.limits.spend(chat.id)
    if fields:
        new["edit_date"] = call.world.clock.date()
    call.world.replace(chat, new)
    return new


def delete_message(call: Call) -> bool:
    """deleteMessage."""
    chat = call.chat()
    message = call.message(chat, "message to delete not found")
    if not _deletable(call, chat, message):
        raise bad_request("message can't be deleted for everyone")
    call.world.delete(chat, [message["message_id"]])
    return True


def delete_messages(call: Call) -> bool:
    """deleteMessages: what can't be found or deleted is skipped."""
    chat = call.chat()
    found = [chat.messages[each] for each in call.message_ids() if each in chat.messages]
    gone = [each["message_id"] for each in found if _deletable(call, chat, each)]
    call.world.delete(chat, gone)
    return True


def _deletable(call: Call, chat: Chat, message: Message) -> bool:
    """Tell whether the bot may delete: 48 hours, and no limit for a supergroup's administrator."""
    if chat.type == "supergroup" and chat.bot_status == "administrator":
        return "forum_topic_created" not in message
    return call.world.clock.time() - float(message["date"]) <= DELETE_WITHIN


METHODS: dict[str, Method] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
}
