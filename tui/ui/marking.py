"""What is marked for copying in a terminal: two ends, in absolute lines and cells."""

from __future__ import annotations

from typing import NamedTuple


class Spot(NamedTuple):
    """A place: absolute line number and column."""

    line: int
    column: int


class Marked(NamedTuple):
    """From one spot to another, in whichever order they were set."""

    anchor: Spot
    head: Spot
    whole_lines: bool = False

    def columns(self, line: int, width: int) -> tuple[int, int] | None:
        """Return the marked columns of a line as [start, stop), or None."""
        start, stop = sorted((self.anchor, self.head))
        if not start.line <= line <= stop.line:
            return None
        if self.whole_lines:
            return 0, width
        first = start.column if line == start.line else 0
        last = stop.column + 1 if line == stop.line else width
        return min(first, width), min(last, width)

    @property
    def lines(self) -> range:
        """All lines that have a part in it."""
        low, high = sorted((self.anchor.line, self.head.line))
        return range(low, high + 1)
