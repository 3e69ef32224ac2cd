"""A row of the table and how the table is printed."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure and what it is to be held against."""

    what: str
    figure: str
    beside: str


def render(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    cells = [("what", "figure", "beside it"), *((r.what, r.figure, r.beside) for r in rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(3)]
    lines = [
        "| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |"
        for row in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join(lines)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
