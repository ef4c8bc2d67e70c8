"""Where everything goes: sizes in, rectangles out. Pure; knows nothing of widgets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from tui.ui.layout import (
    BAND_ROWS,
    EDGE_COLS,
    GAPS_FROM,
    LIST_LEAST,
    LIST_ROWS_LEAST,
    PANE_LEAST,
    PANES_MAX,
    RAIL,
    SMALL,
    Arrangement,
    PaneKind,
    Plan,
    Rect,
    Sizes,
)
from tui.ui.sharing import cut

_GOOD: Final = (80, 12)
_FAIR: Final = (56, 8)
_TILE: Final = (38, 7)
_FEW_PANES: Final = 4
"""A grid with fewer real panes than this, while there are more agents, is worth less than tiles."""
_SIDE_LIST_FROM: Final = 100
_GRID_LIST_FROM: Final = 160
_PREVIEW_ROWS: Final = 9
_LOWEST: Final = 8
"""Rows below which not even a wide terminal has panes."""


class _Space(NamedTuple):
    """What a plan is made from."""

    arrangement: Arrangement
    width: int
    height: int
    agents: int
    wanted: int
    """Panes at most; at least one."""
    lines: int
    sizes: Sizes

    @property
    def gap(self) -> int:
        return 1 if self.width >= GAPS_FROM[0] and self.height >= GAPS_FROM[1] - 3 else 0

    @property
    def beside(self) -> int:
        """Width of a list beside panes."""
        chosen = self.sizes.list_cols
        if chosen <= 0:
            return list_cols(self.width)
        return RAIL if chosen < LIST_LEAST else max(RAIL, min(chosen, self.width - PANE_LEAST[0]))


def plan(
    arrangement: Arrangement,
    width: int,
    height: int,
    agents: int,
    *,
    panes: int = PANES_MAX,
    lines: int = 0,
    sizes: Sizes = Sizes(),  # noqa: B008 - frozen
) -> Plan:
    """Lay out a screen.

    Args:
        arrangement: What the user chose.
        width: Columns between the edges of the terminal.
        height: Rows between header and footer.
        agents: How many there are that could have a pane.
        panes: At most this many panes.
        lines: Lines that a list of the full width would take; 0: one for each agent.
        sizes: What the user made larger or smaller.
    """
    wanted = max(1, min(agents, panes, PANES_MAX))
    space = _Space(arrangement, width, height, agents, wanted, lines or agents, sizes)
    if arrangement is Arrangement.ZOOM:
        return _zoom(width, height)
    if width < SMALL[0] or (width < _SIDE_LIST_FROM and height < SMALL[1]) or height < _LOWEST:
        return Plan(Rect(0, 0, width, height), (), arrangement=arrangement)
    if arrangement is Arrangement.COLUMNS:
        return _columns(space)
    if arrangement is Arrangement.ROWS:
        return _rows(space)
    if arrangement is Arrangement.GRID:
        return _grid(space)
    return _list_and_one(space)


def list_cols(width: int) -> int:
    """Return the width of a list beside panes that nobody made wider."""
    return 45 if width >= 260 else 34


def _zoom(width: int, height: int) -> Plan:
    if height < 6:
        return Plan(None, (Rect(0, 0, width, height),), arrangement=Arrangement.ZOOM)
    pane = Rect(0, 1, width, height - 1)
    return Plan(None, (pane,), tabs=Rect(0, 0, width, 1), arrangement=Arrangement.ZOOM)


def _list_and_one(space: _Space) -> Plan:
    width, height = space.width, space.height
    if width >= _SIDE_LIST_FROM:
        beside = space.beside
        return Plan(Rect(0, 0, beside, height), (Rect(beside, 0, width - beside, height),))
    rows = space.sizes.list_rows or min(space.lines, height - _PREVIEW_ROWS - 1)
    rows = max(LIST_ROWS_LEAST, min(rows, height - PANE_LEAST[1] - 1))
    preview = Rect(0, rows + 1, width, height - rows - 1)
    return Plan(Rect(0, 0, width, rows), (preview,), kind=PaneKind.PREVIEW)


def _sides(space: _Space) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield widths of the list with the body that every pane beside it should have, the best first."""
    yield space.beside, _GOOD
    if space.sizes.list_cols:  # who made the list wide wants it rather than wide panes
        yield space.beside, _FAIR
        yield space.beside, (PANE_LEAST[0], _FAIR[1])
    yield RAIL, _GOOD
    yield RAIL, _FAIR
    yield 0, _FAIR


def _columns(space: _Space) -> Plan:
    for side, (cols, _) in _sides(space):
        count = min(space.wanted, (space.width - side + space.gap) // (cols + EDGE_COLS + space.gap))
        if count >= min(2, space.wanted):
            return _with_panes(space, side, count, 1, count)
    return _with_panes(space, 0, 1, 1, 1)


def _rows(space: _Space) -> Plan:
    for side, (cols, rows) in _sides(space):
        count = min(space.wanted, (space.height + space.gap) // (rows + BAND_ROWS + space.gap))
        if count >= min(2, space.wanted) and space.width - side >= cols + EDGE_COLS:
            return _with_panes(space, side, 1, count, count)
    return _with_panes(space, 0, 1, 1, 1)


def _grid(space: _Space) -> Plan:
    chosen = space.sizes.list_cols > 0 and space.width >= _SIDE_LIST_FROM
    side = space.beside if chosen or space.width >= _GRID_LIST_FROM else 0
    shapes = [_best_shape(space, space.width - side, *level) for level in (_GOOD, _FAIR)]
    shape = next((s for s in shapes if s[0] * s[1] >= space.wanted), None) or next(
        (s for s in shapes if s[0] * s[1] >= _FEW_PANES), None
    )
    if shape is None:
        return _tiles(space)
    columns, rows = shape
    shown = min(space.wanted, columns * rows)
    return _with_panes(space, side, columns, -(-shown // columns), shown)


def _best_shape(space: _Space, width: int, cols: int, rows: int) -> tuple[int, int]:
    """Return columns × rows that hold the most panes of at least that body; the most columns among equals."""
    gap = space.gap
    down = (space.height + gap) // (rows + BAND_ROWS + gap)
    across = min(space.wanted, (width + gap) // (cols + EDGE_COLS + gap))
    if not across or not down:
        return 0, 0
    shapes = ((columns, down) for columns in range(1, across + 1))
    return max(shapes, key=lambda shape: (min(space.wanted, shape[0] * shape[1]), shape[0]))


def _tiles(space: _Space) -> Plan:
    columns = max(1, min(space.wanted, space.width // (_TILE[0] + EDGE_COLS)))
    rows = max(1, min(-(-space.wanted // columns), space.height // _TILE[1]))
    shown = min(space.wanted, columns * rows)
    even = space._replace(sizes=Sizes())
    return _with_panes(even, 0, columns, rows, shown, gap=0)._replace(kind=PaneKind.TILE)


def _with_panes(
    space: _Space, side: int, columns: int, rows: int, shown: int, *, gap: int | None = None
) -> Plan:
    """Cut what is right of the list into panes; the last row's panes share its width."""
    gap = space.gap if gap is None else gap
    height, more = space.height, None
    beside_grid = space.arrangement is Arrangement.GRID and side  # there the list shows who is missing
    if space.agents > shown and not beside_grid and height > rows * _TILE[1]:
        height -= 1
        more = Rect(side, height, space.width - side, 1)
    agent_list = Rect(0, 0, side, space.height) if side else None
    shares, name = space.sizes.shares, space.arrangement
    across = cut(space.width - side, columns, gap, shares.get(f"{name}-x{columns}", ()), least=PANE_LEAST[0])
    down = cut(height, rows, gap, shares.get(f"{name}-y{rows}", ()), least=PANE_LEAST[1])
    panes = tuple(_tile_out(side, space.width, across, down, shown))
    return Plan(agent_list, panes, more=more, arrangement=name, columns=columns)


def _tile_out(
    left: int, width: int, across: list[tuple[int, int]], down: list[tuple[int, int]], shown: int
) -> Iterator[Rect]:
    columns = len(across)
    for row, (y, tall) in enumerate(down):
        here = min(columns, shown - row * columns)
        for column, (x, wide) in enumerate(across[:here]):
            yield Rect(left + x, y, width - left - x if column == here - 1 else wide, tall)
