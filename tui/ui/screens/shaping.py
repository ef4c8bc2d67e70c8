"""What keys do to the layout: which one, how many panes, where their borders are. A part of the main screen."""

from __future__ import annotations

from tui.ui.keymap import BY_ID, entry_label
from tui.ui.layout import PANES_MAX, Arrangement
from tui.ui.screens.parts import Part


class Shaping(Part):
    """Actions on the layout."""

    def action_layout(self) -> None:
        """Lay out differently."""
        self.board.walk()
        self._places = []
        self.desk.changed()
        self.sync()

    def action_panes(self, by: int) -> None:
        """Have so many panes more, or fewer."""
        shown = len(self.board.plan().panes)
        before, self.board.panes_wanted = self.board.panes_wanted, min(max(1, shown + by), PANES_MAX)
        if len(self.board.plan().panes) == shown:
            self.board.panes_wanted = before
            self.app.say(self._why_no_pane(by))
            return
        self.board.relayout()
        self.desk.changed()
        self.sync()

    def _why_no_pane(self, by: int) -> str:
        if self.board.arrangement in (Arrangement.LIST, Arrangement.ZOOM):
            key = entry_label(BY_ID["look.layout"], self.app.user_keys)
            return (
                f"This layout has one pane. {key} goes on to the next."
                if key
                else "This layout has one pane."
            )
        if by < 0:
            return "One pane is the least."
        return (
            "Every agent has a pane." if self.board.agents <= len(self.board.panes) else "No more panes fit."
        )

    def action_list_size(self, by: int) -> None:
        """Make the list wider or narrower, down to a rail of glyphs."""
        if self.board.arrangement is Arrangement.ZOOM:
            self.app.say("A zoomed agent stands alone.")
        else:
            self.board.resize_list(by)

    def action_pane_size(self, by: int) -> None:
        """Make the selected agent's pane larger or smaller, at its neighbours' cost."""
        plan = self.board.plan()
        selected = self.agents.selected
        if selected not in self.slots or len(plan.panes) < 2:
            self.app.say("It has no pane beside others.")
        else:
            self.board.resize_pane(self.slots.index(selected), by)

    def action_even(self) -> None:
        """Make list and panes as large as they are by themselves."""
        self.board.even_out()

    def on_board_border_moved(self) -> None:
        """A border was moved: panes tell their agents, and it is kept."""
        self.desk.changed()
        self.sync()
