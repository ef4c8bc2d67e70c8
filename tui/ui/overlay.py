"""Styles laid over cells of a strip: a marking, a cursor."""

from __future__ import annotations

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.protocol.screen import Cursor
from tui.ui.cellstyle import StyleTable, glyph_at

_UNDERLINES = (3, 4)
"""Shapes of a cursor that is a line below its glyph (DECSCUSR)."""


def overlaid(strip: Strip, start: int, stop: int, style: Style) -> Strip:
    """Lay a style over the cells [start, stop)."""
    if stop <= start:
        return strip
    before, middle, after = strip.crop(0, start), strip.crop(start, stop), strip.crop(stop)
    laid = Strip([Segment(s.text, (s.style or Style()) + style) for s in middle], middle.cell_length)
    return Strip.join([before, laid, after])


def with_cursor(strip: Strip, cursor: Cursor, table: StyleTable, faint: Color | None) -> Strip:
    """Draw the cursor in its row.

    Args:
        strip: The row.
        cursor: Where it is, and its shape.
        table: Styles of the screen.
        faint: Ground of a cursor that waits for the keyboard; None: it has it, and is drawn full.
    """
    if cursor.x >= strip.cell_length:
        return strip
    start, cells, glyph = glyph_at(strip, cursor.x)
    if faint is not None:
        return overlaid(strip, start, start + cells, Style(bgcolor=faint))
    underline = cursor.shape in _UNDERLINES
    style = table.blank + Style(underline=True, bold=True) if underline else table.cursor
    full = Strip([Segment(glyph, style)], cells)
    return Strip.join([strip.crop(0, start), full, strip.crop(start + cells)])
