"""Telegram calls: which method and fields send, edit or answer with content."""

import json
from typing import Any, cast

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.ext import ExtBot

from bot.delivery.pacing import Ticket
from bot.models import (
    Album,
    Content,
    Keyboard,
    Lane,
    Media,
    MediaKind,
    Place,
    Poll,
    Reaction,
    Topic,
    TopicDeed,
)

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# What editMessageMedia takes; of the other kinds only the caption can be changed.
_CHANGEABLE = frozenset(MediaKind) - {MediaKind.VOICE, MediaKind.VIDEO_NOTE, MediaKind.STICKER}
_IN_ALBUM = {
    MediaKind.PHOTO: InputMediaPhoto,
    MediaKind.VIDEO: InputMediaVideo,
    MediaKind.DOCUMENT: InputMediaDocument,
    MediaKind.AUDIO: InputMediaAudio,
}
_TOPIC_METHODS = {
    TopicDeed.CREATE: "createForumTopic",
    TopicDeed.CLOSE: "closeForumTopic",
    TopicDeed.REOPEN: "reopenForumTopic",
    TopicDeed.DELETE: "deleteForumTopic",
}
_METHODS = {
    MediaKind.PHOTO: "sendPhoto",
    MediaKind.DOCUMENT: "sendDocument",
    MediaKind.VIDEO: "sendVideo",
    MediaKind.ANIMATION: "sendAnimation",
    MediaKind.AUDIO: "sendAudio",
    MediaKind.VOICE: "sendVoice",
    MediaKind.VIDEO_NOTE: "sendVideoNote",
    MediaKind.STICKER: "sendSticker",
}


def inline_keyboard(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """Return buttons as Telegram wants them, or None if there are none."""
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(
                    b.text,
                    url=b.url or None,
                    callback_data=b.data or None,
                    style=b.style or None,
                )
                for b in row
            ]
            for row in keyboard
        ]
    )


def sending(content: Content) -> tuple[str, dict[str, str]]:
    """Return the method that sends content, and its fields without the reader."""
    match content.attachment:
        case Media(kind=kind, file_id=file_id, covered=covered):
            fields = {"caption": content.html, "parse_mode": ParseMode.HTML}
            method, fields = _METHODS[kind], {kind: file_id} | (fields if kind.has_caption else {})
            if covered:
                fields["has_spoiler"] = "true"
        case Topic(deed=deed, name=name):
            return _TOPIC_METHODS[deed], {"name": name} if name else {}
        case Album(media=media):
            captions = [content.html, *[""] * (len(media) - 1)]
            group = [_input_media(*each) for each in zip(media, captions, strict=True)]
            return "sendMediaGroup", {"media": json.dumps(group)}  # an album has no buttons
        case Poll() as poll:
            method, fields = "sendPoll", _poll(poll)
        case Place() as place:
            method, fields = _place(place)
        case _:
            method, fields = "sendMessage", _text(content)
    return method, fields | _buttons(content)


def editing(content: Content) -> tuple[str, dict[str, str]]:
    """Return the method that gives a message of the same kind this content, and its fields."""
    match content.attachment:
        case Reaction(emoji=emoji):
            shown = [{"type": "emoji", "emoji": emoji}] if emoji else []
            return "setMessageReaction", {"reaction": json.dumps(shown)}
        case Media(kind=kind) as media if kind in _CHANGEABLE:
            method = "editMessageMedia"
            fields = {"media": json.dumps(_input_media(media, content.html))}
        case None:
            method, fields = "editMessageText", _text(content)
        case _:
            method = "editMessageCaption"
            fields = {"caption": content.html, "parse_mode": ParseMode.HTML}
    return method, fields | _buttons(content)


async def send(
    bot: ExtBot[Any],
    chat_id: int,
    content: Content,
    turn: Lane | Ticket,
    thread_id: int | None = None,
    reply_to: int | None = None,
) -> Message:
    """Send content to a chat, as an answer to a message if there is one; of an album the first."""
    replied = reply_to and ReplyParameters(reply_to, allow_sending_without_reply=True)
    common: dict[str, Any] = {
        "chat_id": chat_id,
        "message_thread_id": thread_id,
        "reply_parameters": replied,
        "rate_limit_args": turn,
    }
    html: dict[str, Any] = {"parse_mode": ParseMode.HTML}
    keyboard: dict[str, Any] = {"reply_markup": inline_keyboard(content.keyboard)}
    match content.attachment:
        case None:
            text: dict[str, Any] = {"text": content.html, "link_preview_options": NO_PREVIEW}
            return await bot.send_message(**text, **html, **keyboard, **common)
        case Media(kind=kind, file_id=file_id):
            caption: dict[str, Any] = {"caption": content.html} | html if kind.has_caption else {}
            send_media = getattr(bot, f"send_{kind}")
            return cast(
                "Message", await send_media(**{kind: file_id}, **caption, **keyboard, **common)
            )
        case Album(media=media):
            group: Any = [_IN_ALBUM[each.kind](each.file_id) for each in media]
            caption = {"caption": content.html} | html if content.html else {}
            album = await bot.send_media_group(media=group, **caption, **common)
            return album[0]
        case Poll(question=question, options=options, several=several):
            poll: dict[str, Any] = {
                "question": question,
                "options": options,
                "allows_multiple_answers": several,
            }
            return await bot.send_poll(**poll, **keyboard, **common)
        case Place() as place:
            point: dict[str, Any] = {"latitude": place.latitude, "longitude": place.longitude}
            if not place.title:
                return await bot.send_location(**point, **keyboard, **common)
            venue: dict[str, Any] = {"title": place.title, "address": place.address}
            return await bot.send_venue(**point, **venue, **keyboard, **common)
        case Reaction() | Topic():
            raise TypeError("this is no message; it leaves through the outbox")


async def edit(
    bot: ExtBot[Any], chat_id: int, message_id: int, content: Content, turn: Lane | Ticket
) -> None:
    """Give a message of the bot another text and other buttons."""
    await bot.edit_message_text(
        chat_id=chat_id,
        message_id=message_id,
        text=content.html,
        parse_mode=ParseMode.HTML,
        reply_markup=inline_keyboard(content.keyboard),
        link_preview_options=NO_PREVIEW,
        rate_limit_args=turn,
    )


def _text(content: Content) -> dict[str, str]:
    preview = NO_PREVIEW.to_json()
    return {"text": content.html, "parse_mode": ParseMode.HTML, "link_preview_options": preview}


def _buttons(content: Content) -> dict[str, str]:
    keyboard = inline_keyboard(content.keyboard)
    return {} if keyboard is None else {"reply_markup": keyboard.to_json()}


def _input_media(media: Media, caption: str) -> dict[str, str]:
    fields = {"type": str(media.kind), "media": media.file_id}
    if media.covered:
        fields["has_spoiler"] = "true"
    return fields | ({"caption": caption, "parse_mode": ParseMode.HTML} if caption else {})


def _poll(poll: Poll) -> dict[str, str]:
    return {
        "question": poll.question,
        "options": json.dumps([{"text": option} for option in poll.options]),
        "allows_multiple_answers": json.dumps(poll.several),
        "is_anonymous": "true",  # nobody is exposed
    }


def _place(place: Place) -> tuple[str, dict[str, str]]:
    point = {"latitude": str(place.latitude), "longitude": str(place.longitude)}
    if not place.title:
        return "sendLocation", point
    return "sendVenue", point | {"title": place.title, "address": place.address}
