"""Everyday words: the only ones of a question that may be counted when it had no answer.

A list of what may stay, not of what must go: a name, a street, a number or a misspelt word is not
in it. So nothing has to be recognised as private.
"""

from pathlib import Path

from bot.content.answers import Answers
from bot.content.files import layers, parse, read_yaml
from bot.content.normalise import words
from bot.models import Language

MOST = 6  # words of one question
_SHORTEST = 3
_SHORT_TOO = frozenset({"id", "od"})

_File = dict[Language, frozenset[str]]


class Everyday:
    """The words of everyday.yaml and of the questions in the answers' files, in both languages."""

    def __init__(self, answers: Answers, content_dir: Path | None = None) -> None:
        found = {word for answer in answers.all() for word in _asked(answer.questions)}
        for path in layers("everyday.yaml", content_dir):
            for listed in parse(_File, read_yaml(path), path).values():
                found |= listed
        small = parse(
            dict[str, object], read_yaml(layers("synonyms.yaml", content_dir)[-1]), "synonyms.yaml"
        )["ignore"]
        ignored = frozenset().union(*parse(_File, small, "synonyms.yaml").values())
        self._known = frozenset(
            word
            for word in found - ignored
            if word.isalpha() and (len(word) >= _SHORTEST or word in _SHORT_TOO)
        )

    def words_in(self, text: str) -> tuple[str, ...]:
        """Return the everyday words of a text, each once, in alphabetical order."""
        return tuple(sorted(self._known.intersection(words(text))))[:MOST]


def _asked(questions: tuple[str, ...]) -> set[str]:
    return {word for question in questions for word in words(question)}
