"""Methods that change or delete what is already in a chat."""

from typing import Any

from sandbox.chats import Chat, Message
from sandbox.errors import bad_request
from sandbox.forwarding import is_service
from sandbox.markup import parse_inline_markup
from sandbox.media import ALONE, CAPTIONED, GROUPED, KINDS, media_kind
from sandbox.methods.call import Call, Method
from sandbox.methods.media import input_media
from sandbox.methods.posting import caption_fields, text_fields

DELETE_WITHIN = 48 * 3600  # seconds
_CAPTION = ("caption", "caption_entities", "show_caption_above_media")
_CONTENT = ("text", "entities", *_CAPTION, "has_media_spoiler", *KINDS)
_COMPARED = (*_CONTENT, "reply_markup")
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
    if media_kind(old) not in CAPTIONED:
        raise bad_request("there is no caption in the message to edit")
    return _edit(call, chat, old, {**dict.fromkeys(_CAPTION), **caption_fields(call)})


def edit_message_media(call: Call) -> Message:
    """editMessageMedia: another file, with its own caption."""
    chat, old = _editable(call, "message media can't be edited")
    if "text" not in old and media_kind(old) not in (*GROUPED, "animation"):
        raise bad_request("message media can't be edited")
    fields = input_media(call, call.args.json("media", "can't parse media JSON object"))
    if "media_group_id" in old:
        _check_album(media_kind(old), media_kind(fields))
    return _edit(call, chat, old, {**dict.fromkeys(_CONTENT), **fields})


def _check_album(old: str, new: str) -> None:
    if new not in GROUPED:
        raise bad_request("message content type can't be used in an album")
    if old != new and (old in ALONE or new in ALONE):
        raise bad_request("can't change media type in the album")


def edit_message_reply_markup(call: Call) -> Message:
    """editMessageReplyMarkup: other buttons; the message does not count as edited."""
    chat, old = _editable(call)
    return _edit(call, chat, old, {})


def _editable(call: Call, refusal: str = "message can't be edited") -> tuple[Chat, Message]:
    call.refuse("inline_message_id", "business_connection_id")
    chat = call.chat_to_write()
    message = call.message(chat, "message to edit not found")
    if message["from"]["id"] != call.world.bot["id"] or is_service(message):
        raise bad_request(refusal)
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
