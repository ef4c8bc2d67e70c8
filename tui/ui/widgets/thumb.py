"""A scroll bar that is drawn again only when it would look another way.

Textual (checked with 8.2.8) draws a bar whole for each line that is added to a page, ten times a second beside an agent that
works, although its thumb moves by an eighth of a cell once in many lines.
"""

from __future__ import annotations

from math import ceil
from typing import Final

from textual.scrollbar import ScrollBar

_STEPS: Final = 8
"""Places of the thumb in a cell."""

Thumb = tuple[int, int, int]
"""Cells of the bar, where the thumb begins and ends in eighths of a cell; zeros where there is none."""
NO_THUMB: Final[Thumb] = (0, 0, 0)


def thumb(cells: int, page: int, window: int, position: float) -> Thumb:
    """Return what a bar looks like, as Textual works it out.

    Args:
        cells: Length of the bar.
        page: Lines of the page.
        window: Lines that are seen.
        position: First of them.
    """
    if not cells or not 0 < window < page:
        return cells, 0, 0
    size = max(1.0, window * cells / page)
    start = int((cells - size) * position / (page - window) * _STEPS)
    return cells, start, start + ceil(size * _STEPS)


def move(bar: ScrollBar, before: Thumb, page: int, position: float, *, drawn: bool = True) -> Thumb:
    """Tell a bar where its page is; returns what it looks like on the screen.

    Args:
        bar: The bar.
        before: What it looks like so far.
        page: Lines of the page.
        position: First line that is seen.
        drawn: Draw it; else it looks as before until it is told again.
    """
    bar.set_reactive(ScrollBar.window_virtual_size, page)
    bar.set_reactive(ScrollBar.position, bar.validate_position(position))
    now = thumb(bar.size.height, page, bar.window_size, bar.position)
    if now == before or not drawn:
        return before
    bar.refresh()
    return now
