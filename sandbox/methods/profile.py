"""Methods by which a bot describes itself."""

from functools import partial
from typing import Any

from sandbox.commands import TEXTS, Scope, checked_commands, checked_scope
from sandbox.errors import bad_request, not_modelled
from sandbox.methods.call import Call, Method


def set_my_commands(call: Call) -> bool:
    """setMyCommands."""
    commands = checked_commands(call.args.json("commands", "can't parse commands JSON object"))
    key = _menu_key(call)
    if commands:
        call.services.profile.menus[key] = commands
    else:
        call.services.profile.menus.pop(key, None)
    return True


def get_my_commands(call: Call) -> list[dict[str, str]]:
    """getMyCommands: exactly those of this scope and language."""
    return call.services.profile.menus.get(_menu_key(call), [])


def delete_my_commands(call: Call) -> bool:
    """deleteMyCommands."""
    call.services.profile.menus.pop(_menu_key(call), None)
    return True


def _menu_key(call: Call) -> tuple[Scope, str]:
    scope = checked_scope(call.args.json("scope", "can't parse BotCommandScope JSON object"))
    return scope, _language(call)


def _language(call: Call) -> str:
    language = call.args.text("language_code")
    if language and not (len(language) == 2 and language.isalpha() and language.islower()):
        raise bad_request("LANG_CODE_INVALID")
    return language


def _set_text(kind: str, call: Call) -> bool:
    text = call.args.text(kind)
    if len(text) > TEXTS[kind]:
        raise bad_request(f"BOT_{kind.upper()}_TOO_LONG")
    call.services.profile.texts[kind, _language(call)] = text
    return True


def _get_text(kind: str, call: Call) -> dict[str, str]:
    text = call.services.profile.text(kind, _language(call))
    return {kind: text or (call.world.bot["first_name"] if kind == "name" else "")}


def set_chat_menu_button(call: Call) -> bool:
    """setChatMenuButton: commands or the default, for one chat or for all (0)."""
    button = call.args.json("menu_button", "can't parse MenuButton JSON object")
    button = button or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in ("default", "commands"):
        raise not_modelled("menu buttons other than commands")
    chat_id = call.chat().id if call.args.has("chat_id") else 0
    call.services.profile.menu_buttons[chat_id] = {"type": button["type"]}
    return True


def get_chat_menu_button(call: Call) -> dict[str, Any]:
    """getChatMenuButton."""
    buttons = call.services.profile.menu_buttons
    chat_id = call.chat().id if call.args.has("chat_id") else 0
    return buttons.get(chat_id) or buttons.get(0) or {"type": "commands"}


METHODS: dict[str, Method] = {
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": partial(_set_text, "name"),
    "getMyName": partial(_get_text, "name"),
    "setMyDescription": partial(_set_text, "description"),
    "getMyDescription": partial(_get_text, "description"),
    "setMyShortDescription": partial(_set_text, "short_description"),
    "getMyShortDescription": partial(_get_text, "short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
}
