"""Learn the second opinion anew: `python -m benchmarks.train_understanding` writes learned.tsv.

Multinomial logistic regression with AdaGrad, in plain Python, the same every time; three
minutes. It learns from our own labelled questions but those kept sealed, the answers' own
questions, sentences put together from pieces (pieced.py), and the examples beside the rules of
emergency.yaml; not from the development set.
`--cross` writes nothing: it learns from all writers but one, asks that one, and so on with each.
"""

import argparse
import hashlib
import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pieced import PIECES, sentences
from benchmarks.understanding import OWN, SEALED, Question, measure, own_questions
from bot.content.answers import Answers
from bot.content.emergency import EmergencyDetector, Evidence, RuleEntry
from bot.content.features import FAMILIES
from bot.content.learned import LEARNED, SCALE, VALUE_SCALE, Learned
from bot.content.sources import Sources
from bot.content.understanding import Understanding

WRITER = "writer"  # how the parts begin that --cross leaves out by turns
_ROUNDS = 14
_AVERAGED = 8  # of the last rounds, whose weights are averaged
_RATE = 2.0
_CAUTION = 0.1  # how much must be seen of a weight before its steps grow smaller
_FORGET = 1e-5  # how much each weight is drawn to zero
_START_RATE = 0.02
_TOO_LITTLE = 0.002  # a doubt too small to learn from
_RARE = 2  # questions that a feature must be in
_BESIDE_RULES = 3  # how often the examples beside the rules are learned: they must hold
_UNSEEN = 0.5  # the share of a message that is hidden, so that no single word is relied on
_KEPT = 10  # tenths below which a weight is left out of the file
_TELLING = {"w": 1.0, "s": 1.0, "b": 0.7, "a": 0.6, "t": 0.4}  # by kind of feature
_EMERGENCY, _CALM = "emergency", "calm"


@dataclass(frozen=True, slots=True)
class Example:
    """A message and its label; "calm" is anything but an emergency."""

    features: frozenset[str]
    label: str


def examples(detector: EmergencyDetector, asked: Iterable[Question]) -> list[Example]:
    """Return what is learned from: the questions and whatever the content has by the way."""
    found = [Example(detector.seen(q.text).features, q.label) for q in asked]
    for answer in Answers(Sources()).all():
        asked_for = (answer.title, *answer.questions)
        label = f"topic/{answer.topic}"
        found.extend(Example(detector.seen(text).features, label) for text in asked_for)
    found.extend(Example(detector.seen(text).features, label) for text, label in sentences())
    entries: list[RuleEntry | Evidence] = [*detector.phrases.rules, detector.phrases.evidence]
    for entry in entries * _BESIDE_RULES:
        found.extend(Example(detector.seen(text).features, _EMERGENCY) for text in entry.takes)
        found.extend(Example(detector.seen(text).features, _CALM) for text in entry.leaves)
    return found


class _Model:
    """The weights while they are learned."""

    def __init__(self, learned_from: Sequence[Example]) -> None:
        seen = Counter(feature for example in learned_from for feature in sorted(example.features))
        total = len(learned_from)
        self.labels = sorted({e.label for e in learned_from} - {_CALM})
        self.values = {
            feature: round(_TELLING.get(feature[:1], 1.0) * math.log(1 + total / count) / 3, 2)
            for feature, count in sorted(seen.items())
            if count >= _RARE
        }
        zero = [0.0] * len(self.labels)
        self.weights = {feature: zero.copy() for feature in self.values}
        self.steps = {feature: [_CAUTION] * len(zero) for feature in self.values}
        self.start = zero.copy()
        self.sums = {feature: zero.copy() for feature in ("", *self.values)}

    def learn(self, learned_from: Sequence[Example]) -> None:
        """Go through all examples, some times, in an order that is the same every time."""
        order = [(e.label, self._known(e.features)) for e in learned_from]
        dice = random.Random(7)
        for number in range(_ROUNDS):
            dice.shuffle(order)
            for label, known in order:
                seen = [pair for pair in known if dice.random() >= _UNSEEN]
                self._step(label, _to_length_one(seen))
            if number >= _ROUNDS - _AVERAGED:
                self._remember()
        self.start = [each / _AVERAGED for each in self.sums.pop("")]
        self.weights = {f: [each / _AVERAGED for each in row] for f, row in self.sums.items()}

    def _remember(self) -> None:
        """Add up the weights of the last rounds: what one round chanced upon evens out."""
        for feature, row in [("", self.start), *self.weights.items()]:
            summed = self.sums[feature]
            self.sums[feature] = [a + b for a, b in zip(summed, row, strict=True)]

    def _known(self, features: Iterable[str]) -> list[tuple[str, float]]:
        return [(f, self.values[f]) for f in sorted(features) if f in self.values]

    def _step(self, label: str, known: list[tuple[str, float]]) -> None:
        points = self.start
        for feature, value in known:
            row = self.weights[feature]
            points = [p + value * w for p, w in zip(points, row, strict=True)]
        wrong = list(self._wrong(label, points))
        for number, by in wrong:
            self.start[number] -= _START_RATE * by
        for feature, value in known:
            row, steps = self.weights[feature], self.steps[feature]
            for number, by in wrong:
                slope = value * by + _FORGET * row[number]
                steps[number] += slope * slope
                row[number] -= _RATE * slope / math.sqrt(steps[number])

    def _wrong(self, label: str, points: list[float]) -> Iterator[tuple[int, float]]:
        """Yield by how much the likelihood of each label is too high."""
        highest = max(points)
        odds = [math.exp(point - highest) for point in points]
        whole = sum(odds)
        likely = [odd / whole for odd in odds]
        urgent = self.labels.index(_EMERGENCY)
        for number, likelihood in enumerate(likely):
            if label == _CALM:
                calm = likelihood / (1 - likely[urgent] + 1e-9)
                by = likelihood if number == urgent else likelihood - calm
            else:
                by = likelihood - (self.labels[number] == label)
            if abs(by) > _TOO_LITTLE:
                yield number, by

    def lines(self) -> Iterator[str]:
        """Yield the file."""
        yield "\t".join((digest(), *self.labels))
        yield "\t".join(("", "0", *_pairs(self.start)))
        for feature, row in self.weights.items():
            pairs = _pairs(row)
            if pairs:
                yield "\t".join((feature, str(round(VALUE_SCALE * self.values[feature])), *pairs))


def _to_length_one(known: list[tuple[str, float]]) -> list[tuple[str, float]]:
    length = math.sqrt(sum(value * value for _, value in known)) or 1.0
    return [(feature, value / length) for feature, value in known]


def digest() -> str:
    """Return what tells whether the file was made from the questions and words of today."""
    learned_from = b"".join(path.read_bytes() for path in (*OWN, FAMILIES, PIECES))
    return hashlib.sha256(learned_from).hexdigest()[:16]


def _pairs(row: Iterable[float]) -> list[str]:
    rounded = enumerate(round(SCALE * weight) for weight in row)
    return [f"{number}:{weight}" for number, weight in rounded if abs(weight) >= _KEPT]


def train(learned_from: Sequence[Example], path: Path) -> None:
    """Learn and write the file."""
    model = _Model(learned_from)
    model.learn(learned_from)
    path.write_text("\n".join(model.lines()) + "\n", encoding="utf-8")


def labelled() -> list[Question]:
    """Return the questions that may be learned from: our own, without those kept sealed."""
    return [question for question in own_questions() if not question.part.startswith(SEALED)]


def cross() -> None:
    """Print what each writer would have got from what was learned from all others."""
    asked, detector = labelled(), EmergencyDetector()
    path = LEARNED.with_suffix(".cross")
    print("| writer | questions | found | mistaken | right first | among three |")
    print("|---|---|---|---|---|---|")
    for writer in sorted({q.part for q in asked if q.part.startswith(WRITER)}):
        held_out = [q for q in asked if q.part == writer]
        train(examples(detector, [q for q in asked if q.part != writer]), path)
        understanding = Understanding(Answers(Sources()), learned=Learned(path))
        f = measure(understanding, held_out)
        figures = f"{f.found} | {f.mistaken} | {f.first} | {f.shown}"
        print(f"| {writer} | {len(held_out)} | {figures} |", flush=True)
    path.unlink()


def main() -> None:
    """Learn from everything, or only say how well it would do on what it has not seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cross", action="store_true")
    if parser.parse_args().cross:
        cross()
    else:
        train(examples(EmergencyDetector(), labelled()), LEARNED)


if __name__ == "__main__":
    main()
