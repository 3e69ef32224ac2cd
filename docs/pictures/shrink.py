# ruff: noqa: INP001 - beside a script, not a package
"""Makes a PNG small: at most 256 colours, which a picture of text does not miss."""

import struct
import zlib
from collections import Counter
from itertools import chain
from pathlib import Path

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOURS = 256
_STEP = 8  # colours that differ by less are one, before the most frequent are chosen

Pixel = tuple[int, int, int]


def shrink(path: Path) -> None:
    """Rewrite a PNG with 8 bits a channel, as browsers make them, with a palette."""
    width, height, channels, data = _read(path.read_bytes())
    rows = _unfiltered(data, width * channels, height, channels)
    pixels: list[list[Pixel]] = [
        list(zip(row[::channels], row[1::channels], row[2::channels], strict=True)) for row in rows
    ]
    palette, number_of = _palette(Counter(chain.from_iterable(pixels)))
    lines = b"".join(b"\0" + bytes(number_of[p] for p in row) for row in pixels)
    path.write_bytes(
        _SIGNATURE
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + _chunk(b"PLTE", bytes(chain.from_iterable(palette)))
        + _chunk(b"IDAT", zlib.compress(lines, 9))
        + _chunk(b"IEND", b"")
    )


def _read(png: bytes) -> tuple[int, int, int, bytes]:
    """Return (width, height, channels, filtered data)."""
    data, at = b"", len(_SIGNATURE)
    width = height = channels = 0
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colours = struct.unpack(">IIBB", body[:10])
            channels = {2: 3, 6: 4}[colours]
            if depth != 8 or body[12]:
                raise ValueError("only plain pictures with 8 bits a channel are read")
        elif kind == b"IDAT":
            data += body
        at += length + 12
    return width, height, channels, zlib.decompress(data)


def _unfiltered(data: bytes, length: int, height: int, channels: int) -> list[bytes]:
    """Return the rows as they are: each is stored as a difference to what is beside or above."""
    rows: list[bytes] = []
    above = bytes(length)
    for y in range(height):
        start = y * (length + 1)
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + length])
        for x in range(length if kind else 0):
            left = row[x - channels] if x >= channels else 0
            corner = above[x - channels] if x >= channels else 0
            row[x] = row[x] + _predicted(kind, left, above[x], corner) & 255
        above = bytes(row)
        rows.append(above)
    return rows


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    match kind:
        case 1:
            return left
        case 2:
            return up
        case 3:
            return (left + up) // 2
        case _:  # Paeth's: whichever is nearest to left + up - corner
            guess = left + up - corner
            return min((left, up, corner), key=lambda each: abs(guess - each))


def _palette(counts: Counter[Pixel]) -> tuple[list[Pixel], dict[Pixel, int]]:
    """Return the colours to use, and which of them stands for each colour of the picture."""
    groups: dict[Pixel, Counter[Pixel]] = {}
    for pixel, count in counts.items():
        key = (pixel[0] // _STEP, pixel[1] // _STEP, pixel[2] // _STEP)
        groups.setdefault(key, Counter())[pixel] = count
    largest = sorted(groups.values(), key=Counter.total, reverse=True)[:_COLOURS]
    palette = [group.most_common(1)[0][0] for group in largest]
    return palette, {pixel: _nearest(palette, pixel) for pixel in counts}


def _nearest(palette: list[Pixel], pixel: Pixel) -> int:
    def distance(number: int) -> int:
        return sum((a - b) ** 2 for a, b in zip(palette[number], pixel, strict=True))

    return min(range(len(palette)), key=distance)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
