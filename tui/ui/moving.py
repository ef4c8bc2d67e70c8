"""Where a reader's cursor goes in a terminal: by word, to the ends of a line, to prompts. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from rich.cells import cell_len

from tui.ui.celltext import glyph_span, words
from tui.ui.marking import Spot, Text

TextAt = Callable[[int], Text | None]
"""A line by its number; None where there is none."""


def sideways(at: Spot, by: int, text_at: TextAt, width: int) -> Spot:
    """One glyph to the left or right, within the line."""
    span = glyph_span(_text(text_at, at.line), at.column)
    column = span.stop if by > 0 else glyph_span(_text(text_at, at.line), max(0, span.start - 1)).start
    return Spot(at.line, min(max(0, column), max(0, width - 1)))


def next_word(at: Spot, text_at: TextAt, *, end: bool = False) -> Spot:
    """The start, or end, of the next word, in this line or a later one."""
    for span in words(_text(text_at, at.line)):
        column = span.stop - 1 if end else span.start
        if column > at.column:
            return Spot(at.line, column)
    line = at.line + 1
    while (text := text_at(line)) is not None:
        if found := words(text.text):
            return Spot(line, found[0].stop - 1 if end else found[0].start)
        line += 1
    return Spot(at.line, line_end(_text(text_at, at.line)))


def word_before(at: Spot, text_at: TextAt) -> Spot:
    """The start of this word, or of the one before, in this line or an earlier one."""
    for span in reversed(words(_text(text_at, at.line))):
        if span.start < at.column:
            return Spot(at.line, span.start)
    line = at.line - 1
    while (text := text_at(line)) is not None:
        if found := words(text.text):
            return Spot(line, found[-1].start)
        line -= 1
    return Spot(at.line, 0)


def first_glyph(text: str) -> int:
    """Column of the first glyph that is no blank."""
    return cell_len(text[: len(text) - len(text.lstrip())])


def line_end(text: str) -> int:
    """Column of the last glyph."""
    return glyph_span(text, max(0, cell_len(text.rstrip()) - 1)).start


def prompt_beside(line: int, by: int, prompts: Sequence[int]) -> int | None:
    """Number of the next prompt's line below (1) or above (-1); None if there is none."""
    if by > 0:
        index = bisect_right(prompts, line)
        return prompts[index] if index < len(prompts) else None
    index = bisect_left(prompts, line) - 1
    return prompts[index] if index >= 0 else None


def _text(text_at: TextAt, line: int) -> str:
    text = text_at(line)
    return text.text if text is not None else ""
