"""What people type, in one form: small letters, no accents or apostrophes, single spaces."""

import re
import unicodedata

_APOSTROPHES = re.compile(r"['’‘´`ʼ]")
_SENTENCE_ENDS = re.compile(r"[.!?¡¿;]+")
_OTHER_SIGNS = re.compile(r"[^a-z0-9.]+")
_STRETCHED = re.compile(r"([a-z])\1{2,}")  # "heeelp"; three of a letter is never spelling
_DOUBLED = re.compile(r"\b([bcdfghjkmnpqrstvwxyz])\1")  # "rrespira"; only ll begins a word
_SPACES = re.compile(r" +")
_UNSEEN = {"Mn", "Me", "Cf"}  # accents and other marks, letters without width


def plain(text: str) -> str:
    """Return words only; the end of a sentence becomes a lone full stop."""
    small = _APOSTROPHES.sub("", without_accents(text).lower())
    marked = _SENTENCE_ENDS.sub(" . ", small)
    return _SPACES.sub(
        " ", _DOUBLED.sub(r"\1", _STRETCHED.sub(r"\1", _OTHER_SIGNS.sub(" ", marked)))
    ).strip(" .")


def words(text: str) -> list[str]:
    """Return the words of text, plain."""
    return [word for word in plain(text).split() if word != "."]


def without_accents(text: str) -> str:
    """Return text with plain letters for accented ones: "respiración" as "respiracion"."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if unicodedata.category(c) not in _UNSEEN)
