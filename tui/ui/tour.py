"""The tour on the main screen: one line under the header while it runs, where no toast lies over it, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui.ui.fit import ALWAYS, Piece, fit, text
from tui.ui.keymap import BY_ID, entry_label
from tui.ui.layout import Arrangement
from tui.ui.notes import key
from tui.ui.touring import LEADER, Seen, Tour
from tui.ui.widgets.lines import LineStrip

if TYPE_CHECKING:
    from tui.ui.screens.main import MainScreen


class TourGuide:
    """Shows the tour of a main screen. It never begins by itself, unless the command line asked for it.

    Args:
        main: The screen.
    """

    def __init__(self, main: MainScreen) -> None:
        self._main = main
        self._tour: Tour | None = None
        self.line = LineStrip(classes="tour")
        self.wanted = False
        """Begin once there are agents."""

    @property
    def is_on(self) -> bool:
        """It is under way."""
        return self._tour is not None

    def begin(self) -> None:
        """Begin at the first step; again if it is under way."""
        self.wanted = False
        if not self._main.app.fleet.agents:
            self._main.app.say("The tour goes over agents: there are none yet.")
            return
        self._tour = Tour(self._key)
        self.look()

    def end(self) -> None:
        """Leave it, wherever it stands."""
        self._tour = None
        self.line.show([])

    def look(self) -> None:
        """See what was done, and say what is next."""
        if self.wanted and self._main.agents.shown:
            self.begin()
        tour = self._tour
        if tour is None or not self._main.is_attached:
            return
        tour.look(self._seen())
        if not tour.is_over:
            self.line.show([self._content(tour)])
            return
        self.end()
        new, palette = self._key("agent.new"), self._key("app.palette")
        self._main.app.say(f"That was the tour. {new} starts an agent; {palette} tour shows it again.")

    def _content(self, tour: Tour) -> Content:
        number, of = tour.place
        typing = self._main.app.keyboard.owner is not None
        leave = [] if typing else [Piece(ALWAYS, key("esc", "ends the tour ", "$foreground-muted"))]
        head = text(f" tour {number} of {of}  ", "bold $primary")
        return fit(
            [Piece(ALWAYS, head), Piece(ALWAYS, text(tour.words))], leave, max(20, self._main.size.width)
        )

    def _key(self, name: str) -> str:
        if name == LEADER:
            return self._main.app.keyboard.label
        return entry_label(BY_ID[name], self._main.app.user_keys)

    def _seen(self) -> Seen:
        main = self._main
        return Seen(
            agents=len(main.agents.shown),
            selected=main.agents.selected,
            waiting=len(main.agents.waiting()),
            strip=main.strip is not None,
            typing=main.app.keyboard.owner is not None,
            zoomed=main.board.arrangement is Arrangement.ZOOM,
            screen=type(main.app.screen).__name__,
        )
