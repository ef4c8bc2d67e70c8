"""A column plot in text cells: eighths of blocks, stacked in rows, with round figures at its side and times below. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from textual.content import Content

from tui.ui.fit import EMPTY, pad_left, text

BLOCKS: Final = " ▁▂▃▄▅▆▇█"
ASCII_BLOCKS: Final = " ....::##"
_SIDE: Final = 6


def top_of(highest: float) -> float:
    """Return the round figure that a plot ends at: 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten, at or above the highest."""
    if highest <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(highest))
    return next(
        (unit * step for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8) if unit * step >= highest * 0.999999),
        unit * 10,
    )


def resampled(
    values: Sequence[float], cells: int, *, joined: Callable[[Sequence[float]], float] = max
) -> list[float]:
    """Return one value a cell: neighbours joined where there are more, repeated where there are fewer."""
    count = len(values)
    if not count or cells <= 0:
        return []
    found = []
    for cell in range(cells):
        first = cell * count // cells
        last = max(first + 1, (cell + 1) * count // cells)
        found.append(joined(values[first:last]))
    return found


def column_plot(
    values: Sequence[float],
    width: int,
    rows: int,
    *,
    figure: Callable[[float], str],
    times: Sequence[str] = (),
    style: str = "$state-working",
    top: float = 0.0,
    blocks: str = BLOCKS,
) -> list[Content]:
    """Return a plot of one hue: `rows` lines, and one of times where there are any.

    Args:
        values: One a column, oldest first; joined or stretched to the width.
        width: Cells in all, figures at the side included.
        rows: Lines of the plot itself.
        figure: Writes a figure for the side.
        times: What stands below, spread evenly.
        style: Of the columns.
        top: Value at the upper edge; 0: a round one.
        blocks: Nine characters, from empty to full.
    """
    cells = max(1, width - _SIDE - 1)
    top = (
        top or top_of(max(values, default=0.0)) or 1.0
    )  # what is all but nothing has no round number above it
    heights = [round(min(1.0, max(0.0, value) / top) * rows * 8) for value in resampled(values, cells)]
    heights = [
        max(1, height) if value > 0 else height
        for height, value in zip(heights, resampled(values, cells), strict=True)
    ]
    sides = {0: figure(top), rows - 1: figure(0.0)}
    if rows >= 5 and rows % 2:
        sides[rows // 2] = figure(top / 2)
    lines = []
    for row in range(rows):
        floor = (rows - 1 - row) * 8
        drawn = "".join(blocks[min(8, max(0, height - floor))] for height in heights)
        lines.append(
            pad_left(text(sides.get(row, ""), "$foreground-muted"), _SIDE) + Content(" ") + text(drawn, style)
        )
    if times:
        lines.append(Content(" " * (_SIDE + 1)) + _times(times, cells))
    return lines


def _times(times: Sequence[str], cells: int) -> Content:
    """Spread words evenly; those that would overlap are left out, the last one never."""
    row = [" "] * cells
    places = [round(index * (cells - 1) / max(1, len(times) - 1)) for index in range(len(times))]
    order = sorted(range(len(times)), key=lambda index: (index != len(times) - 1, index))
    for index in order:
        word = times[index]
        start = min(max(0, places[index] - (0 if index == 0 else len(word) // 2)), cells - len(word))
        if index == len(times) - 1:
            start = cells - len(word)
        if start < 0 or any(
            row[c] != " " for c in range(max(0, start - 1), min(cells, start + len(word) + 1))
        ):
            continue
        row[start : start + len(word)] = word
    return text("".join(row), "$foreground-muted") if cells else EMPTY
