"""Which answer fits a question: local, deterministic, a few milliseconds at most.

A question is brought to the stems of its meaningful words. Each answer is scored by how well its
fields cover them (as BM25 does, over title, questions and text) and by its closest own question.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.content.answers import Answer, Answers
from bot.content.telegram_html import visible_text
from bot.content.vocabulary import Vocabulary
from bot.models import Language

_TITLE, _QUESTION, _TEXT = 3.0, 2.0, 0.5  # what a word counts for in each field
_SATURATION = 1.2  # BM25's k1
_CLOSENESS = 0.6  # how much the closest question counts, against the fields
_SURE, _UNSURE, _LEAD = 0.43, 0.18, 0.08
_OTHER_LANGUAGE = 0.9  # a match in the other language must be that much better
_SUGGESTIONS = 3
_SHORTEST_TYPO = 5
_STRANGE = 0.4  # how much a word that no answer has counts against them all


class MatchKind(StrEnum):
    """How certain the search is."""

    SURE = "sure"  # the first topic is the answer
    UNSURE = "unsure"  # it may be one of the topics
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Match:
    """What the search found; topics best first."""

    kind: MatchKind
    topics: tuple[str, ...]
    score: float  # of the first topic, 0 to 1
    language: Language


@dataclass(frozen=True, slots=True)
class _Document:
    topic: str
    weights: dict[str, float]  # of each stem in all fields
    questions: tuple[frozenset[str], ...]


class AnswerSearch:
    """Finds answers in both languages; built once, then pure."""

    def __init__(self, answers: Answers, content_dir: Path | None = None) -> None:
        self._indexes = {
            language: _Index(
                [answer for answer in answers.all() if answer.language is language],
                Vocabulary(language, content_dir),
            )
            for language in Language
        }

    def find(self, text: str, language_hint: Language) -> Match:
        """Return what answers text; the hint decides when both languages fit alike."""
        best = self._match(text, language_hint)
        other = self._match(text, language_hint.other)
        return other if other.score * _OTHER_LANGUAGE > best.score else best

    def _match(self, text: str, language: Language) -> Match:
        ranked = self._indexes[language].ranked(text)
        if not ranked or ranked[0][0] < _UNSURE:
            return Match(MatchKind.NONE, (), ranked[0][0] if ranked else 0.0, language)
        best = ranked[0][0]
        near = [topic for score, topic in ranked[:_SUGGESTIONS] if score >= best / 2]
        second = ranked[1][0] if len(ranked) > 1 else 0.0
        sure = best >= _SURE and best - second >= _LEAD
        return Match(MatchKind.SURE if sure else MatchKind.UNSURE, tuple(near), best, language)


class _Index:
    """The answers of one language."""

    def __init__(self, answers: Iterable[Answer], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._documents = [_document(answer, vocabulary) for answer in answers]
        counts = Counter(stem for document in self._documents for stem in document.weights)
        total = len(self._documents)
        self._rarity = {s: math.log(1 + (total - n + 0.5) / (n + 0.5)) for s, n in counts.items()}
        self._unknown = _STRANGE * math.log(1 + total)
        self._stems = sorted(self._rarity)

    def ranked(self, text: str) -> list[tuple[float, str]]:
        """Return score and topic of the answers that share a word with text, best first."""
        query = frozenset(map(self._known, self._vocabulary.stems(text)))
        scores = ((self._score(query, document), document.topic) for document in self._documents)
        return sorted((pair for pair in scores if pair[0] > 0), key=lambda p: (-p[0], p[1]))

    def _known(self, stem: str) -> str:
        """Return the stem that was meant: one of the index if it is a typo away."""
        if stem in self._rarity or len(stem) < _SHORTEST_TYPO:
            return stem
        found = process.extractOne(
            stem, self._stems, scorer=OSA.normalized_similarity, score_cutoff=0.78
        )
        return found[0] if found else stem

    def _score(self, query: frozenset[str], document: _Document) -> float:
        mass = self._mass(query)
        if not mass:
            return 0.0
        covered = sum(
            self._weight(stem) * (weight / (weight + _SATURATION))
            for stem in query
            if (weight := document.weights.get(stem))
        )
        closest = max((self._closeness(query, q) for q in document.questions), default=0.0)
        return (1 - _CLOSENESS) * covered / mass + _CLOSENESS * closest

    def _closeness(self, query: frozenset[str], question: frozenset[str]) -> float:
        common = query & question
        return self._mass(common) / self._mass(query | question) if common else 0.0

    def _mass(self, stems: Iterable[str]) -> float:
        return sum(map(self._weight, stems))

    def _weight(self, stem: str) -> float:
        return self._rarity.get(stem, self._unknown)


def _document(answer: Answer, vocabulary: Vocabulary) -> _Document:
    weights: dict[str, float] = defaultdict(float)
    for text, weight in _fields(answer):
        for stem in vocabulary.stems(text):
            weights[stem] += weight
    asked = (answer.title, *answer.questions)
    questions = tuple(frozenset(vocabulary.stems(question)) for question in asked)
    return _Document(answer.topic, dict(weights), questions)


def _fields(answer: Answer) -> Iterator[tuple[str, float]]:
    yield answer.title, _TITLE
    yield from ((question, _QUESTION) for question in answer.questions)
    yield visible_text(answer.html), _TEXT
