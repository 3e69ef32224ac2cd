"""People for tests: they write, press, reply, block, and expect what the bot answers.

`alice = sandbox.person("Alice")`, then `await alice.send("/start")` and
`await alice.expect("Welcome")`. Everything waits for events; nothing polls.
"""

import asyncio

from sandbox.chats import Chat, Message, Person
from sandbox.hands import Hands
from sandbox.people import People
from sandbox.shown import Answer, Shown
from sandbox.world import Event, World

WITHIN = 5.0  # seconds that an expectation waits unless told


class Dialog(Hands):
    """A person's place in one chat, or in one topic of a group: doing, and expecting."""

    def __init__(
        self, person: Person, chat: Chat, world: World, people: People, topic: int | None = None
    ) -> None:
        super().__init__(person, chat, world, people, topic)
        self.messages: list[Shown] = []  # what the bot sent here, oldest first
        self._unexpected: list[Shown] = []
        self._heard = asyncio.Event()
        self._watch_existing()
        world.subscribe(self._hear, chat.id)

    async def press(
        self, button: str, *, message: Shown | None = None, within: float = WITHIN
    ) -> Answer:
        """Press an inline button by its text or a part of it; return the bot's answer."""
        shown = message or self._latest_with(button)
        place = shown.place(button)
        assert place, f"no button {button!r} in {shown}"  # noqa: S101 - this is for tests
        answers: asyncio.Queue[Event] = asyncio.Queue()
        unsubscribe = self._world.subscribe(answers.put_nowait)
        try:
            pressed = self._people.press(self.account, self.chat, shown.id, place)
            if "callback_query_id" not in pressed:
                raise AssertionError(f"{button!r} is no button for the bot: {pressed}")
            return await _answer_to(pressed["callback_query_id"], answers, within)
        except TimeoutError:
            raise AssertionError(
                f"{self.account.name} pressed {button!r} and the bot did not answer the press "
                f"within {within} s.\n{self.transcript()}"
            ) from None
        finally:
            unsubscribe()

    # Expecting

    async def expect(self, part: str = "", *, within: float = WITHIN) -> Shown:
        """Wait for a message or an edit that contains `part`, each of them once."""
        try:
            async with asyncio.timeout(within):
                while True:
                    for shown in self._unexpected:
                        if part in shown.text:
                            self._unexpected.remove(shown)
                            return shown
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            raise AssertionError(
                f"{self.account.name} expected {part!r} within {within} s.\n{self.transcript()}"
            ) from None

    async def expect_silence(self, for_: float = 0.3) -> None:
        """Fail if the bot writes or edits anything in the next `for_` seconds."""
        self._heard.clear()
        try:
            async with asyncio.timeout(for_):
                await self._heard.wait()
        except TimeoutError:
            return
        raise AssertionError(f"{self.account.name} expected silence.\n{self.transcript()}")

    @property
    def last(self) -> Shown:
        """Return the newest message of the bot that is still there."""
        return next(shown for shown in reversed(self.messages) if not shown.deleted)

    @property
    def keyboard(self) -> list[list[str]]:
        """Return the texts of the keyboard under the text field."""
        rows = (self.chat.keyboard or {}).get("keyboard", [])
        return [[button["text"] for button in row] for row in rows]

    def transcript(self) -> str:
        """Return what the bot wrote here, for a failed test."""
        return "\n".join(["The bot wrote:", *(f"  {shown}" for shown in self.messages)])

    def _latest_with(self, button: str) -> Shown:
        for shown in reversed(self.messages):
            if not shown.deleted and shown.place(button):
                return shown
        raise AssertionError(f"no message has a button {button!r}.\n{self.transcript()}")

    def _watch_existing(self) -> None:
        for message in self.chat.messages.values():
            if self._concerns(message):
                self.messages.append(Shown(message))

    def _concerns(self, message: Message) -> bool:
        mine = self.topic is None or message.get("message_thread_id") == self.topic
        return bool(message["from"]["is_bot"]) and mine

    def _hear(self, event: Event) -> None:
        match event["kind"]:
            case "message" if self._concerns(event["message"]):
                self._note(Shown(event["message"]), new=True)
            case "edit" | "poll" | "reaction":
                self._change(event["message"], is_edit=event["kind"] == "edit")
            case "delete":
                for shown in self.messages:
                    shown.deleted = shown.deleted or shown.id in event["message_ids"]
            case _:
                pass

    def _change(self, message: Message, *, is_edit: bool) -> None:
        """Show another version of a message; that people voted in it is nothing to expect."""
        for shown in self.messages:
            if shown.id == message["message_id"]:
                shown.raw = message
                if is_edit:
                    self._note(shown, new=False)

    def _note(self, shown: Shown, *, new: bool) -> None:
        if new:
            self.messages.append(shown)
        if shown not in self._unexpected:
            self._unexpected.append(shown)
        self._heard.set()


class PersonClient(Dialog):
    """A person in the private chat with the bot, and the way into groups."""

    def __init__(self, person: Person, world: World, people: People) -> None:
        super().__init__(person, world.private_chat(person), world, people)
        self._groups: dict[tuple[int, int | None], Dialog] = {}

    @property
    def id(self) -> int:
        """Return the person's id, which is the private chat's too."""
        return self.account.id

    def in_group(self, group: Chat, *, topic: int | None = None) -> Dialog:
        """Return the person's place in a group, or in one topic of it."""
        if self.id not in group.members:
            self._people.join(self.account, group)
        key = (group.id, topic)
        if key not in self._groups:
            self._groups[key] = Dialog(self.account, group, self._world, self._people, topic)
        return self._groups[key]

    async def block(self) -> None:
        """Block the bot."""
        self._people.block(self.account)

    async def unblock(self) -> None:
        """Take the block back."""
        self._people.unblock(self.account)

    async def deactivate(self) -> None:
        """Delete the account."""
        self._people.deactivate(self.account)


async def _answer_to(query_id: str, events: asyncio.Queue[Event], within: float) -> Answer:
    async with asyncio.timeout(within):
        while True:
            event = await events.get()
            if event["kind"] == "answer" and event["callback_query_id"] == query_id:
                return Answer(event["text"], event["show_alert"], event["url"])
