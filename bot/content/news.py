"""Does a text read like news for many? Pure, in both languages.

It only decides whether staff are asked what to do with a text: what it misses is answered like
any other message, and what it takes wrongly costs one tap.
"""

import re
from datetime import date

from bot.content.dates import dates_in
from bot.content.moments import names_day, names_time
from bot.content.normalise import without_accents
from bot.content.telegram_html import visible_text

LONG = 200  # visible characters of a text of several sentences
LONG_CAPTION = 80  # below a picture or a file, which is news more often
ENOUGH = 2  # points
TALK = 120  # what is shorter is never news where staff talk with each other

_ANY_YEAR = date(2024, 1, 1)  # with a February 29
_LINK = re.compile(r"https?://|\bwww\.|\b[\w-]+\.(?:org|com|gov|net|edu|us|info)\b|\bt\.me/")
_HIDDEN_LINK = '<a href="'
_SENTENCE_END = re.compile(r"[.!?…\n]+")
_TAIL = re.compile(r"[^\w?]+$")  # emoji, quotes and brackets behind the last word

# What is said to many: it calls people together, or tells them of a change.
_CALL = re.compile(
    r"\b(?:rsvp|register|registration|sign up|join us|save the date|spread the word|please share"
    r"|(?:you are|youre|you're) invited|open to (?:all|everyone|the public)"
    r"|(?:all|everyone|everybody) (?:are|is) welcome|(?:we|office) (?:are|is|will be) closed"
    r"|reminder|announcement|attention|flyer"
    r"|inscrib\w+|inscripcion\w*|registr(?:ate|ese|ense|arse|o)|acompan[ae]n?os|unete|unanse"
    r"|(?:te|los|las|les) invitamos|estan? invitad[oa]s?|abiert[oa] (?:al publico|a tod[oa]s)"
    r"|tod[oa]s son bienvenid[oa]s|guarda la fecha|compart(?:e|an|elo)|corre la voz"
    r"|est(?:ara|aremos|amos) cerrad[oa]s?|recordatorio|anuncio|aviso|atencion|volante)\b"
)
# How somebody begins who wants an answer. "When: Friday" is the form of an invitation.
_ASKING = re.compile(
    r"^\W*(?:(?:(?:what|when|where|why|how|who|which)(?:s|'s)?"
    r"|que|cual(?:es)?|cuando|donde|por que|como|quien(?:es)?|cuant[oa]s?)\b(?!\s*:)"
    r"|(?:can|could|do|does|did|is|are|should|would|will|has|have)"
    r" (?:i|we|you|they|he|she|it|there|the|my|some\w*|any\w*)\b"
    r"|(?:i|we) (?:need|want|am looking|are looking|have a question)\b|im looking|looking for\b"
    r"|need\b|puedo|puede[ns]?|podria\w*|hay|tienes?|tienen|necesit\w+|busc[oa]\w*|quiero"
    r"|quisiera)\b"
)


def reads_like_news(html: str) -> bool:
    """Return whether a text that was sent to the bot alone reads like news for many."""
    text = _plain(html)
    return not asks(html) and _points(html, text) >= ENOUGH


def is_clearly_news(html: str) -> bool:
    """Return whether a text among others, in a group that talks, can hardly be anything else.

    It must call people together, name a day, and an hour or a link, and ask nothing. People who
    plan together name days and hours all the time, so these alone are talk.
    """
    text = _plain(html)
    names_how = names_time(text) or _has_link(html, text)
    is_call = bool(_CALL.search(text)) and _names_date(text) and names_how
    return len(text) >= TALK and is_call and "?" not in text


def is_long_caption(html: str) -> bool:
    """Return whether what stands below a picture or a file tells more than what it shows."""
    return len(_plain(html)) >= LONG_CAPTION and not asks(html)


def asks(html: str) -> bool:
    """Return whether a text wants an answer: it ends in a question, or is short and asks one."""
    text = _plain(html)
    if _TAIL.sub("", text).endswith("?"):
        return True
    is_plea = _ASKING.match(text) is not None and len(_sentences(text)) <= 2
    return is_plea and not _has_link(html, text) and not _CALL.search(text)


def _points(html: str, text: str) -> int:
    """Return how much speaks for news; a date or a link are enough, a day or an hour are not."""
    is_long = len(text) >= LONG and len(_sentences(text)) > 1
    strong = (is_long, bool(dates_in(text, _ANY_YEAR)), _has_link(html, text))
    weak = (names_day(text), names_time(text), bool(_CALL.search(text)))
    return 2 * sum(strong) + sum(weak)


def _names_date(text: str) -> bool:
    return names_day(text) or bool(dates_in(text, _ANY_YEAR))


def _has_link(html: str, text: str) -> bool:
    return _HIDDEN_LINK in html or _LINK.search(text) is not None


def _sentences(text: str) -> list[str]:
    return [each for each in _SENTENCE_END.split(text) if each.strip()]


def _plain(html: str) -> str:
    """Return what is read, in small letters without accents; signs stay."""
    return without_accents(visible_text(html).lower()).strip()
