"""Which characters the typeface of letters has. A paper without tofu: what cannot be drawn is shown as a sign for it.

An archive file (PDF/A) may hold no character without a glyph; a name from elsewhere may.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FACES = ("Tinos_400Regular", "Tinos_400Regular_Italic", "Tinos_700Bold", "Tinos_700Bold_Italic")
_MISSING = "\u25a1"
_LINE_BREAKS = {"\n"}
_SPACES = {"\t", "\r", "\v", "\f", "\u2028", "\u2029"}


def is_complete(folder: Path) -> bool:
    """Whether the four faces are there."""
    return all((folder / f"{face}.ttf").is_file() for face in FACES)


def printable(text: str, folder: Path) -> str:
    """The text composed (NFC), with a white square for each character that a face lacks, and no control characters."""
    known = _common(folder)
    return "".join(_shown(character, known) for character in unicodedata.normalize("NFC", text))


def _shown(character: str, known: frozenset[int]) -> str:
    if character in _LINE_BREAKS:
        return character
    if character in _SPACES:
        return " "
    if unicodedata.category(character) in ("Cc", "Cf"):  # controls, and marks that turn the direction of writing
        return ""
    return character if ord(character) in known and unicodedata.category(character) != "Co" else _MISSING


@cache
def _common(folder: Path) -> frozenset[int]:
    """What all four faces have."""
    common: set[int] | None = None
    for face in FACES:
        path = folder / f"{face}.ttf"
        if path.is_file():
            points = set(code_points(path.read_bytes()))
            common = points if common is None else common & points
    return frozenset(common or ())


def code_points(font: bytes) -> Iterator[int]:
    """The code points of a TrueType file, from its `cmap` table (formats 4 and 12).

    Source:
        OpenType specification, "cmap".
    """
    tables = struct.unpack_from(">H", font, 4)[0]
    for number in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if tag == b"cmap":
            break
    else:
        return
    for number in range(struct.unpack_from(">H", font, offset + 2)[0]):
        _, _, at = struct.unpack_from(">HHI", font, offset + 4 + 8 * number)
        start = offset + at
        form = struct.unpack_from(">H", font, start)[0]
        if form == 4:
            yield from _segments(font, start)
        elif form == 12:
            for group in range(struct.unpack_from(">I", font, start + 12)[0]):
                first, last, _ = struct.unpack_from(">III", font, start + 16 + 12 * group)
                yield from range(first, last + 1)


def _segments(font: bytes, start: int) -> Iterator[int]:
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, start + 14)
    firsts = struct.unpack_from(f">{count}H", font, start + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", font, start + 16 + 4 * count)
    offsets_at = start + 16 + 6 * count
    for segment, (first, end, delta) in enumerate(zip(firsts, ends, deltas, strict=True)):
        offset = struct.unpack_from(">H", font, offsets_at + 2 * segment)[0]
        for point in range(first, min(end, 0xFFFE) + 1):
            glyph = point + delta
            if offset:
                glyph = struct.unpack_from(">H", font, offsets_at + 2 * segment + offset + 2 * (point - first))[0]
            if glyph % 0x10000:
                yield point
