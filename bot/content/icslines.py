"""The lines of a calendar file (RFC 5545), unfolded, in their components, each with its number.

Tolerant where nothing is lost by it; what cannot be read is told by its line. Hostile files cost
little: nothing here calls itself, and each byte is looked at a few times.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.content.labels import Label
from bot.content.sitetable import FileRefusedError
from bot.models.sites import Reason, Rejected

LARGEST_FILE = 1_000_000  # bytes
MOST_EVENTS = 2_000
MOST_BROKEN = 2_000  # lines; with more it is something else
DEEPEST = 20  # components inside of each other
# Possessive, so that no line makes it go back and try again.
_LINE = re.compile(
    r"""([A-Za-z0-9-]++)((?:;[A-Za-z0-9-]++=(?:"[^"]*+"|[^";:,]*+)(?:,(?:"[^"]*+"|[^";:,]*+))*+)*+)
    :(.*+)""",
    re.VERBOSE | re.DOTALL,
)
_PARAMETER = re.compile(r';([A-Za-z0-9-]++)=((?:"[^"]*+"|[^";]++)*+)')
_ESCAPED = re.compile(r"\\([nN,;\\:])")
_FREE_TEXT = ("DESCRIPTION", "X-ALT-DESC", "COMMENT")
_KEPT = ("VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT")


class LineError(ValueError):
    """What a line says cannot be taken, and why."""

    def __init__(self, line: int, label: Label, **values: object) -> None:
        text = label.value % values if values else label.value
        super().__init__(text)
        self.rejected = Rejected(line, text, why=Reason(label.name.lower(), values))


@dataclass(slots=True)
class Property:
    """One line: a name, what is said of its value, and the value as it stands there."""

    line: int
    name: str
    parameters: Mapping[str, str]
    value: str

    @property
    def text(self) -> str:
        """Return the value as text, with what was escaped in it."""
        return _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], self.value)


@dataclass(slots=True)
class Component:
    """What stands between BEGIN and END."""

    line: int
    kind: str
    properties: list[Property] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)
    broken: LineError | None = None  # its first line that cannot be read
    left_out: list[LineError] = field(default_factory=list)  # lines that it can do without

    def find(self, name: str) -> Property | None:
        """Return the first property of a name, or None."""
        return next((each for each in self.properties if each.name == name), None)

    def find_all(self, name: str) -> list[Property]:
        """Return all properties of a name."""
        return [each for each in self.properties if each.name == name]


def read_calendars(data: bytes) -> list[Component]:
    """Return the calendars of a file; raise FileRefusedError where it cannot be taken at all."""
    if len(data) > LARGEST_FILE:
        raise FileRefusedError(Label.REFUSED_SIZE, {"limit": LARGEST_FILE // 1_000_000})
    reader = _Reader()
    for line, text in _unfolded(data):
        reader.take(line, text)
    return reader.end()


class _Reader:
    """Puts lines into components; a component that is not ended ends with what is around it."""

    def __init__(self) -> None:
        self._root = Component(0, "")
        self._open = [self._root]
        self._events = self._broken = 0

    def take(self, line: int, text: str) -> None:
        """Take one unfolded line."""
        found = _LINE.fullmatch(text)
        if found is None:
            self._take_broken(line)
            return
        name, value = found[1].upper(), found[3]
        if name == "BEGIN":
            self._begin(line, value.strip().upper() or "?")
        elif name == "END":
            self._end(line, value.strip().upper() or "?")
        else:
            parameters = {k.upper(): v.strip('"') for k, v in _PARAMETER.findall(found[2])}
            self._open[-1].properties.append(Property(line, name, parameters, value))

    def end(self) -> list[Component]:
        """Return what was read; events outside of any calendar are one of their own."""
        self._drop_until("")
        calendars = [each for each in self._root.parts if each.kind == "VCALENDAR"]
        if not calendars:
            raise FileRefusedError(Label.ICS_NO_CALENDAR)
        return [*calendars, self._root]

    def _begin(self, line: int, kind: str) -> None:
        # Neither lies within an event: one that is open was not ended.
        if kind == "VCALENDAR":
            self._drop_until("")
        elif kind == "VEVENT":
            self._drop_until("", "VCALENDAR")
        if len(self._open) > DEEPEST:
            raise FileRefusedError(Label.ICS_NO_CALENDAR)
        self._events += kind == "VEVENT"
        if self._events > MOST_EVENTS:
            raise FileRefusedError(Label.ICS_MANY, {"limit": f"{MOST_EVENTS:,}"})
        self._open.append(Component(line, kind))

    def _end(self, line: int, kind: str) -> None:
        if all(each.kind != kind for each in self._open[1:]):
            self._take_broken(line)
            return
        self._drop_until(kind)
        self._keep()

    def _drop_until(self, *kinds: str) -> None:
        """End what has no end of its own."""
        while (last := self._open[-1]).kind not in kinds:
            last.broken = last.broken or LineError(last.line, Label.ICS_NO_END)
            self._keep()

    def _keep(self) -> None:
        done = self._open.pop()
        if done.kind in _KEPT:
            self._open[-1].parts.append(done)

    def _take_broken(self, line: int) -> None:
        """Take a line that is none; without one of a free text its event is whole all the same."""
        event = next((each for each in self._open if each.kind == "VEVENT"), None)
        if event is None:
            return  # between events nothing is lost
        self._broken += 1
        if self._broken > MOST_BROKEN:
            raise FileRefusedError(Label.ICS_NO_CALENDAR)
        last = event.properties[-1].name if event.properties else ""
        if last in _FREE_TEXT or self._open[-1] is not event:
            event.left_out.append(LineError(line, Label.ICS_LEFT_OUT))
        elif event.broken is None:
            event.broken = LineError(line, Label.ICS_LINE)


def _unfolded(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers; folds go first, as they may cut a character."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    number, pieces = 0, list[bytes]()
    try:
        for line, piece in enumerate(data.split(b"\n"), 1):
            raw = piece.rstrip(b"\r")
            if raw[:1] in (b" ", b"\t") and pieces:
                pieces.append(raw[1:])
                continue
            if pieces and (text := b"".join(pieces).decode()):
                yield number, text
            number, pieces = line, [raw]
        if pieces and (text := b"".join(pieces).decode()):
            yield number, text
    except UnicodeDecodeError as error:
        raise FileRefusedError(Label.ICS_ENCODING) from error
