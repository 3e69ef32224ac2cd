"""Telegram calls: how content and buttons leave."""

from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.ext import ExtBot

from bot.delivery.pacing import Ticket
from bot.models import Content, Keyboard, Lane

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


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


async def send(
    bot: ExtBot[Any],
    chat_id: int,
    content: Content,
    turn: Lane | Ticket,
    thread_id: int | None = None,
) -> Message:
    """Send content to a chat."""
    common: dict[str, Any] = {
        "chat_id": chat_id,
        "parse_mode": ParseMode.HTML,
        "reply_markup": inline_keyboard(content.keyboard),
        "message_thread_id": thread_id,
        "rate_limit_args": turn,
    }
    if content.media is None:
        return await bot.send_message(text=content.html, link_preview_options=NO_PREVIEW, **common)
    if content.media.kind == "photo":
        return await bot.send_photo(photo=content.media.file_id, caption=content.html, **common)
    return await bot.send_document(document=content.media.file_id, caption=content.html, **common)


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
