"""Which answer fits a question: local, deterministic, milliseconds with ten thousand answers.

A question is brought to the stems of its meaningful words. Each answer is scored by how well its
fields cover them (as BM25 does, over title, questions and text) and by its closest own question.
"""

import heapq
import math
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.content.answers import Answer, Answers
from bot.content.spelling import Spelling
from bot.content.telegram_html import visible_text
from bot.content.vocabulary import Vocabulary
from bot.models import Language

_TITLE, _QUESTION, _TEXT = 3.0, 2.0, 0.5  # what a word counts for in each field
_SATURATION = 1.2  # BM25's k1
_CLOSENESS = 0.6  # how much the closest question counts, against the fields
_SHORTEST_TYPO = 5
_STRANGE = 0.4  # how much a word that no answer has counts against them all
_CANDIDATES = 24  # answers whose own questions are compared
_COMMON = 500  # a word of more answers than that finds none by itself if another word does
_WEIGHED = 200  # answers that such a word is looked up for: the best by the words before it


class AnswerSearch:
    """Finds answers in both languages; built once, then pure."""

    def __init__(self, answers: Answers, content_dir: Path | None = None) -> None:
        self._indexes = {
            language: _Index(
                (answer for answer in answers.all() if answer.language is language),
                Vocabulary(language, content_dir),
            )
            for language in Language
        }

    def scores(self, text: str) -> dict[str, float]:
        """Return how well each answer fits, from 0 to 1, in the better of the languages."""
        best: dict[str, float] = {}
        for index in self._indexes.values():
            for score, topic in index.ranked(text):
                best[topic] = max(score, best.get(topic, 0.0))
        return best


class _Posting:
    """The answers that have a stem, by number, with its weight in each; small in memory."""

    __slots__ = ("numbers", "weights")

    def __init__(self) -> None:
        self.numbers = array("I")
        self.weights = array("f")

    def add(self, number: int, weight: float) -> None:
        """Add an answer; its number must be higher than those before."""
        self.numbers.append(number)
        self.weights.append(weight)

    def weight(self, number: int) -> float:
        """Return the weight of the stem in an answer, 0 if it is not there."""
        place = bisect_left(self.numbers, number)
        found = place < len(self.numbers) and self.numbers[place] == number
        return self.weights[place] if found else 0.0


class _Index:
    """The answers of one language."""

    def __init__(self, answers: Iterable[Answer], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._topics: list[str] = []
        self._postings: dict[str, _Posting] = defaultdict(_Posting)
        same: dict[str, str] = {}  # one string for each stem, wherever it stands
        questions = [self._add(answer, same) for answer in answers]
        total = len(self._topics)
        counts = {stem: len(posting.numbers) for stem, posting in self._postings.items()}
        self._rarity = {s: math.log(1 + (total - n + 0.5) / (n + 0.5)) for s, n in counts.items()}
        self._unknown = _STRANGE * math.log(1 + total)
        self._questions = [
            tuple((stems, self._mass(stems)) for stems in asked) for asked in questions
        ]
        self._spelling = Spelling(stem for stem in counts if len(stem) >= _SHORTEST_TYPO)

    def _add(self, answer: Answer, same: dict[str, str]) -> list[tuple[str, ...]]:
        """Take in an answer; return the stems of its questions."""
        weights: dict[str, float] = defaultdict(float)
        for text, weight in _fields(answer):
            for stem in self._vocabulary.stems(text, remember=True):
                weights[same.setdefault(stem, stem)] += weight
        for stem, weight in weights.items():
            self._postings[stem].add(len(self._topics), weight)
        asked = (answer.title, *answer.questions)
        self._topics.append(answer.topic)
        stems = ({same[s] for s in self._vocabulary.stems(text, remember=True)} for text in asked)
        return [tuple(sorted(found)) for found in stems]

    def ranked(self, text: str) -> list[tuple[float, str]]:
        """Return score and topic of the answers that share a word with text, best first."""
        query = frozenset(map(self._known, self._vocabulary.stems(text)))
        mass = self._mass(query)
        if not mass:
            return []
        covered = self._covered(query)
        likely = _best(covered, _CANDIDATES)
        scores = [
            (
                (1 - _CLOSENESS) * covered[number] / mass
                + _CLOSENESS * self._closest(query, mass, number),
                self._topics[number],
            )
            for number in likely
        ]
        return sorted(scores, key=lambda pair: (-pair[0], pair[1]))

    def _known(self, stem: str) -> str:
        """Return the stem that was meant: one of the index if it is a typo away."""
        if stem in self._rarity or len(stem) < _SHORTEST_TYPO:
            return stem
        return self._spelling.correct(stem)

    def _covered(self, query: frozenset[str]) -> dict[int, float]:
        """Return how much of the query the fields of each answer cover, rare words first."""
        covered: dict[int, float] = defaultdict(float)
        for stem in sorted(query & self._rarity.keys(), key=lambda s: (-self._rarity[s], s)):
            posting, rarity = self._postings[stem], self._rarity[stem]
            if covered and len(posting.numbers) > _COMMON:
                covered = _best(covered, _WEIGHED)
                pairs: Iterable[tuple[int, float]] = [(n, posting.weight(n)) for n in covered]
            else:
                pairs = zip(posting.numbers, posting.weights, strict=True)
            for number, weight in pairs:
                covered[number] += rarity * weight / (weight + _SATURATION)
        return covered

    def _closest(self, query: frozenset[str], mass: float, number: int) -> float:
        """Return how much the query, of that mass, and the closest question have in common."""
        closest = 0.0
        for question, its_mass in self._questions[number]:
            if not query.isdisjoint(question):
                common = self._mass(query.intersection(question))
                closest = max(closest, common / (mass + its_mass - common))
        return closest

    def _mass(self, stems: Iterable[str]) -> float:
        return sum(self._rarity.get(stem, self._unknown) for stem in stems)


def _best(covered: dict[int, float], count: int) -> dict[int, float]:
    """Return so many answers at most: those covered best."""
    if len(covered) <= count:
        return covered
    return dict(heapq.nlargest(count, covered.items(), key=lambda pair: (pair[1], -pair[0])))


def _fields(answer: Answer) -> Iterator[tuple[str, float]]:
    yield answer.title, _TITLE
    yield from ((question, _QUESTION) for question in answer.questions)
    yield visible_text(answer.html), _TEXT
