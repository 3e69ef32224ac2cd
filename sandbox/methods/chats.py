"""Methods about chats: what they are, who is in them, pins, reactions."""

from typing import Any

from sandbox.chatmembers import chat_member
from sandbox.chats import Chat
from sandbox.errors import bad_request, not_modelled
from sandbox.methods.call import Call, Method
from sandbox.types import Json

# The reactions that every Telegram account has.
_REACTIONS = """
❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣
⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅
🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡
"""
REACTIONS = frozenset(_REACTIONS.split())


def get_chat(call: Call) -> dict[str, Any]:
    """getChat."""
    chat = call.chat()
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    full: dict[str, Any] = {
        **chat.brief,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), False),
    }
    if chat.pinned and (pinned := chat.messages.get(chat.pinned[-1])):
        full["pinned_message"] = pinned
    return full


def get_chat_member(call: Call) -> dict[str, Any]:
    """getChatMember."""
    chat = call.chat()
    if call.args.integer("user_id") == call.world.bot["id"]:
        status = "member" if chat.type == "private" else chat.bot_status
        return chat_member(call.world.bot, status)
    person = call.person()
    if person.id not in chat.members:
        return chat_member(person.user(), "left")
    owns = chat.type != "private" and person.id == call.world.owner_id
    return chat_member(person.user(), "creator" if owns else "member")


def get_chat_administrators(call: Call) -> list[dict[str, Any]]:
    """getChatAdministrators: the owner and the bot."""
    chat = call.group()
    owner = call.world.people.get(call.world.owner_id)
    owners = [chat_member(owner.user(), "creator")] if owner and owner.id in chat.members else []
    return [*owners, chat_member(call.world.bot, chat.bot_status)]


def get_chat_member_count(call: Call) -> int:
    """getChatMemberCount: with the bot."""
    chat = call.chat()
    return len(chat.members) + 1


def pin_chat_message(call: Call) -> bool:
    """pinChatMessage."""
    chat = call.chat_to_write()
    message = call.message(chat, "message to pin not found")
    if message["message_id"] in chat.pinned:
        chat.pinned.remove(message["message_id"])
    chat.pinned.append(message["message_id"])
    _changed(call, chat)
    return True


def unpin_chat_message(call: Call) -> bool:
    """unpinChatMessage: the one named, else the newest."""
    chat = call.chat_to_write()
    message_id = call.args.integer("message_id") or next(reversed(chat.pinned), 0)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    _changed(call, chat)
    return True


def leave_chat(call: Call) -> bool:
    """leaveChat."""
    chat = call.group()
    call.services.people.bot_status(call.world.bot, chat, "left")
    _changed(call, chat)
    return True


def set_message_reaction(call: Call) -> bool:
    """setMessageReaction: at most one emoji, as for every bot without Premium."""
    chat = call.chat_to_write()
    message = call.message(chat, "message to react not found")
    reaction = call.args.json("reaction", "can't parse reaction types JSON object") or []
    if not isinstance(reaction, list):
        raise bad_request("expected an Array of ReactionType")
    if len(reaction) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    emoji = [_emoji(each) for each in reaction]
    # Telegram's Message has no field for reactions; the page reads this one, bots ignore it.
    call.world.replace(chat, {**message, "sandbox_reactions": emoji})
    return True


def _emoji(reaction: Json) -> str:
    if not isinstance(reaction, dict) or reaction.get("type") != "emoji":
        raise not_modelled("reactions that are no emoji")
    emoji = str(reaction.get("emoji"))
    if emoji.replace("\ufe0f", "") not in REACTIONS:
        raise bad_request("REACTION_INVALID")
    return emoji


def _changed(call: Call, chat: Chat) -> None:
    call.world.publish({"kind": "chat", "chat": chat.as_json()})


METHODS: dict[str, Method] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "leaveChat": leave_chat,
    "setMessageReaction": set_message_reaction,
}
