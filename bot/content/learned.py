"""The second opinion: what a message likely means, learned from labelled questions.

A linear model: each feature (features.py) speaks for some labels and against others, and what
they say is added up. learned.tsv holds its numbers; `python -m benchmarks.train_understanding`
makes it.
"""

import math
from array import array
from collections.abc import Iterable
from pathlib import Path

from bot.content.files import DEFAULT_DIR
from bot.errors import StartupError

LEARNED = DEFAULT_DIR / "learned.tsv"
SCALE = 10  # the file holds tenths
VALUE_SCALE = 100  # how telling a feature is stands there in hundredths


class Learned:
    """Weighs features; built once, then pure."""

    def __init__(self, path: Path = LEARNED) -> None:
        try:
            head, *lines = path.read_text(encoding="utf-8").splitlines()
            self.made_from, *labels = head.split("\t")
            self.labels = tuple(labels)
            self._weights = dict(map(_entry, lines))
        except (OSError, ValueError) as error:
            message = f"{path} cannot be read: run python -m benchmarks.train_understanding"
            raise StartupError(message) from error
        self._start = self._weights.pop("", (0.0, array("B"), array("h")))

    def likelihoods(self, features: Iterable[str]) -> dict[str, float]:
        """Return how likely each label is; together they make 1."""
        known = [
            self._weights[feature] for feature in sorted(features) if feature in self._weights
        ]
        length = math.sqrt(sum(value * value for value, _, _ in known)) or 1.0
        points = [0.0] * len(self.labels)
        for value, numbers, weights in known:
            share = value / length / SCALE
            for number, weight in zip(numbers, weights, strict=True):
                points[number] += share * weight
        for number, weight in zip(*self._start[1:], strict=True):
            points[number] += weight / SCALE
        highest = max(points)
        odds = [math.exp(point - highest) for point in points]
        whole = sum(odds)
        return {label: odd / whole for label, odd in zip(self.labels, odds, strict=True)}


def _entry(line: str) -> tuple[str, tuple[float, "array[int]", "array[int]"]]:
    """Return a feature, how telling it is, and the numbers of its labels with their weights."""
    feature, value, *pairs = line.split("\t")
    split = [pair.split(":") for pair in pairs]
    numbers = array("B", (int(number) for number, _ in split))
    return feature, (int(value) / VALUE_SCALE, numbers, array("h", (int(w) for _, w in split)))
