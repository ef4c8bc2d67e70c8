"""What is marked for copying in a terminal: two ends in absolute lines and cells, and how what lies between is taken."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tui.ui.celltext import glyph_span, part, word_at


class Spot(NamedTuple):
    """A place: absolute line number and column."""

    line: int
    column: int


class Kind(enum.Enum):
    """How what lies between two spots is taken."""

    CHARACTERS = "characters"
    WORDS = "words"
    LINES = "lines"
    BLOCK = "block"


class Text(NamedTuple):
    """One line of a terminal."""

    text: str
    wrapped: bool = False
    """It goes on in the next line because it was too long (soft wrap)."""


class Marked(NamedTuple):
    """From one spot to another, in whichever order they were set."""

    anchor: Spot
    head: Spot
    kind: Kind = Kind.CHARACTERS

    def columns(self, line: int, width: int, text: str = "") -> tuple[int, int] | None:
        """Return the marked columns of a line as [start, stop), or None.

        Args:
            line: Its number.
            width: Cells of the line.
            text: What stands in it: marks take whole glyphs, and whole words if that is their kind.
        """
        start, stop = sorted((self.anchor, self.head))
        if not start.line <= line <= stop.line:
            return None
        if self.kind is Kind.LINES:
            return 0, width
        if self.kind is Kind.BLOCK:
            left, right = sorted((self.anchor.column, self.head.column))
            first, last = glyph_span(text, left).start, glyph_span(text, right).stop
            return min(first, width), min(last, width)
        around = word_at if self.kind is Kind.WORDS else glyph_span
        first = around(text, start.column).start if line == start.line else 0
        last = around(text, stop.column).stop if line == stop.line else width
        return min(first, width), min(last, width)

    @property
    def lines(self) -> range:
        """All lines that have a part in it."""
        low, high = sorted((self.anchor.line, self.head.line))
        return range(low, high + 1)

    def cut(self, first: int, texts: Sequence[Text], width: int) -> str:
        """Return what is marked as text: soft wraps joined, no blanks at the ends of lines.

        Args:
            first: Number of the first text.
            texts: At least the marked lines that there are.
            width: Cells of a line.
        """
        found: list[str] = []
        goes_on = False
        for number in self.lines:
            if not 0 <= number - first < len(texts):
                continue
            line = texts[number - first]
            span = self.columns(number, width, line.text)
            cut = part(line.text, *span) if span is not None else ""
            if self.kind is Kind.BLOCK:
                found.append(cut.rstrip())
                continue
            cut = cut if line.wrapped else cut.rstrip()
            if goes_on:
                found[-1] += cut
            else:
                found.append(cut)
            goes_on = line.wrapped
        return "\n".join(found)


def whole_lines(number: int, text_at: Callable[[int], Text | None]) -> tuple[int, int]:
    """Return the first and last line of the soft-wrapped line that a line belongs to."""
    first = last = number
    while (above := text_at(first - 1)) is not None and above.wrapped:
        first -= 1
    while (here := text_at(last)) is not None and here.wrapped and text_at(last + 1) is not None:
        last += 1
    return first, last
