"""Borders that can be moved, by the mouse or by keys: a plan in, the user's sizes out. Pure."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from tui.ui.layout import (
    LIST_LEAST,
    LIST_ROWS_LEAST,
    PANE_LEAST,
    RAIL,
    Arrangement,
    PaneKind,
    Plan,
    Rect,
    Sizes,
)
from tui.ui.sharing import move

STEP: Final = (4, 2)
"""Columns and rows that one key moves a border."""
_SNAP: Final = 12
"""A list dragged below so many columns becomes a rail."""


class Side(enum.Enum):
    """What a border parts."""

    LIST = "list"
    """The list from the panes beside it."""
    STACK = "stack"
    """The list from the pane below it."""
    COLUMN = "column"
    ROW = "row"


class Border(NamedTuple):
    """One that can be moved."""

    side: Side
    after: int
    """Index of the column or row before it."""
    zone: Rect
    """Cells where it can be taken hold of."""


def borders(plan: Plan) -> Iterator[Border]:
    """Yield all borders of a plan; tiles have none, they are as large as they need be."""
    if not plan.panes or plan.kind is PaneKind.TILE or plan.arrangement is Arrangement.ZOOM:
        return
    if (listed := plan.agent_list) is not None:
        if plan.panes[0].y >= listed.bottom:
            yield Border(Side.STACK, 0, Rect(0, listed.bottom, listed.width, 1))
        else:
            yield Border(Side.LIST, 0, Rect(listed.right - 1, 0, 2, listed.height))
    first = plan.panes[: plan.columns]
    for index, (left, right) in enumerate(itertools.pairwise(first)):
        # The edge of the pane on the right belongs to its border: a gap of one cell is hard to hit.
        zone = Rect(left.right, 0, right.x - left.right + 1, plan.panes[-1].bottom)
        yield Border(Side.COLUMN, index, zone)
    for index, (upper, lower) in enumerate(itertools.pairwise(plan.panes[:: plan.columns])):
        # Without a gap the band of the lower panes is the border.
        height = max(1, lower.y - upper.bottom)
        yield Border(Side.ROW, index, Rect(upper.x, upper.bottom, first[-1].right - upper.x, height))


def border_at(plan: Plan, x: int, y: int) -> Border | None:
    """Return the border under a cell of the board."""
    return next((border for border in borders(plan) if border.zone.holds(x, y)), None)


def dragged(plan: Plan, border: Border, x: int, y: int, sizes: Sizes, space: tuple[int, int]) -> Sizes:
    """Return the sizes with a border brought to a cell.

    Args:
        plan: Where things are.
        border: The one that is held.
        x: Column of the pointer.
        y: Its row.
        sizes: Those so far.
        space: Columns and rows of the board.
    """
    match border.side:
        case Side.LIST:
            return _list_cols(x + 1, sizes, space[0])
        case Side.STACK:
            return _list_rows(y, sizes, space[1])
        case Side.COLUMN:
            return _moved(plan, "x", border.after, x - plan.panes[border.after].right, sizes)
        case Side.ROW:
            upper = plan.panes[border.after * plan.columns]
            return _moved(plan, "y", border.after, y - upper.bottom, sizes)


def list_resized(plan: Plan, by: int, sizes: Sizes, space: tuple[int, int]) -> Sizes:
    """Return the sizes with the list `by` steps wider, or higher where it stands above a pane."""
    listed = plan.agent_list
    if listed is not None and plan.panes and plan.panes[0].y >= listed.bottom:
        return _list_rows(listed.height + by, sizes, space[1])
    cols = listed.width if listed is not None else 0
    if not cols or (cols <= LIST_LEAST and by < 0):
        return _list_cols(RAIL, sizes, space[0])
    return _list_cols(max(LIST_LEAST, cols + by * STEP[0] if cols > RAIL else 0), sizes, space[0])


def pane_resized(plan: Plan, index: int, by: int, sizes: Sizes) -> Sizes:
    """Return the sizes with a pane `by` steps larger, at the cost of the one beside or below it."""
    if plan.columns > 1:
        sizes = _grown(plan, "x", index % plan.columns, plan.columns, by * STEP[0], sizes)
    if plan.rows > 1:
        sizes = _grown(plan, "y", index // plan.columns, plan.rows, by * STEP[1], sizes)
    return sizes


def _grown(plan: Plan, axis: str, index: int, count: int, by: int, sizes: Sizes) -> Sizes:
    if index < count - 1:
        return _moved(plan, axis, index, by, sizes)
    return _moved(plan, axis, index - 1, -by, sizes)


def _moved(plan: Plan, axis: str, index: int, by: int, sizes: Sizes) -> Sizes:
    if axis == "x":
        now, least = [pane.width for pane in plan.panes[: plan.columns]], PANE_LEAST[0]
    else:
        now, least = [pane.height for pane in plan.panes[:: plan.columns]], PANE_LEAST[1]
    shares = {**sizes.shares, plan.share(axis): tuple(move(now, index, by, least))}
    return msgspec.structs.replace(sizes, shares=shares)


def _list_cols(cols: int, sizes: Sizes, width: int) -> Sizes:
    cols = RAIL if cols < _SNAP else max(LIST_LEAST, min(cols, width - PANE_LEAST[0]))
    return msgspec.structs.replace(sizes, list_cols=cols)


def _list_rows(rows: int, sizes: Sizes, height: int) -> Sizes:
    rows = max(LIST_ROWS_LEAST, min(rows, height - PANE_LEAST[1] - 1))
    return msgspec.structs.replace(sizes, list_rows=rows)
