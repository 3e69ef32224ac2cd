"""Files that were sent, by file_id, and the links under which a bot may fetch them."""

import base64
import struct
from dataclasses import dataclass
from typing import Any

MAX_UPLOAD = 50 << 20  # bytes
MAX_PHOTO = 10 << 20
MAX_DOWNLOAD = 20 << 20

_FOLDERS = {"audio": "music", "voice": "voice"}  # the others are named after their kind


@dataclass(slots=True, frozen=True)
class StoredFile:
    """One file; `path` is the end of its download link, `details` its kind's own fields."""

    file_id: str
    kind: str
    name: str
    mime_type: str
    path: str
    content: bytes
    details: dict[str, Any]

    def reference(self) -> dict[str, Any]:
        """Return the fields that every Bot API file object has."""
        return {
            "file_id": self.file_id,
            "file_unique_id": f"u{self.file_id.rsplit('-', 1)[-1]}",
            "file_size": len(self.content),
        }


class Files:
    """All files of the sandbox, in memory."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(
        self, kind: str, name: str, mime_type: str, content: bytes, details: dict[str, Any]
    ) -> StoredFile:
        """Keep a file."""
        number = len(self._by_id) + 1
        suffix = f".{name.rsplit('.', 1)[1]}" if "." in name else ""
        path = f"{_FOLDERS.get(kind, f'{kind}s')}/file_{number}{suffix}"
        stored = StoredFile(f"{kind}-{number:08d}", kind, name, mime_type, path, content, details)
        self._keep(stored)
        return stored

    def find(self, file_id: str) -> StoredFile | None:
        """Return the file with this id."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """Return the file behind a download link."""
        return self._by_path.get(path)

    def dump(self) -> list[dict[str, Any]]:
        """Return all files as plain data; `content` stays bytes, see `as_text`."""
        return [
            {
                "kind": stored.kind,
                "name": stored.name,
                "mime_type": stored.mime_type,
                "content": stored.content,
                "details": stored.details,
            }
            for stored in self._by_id.values()
        ]

    def load(self, saved: list[dict[str, Any]]) -> None:
        """Take over what `dump` gave, once written as JSON and read again."""
        self._by_id.clear()
        self._by_path.clear()
        for each in saved:
            content = base64.b64decode(each["content"])
            self.add(each["kind"], each["name"], each["mime_type"], content, each["details"])

    def _keep(self, stored: StoredFile) -> None:
        self._by_id[stored.file_id] = stored
        self._by_path[stored.path] = stored


def as_text(value: object) -> str:
    """Write bytes as base64: the `default` of json.dumps for a state file."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is not for a state file")


def image_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG, GIF or JPEG, None if it is none of them."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:6] in (b"GIF87a", b"GIF89a") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    return _jpeg_size(content) if content.startswith(b"\xff\xd8") else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Walk the segments of a JPEG to its frame header."""
    place = 2
    while place + 9 < len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return None
