"""Sealing: what could name a person is stored as ciphertext only (AES-SIV, RFC 5297).

The key lives outside the database and its backups: the setting DATA_KEY, or a file beside the
database that only its owner may read. Ids are sealed deterministically, so that they can be looked
up; texts with a random nonce.
"""

import base64
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from bot.errors import StartupError

KEY_BYTES = 64
_NONCE_BYTES = 16
_ID = b"id"


class Sealer:
    """Seals and opens ids and texts with one key."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(key)
        self._pseudonym_key = hashlib.sha256(b"pseudonym" + key).digest()

    def id(self, number: int) -> bytes:
        """Return the ciphertext of a Telegram id; always the same for the same id."""
        return self._cipher.encrypt(number.to_bytes(8, "big", signed=True), [_ID])

    def open_id(self, sealed: bytes) -> int:
        """Return the Telegram id."""
        return int.from_bytes(self._cipher.decrypt(sealed, [_ID]), "big", signed=True)

    def text(self, text: str) -> bytes:
        """Return the ciphertext of a text; different each time."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(text.encode() or b"\0", [nonce])

    def open_text(self, sealed: bytes) -> str:
        """Return the text."""
        plain = self._cipher.decrypt(sealed[_NONCE_BYTES:], [sealed[:_NONCE_BYTES]])
        return "" if plain == b"\0" else plain.decode()

    def opens(self, sealed: bytes) -> bool:
        """Return whether the text was sealed with this key."""
        try:
            self.open_text(sealed)
        except (InvalidTag, ValueError):
            return False
        return True

    def pseudonym(self, number: int, day: str) -> str:
        """Return a short name for a person that holds for one day, for logs."""
        message = f"{day}:{number}".encode()
        return hmac.new(self._pseudonym_key, message, hashlib.sha256).hexdigest()[:8]


def load_key(setting: str, beside: Path) -> bytes:
    """Return the data key: the setting (base64), else the file beside, made if missing.

    Raise StartupError if neither can be used.
    """
    if setting:
        return _decode(setting, "DATA_KEY")
    path = beside.with_name(beside.name + ".key")
    try:
        return _load_file(path, beside)
    except OSError as error:
        raise StartupError(f"The key file {path} cannot be used ({error.strerror}).") from None


def _load_file(path: Path, beside: Path) -> bytes:
    if path.exists():
        return _decode(path.read_text(errors="replace").strip(), str(path))
    if beside.exists():
        raise StartupError(
            f"The database {beside} is there but its key file {path} is not: "
            "put the key file back, or set DATA_KEY."
        )
    key = os.urandom(KEY_BYTES)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(key))
        file.flush()
        os.fsync(file.fileno())
    return key


def _decode(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise StartupError(f"{where} must hold {KEY_BYTES} bytes in base64.")
    return key
