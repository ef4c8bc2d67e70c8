"""Keeping how a project's dashboard looks: read when it opens, written a moment after each change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual.timer import Timer

from tui.ui.agents import GroupBy, Sort
from tui.ui.layout import PANES_MAX, WALK, Arrangement
from tui.ui.memory import Desk, desk_of, recall, remember_desk

if TYPE_CHECKING:
    from tui.ui.screens.main import MainScreen

WAIT_S: Final = 0.3
"""A border that is dragged is written once it rests."""


class DeskKeeper:
    """Keeps the desk of the folder that the dashboard was opened in.

    Args:
        main: The screen whose looks are kept.
        folder: Where it is kept.
    """

    def __init__(self, main: MainScreen, folder: Path) -> None:
        self._main = main
        self._folder = folder
        self._project = str(Path.cwd())
        self._timer: Timer | None = None

    def restore(self) -> None:
        """Make the screen look as it was left."""
        desk = desk_of(recall(self._folder), self._project)
        board = self._main.board
        if desk.arrangement in WALK:
            board.choose(Arrangement(desk.arrangement))
        board.sizes = desk.sizes
        if desk.panes > 0:
            board.panes_wanted = min(desk.panes, PANES_MAX)
        agents = self._main.agents
        if desk.group in list(GroupBy):
            agents.group = GroupBy(desk.group)
        if desk.sort in list(Sort):
            agents.sort = Sort(desk.sort)
        agents.pinned, agents.hidden = set(desk.pinned), set(desk.hidden)
        agents.folded = dict(desk.folded)

    def changed(self) -> None:
        """Write it soon."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._main.set_timer(WAIT_S, self.write)

    def close(self) -> None:
        """Write what is not written yet."""
        if self._timer is not None:
            self.write()

    def write(self) -> None:
        """Write it now."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        remember_desk(self._folder, self._project, self._desk())

    def _desk(self) -> Desk:
        board, agents = self._main.board, self._main.agents
        arrangement = board.before_zoom if board.arrangement is Arrangement.ZOOM else board.arrangement
        return Desk(
            arrangement=arrangement.value if board.is_chosen else "",
            panes=0 if board.panes_wanted == PANES_MAX else board.panes_wanted,
            sizes=board.sizes,
            group="" if agents.group is GroupBy.STATE else agents.group.value,
            sort="" if agents.sort is Sort.NEED else agents.sort.value,
            pinned=tuple(sorted(agents.pinned & agents.views.keys())),
            hidden=tuple(sorted(agents.hidden & agents.views.keys())),
            folded=agents.folded,
        )
