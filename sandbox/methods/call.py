"""One call of a Bot API method: its arguments, and finding and refusing what they name."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sandbox.arguments import Arguments
from sandbox.chats import Chat, Message, Person
from sandbox.commands import Profile
from sandbox.errors import BotApiError, bad_request, forbidden, not_modelled
from sandbox.limits import Limits
from sandbox.people import People
from sandbox.updates import Updates
from sandbox.webhook import Webhook
from sandbox.world import World

# Accepted and without effect here; Telegram ignores what it does not know, the sandbox says so.
_WITHOUT_EFFECT = """
disable_notification protect_content link_preview_options disable_web_page_preview
allow_paid_broadcast message_effect_id request_timeout supports_streaming thumbnail duration
width height icon_custom_emoji_id disable_content_type_detection video_start_timestamp
cache_time is_big revoke_messages google_place_id google_place_type foursquare_id
foursquare_type horizontal_accuracy
"""
WITHOUT_EFFECT = frozenset(_WITHOUT_EFFECT.split())


@dataclass(slots=True, frozen=True)
class Services:
    """What the methods work on."""

    world: World
    people: People
    updates: Updates
    webhook: Webhook
    profile: Profile
    limits: Limits


@dataclass(slots=True)
class Call:
    """The services and the arguments of one call."""

    services: Services
    args: Arguments

    @property
    def world(self) -> World:
        """Return the world that the call acts on."""
        return self.services.world

    def chat(self, name: str = "chat_id") -> Chat:
        """Return the chat that an argument names, if the bot may know it."""
        chat = self._find_chat(name)
        if chat.migrated_to is not None:
            raise bad_request(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to
            )
        if chat.type != "private" and chat.bot_status in ("kicked", "left"):
            kind = "group chat" if chat.type == "group" else "supergroup chat"
            did = "was kicked from" if chat.bot_status == "kicked" else "is not a member of"
            raise forbidden(f"bot {did} the {kind}")
        return chat

    def chat_to_write(self) -> Chat:
        """Return the chat of `chat_id` if the bot may write there."""
        chat = self.chat()
        if chat.type != "private":
            return chat
        person = self.world.people[chat.id]
        if person.deactivated:
            raise forbidden("user is deactivated")
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def group(self) -> Chat:
        """Return the group of `chat_id`."""
        chat = self.chat()
        if chat.type == "private":
            raise bad_request("method is available only for supergroups and groups")
        return chat

    def person(self) -> Person:
        """Return the person of `user_id`."""
        if person := self.world.people.get(self.args.integer("user_id")):
            return person
        raise bad_request("user not found")

    def message(self, chat: Chat, missing: str, name: str = "message_id") -> Message:
        """Return the message that an argument names; `missing` is the refusal."""
        if message := chat.messages.get(self.args.integer(name)):
            return message
        raise bad_request(missing)

    def message_ids(self) -> list[int]:
        """Return the list of `message_ids`."""
        ids = self.args.json("message_ids", "can't parse message identifiers JSON object")
        if not ids:
            raise bad_request("message identifiers are not specified")
        if not isinstance(ids, list):
            raise bad_request("expected an Array of message identifiers")
        if len(ids) > 100:
            raise bad_request("too many message identifiers specified")
        return [int(each) for each in ids]

    def refuse(self, *names: str) -> None:
        """Refuse arguments that Telegram knows and the sandbox has nothing for."""
        for name in names:
            if self.args.text(name):
                raise not_modelled(f"the argument {name}")

    def _find_chat(self, name: str) -> Chat:
        value = self.args.text(name).strip()
        if not value:
            raise bad_request("chat_id is empty")
        try:
            chat_id = int(value)
        except ValueError:
            raise bad_request("chat not found") from None
        if chat_id == self.world.bot["id"]:
            raise BotApiError(403, "Forbidden: the bot can't send messages to the bot")
        if person := self.world.people.get(chat_id):
            return self.world.private_chat(person)
        if chat := self.world.chats.get(chat_id):
            return chat
        raise bad_request("chat not found")


Method = Callable[[Call], Any | Awaitable[Any]]
