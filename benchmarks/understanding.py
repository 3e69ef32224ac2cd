"""How well questions are understood and how fast: `python -m benchmarks.understanding`.

The sets and what may be concluded from them: docs/understanding.md.
"""

import gc
import time
import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from bot.content.answers import Answer, Answers
from bot.content.sources import Sources
from bot.content.understanding import Kind, Understanding, Understood
from bot.models import Language
from bot.models.sites import Need

ROOT = Path(__file__).parent.parent
DEVELOPMENT = ROOT.parent / "shared" / "eval" / "questions.yaml"
_EVAL = ROOT / "tests" / "content" / "eval"
OWN = (_EVAL / "own_questions.yaml", *sorted((_EVAL / "writers").glob("*.yaml")))
SEALED = "sealed"  # how the parts begin that nothing is learned from
_SHOWN = 3
# The topic that a command answers too.
_TOPIC_OF = {"stop": "topic/eblast-subscription", "eblast": "topic/eblast-subscription"}


@dataclass(frozen=True, slots=True)
class Question:
    """One labelled question."""

    text: str
    lang: Language
    label: str
    near_miss: bool
    part: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    part: int
    whole: int

    @property
    def ratio(self) -> float:
        """Return the share, 1 of nothing."""
        return self.part / self.whole if self.whole else 1.0

    def __str__(self) -> str:
        return f"{self.part}/{self.whole} ({100 * self.ratio:.1f} %)"


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured on some questions."""

    found: Share  # emergencies found
    mistaken: Share  # near misses taken for an emergency
    first: Share  # the right label first
    shown: Share  # the right label among the three shown
    sure_wrong: Share  # a wrong answer given without asking back


def questions(path: Path) -> list[Question]:
    """Return the questions of a file."""
    return [
        Question(
            text=entry["text"],
            lang=Language(entry["lang"]),
            label=entry["label"],
            near_miss="near-miss" in entry["style"] and entry["label"] != "emergency",
            part=entry.get("part", path.stem),
        )
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def own_questions() -> list[Question]:
    """Return our own questions; the part of those in a file of their own is its name."""
    return [question for path in OWN for question in questions(path)]


def measure(understanding: Understanding, asked: Iterable[Question]) -> Figures:
    """Ask them all and return the figures."""
    seen = [(question, understanding.of(question.text, question.lang)) for question in asked]
    urgent = [(q, u) for q, u in seen if q.label == "emergency"]
    near = [(q, u) for q, u in seen if q.near_miss]
    given = [(q, u) for q, u in seen if u.kind in (Kind.ANSWER, Kind.SUPPLIES)]
    return Figures(
        found=Share(sum(u.kind is Kind.EMERGENCY for _, u in urgent), len(urgent)),
        mistaken=Share(sum(u.kind is Kind.EMERGENCY for _, u in near), len(near)),
        first=Share(sum(labels(u)[0] == q.label for q, u in seen), len(seen)),
        shown=Share(sum(q.label in labels(u) for q, u in seen), len(seen)),
        sure_wrong=Share(sum(labels(u)[0] != q.label for q, u in given), len(given)),
    )


def labels(found: Understood) -> tuple[str, ...]:
    """Return the labels of what is understood, at most three, the first as the bot takes it."""
    others = tuple(map(_label, found.alternatives))
    match found.kind:
        case Kind.EMERGENCY:
            return ("emergency", *others)[:_SHOWN]
        case Kind.NONE:
            return ("none", *others)[:_SHOWN]
        case Kind.COMMAND:
            return (_TOPIC_OF.get(found.id or "", "none"),)
        case Kind.SUGGESTIONS:
            return others[:_SHOWN]
        case Kind.ANSWER | Kind.SUPPLIES:
            return (_label(found.id or ""), *others)[:_SHOWN]


def _label(name: str) -> str:
    return f"supplies/{name}" if name in set(Need) else f"topic/{name}"


def sets() -> Iterator[tuple[str, list[Question]]]:
    """Yield the name and the questions of every set that is there and was not learned from."""
    if DEVELOPMENT.exists():
        yield "development", questions(DEVELOPMENT)
    own = own_questions()
    for part in sorted({question.part for question in own if question.part.startswith(SEALED)}):
        yield part, [question for question in own if question.part == part]


def table(understanding: Understanding) -> str:
    """Return the figures of every set and language as a Markdown table."""
    lines = [
        "| set | questions | found | mistaken | right first | among three | sure but wrong |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, asked in sets():
        for language in Language:
            some = [question for question in asked if question.lang is language]
            f = measure(understanding, some)
            lines.append(
                f"| {name}, {language} | {len(some)} | {f.found} | {f.mistaken} | {f.first} "
                f"| {f.shown} | {f.sure_wrong} |"
            )
    return "\n".join(lines)


class _ManyAnswers(Answers):
    """As many answers as wanted, made from those that ship by other words in their questions."""

    def __init__(self, count: int) -> None:
        super().__init__(Sources())
        shipped = super().all()
        self._many = tuple(
            _varied(shipped[number % len(shipped)], number) for number in range(count)
        )

    def all(self) -> tuple[Answer, ...]:
        """Return them."""
        return self._many


def _varied(answer: Answer, number: int) -> Answer:
    asked = tuple(f"{question} word{number % 3000}" for question in answer.questions)
    return replace(answer, topic=f"{answer.topic}-{number}", questions=asked)


def speed(count: int) -> str:
    """Return the milliseconds of a question and the memory with so many answers."""
    answers = _ManyAnswers(count)
    tracemalloc.start()
    understanding = Understanding(answers)
    size = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    asked = [question for _, some in sets() for question in some]
    gc.freeze()  # as at the start of the bot: what stays is not looked through again and again
    times = []
    for question in asked:
        started = time.process_time()
        understanding.of(question.text, question.lang)
        times.append(1000 * (time.process_time() - started))
    times.sort()
    middle, slow = times[len(times) // 2], times[int(0.99 * len(times))]
    figures = f"{middle:.2f} ms | {slow:.2f} ms | {times[-1]:.2f} ms | {size:.0f} MB"
    return f"| {count} answers | {figures} |"


def main() -> None:
    """Measure and print."""
    print(table(Understanding(Answers(Sources()))))
    print(
        "\n| | median | 99 of 100 | slowest | memory of the understanding |\n|---|---|---|---|---|"
    )
    for count in (98, 1000, 10_000):
        print(speed(count), flush=True)


if __name__ == "__main__":
    main()
