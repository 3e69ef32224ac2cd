"""What a bot says about itself: command menus, name, descriptions, menu button."""

import re
from typing import Any

from sandbox.chats import Person
from sandbox.errors import bad_request
from sandbox.types import Json

Scope = tuple[str, int, int]  # type, chat, user
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
_COMMAND = re.compile(r"[a-z0-9_]+")
TEXTS = {"name": 64, "description": 512, "short_description": 120}  # longest, in characters


class Profile:
    """The bot's profile by language; "" is for everybody without an own one."""

    def __init__(self) -> None:
        self.menus: dict[tuple[Scope, str], list[dict[str, str]]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.menu_buttons: dict[int, dict[str, Any]] = {}

    def menu_for(self, person: Person) -> list[dict[str, str]]:
        """Return the commands that a person sees in the private chat with the bot."""
        scopes = ("chat", person.id, 0), ("all_private_chats", 0, 0), ("default", 0, 0)
        for scope in scopes:
            for language in (person.language_code, ""):
                if menu := self.menus.get((scope, language)):
                    return menu
        return []

    def text(self, kind: str, language: str) -> str:
        """Return one of TEXTS in a language, else the one for everybody."""
        return self.texts.get((kind, language)) or self.texts.get((kind, ""), "")

    def dump(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "menus": [[*key, menu] for key, menu in self.menus.items()],
            "texts": [[*key, text] for key, text in self.texts.items()],
            "menu_buttons": list(self.menu_buttons.items()),
        }

    def load(self, saved: dict[str, Any]) -> None:
        """Take over what `dump` gave."""
        self.menus = {((s[0], s[1], s[2]), language): menu for s, language, menu in saved["menus"]}
        self.texts = {(kind, language): text for kind, language, text in saved["texts"]}
        self.menu_buttons = dict(saved["menu_buttons"])


def checked_scope(scope: Json) -> Scope:
    """Return a BotCommandScope in its short form; None is the default scope."""
    if scope is None:
        return ("default", 0, 0)
    if not isinstance(scope, dict) or scope.get("type") not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    needs = _SCOPES[scope["type"]]
    ids = [int(scope.get(name) or 0) for name in needs]
    if 0 in ids:
        raise bad_request(f"{needs[ids.index(0)]} is empty")
    chat_id, user_id, *_ = [*ids, 0, 0]
    return (scope["type"], chat_id, user_id)


def checked_commands(commands: Json) -> list[dict[str, str]]:
    """Return a command list that Telegram accepts."""
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return [_checked_command(command) for command in commands]


def _checked_command(command: Json) -> dict[str, str]:
    if not isinstance(command, dict):
        raise bad_request("expected an Object as BotCommand")
    name = str(command.get("command", "")).strip().removeprefix("/")
    description = str(command.get("description", "")).strip()
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > 32:
        raise bad_request("command length must not exceed 32")
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > 256:
        raise bad_request("command description length must not exceed 256")
    return {"command": name, "description": description}
