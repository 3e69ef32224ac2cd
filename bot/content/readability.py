"""How hard a text is to read: sentences, words, syllables and the Flesch-Kincaid grade."""

import re

from bot.content.telegram_html import visible_text

_NOT_PROSE = re.compile(r"https?://\S+|/\w+|\b[\d-]{5,}\b")
_NUMBER = re.compile(r"^\d+\. ", re.MULTILINE)
_TIMES = re.compile(r"\b([ap])\. ?m\.")
_ABBREVIATION = re.compile(r"\b(Rep|St|Dr)\.")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")


def sentences(html: str) -> list[str]:
    """Return the sentences of a rendered text without its small print, links and phone numbers."""
    prose = re.sub(r"<i>.*?</i>", " ", html, flags=re.DOTALL)
    text = _NOT_PROSE.sub("", _NUMBER.sub("", visible_text(prose)))
    text = _ABBREVIATION.sub(r"\1", _TIMES.sub(r"\1m", text)).replace("•", ". ")
    parts = re.split(r"[.!?:](?:\s|$)|[¿¡\n]", text)
    return [part.strip() for part in parts if words(part)]


def words(sentence: str) -> list[str]:
    """Return the words of a sentence; "won't" and "1-2" are one each."""
    return _WORD.findall(sentence)


def syllables(word: str) -> int:
    """Return about how many syllables an English word has."""
    small = word.lower().strip("'’")
    silent = small.endswith("e") and not small.endswith(("le", "ee")) and len(small) > 2
    ed = small.endswith("ed") and not small.endswith(("ted", "ded"))
    return max(1, len(_VOWELS.findall(small)) - (silent or ed))


def grade(html: str) -> float:
    """Return the Flesch-Kincaid grade of an English text."""
    spoken = [words(sentence) for sentence in sentences(html)]
    count = sum(map(len, spoken))
    spoken_syllables = sum(syllables(word) for sentence in spoken for word in sentence)
    return 0.39 * count / len(spoken) + 11.8 * spoken_syllables / count - 15.59
