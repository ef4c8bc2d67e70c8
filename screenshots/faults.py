"""What is wrong in a picture by itself, whatever it shows: widths, contrast, glyphs, words that are cut without saying so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from wcwidth import wcwidth
from wcwidth.table_vs16 import VS16_NARROW_TO_WIDE

from screenshots.drawn import Drawn, Piece
from tui.ui.contrast import contrast

LEAST: Final = 4.5
"""Contrast of words: WCAG 2, level AA."""
LEAST_MARK: Final = 3.0
"""Contrast of a mark that carries something: WCAG 2, non-text contrast."""
MARKS: Final = frozenset("▌▐█▁▂▃▄▅▆▇▰·⋮")
RULES: Final = frozenset("▱━│─")
"""Empty cells of bars, tracks and rules: they part, and tell nothing."""
_WORD: Final = re.compile(r"[A-Za-z]{3,}(?![\w…])")
_SOURCES: Final = ("tui", "screenshots")


def of(drawn: Drawn) -> list[str]:
    """Return what is wrong, a line each."""
    pieces = list(drawn.pieces())
    return [
        *_widths(drawn),
        *(fault for piece in pieces for fault in (*_glyphs(piece), *_contrast(piece))),
        *_cut(drawn),
    ]


def _widths(drawn: Drawn) -> Iterator[str]:
    wanted = {drawn.size[0]}
    if drawn.widths() != wanted:
        yield f"rows are {sorted(drawn.widths() - wanted)} cells wide"


def _glyphs(piece: Piece) -> Iterator[str]:
    for glyph in set(piece.text):
        if wcwidth(glyph) != 1:
            yield f"{glyph!r} is {wcwidth(glyph)} cells wide"
        elif ord(glyph) > 0x7F and has_emoji_form(glyph):
            yield f"{glyph!r} has an emoji form, which some terminals draw two cells wide"


def has_emoji_form(glyph: str) -> bool:
    """Return whether a glyph is one of those that a variation selector makes wide."""
    table = VS16_NARROW_TO_WIDE["9.0.0"]
    return any(first <= ord(glyph) <= last for first, last in table)


def _contrast(piece: Piece) -> Iterator[str]:
    drawn = frozenset(piece.text.strip())
    if drawn <= RULES | {" "}:
        return
    least = LEAST_MARK if drawn <= MARKS | RULES | {" "} else LEAST
    ratio = contrast(piece.fore, piece.back)
    # An edge in the colour of lines is decoration: it says nothing that is not said by another mark.
    if ratio < least and drawn != frozenset("▌"):
        yield f"{piece.text.strip()[:30]!r} has contrast {ratio:.2f} at {piece.x}, {piece.y}"


def _cut(drawn: Drawn) -> Iterator[str]:
    """Find words at the end of what a widget drew that are no words of ours: they were cut without an ellipsis."""
    for line in drawn.own_lines():
        for word in _WORD.findall(line):
            if word.lower() not in words():
                yield f"{word!r} is no word of ours: cut without an ellipsis? {line.strip()[:70]!r}"


@cache
def words() -> frozenset[str]:
    """Return every word that stands in the program or its invented agents."""
    root = Path(__file__).parent.parent
    text = " ".join(
        path.read_text(encoding="utf-8") for name in _SOURCES for path in (root / name).rglob("*.py")
    )
    return frozenset(word.lower() for word in re.findall(r"[A-Za-z]{3,}", text))
