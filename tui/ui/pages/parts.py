"""Small pieces that pages share."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui.ui.fit import ALWAYS, EMPTY, Piece, fit, pad_right, text

READ_COLS = 90
"""Prose and rows are not wider than this."""
RAIL_COLS = 32
"""The side rail of wide pages."""


def heading(left: str, right: str = "", width: int = 0) -> Content:
    """Return a caption, with a muted word at the right."""
    return fit(
        [Piece(ALWAYS, text(left, "bold $foreground-muted"))],
        [Piece(1, text(right, "$foreground-muted"))],
        width,
    )


def pair(label: str, value: Content | str, width: int) -> Content:
    """Return a label at the left and its value at the right."""
    shown = value if isinstance(value, Content) else Content(value)
    return fit([Piece(ALWAYS, text(label, "$foreground-muted"))], [Piece(ALWAYS, shown)], width)


def beside(left: Sequence[Content], rail: Sequence[Content], width: int) -> list[Content]:
    """Put a side rail beside a page where there is room, below it where there is not."""
    if width < READ_COLS * 2 // 3 + RAIL_COLS:
        return cut([*left, EMPTY, *rail], width)
    main = main_cols(width)
    height = max(len(left), len(rail))
    rows = zip(
        [*left, *[EMPTY] * (height - len(left))], [*rail, *[EMPTY] * (height - len(rail))], strict=True
    )
    return [pad_right(one, main) + Content("    ") + two for one, two in rows]


def main_cols(width: int) -> int:
    """Return the columns that a page with a rail has."""
    if width < READ_COLS * 2 // 3 + RAIL_COLS:
        return width
    return min(READ_COLS, width - RAIL_COLS - 4)


def cut(lines: Sequence[Content], width: int) -> list[Content]:
    """Cut what is too wide for a narrow page."""
    return [line.truncate(width, ellipsis=True) if line.cell_length > width else line for line in lines]
