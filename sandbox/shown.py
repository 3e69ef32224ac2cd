"""What a person sees: messages with their buttons, and answers to presses."""

from dataclasses import dataclass
from typing import Any

from sandbox.chats import Message
from sandbox.media import media_kind
from sandbox.render import as_html


@dataclass(slots=True)
class Shown:
    """A message as it stands on the person's screen; edits change it, a deletion marks it."""

    raw: Message
    deleted: bool = False

    @property
    def id(self) -> int:
        """Return the message's id."""
        return int(self.raw["message_id"])

    @property
    def text(self) -> str:
        """Return the text, or the caption of a file."""
        return str(self.raw.get("text", self.raw.get("caption", "")))

    @property
    def html(self) -> str:
        """Return the text with its entities as tags."""
        entities = self.raw.get("entities") or self.raw.get("caption_entities") or []
        return as_html(self.text, entities)

    @property
    def buttons(self) -> list[list[str]]:
        """Return the texts of the inline buttons, row by row."""
        rows = self.raw.get("reply_markup", {}).get("inline_keyboard", [])
        return [[button["text"] for button in row] for row in rows]

    def place(self, text: str) -> tuple[int, int] | None:
        """Return row and column of the button with this text, else of the first that has it."""
        places = [
            (label, (row, column))
            for row, labels in enumerate(self.buttons)
            for column, label in enumerate(labels)
        ]
        exact = [place for label, place in places if label == text]
        return next(iter(exact or [place for label, place in places if text in label]), None)

    def button(self, text: str) -> dict[str, Any]:
        """Return the Bot API object of a button, to look at its link or data."""
        place = self.place(text)
        assert place, f"no button {text!r} in {self.buttons}"  # noqa: S101 - this is for tests
        found: dict[str, Any] = self.raw["reply_markup"]["inline_keyboard"][place[0]][place[1]]
        return found

    @property
    def kind(self) -> str:
        """Return what the message carries: "photo", "poll", "venue" and so on, else "text"."""
        others = (each for each in ("poll", "venue", "location", "contact") if each in self.raw)
        return media_kind(self.raw) or next(others, "text")

    def __str__(self) -> str:
        mark = " (deleted)" if self.deleted else ""
        return f"#{self.id}{mark} {self.kind} {self.text!r} {self.buttons or ''}".rstrip()


@dataclass(slots=True, frozen=True)
class Answer:
    """What a button press got: the bot's answerCallbackQuery."""

    text: str
    show_alert: bool
    url: str | None
