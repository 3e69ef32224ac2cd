"""Translations: gettext catalogs, one per room of words, read straight from their .po files.

A room is a folder of templates (public, member, staff) or the labels. English is what they say.

    python -m bot.content.catalogs update

collects new sentences into the catalogs, keeps what is translated and prints what is not.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as CatalogMessage
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from bot.content.files import DEFAULT_DIR, layers
from bot.content.labels import Label
from bot.models import Language

TRANSLATED = (Language.ES,)
LABELS_ROOM = "labels"

_KEYWORDS = ("_", "gettext", "ngettext", "pgettext", "npgettext")
_HEADER = """\
# Taskforce Bot: the words of the room "{room}".
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""

Key = tuple[str | None, str]  # context and English text, the singular where there is a plural


class Translations:
    """The words of one language, from all its catalogs; English text stands for itself."""

    def __init__(self, language: Language, content_dir: Path | None = None) -> None:
        self._strings: dict[Key, tuple[str, ...]] = {}
        for folder in layers(f"locale/{language}/LC_MESSAGES", content_dir):
            for path in sorted(folder.glob("*.po")):
                self._strings.update(_strings(_read(path, language)))

    def gettext(self, message: str) -> str:
        """Return the translation of message."""
        return self._string(None, message, 0) or message

    def pgettext(self, context: str, message: str) -> str:
        """Return the translation of message as used in that context."""
        return self._string(context, message, 0) or message

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return the translation for n things."""
        return self._string(None, singular, _form(n)) or (singular, plural)[_form(n)]

    def npgettext(self, context: str, singular: str, plural: str, n: int) -> str:
        """Return the translation for n things in that context."""
        return self._string(context, singular, _form(n)) or (singular, plural)[_form(n)]

    def _string(self, context: str | None, message: str, form: int) -> str:
        forms = self._strings.get((context, message), ())
        return forms[min(form, len(forms) - 1)] if forms else ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something about a catalog that must be mended before the words can ship."""

    room: str
    language: Language
    message: str
    fault: str  # "untranslated", "fuzzy", "obsolete" or "two translations"

    def __str__(self) -> str:
        return f"{self.language} {self.room}: {self.fault}: {self.message}"


def missing() -> list[Gap]:
    """Return every gap in the catalogs that ship."""
    return [gap for language in TRANSLATED for gap in _gaps(language)]


def update() -> None:
    """Bring the catalogs in line with the templates and labels."""
    for room in rooms():
        wanted = extract(room)
        for language in TRANSLATED:
            path = _path(room, language)
            catalog = _read(path, language) if path.exists() else Catalog(locale=str(language))
            catalog.update(wanted, update_creation_date=False)
            _borrow(catalog, Translations(language))
            write(catalog, wanted, room, language)


def _borrow(catalog: Catalog, known: Translations) -> None:
    """Take what another room has translated already."""
    for message in _messages(catalog):
        if isinstance(message.id, str) and not message.string and message.context is None:
            found = known.gettext(message.id)
            message.string = "" if found == message.id else found


def write(catalog: Catalog, wanted: Catalog, room: str, language: Language) -> None:
    """Write a catalog in the order of its sentences, without dates and line numbers."""
    ordered = Catalog(locale=str(language))
    for message in _messages(wanted):
        known = catalog.get(message.id, message.context) or message
        ordered.add(
            message.id, known.string, message.locations, known.flags, context=message.context
        )
    body = BytesIO()
    write_po(body, ordered, width=100, omit_header=True, include_lineno=False)
    path = _path(room, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    header = _HEADER.format(room=room, language=language)
    path.write_text(header + body.getvalue().decode().strip() + "\n", encoding="utf-8")


def rooms() -> list[str]:
    """Return the rooms that there are now."""
    folders = sorted(p.name for p in (DEFAULT_DIR / "templates").iterdir() if p.is_dir())
    return [*folders, LABELS_ROOM]


def extract(room: str) -> Catalog:
    """Return the sentences that a room uses."""
    catalog = Catalog()
    for sentence in _sentences(room):
        catalog.add(sentence.text, locations=[sentence.location], context=sentence.context)
    return catalog


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence in the source: English text (singular and plural), where, in which context."""

    text: str | tuple[str, ...]
    location: tuple[str, int]
    context: str | None = None


def _sentences(room: str) -> Iterator[_Sentence]:
    if room == LABELS_ROOM:
        yield from (_Sentence(label.value, ("labels.py", 1)) for label in Label)
        return
    for path in sorted((DEFAULT_DIR / "templates" / room).rglob("*.j2")):
        yield from _template_sentences(path)


def _template_sentences(path: Path) -> Iterator[_Sentence]:
    name = path.relative_to(DEFAULT_DIR).as_posix()
    options = {"trimmed": "true", "silent": "false"}
    with path.open("rb") as file:
        for line, function, message, _ in babel_extract(file, _KEYWORDS, (), options):
            found = (message,) if isinstance(message, str) else message or ()
            parts = [part for part in found if part]
            context = parts.pop(0) if "pgettext" in function else None
            text = parts[0] if len(parts) == 1 else tuple(parts)
            yield _Sentence(text, (name, line), context)


def _gaps(language: Language) -> Iterator[Gap]:
    seen: dict[Key, tuple[str, ...]] = {}
    for room in rooms():
        path = _path(room, language)
        catalog = _read(path, language) if path.exists() else Catalog(locale=str(language))
        wanted = extract(room)
        translated = _strings(catalog)
        for message in _messages(wanted):
            yield from _faults_of(message, catalog, room, language)
        known = {_key(message) for message in _messages(wanted)}
        stale = [*translated.keys() - known, *((None, str(key)) for key in catalog.obsolete)]
        yield from (Gap(room, language, key[1], "obsolete") for key in stale)
        for key, strings in translated.items():
            if seen.setdefault(key, strings) != strings:
                yield Gap(room, language, key[1], "two translations")


def _faults_of(
    message: CatalogMessage, catalog: Catalog, room: str, language: Language
) -> Iterator[Gap]:
    found = catalog.get(message.id, message.context)
    text = _key(message)[1]
    if found is None or not all(_forms(found)):
        yield Gap(room, language, text, "untranslated")
    elif found.fuzzy:
        yield Gap(room, language, text, "fuzzy")


def _messages(catalog: Catalog) -> Iterable[CatalogMessage]:
    return (message for message in catalog if message.id)


def _strings(catalog: Catalog) -> dict[Key, tuple[str, ...]]:
    """Return what is translated; a fuzzy entry is a guess and is left out."""
    return {
        _key(message): _forms(message)
        for message in _messages(catalog)
        if all(_forms(message)) and not message.fuzzy
    }


def _key(message: CatalogMessage) -> Key:
    singular = message.id if isinstance(message.id, str) else message.id[0]
    return message.context, singular


def _forms(message: CatalogMessage) -> tuple[str, ...]:
    string = message.string
    return (string,) if isinstance(string, str) else tuple(string or ("",))


def _form(n: int) -> int:
    """Return which of the two forms n takes; English and Spanish have the same rule."""
    return int(n != 1)


def _path(room: str, language: Language) -> Path:
    return DEFAULT_DIR / "locale" / language / "LC_MESSAGES" / f"{room}.po"


def _read(path: Path, language: Language) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=str(language), abort_invalid=True)


def main(arguments: list[str]) -> int:
    """Run the command line; return the exit code."""
    if arguments != ["update"]:
        sys.stderr.write("usage: python -m bot.content.catalogs update\n")
        return 2
    update()
    gaps = missing()
    sys.stdout.write("".join(f"{gap}\n" for gap in gaps) or "All is translated.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
