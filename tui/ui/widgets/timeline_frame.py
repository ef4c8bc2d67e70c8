"""Where an item of a timeline is drawn, and what stands before and below its first line. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from textual.content import Content

from tui.core import figures
from tui.ui.fit import ALWAYS, EMPTY, Piece, fit, text
from tui.ui.widgets.timeline_item import Item

PROSE: Final = 88
"""Cells at which prose wraps."""
TIME_FROM: Final = 64
"""Columns below which the time of day is left out."""
_TIME: Final = 6
_MARK: Final = 2
UNFOLDED_MAX: Final = 2_000
"""Lines of one item that are drawn at most; the log keeps the rest."""

MUTED: Final = "$foreground-muted"
KEY: Final = "$primary"


class Frame(NamedTuple):
    """Where an item is drawn, and when."""

    width: int
    """Cells."""
    now: float
    """Wall clock, seconds since the epoch."""
    glyphs: str = "unicode"
    diffs: bool = True
    """Show the first hunk of a diff; in a low pane its figure is enough."""

    @property
    def main(self) -> int:
        """Cells to the right end of results: far apart things are not read together."""
        return min(self.width, PROSE + _TIME + _MARK)

    @property
    def timed(self) -> bool:
        """The time of day stands in front."""
        return self.width >= TIME_FROM

    @property
    def indent(self) -> int:
        """Cells before the text."""
        return _MARK + (_TIME if self.timed else 0)


def head(item: Item, frame: Frame, mark: Content, *, timed: bool = True) -> Content:
    """Return time and mark: what stands before the first line."""
    parts = [mark + Content(" " * (_MARK - mark.cell_length))]
    if frame.timed:
        clock = figures.clock(item.at, frame.now) if timed else ""
        parts.insert(0, text(f"{clock:>5} ", MUTED))
    return EMPTY.join(parts)


def hang(frame: Frame, lines: list[Content], rule: bool = False) -> list[Content]:
    """Put lines below the text of the first one, with the rule of output if asked."""
    time = " " * (frame.indent - _MARK)
    start = Content(time) + text("│ ", "$line") if rule else Content(" " * frame.indent)
    return [start + line for line in lines]


def room_of(frame: Frame) -> int:
    """Return the cells from the text to the right end of results."""
    return max(4, frame.main - frame.indent)


def more(words: str, key_words: str, frame: Frame) -> Content:
    """Return a last line of output: what there is, and the key that shows the rest."""
    right = text("tab", KEY) + text(f" {key_words}", MUTED)
    return fit([Piece(10, text(words, MUTED))], [Piece(ALWAYS, right)], room_of(frame))
