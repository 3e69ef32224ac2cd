"""Keyboards under messages and under the text field: what Telegram accepts."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from sandbox.errors import bad_request, not_modelled
from sandbox.links import link_problem
from sandbox.types import Json

MAX_CALLBACK_DATA = 64  # bytes
MAX_IN_ROW = 12  # Telegram drops the rest without a word
MAX_BUTTONS = 300
STYLES = ("danger", "success", "primary")

_REFUSED: tuple[str, ...] = ("web_app", "login_url", "pay", "callback_game", "switch_inline_query")
_REFUSED += ("switch_inline_query_current_chat", "switch_inline_query_chosen_chat")
_REPLY_REFUSED: tuple[str, ...] = (
    "request_users",
    "request_chat",
    "request_poll",
    "web_app",
    "request_user",
)
_REPLY_FLAGS = ("resize_keyboard", "one_time_keyboard", "is_persistent", "selective")
_BAD_INLINE = "can't parse inline keyboard button: "
_BAD_REPLY = "can't parse keyboard button: "


class Markup(NamedTuple):
    """A checked keyboard: `inline` goes into the message, `reply` to the person's text field.

    `reply` is a ReplyKeyboardMarkup or ForceReply, `{}` to take the keyboard away, or None to
    leave it as it is.
    """

    inline: dict[str, Any] | None = None
    reply: dict[str, Any] | None = None


NO_MARKUP = Markup()


@lru_cache(maxsize=256)
def parse_markup(source: str) -> Markup:
    """Check the argument reply_markup; raise BotApiError as Telegram would."""
    if not source:
        return NO_MARKUP
    try:
        markup = json.loads(source)
    except ValueError as error:
        raise bad_request("can't parse reply keyboard markup JSON object") from error
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline_keyboard", _inline_button)
        return Markup(inline={"inline_keyboard": rows} if rows else None)
    if "keyboard" in markup:
        return Markup(reply=_reply_keyboard(markup))
    if markup.get("remove_keyboard") is True:
        return Markup(reply={})
    if markup.get("force_reply") is True:
        return Markup(reply=_placeholder(markup, {"force_reply": True}))
    return NO_MARKUP


def parse_inline_markup(source: str) -> dict[str, Any] | None:
    """Check reply_markup of an edit, where only an inline keyboard is possible."""
    markup = parse_markup(source)
    if markup.reply is not None:
        raise bad_request("inline keyboard expected")
    return markup.inline


def _rows(
    rows: Json, field: str, button: Callable[[Json], dict[str, Any]]
) -> list[list[dict[str, Any]]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{field}" of the reply markup must be an Array of Arrays')
    checked, total = [], 0
    for row in rows:
        kept = [button(each) for each in row][: min(MAX_IN_ROW, MAX_BUTTONS - total)]
        total += len(kept)
        if kept:
            checked.append(kept)
    return checked


def _button_text(button: Json, error: str) -> str:
    if not isinstance(button, dict):
        raise bad_request(f"{error}Object expected as a keyboard button")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request(f'{error}Field "text" must be of type String')
    if not text.strip():
        raise bad_request("BUTTON_TEXT_EMPTY")
    return text


def _style(button: dict[str, Any], error: str) -> dict[str, Any]:
    style = button.get("style") or ""
    if style and style not in STYLES:
        raise bad_request(f"{error}invalid button style specified")
    if button.get("icon_custom_emoji_id"):
        raise not_modelled("custom emoji on buttons")
    return {"style": style} if style else {}


def _inline_button(button: Json) -> dict[str, Any]:
    text = _button_text(button, _BAD_INLINE)
    for name in _REFUSED:
        if name in button:
            raise not_modelled(f"inline keyboard buttons with {name}")
    return {"text": text, **_inline_action(button), **_style(button, _BAD_INLINE)}


def _inline_action(button: dict[str, Any]) -> dict[str, Any]:
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_CALLBACK_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
        return {"callback_data": data}
    if "url" in button:
        url = str(button["url"])
        if reason := link_problem(url):
            raise bad_request(f"inline keyboard button URL '{url}' is invalid: {reason}")
        return {"url": url}
    if "copy_text" in button:
        copied = button["copy_text"].get("text") if isinstance(button["copy_text"], dict) else None
        if not isinstance(copied, str) or not 1 <= len(copied) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        return {"copy_text": {"text": copied}}
    raise bad_request(f"{_BAD_INLINE}Text buttons are unallowed in the inline keyboard")


def _reply_keyboard(markup: dict[str, Any]) -> dict[str, Any]:
    rows = _rows(markup["keyboard"], "keyboard", _reply_button)
    keyboard: dict[str, Any] = {"keyboard": rows}
    keyboard.update({name: True for name in _REPLY_FLAGS if markup.get(name) is True})
    return _placeholder(markup, keyboard)


def _placeholder(markup: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    placeholder = markup.get("input_field_placeholder")
    if placeholder is None:
        return result
    if not isinstance(placeholder, str) or not 1 <= len(placeholder) <= 64:
        raise bad_request("INPUT_FIELD_PLACEHOLDER_INVALID")
    return {**result, "input_field_placeholder": placeholder}


def _reply_button(button: Json) -> dict[str, Any]:
    if isinstance(button, str):  # Telegram takes a bare string as a button's text
        button = {"text": button}
    text = _button_text(button, _BAD_REPLY)
    for name in _REPLY_REFUSED:
        if name in button:
            raise not_modelled(f"reply keyboard buttons with {name}")
    asks = {
        name: True for name in ("request_contact", "request_location") if button.get(name) is True
    }
    return {"text": text, **asks, **_style(button, _BAD_REPLY)}
