"""What people do in Telegram: write, press, edit, forward, block. Each makes the bot's update."""

from itertools import count
from typing import Any

from sandbox.chatmembers import chat_member
from sandbox.chats import Chat, Message, Person
from sandbox.contents import text_content
from sandbox.errors import RefusedError
from sandbox.forwarding import forwarded, relayed
from sandbox.media import CAPTIONED, media_kind
from sandbox.polls import Poll
from sandbox.updates import Updates
from sandbox.world import World

EDIT_WITHIN = 48 * 3600  # seconds
PRESS_LIVES = 150  # seconds until a press can no longer be answered


class People:
    """The hands of everybody in the sandbox."""

    def __init__(self, world: World, updates: Updates) -> None:
        self._presses: dict[str, tuple[int, float]] = {}  # unanswered: who pressed, and when
        self._world = world
        self._updates = updates
        self._press_ids = count(int(world.clock.time() * 1000))

    # Finding

    def person(self, person_id: int) -> Person:
        """Return the person with this id."""
        if person := self._world.people.get(person_id):
            return person
        raise RefusedError(f"There is no person {person_id}.")

    def chat(self, person: Person, chat_id: int | None = None) -> Chat:
        """Return a chat that the person is in; without an id, the one with the bot."""
        if chat_id is None or chat_id == person.id:
            return self._world.private_chat(person)
        chat = self._world.chats.get(chat_id)
        if chat is None or person.id not in chat.members:
            raise RefusedError(f"{person.name} is in no chat {chat_id}.")
        return chat

    def message(self, chat: Chat, message_id: int) -> Message:
        """Return a message that is still there."""
        if message := chat.messages.get(message_id):
            return message
        raise RefusedError(f"There is no message {message_id} in this chat.")

    # Doing

    def send(self, person: Person, chat: Chat, content: dict[str, Any]) -> Message:
        """Let the person send Message fields, such as made by `text_content` and its kind."""
        self._check_active(person)
        if chat.type == "private":
            person.started = True
        message = self._world.store(chat, person.user(), content)
        self._updates.add("message", message, chat.id)
        return message

    def context(self, chat: Chat, reply_to: int | None, thread_id: int | None) -> dict[str, Any]:
        """Return the fields that say what a new message answers and which topic it is in."""
        fields: dict[str, Any] = {}
        if reply_to is not None:
            replied = self.message(chat, reply_to)
            fields["reply_to_message"] = without_reply(replied)
            thread_id = thread_id or replied.get("message_thread_id")
        if thread_id is not None:
            if thread_id not in chat.topics:
                raise RefusedError(f"There is no topic {thread_id} in this chat.")
            fields |= {"message_thread_id": thread_id, "is_topic_message": True}
        return fields

    def edit(self, person: Person, chat: Chat, message_id: int, text: str) -> Message:
        """Let the person change the text or caption of an own message."""
        self._check_active(person)
        old = self.message(chat, message_id)
        if old["from"]["id"] != person.id:
            raise RefusedError("People can only edit their own messages.")
        if self._world.clock.time() - old["date"] > EDIT_WITHIN:
            raise RefusedError("After 48 hours a message can no longer be edited.")
        part = "text" if "text" in old else "caption"
        if part == "caption" and media_kind(old) not in CAPTIONED:
            raise RefusedError("There is no text in this message to change.")
        new = {**old, "edit_date": self._world.clock.date()}
        for name in ("entities", "caption_entities", "caption"):
            new.pop(name, None)
        new |= text_content(text, part)
        self._world.replace(chat, new)
        self._updates.add("edited_message", new, chat.id)
        return new

    def press(
        self, person: Person, chat: Chat, message_id: int, place: tuple[int, int]
    ) -> Message:
        """Let the person press the inline button at (row, column).

        Returns {"callback_query_id": …}, or what a link or copy button gives without the bot.
        """
        self._check_active(person)
        message = self.message(chat, message_id)
        button = _button(message, place)
        for name in ("url", "copy_text"):
            if name in button:
                value = button[name]
                return {name: value["text"] if isinstance(value, dict) else value}
        query_id = self._note_press(person)
        query = {
            "id": query_id,
            "from": person.user(),
            "message": self._as_it_is(chat, message),
            "chat_instance": str(chat.id * 7919),
            "data": button["callback_data"],
        }
        self._updates.add("callback_query", query, person.id)
        return {"callback_query_id": query_id}

    def _as_it_is(self, chat: Chat, message: Message) -> Message:
        """Return a message with what it answers as that is now; without it if that is gone."""
        replied = message.get("reply_to_message")
        if replied is None:
            return message
        found = chat.messages.get(replied["message_id"])
        return {
            **without_reply(message),
            **({"reply_to_message": without_reply(found)} if found else {}),
        }

    def poll(self, chat: Chat, message_id: int) -> Poll:
        """Return the poll of a message."""
        poll: Poll | None = self.message(chat, message_id).get("poll")
        if poll is None:
            raise RefusedError("There is no poll in this message.")
        return poll

    def vote(self, person: Person, chat: Chat, message_id: int, choice: list[int]) -> Message:
        """Let the person choose options of a poll, by their places; none takes the vote back.

        The bot is told about its own polls: the counts of an anonymous one, else who chose what.
        """
        self._check_active(person)
        old = self.poll(chat, message_id)
        before = self._world.polls.votes(old).get(person.id, [])
        poll = self._world.polls.vote(old, person.id, choice)
        chosen = self._world.polls.votes(old).get(person.id, [])
        if chosen != before:
            self._world.show_poll(poll)
            self._tell_vote(person, poll, chosen)
        return self.message(chat, message_id)

    def _tell_vote(self, person: Person, poll: Poll, chosen: list[int]) -> None:
        if not self._world.polls.of_bot(poll):
            return
        if poll["is_anonymous"]:
            self._updates.add("poll", poll, int(poll["id"]))
            return
        ids = [poll["options"][index]["persistent_id"] for index in chosen]
        answer = {"poll_id": poll["id"], "user": person.user(), "option_ids": chosen}
        self._updates.add("poll_answer", {**answer, "option_persistent_ids": ids}, person.id)

    def forward(self, person: Person, source: Chat, message_id: int, target: Chat) -> Message:
        """Let the person forward a message to a chat with the bot in it."""
        message = self.message(source, message_id)
        return self.send(person, target, {**relayed(message), **forwarded(message)})

    def react(self, person: Person, chat: Chat, message_id: int, emoji: str | None) -> None:
        """Let the person put a reaction under a message; None takes it away."""
        self._check_active(person)
        message = self.message(chat, message_id)
        before = message.get("sandbox_reactions_of", {}).get(str(person.id))
        self._world.react(chat, message, person, emoji)
        update = {
            "chat": chat.brief,
            "message_id": message_id,
            "user": person.user(),
            "date": self._world.clock.date(),
            "old_reaction": _reaction(before),
            "new_reaction": _reaction(emoji),
        }
        self._updates.add("message_reaction", update, chat.id)

    def delete(self, person: Person, chat: Chat, message_id: int) -> None:
        """Let the person delete a message; Telegram tells bots nothing of it."""
        self._check_active(person)
        self.message(chat, message_id)
        self._world.delete(chat, [message_id])

    def block(self, person: Person) -> None:
        """Let the person block the bot."""
        self._set_blocked(person, blocked=True)

    def unblock(self, person: Person) -> None:
        """Let the person take the block back."""
        self._set_blocked(person, blocked=False)

    def deactivate(self, person: Person) -> None:
        """Delete the person's account; the bot is not told."""
        person.deactivated = True
        self._changed(person)

    def join(self, person: Person, chat: Chat) -> None:
        """Add the person to a group."""
        chat.members.add(person.id)
        self._world.publish({"kind": "chat", "chat": chat.as_json()})
        self.send(person, chat, {"new_chat_members": [person.user()]})

    def kick_bot(self, person: Person, chat: Chat) -> None:
        """Let the person remove the bot from a group."""
        self.bot_status(person, chat, "kicked")

    def bot_status(self, actor: Person | dict[str, Any], chat: Chat, status: str) -> None:
        """Change what the bot is in a group and queue its my_chat_member update."""
        old, chat.bot_status = chat.bot_status, status
        user = actor.user() if isinstance(actor, Person) else actor
        self._updates.add("my_chat_member", self._member(chat, user, (old, status)), chat.id)

    def migrate(self, chat: Chat) -> Chat:
        """Upgrade a basic group to a supergroup; the old id is refused from now on."""
        if chat.type != "group":
            raise RefusedError("Only a basic group can become a supergroup.")
        members = [self._world.people[each] for each in sorted(chat.members)]
        new = self._world.add_group(chat.title, members)
        sender = members[0].user() if members else self._world.bot
        for place, content in (
            (chat, {"migrate_to_chat_id": new.id}),
            (new, {"migrate_from_chat_id": chat.id}),
        ):
            message = self._world.store(place, sender, content)
            self._updates.add("message", message, place.id)
        chat.migrated_to = new.id
        return new

    def answer(self, query_id: str) -> int | None:
        """Return who made the press that is answered now, None if there is none to answer."""
        user_id, pressed_at = self._presses.pop(query_id, (None, 0.0))
        return user_id if self._world.clock.time() - pressed_at <= PRESS_LIVES else None

    def _note_press(self, person: Person) -> str:
        now = self._world.clock.time()
        # The oldest come first: those too old to be answered are forgotten.
        while self._presses and now - next(iter(self._presses.values()))[1] > PRESS_LIVES:
            del self._presses[next(iter(self._presses))]
        query_id = str(next(self._press_ids))
        self._presses[query_id] = (person.id, now)
        return query_id

    def dump(self) -> dict[str, Any]:
        """Return the presses that wait for an answer as plain data."""
        return {"presses": list(self._presses.items())}

    def load(self, saved: dict[str, Any]) -> None:
        """Take over what `dump` gave."""
        self._presses = {query_id: (who, at) for query_id, (who, at) in saved["presses"]}

    def _check_active(self, person: Person) -> None:
        if person.deactivated:
            raise RefusedError(f"{person.name} has deleted the account.")
        if person.blocked:
            raise RefusedError(f"{person.name} has blocked the bot: unblock it first.")

    def _set_blocked(self, person: Person, *, blocked: bool) -> None:
        if person.deactivated or person.blocked == blocked:
            return
        person.blocked = blocked
        statuses = ("member", "kicked") if blocked else ("kicked", "member")
        chat = self._world.private_chat(person)
        update = self._member(chat, person.user(), statuses)
        self._updates.add("my_chat_member", update, person.id)
        self._changed(person)

    def _member(self, chat: Chat, actor: dict[str, Any], statuses: tuple[str, str]) -> Message:
        old, new = (chat_member(self._world.bot, status) for status in statuses)
        date = self._world.clock.date()
        return {
            "chat": chat.brief,
            "from": actor,
            "date": date,
            "old_chat_member": old,
            "new_chat_member": new,
        }

    def _changed(self, person: Person) -> None:
        self._world.publish({"kind": "person", "person": person.as_json()})


def without_reply(message: Message) -> Message:
    """Return the message as another message quotes it: replies go one level deep."""
    return {name: value for name, value in message.items() if name != "reply_to_message"}


def _reaction(emoji: str | None) -> list[dict[str, str]]:
    return [{"type": "emoji", "emoji": emoji}] if emoji else []


def _button(message: Message, place: tuple[int, int]) -> dict[str, Any]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    row, column = place
    if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
        raise RefusedError("There is no such button.")
    button: dict[str, Any] = rows[row][column]
    return button
