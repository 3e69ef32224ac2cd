"""Arguments of a Bot API call, read as leniently as Telegram reads them."""

import json
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.errors import BotApiError, bad_request
from sandbox.types import Json

MAX_PARAMETERS = 1 << 20  # bytes of everything that is not a file
MAX_FILES = 50
_INTEGER = re.compile(r"\s*([-+]?\d+)")


@dataclass(slots=True, frozen=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime_type: str
    content: bytes


@dataclass(slots=True)
class Arguments:
    """The call's arguments by name; every value is text, as after Telegram's own parser.

    `read` collects the names that the method looked at, so that the rest can be reported.
    """

    values: dict[str, str]
    files: dict[str, Upload] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)

    def has(self, name: str) -> bool:
        """Return whether the argument was given at all."""
        self.read.add(name)
        return name in self.values

    def text(self, name: str) -> str:
        """Return the argument, "" if it is missing."""
        self.read.add(name)
        return self.values.get(name, "")

    def flag(self, name: str) -> bool:
        """Return whether the argument says yes."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def integer(self, name: str, default: int = 0) -> int:
        """Return the number at the argument's start; junk is 0, as it is for Telegram."""
        value = self.text(name)
        if not value:
            return default
        found = _INTEGER.match(value)
        return int(found[1]) if found else 0

    def clamped(self, name: str, default: int, low: int, high: int) -> int:
        """Return the number, moved into the range instead of refused."""
        return min(max(self.integer(name, default), low), high)

    def number(self, name: str) -> float | None:
        """Return a decimal number, None if there is none."""
        try:
            return float(self.text(name))
        except ValueError:
            return None

    def json(self, name: str, error: str) -> Json:
        """Return the argument parsed as JSON, None if it is missing."""
        value = self.text(name)
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as problem:
            raise bad_request(error) from problem

    def upload(self, name: str) -> Upload | None:
        """Return the file that came under `name`."""
        self.read.add(name)
        return self.files.get(name)


async def read_arguments(request: web.Request) -> Arguments:
    """Read the query string and the body in any of the four encodings."""
    values = dict(request.query)
    files: dict[str, Upload] = {}
    if request.method == "POST" and request.can_read_body:
        match request.content_type:
            case "application/json":
                values.update(_json_values(await request.read()))
            case "multipart/form-data":
                await _read_multipart(request, values, files)
            case _:
                body = (await request.read()).decode("utf-8", "replace")
                values.update(parse_qsl(body, keep_blank_values=True))
    if sum(map(len, values.values())) > MAX_PARAMETERS:
        raise BotApiError(413, "Request Entity Too Large: too many parameters")
    if len(files) > MAX_FILES:
        raise BotApiError(413, "Request Entity Too Large: too many files attached")
    return Arguments(values, files)


def _json_values(body: bytes) -> dict[str, str]:
    try:
        given = json.loads(body)
    except ValueError as error:
        raise bad_request("can't parse request body as JSON object") from error
    if not isinstance(given, dict):
        raise bad_request("JSON object expected")
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in given.items()
        if value is not None
    }


async def _read_multipart(
    request: web.Request, values: dict[str, str], files: dict[str, Upload]
) -> None:
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.filename, value.content_type, value.file.read())
            value.file.close()
        else:
            values[name] = str(value)
