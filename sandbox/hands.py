"""What a person does in one chat: send things, edit, delete, forward, vote."""

from typing import Any

from sandbox.chats import Chat, Message, Person
from sandbox.contents import (
    album_contents,
    contact_content,
    file_content,
    location_content,
    media_content,
    poll_content,
    text_content,
    venue_content,
)
from sandbox.people import People
from sandbox.shown import Shown
from sandbox.world import World

Replied = Shown | Message | None


class Hands:
    """One person in one chat, or in one topic of a group. `reply_to` works with everything."""

    def __init__(
        self, person: Person, chat: Chat, world: World, people: People, topic: int | None = None
    ) -> None:
        self.chat = chat
        self.topic = topic
        self.account = person
        self._world = world
        self._people = people

    async def send(self, text: str, *, reply_to: Replied = None) -> Message:
        """Write a message."""
        return self._send(text_content(text), reply_to)

    async def reply(self, message: Shown | Message, text: str) -> Message:
        """Answer a message."""
        return await self.send(text, reply_to=message)

    async def send_document(
        self,
        content: bytes,
        name: str = "file.pdf",
        *,
        mime_type: str = "",
        caption: str = "",
        reply_to: Replied = None,
    ) -> Message:
        """Send a file; a picture becomes a photo, and a video or audio type becomes that."""
        fields = file_content(self._world, name, mime_type, content)
        return self._send({**fields, **text_content(caption, "caption")}, reply_to)

    async def send_photo(
        self, content: bytes = b"", *, caption: str = "", reply_to: Replied = None
    ) -> Message:
        """Send a picture, a tiny one if none is given."""
        return self._send_media("photo", content, caption, reply_to)

    async def send_video(
        self, content: bytes = b"", *, caption: str = "", reply_to: Replied = None
    ) -> Message:
        """Send a video; without content some bytes in its place, as with all that follow."""
        return self._send_media("video", content, caption, reply_to)

    async def send_animation(
        self, content: bytes = b"", *, caption: str = "", reply_to: Replied = None
    ) -> Message:
        """Send an animation, which people call a GIF."""
        return self._send_media("animation", content, caption, reply_to)

    async def send_audio(
        self, content: bytes = b"", *, caption: str = "", reply_to: Replied = None
    ) -> Message:
        """Send a piece of music."""
        return self._send_media("audio", content, caption, reply_to)

    async def send_voice(
        self, content: bytes = b"", *, caption: str = "", reply_to: Replied = None
    ) -> Message:
        """Send a voice message."""
        return self._send_media("voice", content, caption, reply_to)

    async def send_video_note(self, content: bytes = b"", *, reply_to: Replied = None) -> Message:
        """Send a round video message."""
        return self._send_media("video_note", content, "", reply_to)

    async def send_sticker(self, *, reply_to: Replied = None) -> Message:
        """Send a sticker."""
        return self._send_media("sticker", b"", "", reply_to)

    async def send_album(
        self, parts: list[str | bytes], *, caption: str = "", reply_to: Replied = None
    ) -> list[Message]:
        """Send 2 to 10 files as one album: each the content of a picture, or a kind."""
        contents = [
            media_content(self._world, part)
            if isinstance(part, str)
            else media_content(self._world, "photo", part)
            for part in parts
        ]
        album = album_contents(contents, caption, self._world.new_id())
        return [self._send(content, reply_to) for content in album]

    async def send_location(
        self, latitude: float, longitude: float, *, reply_to: Replied = None
    ) -> Message:
        """Send a place."""
        return self._send(location_content(latitude, longitude), reply_to)

    async def send_venue(
        self,
        title: str,
        address: str,
        *,
        latitude: float = 41.8807,
        longitude: float = -87.7254,
        reply_to: Replied = None,
    ) -> Message:
        """Send a place with a name and an address."""
        return self._send(venue_content(title, address, latitude, longitude), reply_to)

    async def send_contact(
        self, first_name: str = "", phone_number: str = "", *, reply_to: Replied = None
    ) -> Message:
        """Send somebody's phone number, the own one if nobody is named."""
        return self._send(contact_content(self.account, first_name, phone_number), reply_to)

    async def send_poll(
        self,
        question: str,
        options: list[str],
        *,
        is_anonymous: bool = True,
        allows_multiple_answers: bool = False,
        reply_to: Replied = None,
    ) -> Message:
        """Ask a question with 2 to 12 options."""
        poll = poll_content(
            self._world,
            question,
            options,
            is_anonymous=is_anonymous,
            allows_multiple_answers=allows_multiple_answers,
        )
        return self._send(poll, reply_to)

    async def vote(self, message: Shown | Message, *options: str) -> Message:
        """Vote in a poll for options by their texts; without any, take the vote back."""
        number = _id(message)
        shown = self._people.poll(self.chat, number)
        texts = [option["text"] for option in shown["options"]]
        choice = [texts.index(option) for option in options]
        return self._people.vote(self.account, self.chat, number, choice)

    async def edit(self, message: Shown | Message, text: str) -> Message:
        """Change the text or caption of an own message."""
        return self._people.edit(self.account, self.chat, _id(message), text)

    async def delete(self, message: Shown | Message) -> None:
        """Delete a message; the bot is not told."""
        self._people.delete(self.account, self.chat, _id(message))

    async def react(self, message: Shown | Message, emoji: str | None) -> None:
        """Put a reaction under a message; None takes it away."""
        self._people.react(self.account, self.chat, _id(message), emoji)

    async def forward(self, message: Shown | Message, to: "Hands | None" = None) -> Message:
        """Forward a message of this chat; without `to`, into this chat."""
        target = to.chat if to else self.chat
        return self._people.forward(self.account, self.chat, _id(message), target)

    def _send_media(self, kind: str, content: bytes, caption: str, reply_to: Replied) -> Message:
        fields = media_content(self._world, kind, content)
        return self._send({**fields, **text_content(caption, "caption")}, reply_to)

    def _send(self, content: dict[str, Any], reply_to: Replied = None) -> Message:
        reply_id = _id(reply_to) if reply_to else None
        context = self._people.context(self.chat, reply_id, self.topic)
        return self._people.send(self.account, self.chat, {**context, **content})


def _id(message: Shown | Message) -> int:
    return message.id if isinstance(message, Shown) else int(message["message_id"])
