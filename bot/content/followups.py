"""Words that follow up on the last answer: "in Spanish", "más", "source?", "what about kids"."""

from enum import StrEnum
from pathlib import Path

from bot.content.answers import Answer
from bot.content.files import layers, parse, read_yaml
from bot.content.normalise import words
from bot.content.understanding import SUGGESTIONS, Kind, Understanding, Understood
from bot.models import Language

_LONGEST = 6  # words that a short question has after its beginning


class FollowUp(StrEnum):
    """What may be wanted of the last answer."""

    ENGLISH = "english"
    SPANISH = "spanish"
    MORE = "more"
    SOURCE = "source"
    ABOUT = "about"


class FollowUps:
    """Reads follow-up words; built once, then pure. A coalition's words join those that ship."""

    def __init__(self, content_dir: Path | None = None) -> None:
        self._whole: dict[str, FollowUp] = {}
        beginnings: set[tuple[str, ...]] = set()
        for path in layers("followups.yaml", content_dir):
            for kind, phrases in parse(dict[FollowUp, list[str]], read_yaml(path), path).items():
                if kind is FollowUp.ABOUT:
                    beginnings |= {tuple(words(phrase)) for phrase in phrases}
                else:
                    self._whole |= dict.fromkeys((_key(phrase) for phrase in phrases), kind)
        self._beginnings = sorted(beginnings, key=len, reverse=True)

    def of(self, text: str) -> FollowUp | None:
        """Return what a whole message asks of the last answer, or None."""
        return self._whole.get(_key(text))

    def subject(self, text: str) -> str:
        """Return what "what about …" asks about; "" if the text is no such question."""
        spoken = words(text)
        for beginning in self._beginnings:
            rest = spoken[len(beginning) :]
            if tuple(spoken[: len(beginning)]) == beginning and 0 < len(rest) <= _LONGEST:
                return " ".join(rest)
        return ""


def understand(
    understanding: Understanding, subject: str, last: Answer, language: Language
) -> Understood:
    """Return what a subject means after an answer: by itself, or together with its title."""
    alone = understanding.of(subject, language)
    if alone.kind in (Kind.ANSWER, Kind.SUPPLIES) and alone.id != last.topic:
        return alone
    joined = understanding.of(f"{subject} {last.title}", language)
    if joined.kind is Kind.ANSWER and joined.id != last.topic:
        return joined
    either = [
        [each for each in dict.fromkeys((found.id, *found.alternatives)) if each]
        for found in (alone, joined)
    ]
    ways = [[each for each in likely if each != last.topic] for likely in either]
    others = tuple(dict.fromkeys(ways[0] + ways[1]))[:SUGGESTIONS]
    # Both ways of reading it lead to the same: clear enough for what only continues a talk.
    agreed = ways[0][:1] == ways[1][:1] and last.topic in either[1]
    kind = Kind.ANSWER if others and agreed else Kind.SUGGESTIONS if others else Kind.NONE
    return Understood(kind, others[0] if others else None, language, others)


def _key(text: str) -> str:
    return " ".join(words(text))
