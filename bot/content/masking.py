"""Masking: what in a message could say who somebody is or where; pure, in both languages.

It errs on the side of hiding: a wrong mask costs staff one tap, a missed one exposes somebody. It
cannot find everything, and the words before the first message ask people to leave names out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape

from bot.models import Hidden, Mark, Said

_FLAGS = re.IGNORECASE
_SPACED = re.compile(r"\S+\s*|\s+")
_DIGIT = (
    r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine"
    r"|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|\d)"
)
_STREET = (
    r"(?:st|street|ave|av|avenue|blvd|boulevard|rd|road|dr|drive|ct|court|ln|lane|pl|place"
    r"|ter|terrace|pkwy|parkway|hwy|highway|way|cir|circle|calle|avenida)"
)
_WORD = r"[^\W\d_][\w'’-]*"
_NEVER_NAMES = (
    "and|but|i|im|i'm|my|from|who|that|he|she|they|we|it|is|was|so|because|please|on|in|at"
    "|y|pero|yo|mi|de|que|él|ella|es|por|porque|vivo|estoy|tengo|en|con|a|and i|the|el|la"
)
# Words that follow "I am" and begin with a capital letter all the same.
_NOT_A_NAME = frozenset(
    """
    a an the so not in on at from just very scared worried afraid sorry using looking trying
    pregnant homeless addicted sick alone ok okay american mexican puerto rican black white
    latino latina un una de muy nuevo nueva adicto adicta mexicano mexicana
    """.split()  # noqa: SIM905 - a list of words is easier to read and to add to
)

# Kinds in the order in which they win where two overlap.
_PATTERNS: tuple[tuple[Hidden, re.Pattern[str]], ...] = (
    # A contact that was shared: the line that the bot writes for it.
    (Hidden.NAME, re.compile(r"(?<=^👤 ).+$", re.MULTILINE)),
    (Hidden.EMAIL, re.compile(r"[\w.+-]+\s*@\s*[\w-]+(?:\.[\w-]+)+")),
    (
        Hidden.LINK,
        re.compile(
            r"(?:https?://|www\.|tg://)\S+"
            r"|\b(?:t|telegram)\.me/\S+"
            r"|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|gov|edu|io|me|info|us|mx|co)\b(?:/\S*)?",
            _FLAGS,
        ),
    ),
    (Hidden.HANDLE, re.compile(r"(?<![\w.])@\w{2,}")),
    (
        Hidden.ADDRESS,
        re.compile(
            rf"\b\d{{1,5}}\s+(?:(?:[NSEW]|north|south|east|west|norte|sur|este|oeste)\.?\s+)?"
            rf"(?:{_WORD}\.?\s+|\d{{1,3}}(?:st|nd|rd|th)\s+){{1,3}}?{_STREET}\b\.?"
            rf"(?:,?\s*(?:apt|unit|apartment|depto|apto|piso|#)\.?\s*[\w-]+)?"
            rf"|\b\d{{1,5}}\s+(?:[NSEW]|north|south|east|west)\.?\s+{_WORD}"
            rf"|\b(?:calle|avenida|av\.)\s+{_WORD}(?:\s+{_WORD}){{0,2}}\s+(?:#\s*)?\d{{1,5}}"
            rf"|\b(?:apt|apartment|unit|apto|depto|apartamento)\.?\s*#?\s*\d[\w-]*"
            rf"|\b(?:corner of|esquina de|i live (?:at|on|near)|i(?:'m| am) at"
            rf"|vivo en|estoy en la)\s+[^.,;!?\n]{{3,60}}",
            _FLAGS,
        ),
    ),
    (Hidden.NUMBER, re.compile(r"(?<!\d)\d{3}[-. ]\d{2}[-. ]\d{4}(?!\d)")),
    (Hidden.PHONE, re.compile(r"(?<![\w])\+?\(?\d(?:[\s().-]{0,2}\d){6,14}(?!\w)")),
    (Hidden.PHONE, re.compile(rf"\b{_DIGIT}(?:[\s,.-]+{_DIGIT}){{6,14}}\b", _FLAGS)),
    (Hidden.NUMBER, re.compile(r"(?<!\w)#?\d{5,}(?:-\d{4})?(?!\w)")),
    (
        Hidden.NAME,
        re.compile(
            r"\b(?:name is|name['’]s|named|call me|me llamo|se llama|llámame|llamame|mi nombre es"
            r"|su nombre es|me dicen|le dicen)\s+"
            rf"(?P<hidden>(?!(?:{_NEVER_NAMES})\b){_WORD}"
            rf"(?:\s+(?!(?:{_NEVER_NAMES})\b){_WORD}){{0,2}})",
            _FLAGS,
        ),
    ),
    (
        Hidden.NAME,
        re.compile(
            r"\b(?:[Ii] am|[Ii]['’]?m|[Tt]his is|[Ss]oy|[Hh]abla|[Mm]r\.?|[Mm]rs\.?|[Mm]s\.?"
            r"|[Ss]r\.?|[Ss]ra\.?|[Dd]oña|[Dd]on)\s+"
            r"(?P<hidden>[A-ZÁÉÍÓÚÑ][\w'’-]+(?:\s+[A-ZÁÉÍÓÚÑ][\w'’-]+){0,2})"
        ),
    ),
)


def find_marks(text: str, own_names: Iterable[str] = ()) -> tuple[Mark, ...]:
    """Return what is to be masked, in the order of the text, none overlapping another.

    own_names are those of the writer's account: they are masked wherever they stand.
    """
    taken: list[Mark] = []
    for mark in (*_of_patterns(text), *_of_names(text, own_names)):
        if not any(mark.start < other.end and other.start < mark.end for other in taken):
            taken.append(mark)
    return tuple(sorted(taken, key=lambda mark: mark.start))


def masked_parts(
    text: str, marks: Iterable[Mark], placeholders: Mapping[Hidden, str], limit: int
) -> list[str]:
    """Return a text as HTML, a placeholder for each masked part, cut where it gets too long.

    limit is in UTF-16 units, so that it holds however Telegram counts. At least one part returns.
    """
    parts, length = [""], 0
    for plain, html in _pieces(text, marks, placeholders, limit):
        needed = len(plain.encode("utf-16-le")) // 2
        if length and length + needed > limit:
            parts.append("")
            length = 0
        parts[-1] += html
        length += needed
    return parts


def hidden_parts(said: Said) -> list[tuple[Hidden, str]]:
    """Return what is masked, each thing once, in the order of the text."""
    found = ((mark.kind, said.text[mark.start : mark.end]) for mark in said.marks)
    return list(dict.fromkeys(found))


def _pieces(
    text: str, marks: Iterable[Mark], placeholders: Mapping[Hidden, str], limit: int
) -> Iterator[tuple[str, str]]:
    """Return (visible text, HTML) of the words and placeholders, none longer than the limit."""
    done = 0
    for mark in marks:
        yield from _words(text[done : mark.start], limit)
        shown = f"[{placeholders[mark.kind]}]"
        yield shown, f"<b>{escape(shown)}</b>"
        done = mark.end
    yield from _words(text[done:], limit)


def _words(text: str, limit: int) -> Iterator[tuple[str, str]]:
    for word in _SPACED.findall(text):
        for start in range(0, len(word), limit // 2):  # a character is two units at most
            piece = word[start : start + limit // 2]
            yield piece, escape(piece)


def _of_patterns(text: str) -> Iterator[Mark]:
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            group = "hidden" if "hidden" in pattern.groupindex else 0
            start, end = match.span(group)
            if (
                kind is not Hidden.NAME
                or text[start:end].split(maxsplit=1)[0].lower() not in _NOT_A_NAME
            ):
                yield Mark(start, end, kind)


def _of_names(text: str, names: Iterable[str]) -> Iterator[Mark]:
    for name in names:
        if len(name) < 2:
            continue
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, _FLAGS):
            yield Mark(match.start(), match.end(), Hidden.NAME)
