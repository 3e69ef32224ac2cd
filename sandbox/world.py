"""Who and what exists: people, chats, topics, messages. Plain state, and who wants to hear of it.

Messages are Bot API objects and are never changed in place: an edit puts a new object where the
old one was. So an update that waits in the queue still shows what was true when it happened.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from itertools import count
from typing import Any, Literal

from sandbox.chats import Chat, Message, Person, dump_chat, load_chat
from sandbox.clock import Clock
from sandbox.files import Files
from sandbox.polls import Poll, Polls

Event = dict[str, Any]
Listener = Callable[[Event], None]

STAFF_ID = 700000
STAFF2_ID = 700001
STAFF_GROUP_ID = -1001000000001
FIRST_PERSON_ID = 700100
FIRST_CROWD_ID = 700000001
MAX_CROWD = 100_000
CROWD_KEEPS = 5  # messages per person of the crowd; everybody else keeps all

_FIRST_GROUP_ID = -1001000000001
_FIRST_BASIC_GROUP_ID = -500001
_PEOPLE = (
    (STAFF_ID, "Sam", "Rivera", "en", "staff"),
    (STAFF2_ID, "Joy", "Carter", "en", "staff"),
    (FIRST_PERSON_ID, "Nia", "", "en", "newcomer"),
    (FIRST_PERSON_ID + 1, "Mateo", "", "es", "newcomer"),
    (FIRST_PERSON_ID + 2, "Rosa", "", "es", "newcomer"),
    (FIRST_PERSON_ID + 3, "Darnell", "", "en", "newcomer"),
)


class World:
    """Everything that exists in the sandbox, and the events of its changes."""

    def __init__(self, clock: Clock, bot_user: dict[str, Any], owner_id: int) -> None:
        self.clock = clock
        self.bot = bot_user
        self.owner_id = owner_id
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.files = Files()
        self._ids = count(int(clock.time() * 1000))
        self.polls = Polls(self.new_id)
        self.changes = 0  # grows with every event, so that saving knows whether it must
        self.last_message_id = 0  # of all private chats and basic groups together
        self._listeners: dict[int | None, list[Listener]] = {}
        self._populate()

    def _populate(self) -> None:
        for person_id, first_name, last_name, language, role in _PEOPLE:
            username = f"{first_name}_{last_name}".strip("_").lower() + "_sandbox"
            own_id = self.owner_id if person_id == STAFF_ID else person_id
            person = Person(own_id, first_name, last_name, username, language)
            person.role = "staff" if role == "staff" else "newcomer"
            self.people[person.id] = person
        staff = [self.people[self.owner_id], self.people[STAFF2_ID]]
        self.add_group("Task Force staff", staff, is_forum=True)

    # People and chats

    def add_person(self, first_name: str, language_code: str = "en") -> Person:
        """Add somebody under the next free id."""
        person_id = next(free for free in count(FIRST_PERSON_ID) if free not in self.people)
        return self.admit(Person(person_id, first_name, language_code=language_code))

    def admit(self, person: Person) -> Person:
        """Add somebody whose id is known."""
        self.people[person.id] = person
        self.publish({"kind": "person", "person": person.as_json()})
        return person

    def add_group(
        self,
        title: str,
        members: Iterable[Person] = (),
        *,
        is_forum: bool = False,
        kind: Literal["group", "supergroup"] = "supergroup",
    ) -> Chat:
        """Add a group that the bot is an administrator of."""
        step = _FIRST_GROUP_ID if kind == "supergroup" else _FIRST_BASIC_GROUP_ID
        chat_id = next(free for free in count(step, -1) if free not in self.chats)
        brief: dict[str, Any] = {"id": chat_id, "type": kind, "title": title}
        if is_forum:
            brief["is_forum"] = True
        chat = Chat(chat_id, kind, title, brief, is_forum)
        chat.members = {person.id for person in members}
        self.chats[chat_id] = chat
        self.publish({"kind": "chat", "chat": chat.as_json()})
        return chat

    def private_chat(self, person: Person) -> Chat:
        """Return the person's chat with the bot, a new one if there is none."""
        chat = self.chats.get(person.id)
        if chat is None:
            brief = {"id": person.id, "type": "private", **person.names()}
            chat = Chat(person.id, "private", person.name, brief, members={person.id})
            chat.keeps = CROWD_KEEPS if person.role == "crowd" else 0
            self.chats[person.id] = chat
        return chat

    # Messages

    def new_id(self) -> str:
        """Return an id for a poll or an album, unlike all before it, also over a restart."""
        return str(next(self._ids))

    def next_message_id(self, chat: Chat) -> int:
        """Return a new id: supergroups count for themselves, all other chats together."""
        if chat.type == "supergroup":
            chat.last_message_id += 1
            return chat.last_message_id
        self.last_message_id += 1
        return self.last_message_id

    def store(self, chat: Chat, sender: dict[str, Any], content: dict[str, Any]) -> Message:
        """Keep a new message from `sender` and tell the listeners."""
        message: Message = {
            "message_id": self.next_message_id(chat),
            "from": sender,
            "chat": chat.brief,
            "date": self.clock.date(),
            **content,
        }
        chat.messages[message["message_id"]] = message
        if chat.keeps and len(chat.messages) > chat.keeps:
            del chat.messages[next(iter(chat.messages))]
        self.publish({"kind": "message", "chat_id": chat.id, "message": message})
        return message

    def replace(self, chat: Chat, message: Message) -> None:
        """Put the edited `message` where the old one was."""
        chat.messages[message["message_id"]] = message
        self.publish({"kind": "edit", "chat_id": chat.id, "message": message})

    def react(self, chat: Chat, message: Message, person: Person, emoji: str | None) -> None:
        """Note a person's reaction under a message, or its end: that is no edit."""
        # Telegram's Message has no field for reactions; the page reads this one, bots ignore it.
        before = message.get("sandbox_reactions_of", {})
        others = {who: each for who, each in before.items() if who != str(person.id)}
        now = {**others, str(person.id): emoji} if emoji else others
        new = chat.messages[message["message_id"]] = {**message, "sandbox_reactions_of": now}
        self.publish({"kind": "reaction", "chat_id": chat.id, "message": new})

    def show_poll(self, poll: Poll) -> None:
        """Put the new votes of a poll into all messages that show it: that is no edit."""
        votes = self.polls.votes(poll)
        for chat in self.chats.values():
            for old in [*chat.messages.values()]:
                if old.get("poll", {}).get("id") == poll["id"]:
                    message = chat.messages[old["message_id"]] = {**old, "poll": poll}
                    event = {"kind": "poll", "chat_id": chat.id, "message": message}
                    self.publish({**event, "votes": votes})

    def delete(self, chat: Chat, message_ids: Iterable[int]) -> None:
        """Take messages away."""
        gone = [each for each in message_ids if chat.messages.pop(each, None) is not None]
        if gone:
            self.publish({"kind": "delete", "chat_id": chat.id, "message_ids": gone})

    # Listening

    def subscribe(self, listener: Listener, chat_id: int | None = None) -> Callable[[], None]:
        """Call `listener` with every event, or those of one chat; returns how to stop that."""
        listeners = self._listeners.setdefault(chat_id, [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    def publish(self, event: Event) -> None:
        """Tell the listeners what happened."""
        self.changes += 1
        for listener in tuple(self._listeners.get(None, ())):
            listener(event)
        if (chat_id := event.get("chat_id")) is not None:
            for listener in tuple(self._listeners.get(chat_id, ())):
                listener(event)

    # Saving

    def dump(self) -> dict[str, Any]:
        """Return everything as plain data. Shallow: messages are never changed in place."""
        return {
            "last_message_id": self.last_message_id,
            "people": [asdict(person) for person in self.people.values()],
            "chats": [dump_chat(chat) for chat in self.chats.values()],
            "files": self.files.dump(),
            "polls": self.polls.dump(),
        }

    def load(self, saved: dict[str, Any]) -> None:
        """Take over what `dump` gave."""
        self.last_message_id = saved["last_message_id"]
        self.people = {each["id"]: Person(**each) for each in saved["people"]}
        self.chats = {each["id"]: load_chat(each) for each in saved["chats"]}
        self.files.load(saved["files"])
        self.polls.load(saved["polls"])
