"""Plain lines of a terminal measured in cells: parts of them, glyphs, words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from rich.cells import cell_len, split_graphemes

WORD: Final = re.compile("[\\w./~:@%+=?&#\u0300-\u036f-]+|[^\\w\\s]+")
"""A word as it is copied: names, numbers, paths, addresses; else a run of signs."""


class Span(NamedTuple):
    """Cells of one line, [start, stop)."""

    start: int
    stop: int


def glyphs(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each glyph: its first cell, its width in cells, itself."""
    if text.isascii():
        for column, character in enumerate(text):
            yield column, 1, character
        return
    column = 0
    for start, end, cells in split_graphemes(text)[0]:
        yield column, cells, text[start:end]
        column += cells


def part(text: str, start: int, stop: int) -> str:
    """Return the glyphs that have a cell in [start, stop)."""
    if text.isascii():
        return text[max(0, start) : max(0, stop)]
    return "".join(
        glyph for column, cells, glyph in glyphs(text) if column < stop and column + max(1, cells) > start
    )


def glyph_span(text: str, column: int) -> Span:
    """Return the cells of the glyph at a column; one cell behind the text's end."""
    if not text.isascii():
        for start, cells, _ in glyphs(text):
            if start <= column < start + max(1, cells):
                return Span(start, start + max(1, cells))
    return Span(column, column + 1)


def columns(text: str, start: int, stop: int) -> Span:
    """Return the cells of the characters [start, stop)."""
    first = cell_len(text[:start])
    return Span(first, first + cell_len(text[start:stop]))


def words(text: str) -> list[Span]:
    """Return the words of a line, left to right."""
    return [columns(text, *match.span()) for match in WORD.finditer(text)]


def word_at(text: str, column: int) -> Span:
    """Return the word at a column, or the glyph there if it is in none."""
    return next((span for span in words(text) if span.start <= column < span.stop), glyph_span(text, column))
