"""People, chats and topics, as plain values."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Message = dict[str, Any]
Role = Literal["newcomer", "staff", "crowd"]


@dataclass(slots=True)
class Person:
    """Somebody with a Telegram account.

    `started`: has written to the bot, so that the bot may write back.
    """

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"
    role: Role = "newcomer"
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    @property
    def name(self) -> str:
        """Return the full name."""
        return f"{self.first_name} {self.last_name}".strip()

    def user(self) -> dict[str, Any]:
        """Return the Bot API User."""
        user: dict[str, Any] = {"id": self.id, "is_bot": False, **self.names()}
        return {**user, "language_code": self.language_code} if self.language_code else user

    def names(self) -> dict[str, Any]:
        """Return the name fields that User and Chat share, without the empty ones."""
        fields = ("first_name", self.first_name), ("last_name", self.last_name)
        return {name: text for name, text in (*fields, ("username", self.username)) if text}

    def as_json(self) -> dict[str, Any]:
        """Return the person for the page."""
        person = {"id": self.id, **self.names(), "language_code": self.language_code}
        return {
            **person,
            "role": self.role,
            "blocked": self.blocked,
            "deactivated": self.deactivated,
        }


@dataclass(slots=True)
class Topic:
    """A topic of a forum; its id is the id of the message that made it."""

    message_thread_id: int
    name: str
    icon_color: int = 0x6FB9F0
    closed: bool = False


@dataclass(slots=True)
class Chat:
    """A chat as the bot knows it, with its messages by id, oldest first."""

    id: int
    type: Literal["private", "group", "supergroup"]
    title: str
    brief: dict[str, Any]  # the Bot API Chat that every message carries
    is_forum: bool = False
    members: set[int] = field(default_factory=set)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    keeps: int = 0  # how many messages; 0: all
    last_message_id: int = 0  # of a supergroup, which counts its own
    keyboard: dict[str, Any] | None = None
    pinned: list[int] = field(default_factory=list)
    bot_status: str = "administrator"
    migrated_to: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the chat for the page."""
        topics = [
            {"message_thread_id": topic.message_thread_id, "name": topic.name}
            for topic in self.topics.values()
        ]
        return {
            "id": self.id,
            "type": self.type,
            "title": self.title,
            "is_forum": self.is_forum,
            "topics": topics,
            "members": sorted(self.members),
        }


_PLAIN = (
    "id",
    "type",
    "title",
    "brief",
    "is_forum",
    "keeps",
    "last_message_id",
    "keyboard",
    "bot_status",
    "migrated_to",
)


def dump_chat(chat: Chat) -> dict[str, Any]:
    """Return a chat with its messages as plain data."""
    return {
        **{name: getattr(chat, name) for name in _PLAIN},
        "members": sorted(chat.members),
        "pinned": list(chat.pinned),
        "topics": [asdict(topic) for topic in chat.topics.values()],
        "messages": list(chat.messages.values()),
    }


def load_chat(saved: dict[str, Any]) -> Chat:
    """Return the chat that dump_chat gave."""
    chat = Chat(
        **{name: saved[name] for name in _PLAIN},
        members=set(saved["members"]),
        pinned=list(saved["pinned"]),
        topics={each["message_thread_id"]: Topic(**each) for each in saved["topics"]},
    )
    chat.messages = {each["message_id"]: each for each in saved["messages"]}
    return chat
