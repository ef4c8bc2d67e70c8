"""Where everything goes: sizes in, rectangles out. Pure; knows nothing of widgets.

A *live* pane resizes its agent's terminal; a *preview* and a *tile* only look.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Final, NamedTuple


class Arrangement(enum.StrEnum):
    """How agents are laid out, in the order of the key that walks them."""

    LIST = "list"
    """The list and one pane."""
    COLUMNS = "columns"
    GRID = "grid"
    ZOOM = "zoom"
    """One pane alone; not part of the walk."""


WALK: Final = (Arrangement.LIST, Arrangement.COLUMNS, Arrangement.GRID)


GRID_FROM: Final = (160, 40)
"""Columns and rows of a terminal that shows a grid without being asked."""
GRID_AGENTS: Final = 2
"""Running agents from which a grid is worth it."""


def first_arrangement(width: int, height: int, running: int) -> Arrangement:
    """Return the layout of a dashboard whose user has not chosen one.

    Args:
        width: Columns of the terminal.
        height: Its rows.
        running: Agents that run.
    """
    roomy = width >= GRID_FROM[0] and height >= GRID_FROM[1]
    return Arrangement.GRID if roomy and running >= GRID_AGENTS else Arrangement.LIST


class PaneKind(enum.StrEnum):
    """What a pane may do to its agent."""

    LIVE = "live"
    PREVIEW = "preview"
    TILE = "tile"


class Rect(NamedTuple):
    """Cells, 0-based from the top left of the space between header and footer."""

    x: int
    y: int
    width: int
    height: int


class Plan(NamedTuple):
    """Rectangles for one screen."""

    agent_list: Rect | None
    panes: tuple[Rect, ...]
    kind: PaneKind = PaneKind.LIVE
    tabs: Rect | None = None
    row_lines: int = 2
    """Lines of one agent in the list: 1, 2 or 3."""


PANES_MAX: Final = 16
EDGE_COLS: Final = 2
"""Columns of a pane that are not its body: the edge and one of padding."""
BAND_ROWS: Final = 2
BAND_ROWS_SMALL: Final = 1

_GOOD: Final = (80, 12)
_FAIR: Final = (56, 8)
_TILE: Final = (38, 7)
_FEW_PANES: Final = 4
"""A grid with fewer real panes than this, while there are more agents, is worth less than tiles."""
_SIDE_LIST_FROM: Final = 100
_GRID_LIST_FROM: Final = 160
_GAPS_FROM: Final = (100, 30)
_PREVIEW_ROWS: Final = 9
_CROWD: Final = 12
"""More agents than this have one line each."""


def band_rows(width: int, height: int, kind: PaneKind = PaneKind.LIVE) -> int:
    """Return the lines of a pane's band for its outer size."""
    if kind is not PaneKind.LIVE:
        return BAND_ROWS_SMALL
    return BAND_ROWS_SMALL if height < 9 + BAND_ROWS_SMALL or width - EDGE_COLS < 50 else BAND_ROWS


def header_gap(height: int) -> int:
    """Return the empty lines under the header for the height of the whole screen."""
    return 1 if height >= _GAPS_FROM[1] else 0


def plan(arrangement: Arrangement, width: int, height: int, agents: int, *, panes: int = PANES_MAX) -> Plan:
    """Lay out a screen.

    Args:
        arrangement: What the user chose.
        width: Columns between the edges of the terminal.
        height: Rows between header and footer.
        agents: How many there are.
        panes: At most this many panes.
    """
    wanted = max(1, min(agents, panes, PANES_MAX))
    if arrangement is Arrangement.ZOOM:
        return _zoom(width, height)
    if arrangement is Arrangement.COLUMNS:
        return _columns(width, height, agents, wanted)
    if arrangement is Arrangement.GRID:
        return _grid(width, height, agents, wanted)
    return _list_and_one(width, height, agents)


def list_cols(width: int) -> int:
    """Return the width of a list beside panes."""
    return 45 if width >= 260 else 34


def row_lines(height: int, agents: int) -> int:
    """Return the lines of a row in a list beside panes."""
    if agents > _CROWD:
        return 1
    return 3 if height >= 44 else 2


def _gap(width: int, height: int) -> int:
    return 1 if width >= _GAPS_FROM[0] and height >= _GAPS_FROM[1] - 3 else 0


def _zoom(width: int, height: int) -> Plan:
    if height < 6:
        return Plan(None, (Rect(0, 0, width, height),))
    return Plan(None, (Rect(0, 1, width, height - 1),), tabs=Rect(0, 0, width, 1))


def _list_and_one(width: int, height: int, agents: int) -> Plan:
    if width >= _SIDE_LIST_FROM:
        beside = list_cols(width)
        pane = Rect(beside, 0, width - beside, height)
        return Plan(Rect(0, 0, beside, height), (pane,), row_lines=row_lines(height, agents))
    if height < _PREVIEW_ROWS + 5 or width < 60:
        return Plan(Rect(0, 0, width, height), (), row_lines=1)
    rows = max(3, min(agents, height - _PREVIEW_ROWS - 1))
    top = rows + 1
    preview = Rect(0, top, width, height - top)
    return Plan(Rect(0, 0, width, rows), (preview,), kind=PaneKind.PREVIEW, row_lines=1)


def _columns(width: int, height: int, agents: int, wanted: int) -> Plan:
    gap = _gap(width, height)
    beside = list_cols(width)
    for side, body in ((beside, _GOOD[0]), (0, _GOOD[0]), (0, _FAIR[0])):
        count = min(wanted, (width - side + gap) // (body + EDGE_COLS + gap))
        if count >= min(2, wanted):
            break
    else:
        side, count = 0, 1
    agent_list = Rect(0, 0, side, height) if side else None
    panes = tuple(_tile_out(side, width, height, count, 1, count, gap))
    return Plan(agent_list, panes, row_lines=row_lines(height, agents))


def _grid(width: int, height: int, agents: int, wanted: int) -> Plan:
    gap = _gap(width, height)
    side = list_cols(width) if width >= _GRID_LIST_FROM else 0
    shapes = [_best_shape(width - side, height, wanted, gap, *level) for level in (_GOOD, _FAIR)]
    shape = next((s for s in shapes if s[0] * s[1] >= wanted), None) or next(
        (s for s in shapes if s[0] * s[1] >= _FEW_PANES), None
    )
    if shape is None:
        return _tiles(width, height, agents, wanted)
    columns, rows = shape
    shown = min(wanted, columns * rows)
    agent_list = Rect(0, 0, side, height) if side else None
    panes = tuple(_tile_out(side, width, height, columns, -(-shown // columns), shown, gap))
    return Plan(agent_list, panes, row_lines=row_lines(height, agents))


def _best_shape(width: int, height: int, wanted: int, gap: int, cols: int, rows: int) -> tuple[int, int]:
    """Return columns × rows that hold the most panes of at least that body; the most columns among equals."""
    down = (height + gap) // (rows + BAND_ROWS + gap)
    across = min(wanted, (width + gap) // (cols + EDGE_COLS + gap))
    if not across or not down:
        return 0, 0
    return max(((c, down) for c in range(1, across + 1)), key=lambda s: (min(wanted, s[0] * s[1]), s[0]))


def _tiles(width: int, height: int, agents: int, wanted: int) -> Plan:
    columns = max(1, min(wanted, width // (_TILE[0] + EDGE_COLS)))
    rows = max(1, min(-(-wanted // columns), height // _TILE[1]))
    shown = min(wanted, columns * rows)
    panes = tuple(_tile_out(0, width, height, columns, rows, shown, 0))
    return Plan(None, panes, kind=PaneKind.TILE, row_lines=row_lines(height, agents))


def _tile_out(
    left: int, width: int, height: int, columns: int, rows: int, shown: int, gap: int
) -> Iterator[Rect]:
    """Cut a space into cells, left over cells to the first ones; the last row's panes share its width."""
    for row in range(rows):
        here = min(columns, shown - row * columns)
        y, tall = _share(0, height, rows, row, gap)
        for column in range(here):
            x, wide = _share(left, width - left, columns, column, gap)
            if column == here - 1:
                wide = width - x
            yield Rect(x, y, wide, tall)


def _share(start: int, size: int, parts: int, index: int, gap: int) -> tuple[int, int]:
    each, over = divmod(size - gap * (parts - 1), parts)
    begin = start + index * (each + gap) + min(index, over)
    return begin, each + (1 if index < over else 0)
