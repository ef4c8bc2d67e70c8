"""What a layout is: arrangements, places, and the sizes that the user chose. Where things go is `tui.ui.tiler`.

A *live* pane resizes its agent's terminal; a *preview* and a *tile* only look.
"""

from __future__ import annotations

import enum
from typing import Final, NamedTuple

import msgspec


class Arrangement(enum.StrEnum):
    """How agents are laid out, in the order of the key that walks them."""

    LIST = "list"
    """The list and one pane."""
    COLUMNS = "columns"
    """Panes side by side, each as high as there is room."""
    ROWS = "rows"
    """Panes one below the other, each as wide as there is room."""
    GRID = "grid"
    ZOOM = "zoom"
    """One pane alone; not part of the walk."""


WALK: Final = (Arrangement.LIST, Arrangement.COLUMNS, Arrangement.ROWS, Arrangement.GRID)


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

    @property
    def right(self) -> int:
        """The first column beyond it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row beyond it."""
        return self.y + self.height

    def holds(self, x: int, y: int) -> bool:
        """True if a cell lies inside."""
        return self.x <= x < self.right and self.y <= y < self.bottom


class Sizes(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the user made larger or smaller; anything not in here is as the tiler thinks best."""

    list_cols: int = 0
    """Width of a list beside panes; `RAIL`: only glyphs; 0: not chosen."""
    list_rows: int = 0
    """Height of a list above a pane; 0: not chosen."""
    shares: dict[str, tuple[int, ...]] = {}
    """Sizes of columns (`grid-x3`) and rows (`rows-y2`) in cells, as they were when they were chosen: only their
    proportion counts."""


class Plan(NamedTuple):
    """Rectangles for one screen."""

    agent_list: Rect | None
    panes: tuple[Rect, ...]
    kind: PaneKind = PaneKind.LIVE
    tabs: Rect | None = None
    more: Rect | None = None
    """The line that says how many agents have no pane."""
    arrangement: Arrangement = Arrangement.LIST
    columns: int = 1
    """Panes stand in rows of so many."""

    @property
    def rows(self) -> int:
        """How many rows of panes there are."""
        return -(-len(self.panes) // self.columns)

    def share(self, axis: str) -> str:
        """Return the name of the sizes of its columns (`x`) or rows (`y`)."""
        return f"{self.arrangement}-{axis}{self.columns if axis == 'x' else self.rows}"


PANES_MAX: Final = 16
EDGE_COLS: Final = 2
"""Columns of a pane that are not its body: the edge and one of padding."""
BAND_ROWS: Final = 2
BAND_ROWS_SMALL: Final = 1
RAIL: Final = 3
"""Columns of a list that shows glyphs alone."""
LIST_LEAST: Final = 20
"""Columns of the narrowest list that is not a rail."""
LIST_ROWS_LEAST: Final = 3
PANE_LEAST: Final = (24, 5)
"""Columns and rows below which no border of a pane is moved."""
TINY: Final = (40, 10)
"""Columns and rows of the terminal below which the list has names alone."""
SMALL: Final = (80, 22)
"""Columns and rows (without header and footer) below which there is the list alone."""

GAPS_FROM: Final = (100, 30)
"""Columns and rows from which panes have a gap between them, and the header one below it."""


def band_rows(width: int, height: int, kind: PaneKind = PaneKind.LIVE) -> int:
    """Return the lines of a pane's band for its outer size."""
    if kind is not PaneKind.LIVE:
        return BAND_ROWS_SMALL
    return BAND_ROWS_SMALL if height < 9 + BAND_ROWS_SMALL or width - EDGE_COLS < 50 else BAND_ROWS


def header_gap(height: int) -> int:
    """Return the empty lines under the header for the height of the whole screen."""
    return 1 if height >= GAPS_FROM[1] else 0
