"""Hundreds of simulated members: they walk in, subscribe, and then read what they are sent."""

import asyncio
from array import array
from collections.abc import Callable
from enum import IntEnum
from typing import Any

from sandbox.chats import Message, Person
from sandbox.contents import text_content
from sandbox.errors import RefusedError
from sandbox.people import People
from sandbox.wave import Wave
from sandbox.world import FIRST_CROWD_ID, MAX_CROWD, Event, World

PER_SECOND = 12  # who walk in while the flood limits are on
MOST_UNANSWERED = 200
PRESS_AFTER = 0.02  # seconds: nobody presses before the message is on the screen
ASK_AGAIN_AFTER = 30.0  # seconds without an answer
TRIES = 3
UNASKED_AFTER = 5.0  # seconds since the last doing: what comes later was not asked for
SAMPLE = 8
TICK = 0.1
TICKS_PER_EVENT = 3  # so that the page hears at most four times a second

_ENGLISH = """
Avery Blake Casey Dana Ellis Frankie Gray Harper Indigo Jamie Kendall Logan Morgan Noel Oakley
Parker Quinn Riley Sage Taylor Val Wren Alex Bailey Cameron Drew Emerson Finley
"""
_NAMES = _ENGLISH.split()
_SPANISH = """
Alejandra Beatriz Camila Diego Elena Felipe Gabriela Hugo Isabel Javier Lucía Marisol Pablo
"""
_SPANISH_NAMES = _SPANISH.split()
_SPANISH_EVERY = 6  # about one in six speaks Spanish


class Stage(IntEnum):
    """How far somebody of the crowd has got."""

    AWAY = 0
    ASKED = 1
    PRESSED = 2
    ARRIVED = 3
    GAVE_UP = 4


class Crowd:
    """The simulated members; their ids follow FIRST_CROWD_ID."""

    def __init__(
        self,
        world: World,
        people: People,
        attended: Callable[[], bool],
        limited: Callable[[], bool],
        size: int,
    ) -> None:
        self.arrived = 0
        self._world = world
        self._people = people
        self._attended = attended
        self._limited = limited
        self._size = 0
        self._next = 0  # index of whoever walks in next
        self._stages = bytearray()
        self._acted_at = array("d")
        self._tries = bytearray()
        self._waiting: dict[int, float] = {}  # index -> since when
        self._blocked: set[int] = set()
        self._wave: Wave | None = None
        self._changed = False
        self._was_attended = False
        self._due = 0.0  # how many may walk in, with the fraction of the next
        self._arrival = asyncio.Event()
        self.grow(size)
        world.subscribe(self._hear)

    @property
    def size(self) -> int:
        """Return how many there are, those on their way included."""
        return self._size

    def grow(self, size: int) -> None:
        """Let the crowd become `size` people; nobody is sent home."""
        if not 0 <= size <= MAX_CROWD:
            raise RefusedError(f"A crowd has between 0 and {MAX_CROWD:,} people.")
        if size < self._size:
            raise RefusedError(f"The crowd is {self._size:,} already; nobody is sent home.")
        more = size - self._size
        self._stages.extend(bytes(more))
        self._tries.extend(bytes(more))
        self._acted_at.extend([float("-inf")] * more)
        self._size = size
        self._changed = True

    def sample(self) -> list[int]:
        """Return the ids of a few who have arrived, to look over the shoulder of."""
        early = range(min(self._next, SAMPLE))
        return [FIRST_CROWD_ID + i for i in early if self._stages[i] == Stage.ARRIVED]

    def hides(self, event: Event) -> bool:
        """Tell whether an event concerns somebody of the crowd whom the page does not show."""
        who = event.get("chat_id") or event.get("user_id") or event.get("person", {}).get("id", 0)
        return self._index(who) is not None and not 0 <= who - FIRST_CROWD_ID < SAMPLE

    def as_json(self) -> dict[str, Any]:
        """Return the crowd for the page."""
        return {
            "size": self._size,
            "arrived": self.arrived,
            "blocked": len(self._blocked),
            "wave": self._wave.as_json(self._world.clock.monotonic()) if self._wave else None,
            "sample": self.sample(),
        }

    async def wait_until_arrived(self, number: int | None = None, *, within: float = 60) -> None:
        """Wait until `number` people (None: all) have subscribed, or raise TimeoutError."""
        async with asyncio.timeout(within):
            while self.arrived < (self._size if number is None else number):
                self._arrival.clear()
                await self._arrival.wait()

    # Walking in

    async def run(self) -> None:
        """Let people come while a bot is there, and tell the page how it goes."""
        ticks = 0
        while True:
            await asyncio.sleep(TICK)
            self.tick()
            ticks += 1
            if ticks % TICKS_PER_EVENT == 0:
                self._report()

    def tick(self) -> None:
        """Let in who may come now, and let those ask again who wait for too long."""
        now = self._world.clock.monotonic()
        attended, was = self._attended(), self._was_attended
        self._was_attended = attended
        if not attended:
            return
        if not was:
            # The bot is back and finds their messages in its queue: they start to wait anew.
            self._waiting = dict.fromkeys(self._waiting, now)
        for index in [
            each for each, since in self._waiting.items() if now - since > ASK_AGAIN_AFTER
        ]:
            self._ask(index)
        for _ in range(self._may_come()):
            self._walk_in()

    def _may_come(self) -> int:
        room = min(MOST_UNANSWERED - len(self._waiting), self._size - self._next)
        if not self._limited():
            return max(room, 0)
        self._due = min(self._due + PER_SECOND * TICK, float(PER_SECOND))
        coming = max(min(int(self._due), room), 0)
        self._due -= coming
        return coming

    def _walk_in(self) -> None:
        index = self._next
        self._next += 1
        spanish = index % _SPANISH_EVERY == _SPANISH_EVERY - 1
        names = _SPANISH_NAMES if spanish else _NAMES
        person = Person(FIRST_CROWD_ID + index, names[index % len(names)], str(index + 1))
        person.role, person.language_code = "crowd", "es" if spanish else "en"
        self._world.admit(person)
        self._ask(index)

    def _ask(self, index: int) -> None:
        if self._tries[index] >= TRIES:
            self._stages[index] = Stage.GAVE_UP
            self._waiting.pop(index, None)
            return
        self._tries[index] += 1
        self._stages[index] = Stage.ASKED
        self._act(index)
        person = self._person(index)
        try:
            content = text_content("/start subscribe")
            self._people.send(person, self._world.private_chat(person), content)
        except RefusedError:  # somebody at the page let this person block the bot
            self._stages[index] = Stage.GAVE_UP
            del self._waiting[index]

    def _press(self, index: int, message: Message, place: tuple[int, int]) -> None:
        person = self._person(index)
        if self._stages[index] != Stage.ASKED or person.blocked or person.deactivated:
            return
        chat = self._world.private_chat(person)
        if message["message_id"] not in chat.messages:
            return
        self._stages[index] = Stage.PRESSED
        self._act(index)
        self._people.press(person, chat, message["message_id"], place)

    def _act(self, index: int) -> None:
        now = self._world.clock.monotonic()
        self._acted_at[index] = self._waiting[index] = now
        self._changed = True

    def _person(self, index: int) -> Person:
        return self._world.people[FIRST_CROWD_ID + index]

    def _index(self, person_id: int) -> int | None:
        index = person_id - FIRST_CROWD_ID
        return index if 0 <= index < self._size else None

    # Listening to the bot

    def _hear(self, event: Event) -> None:
        match event["kind"]:
            case "message" | "edit" if event["message"]["from"]["is_bot"]:
                index = self._index(event["chat_id"])
                if index is not None:
                    self._receive(index, event["message"], new=event["kind"] == "message")
            case "answer":
                index = self._index(event["user_id"])
                if index is not None:
                    self._answered(index)
            case "person" if event["person"]["role"] == "crowd":
                self._note_block(event["person"])

    def _receive(self, index: int, message: Message, *, new: bool) -> None:
        stage = self._stages[index]
        if stage == Stage.ASKED:
            if place := _button_to_press(message):
                loop = asyncio.get_running_loop()
                loop.call_later(PRESS_AFTER, self._press, index, message, place)
        elif stage == Stage.PRESSED:
            self._answered(index)
        elif stage == Stage.ARRIVED and new:
            now = self._world.clock.monotonic()
            if now - self._acted_at[index] >= UNASKED_AFTER:
                self._join_wave(index, now)

    def _answered(self, index: int) -> None:
        if self._stages[index] == Stage.PRESSED:
            self._stages[index] = Stage.ARRIVED
            self._waiting.pop(index, None)
            self.arrived += 1
            self._arrival.set()
            self._changed = True

    def _join_wave(self, index: int, now: float) -> None:
        if self._wave is None or self._wave.finished(now):
            of = self.arrived - len(self._blocked)
            self._wave = Wave(self._world.clock.date(), of, now, now)
        self._wave.got.add(index)
        self._wave.last_at = now
        self._changed = True

    def _note_block(self, person: dict[str, Any]) -> None:
        gone = person["blocked"] or person["deactivated"]
        (self._blocked.add if gone else self._blocked.discard)(person["id"])
        self._changed = True

    def _report(self) -> None:
        if self._changed:
            crowd = self.as_json()
            # A wave ends by silence, so it is looked at until it has ended.
            self._changed = bool(crowd["wave"] and not crowd["wave"]["finished"])
            self._world.publish({"kind": "crowd", "crowd": crowd})

    # Saving

    def dump(self) -> dict[str, Any]:
        """Return who has got how far as plain data; a wave is not kept."""
        return {"stages": self._stages[: self._next].decode("latin-1"), "size": self._size}

    def load(self, saved: dict[str, Any]) -> None:
        """Take over what `dump` gave; a larger size from the settings stays."""
        self.grow(max(self._size, saved["size"]))
        stages = saved["stages"].encode("latin-1")
        self._next = len(stages)
        self._stages[: self._next] = stages
        self.arrived = stages.count(Stage.ARRIVED)
        now = self._world.clock.monotonic()
        on_the_way = (Stage.ASKED, Stage.PRESSED)
        self._waiting = {i: now for i, stage in enumerate(stages) if stage in on_the_way}
        for index in range(self._next):
            self._note_block(self._person(index).as_json())


def _button_to_press(message: Message) -> tuple[int, int] | None:
    """Return the place of the first green button, else of the first that the bot would hear of."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    places = {
        (row, column): button
        for row, buttons in enumerate(rows)
        for column, button in enumerate(buttons)
        if "callback_data" in button
    }
    green = [place for place, button in places.items() if button.get("style") == "success"]
    return next(iter(green or places), None)
