"""Bars: a small chart as text, narrow enough for a phone, with the number before each bar."""

from collections.abc import Sequence

WIDTH = 14  # characters of the longest bar: with name and number a line fits into 360 pixels
_FULL = "█"
_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


def bars(rows: Sequence[tuple[str, int]]) -> list[str]:
    """Return one line per (name, number): name, number and a bar, all in columns."""
    highest = max((number for _, number in rows), default=0)
    names = max((len(name) for name, _ in rows), default=0)
    numbers = len(f"{highest:,}")
    return [
        f"{name:<{names}} {number:>{numbers},} {_bar(number, highest)}".rstrip()
        for name, number in rows
    ]


def _bar(number: int, highest: int) -> str:
    """Return a bar of its share of the width; what is there at all is seen."""
    if not number:
        return ""
    eighths = max(1, round(number * WIDTH * 8 / highest))
    whole, rest = divmod(eighths, 8)
    return _FULL * whole + _EIGHTHS[rest]
